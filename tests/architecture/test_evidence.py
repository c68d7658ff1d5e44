"""Published estimates: every row is whole, sourced and speaks to something the model has; pooling follows its rule."""

import csv

import pytest

from sim.config.evidence import EVIDENCE, Estimate, load_evidence, mechanisms
from sim.config.fault import ConfigError
from sim.experiments.evidence import pooled

ROWS = load_evidence()
LINES = list(csv.DictReader(EVIDENCE.open(encoding="utf-8", newline="")))


def test_there_are_enough_rows_and_each_has_its_own_id():
    assert len(ROWS) == len(LINES) >= 60
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_the_table_has_the_columns_of_a_row_in_their_order():
    assert list(LINES[0]) == list(Estimate.model_fields)


def test_every_mechanism_is_known_and_every_row_has_one():
    assert all(row.mechanism and set(row.mechanism) <= mechanisms() for row in ROWS)


def test_every_row_can_be_looked_up():
    for row in ROWS:
        assert row.source
        assert row.address.startswith(("http://", "https://")) or row.read == "secondary", row.id


def test_intervals_hold_their_estimate():
    for row in ROWS:
        if row.low is not None and row.estimate is not None:
            assert row.low <= row.estimate <= row.high, row.id


def test_studies_that_find_nothing_are_there():
    nothing = [row for row in ROWS if row.null_result]
    assert len(nothing) >= len(ROWS) / 5
    assert {row.tier for row in nothing} >= {"china_county", "china", "elsewhere"}


def test_no_figure_is_surer_than_its_design_and_reading_allow():
    assert all(row.sureness != "high" for row in ROWS if row.read == "secondary")
    assert all(row.sureness == "low" for row in ROWS if row.design in ("survey", "accounting"))


@pytest.mark.parametrize(("cells", "expected"), [
    ({"estimate": "much"}, "estimate=much: expected a number"),
    ({"estimate": "", "low": "", "high": ""}, "estimate: expected a number, low and high, or null_result true"),
    ({"estimate": "9"}, "estimate=9: expected 1 to 3, its interval"),
    ({"low": ""}, "low, high: expected both or neither"),
    ({"low": "4"}, "low=4: expected less than high=3"),
    ({"standard_error": "0"}, "standard_error=0: expected more than 0"),
    ({"tier": "county"}, "tier=county: expected 'shandong_county', 'china_county', 'china' or 'elsewhere'"),
    ({"null_result": "perhaps"}, "null_result=perhaps: expected true or false"),
    ({"mechanism": "firms.magic"}, "mechanism=firms.magic: unknown; did you mean firms."),
    ({"source": ""}, "source=: expected text, not nothing"),
    ({"address": ""}, "address: expected a DOI or an address where it was read, or read secondary"),
    ({"read": "secondary"}, "sureness=high: expected at most medium for the design instrument and read secondary"),
    ({"id": "Bad id"}, "id=Bad id: "),
])
def test_a_faulty_cell_is_refused_in_one_line(tmp_path, cells, expected):
    good = one_line()
    path = written(tmp_path, [good | {"id": "first"}, good | cells])
    with pytest.raises(ConfigError) as caught:
        load_evidence(path)
    message = str(caught.value)
    assert f"evidence.csv, row 3: {expected}" in message
    assert "\n" not in message


def test_faulty_tables_are_refused(tmp_path):
    good = one_line()
    with pytest.raises(ConfigError, match=r"row 3: id=one: expected another id, it appears twice"):
        load_evidence(written(tmp_path, [good, good]))
    with pytest.raises(ConfigError, match=r"row 2: topics: unknown key; did you mean topic\?|row 2: topic: missing"):
        load_evidence(written(tmp_path, [{("topics" if key == "topic" else key): cell for key, cell in good.items()}]))
    with pytest.raises(ConfigError, match="No such file"):
        load_evidence(tmp_path / "missing.csv")
    (tmp_path / "latin.csv").write_bytes("id\nMünchen\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="expected CSV in UTF-8"):
        load_evidence(tmp_path / "latin.csv")


def test_pooling_agrees_with_a_case_worked_by_hand():
    """Values 1 and 3, errors 1 and 1: Q = 2 against 1, scale 2 - 2/2 = 1, variance between 1; weights 1 and 0.25."""
    rows = [estimate(id="near", tier="china_county", source="A", estimate="1", low="", high="", standard_error="1"),
            estimate(id="far", tier="elsewhere", source="B", estimate="3", low="", high="", standard_error="1")]
    found = pooled(rows, selection=1)
    assert found.between == pytest.approx(1)
    assert found.estimate == pytest.approx(0.8 * 1 + 0.2 * 3)
    half = 1.959964 * (1 + (0.8**2 + 0.2**2) * 2) ** 0.5
    assert (found.low, found.high) == pytest.approx((1.4 - half, 1.4 + half))
    assert found.rows == 2


def test_pooling_treats_places_sources_selection_and_missing_errors_as_stated():
    one = estimate(estimate="2", low="1", high="3")
    assert pooled([one]).estimate == pytest.approx(1.2)
    assert pooled([one], selection=1).high == pytest.approx(3)
    assert pooled([estimate(design="meta_analysis", read="abstract")]).estimate == pytest.approx(2)
    bare = estimate(low="", high="")
    assert pooled([bare], selection=1).low == pytest.approx(0)
    nothing = estimate(id="none", estimate="", low="", high="", null_result="true", source="B")
    assert pooled([one, nothing], selection=1).estimate == pytest.approx(1)
    same = [estimate(id=name, source="A") for name in ("a", "b")]
    other = estimate(id="c", source="C", estimate="2.5")
    assert pooled([*same, other], selection=1).estimate == pytest.approx(2.25)
    for rows in ([], [nothing], [one, estimate(unit="points")]):
        with pytest.raises(ValueError, match="expected"):
            pooled(rows)


def one_line():
    """Return the cells of a faultless row."""
    return {"id": "one", "topic": "zones", "mechanism": "firms.park_effect; measures.transport.firm_entry",
            "place": "a county", "tier": "china_county", "period": "2010", "design": "instrument",
            "treated": "counties", "outcome": "jobs", "estimate": "2", "unit": "%", "low": "1", "high": "3",
            "standard_error": "", "horizon_years": "5", "null_result": "false", "sureness": "high", "read": "abstract",
            "source": "A", "address": "https://doi.org/10.1", "note": ""}


def estimate(**cells):
    """Return a faultless row with some cells changed."""
    return Estimate.model_validate(one_line() | cells)


def written(folder, lines):
    """Write rows to a table and return its path."""
    path = folder / "evidence.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path
