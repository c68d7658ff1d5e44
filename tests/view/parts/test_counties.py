"""The page of a county adds up: people, plans, books, gaps and agents."""

import pytest

from sim import targets
from sim.config.files import load_measures
from sim.report.words import units
from sim.report.words.bilingual import LANGUAGES
from sim.view import agents, county


def test_rows_of_a_year_are_those_of_the_table(live):
    doses, year = live.table("doses"), live.year
    assert 0 < len(live.table("doses", year)) < len(doses)
    assert live.table("doses", year).equals(doses[doses["year"] == year])
    assert live.table("ledger", year).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_county_page_adds_up(model, live, code, language):
    page = county.page(model, live, code, language)
    sections = {part["name"]: part for part in page["sections"]}
    assert set(sections) == {"indicators", "gaps", "plan", "changes", "moves", "ledger", "evaluation"}
    people = county.population(model, live, code, language)["rows"]
    now = [int(row[2].replace(",", "")) for row in people]
    assert sum(now[:3]) == now[3]
    observed = live.values.loc[("residents", code)]
    assert now[3] == observed[2025]
    assert int(people[3][1].replace(",", "")) == observed[2020]
    assert len(sections["plan"]["rows"]) == len(load_measures())
    assert [row[0] for row in sections["changes"]["rows"]] == ["2021", "2022", "2023", "2024", "2025"]
    events = [[int(cell.replace(",", "")) for cell in row[1:]] for row in sections["changes"]["rows"]]
    births = live.values.loc[("births", code)].dropna()
    assert sum(row[0] for row in events) == births[births.index > 2020].sum()
    scores = model.world.observed.table("evaluation").query("group == @code")["score"]
    assert [row[2] for row in sections["evaluation"]["rows"]] == [f"{score:.1f}" for score in scores]


def test_gaps_of_a_county_are_those_of_its_targets(live, code):
    assessed = targets.assess(live.ours, live.system, 2025).query("group == @code").set_index("indicator")
    rows = county.gaps(live, code, "en")["rows"]
    known = [name for name in live.system.indicators if (name, code) in live.known]
    assert len(rows) == len(known) > 0
    for name, row in zip(known, rows, strict=True):
        unit, off = live.unit(name), assessed.loc[name, "value"] - assessed.loc[name, "target"]
        assert row[2] == units.number(off * unit.factor, signed=True, decimals=max(unit.decimals, 1))
        assert row[3] == f"{100 * assessed.loc[name, 'achievement']:.0f}%"


def test_books_of_a_county_are_those_of_the_ledger(model, live, code):
    section = county.ledger(model, code, "en")
    table = model.ledger.table()
    table = table[(table["holder"] == code) & (table["year"] == 2025) & (table["book"] == "general")]
    sums = table.groupby("item")["yuan"].sum() / 1e8
    rows = {row[0]: row[1] for row in section["rows"][1:section["heads_at"][1]]}
    assert rows["Public pay"] == units.number(sums["public_pay"], signed=True, decimals=2)
    assert rows["Transfers from above"] == units.number(sums["transfers"], signed=True, decimals=2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_and_firms_are_read_off_the_agents(model, code, language):
    found = agents.sample(model, code, 0, language)
    assert (len(found["residents"]), len(found["firms"])) == (agents.RESIDENTS, agents.FIRMS)
    for one in found["residents"]:
        resident = model.population[int(one["uid"])]
        assert resident.place.startswith(code)
        assert str(int(resident.age)) in one["text"]
    for one in found["firms"]:
        firm = model.enterprises[int(one["uid"])]
        assert firm.place.startswith(code) and f"{firm.staff:,}" in one["text"]
    again, others = agents.sample(model, code, 0, language), agents.sample(model, code, 1, language)
    assert found == again and found["residents"] != others["residents"]
