"""A fault in the registry of stocks is one line that names the file, the stock and the key."""

import pytest
import yaml

from sim.config import ConfigError
from sim.config.files import load_stocks
from sim.config.stocks import KINDS, NEEDS, level_unit

RANGE = {"value": 0.1, "low": 0, "high": 0.5}
GOOD = {"title": {"zh": "床位", "en": "Beds"}, "unit": "beds", "need": "residents", "per": 1000,
        "level": {"value": 5, "low": 4, "high": 6}, "most": 20, "depreciation": RANGE, "trend": RANGE,
        "building_cost": RANGE, "running_cost": RANGE, "grade": "assumed", "source": "s", "costs_source": "s",
        "basis": "assumed"}


def read(tmp_path, **stocks):
    path = tmp_path / "stocks.yaml"
    path.write_text(yaml.safe_dump(stocks, sort_keys=False))
    return load_stocks(path)


@pytest.mark.parametrize(("changes", "fault"), [
    ({"unit": ""}, "beds.unit=: expected text, not nothing"),
    ({"need": "people"}, "beds.need=people: expected a need or a stock further up; known: "),
    ({"need": "resident"}, "beds.need=resident: expected a need or a stock further up; did you mean residents?"),
    ({"need": "beds"}, "beds.need=beds: expected a need or a stock further up"),
    ({"colour": 1}, "beds.colour: unknown key"),
    ({"level": {"value": 9, "low": 4, "high": 6}}, "beds.level: value 9 is not within 4 to 6"),
    ({"by_kind": {"village": 5}}, "beds: by_kind: expected village, town, seat"),
    ({"by_type": {"agricultural": 7}}, "beds: agricultural: 7 is not within 4 to 6"),
    ({"most": 5}, "beds: most 5 is below level.high 6"),
    ({"depreciation": {"value": 1, "low": 0, "high": 1}}, "beds: expected levels from 0 and depreciation"),
    ({"per": 0}, "beds.per=0: "),
    ({"exposed_to": ["fire"]}, "beds.exposed_to.0=fire: expected 'flood' or 'heat'"),
    ({"grade": "certain"}, "beds.grade=certain: expected 'sourced', 'derived'")])
def test_a_fault_is_one_line(tmp_path, changes, fault):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, beds={**GOOD, **changes})
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{tmp_path / 'stocks.yaml'}: {fault}")


def test_a_stock_may_be_held_against_one_further_up(tmp_path):
    stocks = read(tmp_path, beds=GOOD, nursing={**GOOD, "need": "beds", "per": 100})
    assert level_unit("nursing", stocks) == "beds per 100 beds"
    assert level_unit("beds", stocks) == "beds per 1,000 residents"


@pytest.mark.parametrize(("name", "stock"), load_stocks().items(), ids=load_stocks())
def test_every_shipped_stock_is_complete(name, stock):
    stocks = load_stocks()
    assert name.isidentifier()
    assert stock.need in {*NEEDS, *stocks}
    assert level_unit(name, stocks)
    assert stock.level.low < stock.level.high
    assert stock.trend.low < stock.trend.high
    assert set(stock.by_kind or KINDS) == set(KINDS)
    assert len(stock.source) > 10
    assert len(stock.costs_source) > 10
