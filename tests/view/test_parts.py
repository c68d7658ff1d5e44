"""What the page shows is what the model observed, in both languages, and nothing of a county that is imputed."""

import base64
import re
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from sim import targets
from sim.config.files import load_measures, load_stocks
from sim.model import CountyUrbanization
from sim.report.charts import layers
from sim.report.charts.marks import Area, Chart, Dot, Line, Text
from sim.report.tables import findings
from sim.report.words import rates, record, style, units
from sim.report.words.bilingual import LANGUAGES, Words
from sim.view import agents, choices, county, downloads, maps, packages, panel, paths, server, words
from sim.view.band import Interval
from sim.view.choices import ALL, Choices
from sim.view.live import Live
from sim.view.pinned import Pinned

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def model(own_cache):
    made = CountyUrbanization(config=Choices(scale="1000", end="2025").config(), rng=1)
    made.run_until_end()
    return made


@pytest.fixture(scope="module")
def without(own_cache):
    made = CountyUrbanization(policy="no_new_policy", scale=1000, rng=1)
    made.run_until_end()
    return made


@pytest.fixture(scope="module")
def live(model, without):
    return Live(model, without.indicators())


@pytest.fixture(scope="module")
def first(own_cache):
    return Live(CountyUrbanization(config=Choices(scale="1000").config(), rng=1), None)


@pytest.fixture(scope="module")
def code(live):
    return live.counties["adcode"].iloc[10]


def texts(content):
    """Return every text in nested lists and dictionaries but for names, colours and drawings."""
    if isinstance(content, dict):
        hidden = {"name", "value", "path", "policy", "reference", "colour", "colours", "inks", "gradient", "code",
                  "kind", "indicator", "source", "other", "external", "scope", "verdict", "uid", "svg"}
        return [text for key, part in content.items() if key not in hidden for text in texts(part)]
    if isinstance(content, list | tuple):
        return [text for part in content for text in texts(part)]
    return [content] if isinstance(content, str) else []


@pytest.mark.parametrize("kind", ["value", "change", "gap", "difference"])
@pytest.mark.parametrize("indicator", ["resident_urbanization", "output_per_resident"])
def test_the_map_shows_what_was_observed(live, without, indicator, kind):
    shown = maps.values(live, maps.Shown(indicator, kind))
    table = live.ours[live.ours["indicator"] == indicator].pivot(index="group", columns="year", values="value")
    theirs = without.indicators().query("indicator == @indicator and year == 2025").set_index("group")["value"]
    assessed = targets.assess(live.ours, live.system, 2025).query("indicator == @indicator").set_index("group")
    expected = {"value": table[2025], "change": table[2025] - table[2020], "difference": table[2025] - theirs,
                "gap": table[2025] - assessed["target"]}[kind].reindex(live.counties["adcode"])
    np.testing.assert_allclose(shown, expected.where(shown.notna()))
    allowed = layers.showable(live)[indicator]
    assert set(shown.index[shown.notna()]) == allowed and len(allowed) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_imputed_values_of_counties_are_nowhere(live, model, language):
    imputed = [one["value"] for one in maps.choices(live, language)[-1]["items"]]
    assert {"fiscal_self_sufficiency", "piped_gas"} <= set(imputed)
    for name in imputed:
        layer = maps.layer(live, maps.Shown(name, "value"), language)
        assert layer["known"] == 0 and not any(layer["written"])
        assert set(layer["colours"]) == {style.MISSING}
    counties = set(live.counties["adcode"])
    table = downloads.table(live)
    assert not counties & set(table.loc[table["indicator"].isin(imputed), "group"])
    assert counties <= set(table.loc[table["indicator"] == "resident_urbanization", "group"])


def test_every_indicator_can_be_chosen_for_the_map(live):
    offered = {one["value"] for group in maps.choices(live, "en") for one in group["items"]}
    assert set(live.system.indicators) <= offered and {"residents", "age_65_plus"} <= offered
    gap = maps.shown(live, maps.FIRST, kind="gap")
    assert gap == maps.Shown("resident_urbanization", "gap")
    assert maps.shown(live, gap, indicator="residents") == maps.Shown("residents", "value")
    assert maps.shown(live, gap, kind="nonsense").kind == "value"


def lines_of(drawn: Chart) -> dict[str, Line]:
    """Return the paths of a chart by name."""
    return {mark.name: mark for mark in drawn.marks if isinstance(mark, Line) and mark.name}


@pytest.mark.parametrize("group", [ALL, "key_ecological"])
def test_paths_end_in_the_values_observed(live, group):
    aspects = paths.multiples(live, group, "en")
    drawn = {one["name"]: one for aspect in aspects for one in aspect["items"]}
    assert list(drawn) == list(live.system.indicators)
    assessed = targets.assess(live.ours, live.system, 2025)
    assessed = assessed[assessed["group"] == group].set_index("indicator")
    for name, one in drawn.items():
        unit = live.unit(name)
        ours, theirs = (table[(table["indicator"] == name) & (table["group"] == group) & (table["year"] == 2025)]
                        for table in (live.ours, live.theirs))
        last = one["hover"][-1]
        assert last["year"] == 2025
        for written, table in ((last["ours"], ours), (last["theirs"], theirs)):
            assert written == units.number(table["value"].item() * unit.factor, decimals=unit.decimals)
        assert one["verdict"] == assessed.loc[name, "verdict"] in ("met", "close", "missed")
        drawn, _ = paths.chart(live, name, group, assessed.loc[name, "target"])
        lines = lines_of(drawn)
        assert all(len(lines[kind].points) >= 5 and not lines[kind].dash for kind in ("policy", "reference"))
        assert {round(mark.at[0]) for mark in drawn.marks if isinstance(mark, Text) and mark.name} == {
            round(paths.FRAME.width - paths.FRAME.right + paths.FRAME.leader + 1)}
        goal = units.number(assessed.loc[name, "target"] * unit.factor, decimals=unit.decimals)
        assert one["goal"].startswith(f"Target {goal}")


def test_an_unfinished_reference_run_is_drawn_to_the_year_it_has_reached(model, without):
    theirs = without.indicators()
    some = Live(model, theirs[theirs["year"] <= 2023])
    assert all("2023" in text for text in paths.waiting(some))
    for name in some.system.indicators:
        drawn, on = paths.chart(some, name, ALL, np.nan)
        lines = lines_of(drawn)
        assert lines["reference"].dash == paths.UNFINISHED and not lines["policy"].dash
        label = next(mark for mark in drawn.marks if isinstance(mark, Text) and mark.name == "reference")
        end = lines["reference"].points[-1]
        assert end[0] == on.x(2023) < label.at[0] < paths.FRAME.width - paths.FRAME.right + paths.FRAME.leader
    assert not any(paths.waiting(Live(model, theirs)) + paths.waiting(Live(model, None)))


def test_before_the_first_year_there_are_bases_and_targets(first):
    drawn = [one for aspect in paths.multiples(first, ALL, "zh") for one in aspect["items"]]
    assert len(drawn) == 19
    for name in first.system.indicators.keys() - {"urban_jobs_created"}:
        shown, _ = paths.chart(first, name, ALL, 1.0)
        assert {mark.name for mark in shown.marks if isinstance(mark, Line) and mark.name} == {"target"}
        assert sum(isinstance(mark, Dot) and mark.name == "policy" for mark in shown.marks) == 1
    assert not [one for one in drawn if one["verdict"]]
    assert not first.waiting


def test_a_run_without_the_base_year_has_no_targets(model):
    later = Live(model, None)
    later.ours = later.ours[later.ours["year"] > 2020]
    drawn = [one for aspect in paths.multiples(later, ALL, "en") for one in aspect["items"]]
    assert len(drawn) == 19 and not any(one["verdict"] or 'class="target"' in one["svg"] for one in drawn)
    assert maps.shown(later, maps.FIRST, kind="gap").kind == "value"


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


@pytest.fixture(scope="module")
def everything(model, live, code):
    """Return all that the page writes, by language."""
    return {language: texts([
        maps.tiles(live, language), maps.choices(live, language),
        [maps.layer(live, maps.Shown(name, kind), language) for name in live.system.indicators
         for kind in ("value", "gap")],
        maps.kinds(live, "resident_urbanization", language), paths.multiples(live, ALL, language),
        county.page(model, live, code, language), county.population(model, live, code, language),
        [agents.sample(model, one, turn, language) for one in live.counties["adcode"][:20] for turn in range(3)],
        panel.measures(language), panel.scenario(Choices(), language), panel.doses(Choices().planned(), ALL, language),
        *(words.spoken(part, language) for part in (words.PAGE, words.BAND, words.PIN, words.COUNTY, words.STATES,
                                                    words.SPEEDS)),
    ]) for language in LANGUAGES}


def test_each_language_is_whole(everything):
    assert len(everything["en"]) > 1000
    assert not [text for text in everything["en"] if CHINESE.search(text)]
    ascii_words = re.compile("[A-Za-z]{3,}(?![A-Za-z]*})")
    known = {"PNG", "CSV", "YAML"}
    assert not [text for text in everything["zh"] if set(ascii_words.findall(text)) - known]


def test_every_word_has_both_languages():
    for part in (words.PAGE, words.BAND, words.PIN, words.COUNTY, words.STATES, words.SPEEDS, words.KINDS, rates.RATES,
                 words.MOVES, words.PREVIEW):
        for name, text in part.items():
            assert isinstance(text, Words) and text.zh and text.en, name
            assert set(re.findall(r"{(\w+)}", text.zh)) == set(re.findall(r"{(\w+)}", text.en)), name


def test_everything_that_measures_move_has_a_name():
    stocks = {f"{name}_addition" for name in load_stocks()}
    for measure in load_measures().values():
        for lever in measure.levers.values():
            for effect in lever.effects:
                assert effect.rate in rates.RATES or effect.rate in stocks
                assert effect.unit in words.MOVES or effect.unit in panel.PERCENT


def test_the_font_of_the_page_draws_what_it_writes_and_is_small(everything, tmp_path):
    server._write_font(tmp_path, None)
    file = tmp_path / "county-sans.woff"
    with TTFont(file) as font:
        drawable = {chr(point) for point in font.getBestCmap()}
    assert not set("".join(everything["zh"] + everything["en"])) - drawable
    assert file.stat().st_size < 0.5 * style.FONT.stat().st_size
    assert file.name in (tmp_path / "custom.css").read_text()


def test_gaps_of_a_county_are_those_of_its_targets(live, code):
    assessed = targets.assess(live.ours, live.system, 2025).query("group == @code").set_index("indicator")
    rows = county.gaps(live, code, "en")["rows"]
    known = [name for name in live.system.indicators if (name, code) in live.known]
    assert len(rows) == len(known) > 0
    for name, row in zip(known, rows, strict=True):
        unit, off = live.unit(name), assessed.loc[name, "value"] - assessed.loc[name, "target"]
        assert row[2] == units.number(off * unit.factor, signed=True, decimals=max(unit.decimals, 1))
        assert row[3] == f"{100 * assessed.loc[name, 'achievement']:.0f}%"


def test_the_front_of_a_search_is_drawn_where_its_tables_say(write_search, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert packages.found() is None
    write_search(tmp_path / "outputs" / "optimise")
    front = packages.front(packages.found(), "specialised_function", "en")
    step, best = front["packages"]
    assert (step["name"], best["name"], best["chosen"]) == ("step 1", "chosen", True)
    assert (best["cost"], best["achievement"], best["debt"]) == ("2,299", "0.60", "101%")
    assert step["x"] < best["x"] and step["y"] > best["y"] > front["asked"] and front["without"] > step["y"]
    assert front["dots"][0] == [packages.LEFT, front["without"]]
    (tmp_path / "outputs" / "optimise" / "front.parquet").unlink()  # while it is written anew
    assert packages.found() is None


@pytest.fixture(scope="module")
def beside(model, without):
    """Return a run with another pinned beside it, of another seed and with doses of its own, and with a band."""
    asked = Choices(policy="no_new_policy", scale="1000", seed="2")
    for scope, name in ((ALL, "land_use"), (ALL, "sewage"), ("key_ecological", "heritage"), (ALL, "transport")):
        asked = asked.with_doses(scope, {name: 0.35})
    other = CountyUrbanization(config=asked.config(), rng=2)
    other.run_until_end()
    tables = [table[table["group"].isin(style.GROUPS)] for table in (model.indicators(), other.indicators())]
    interval = Interval(8, 2, 0, findings.band(pd.concat(tables)))
    return Live(model, without.indicators(), interval, Pinned(asked, other.config, other.indicators()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pinned_run_and_a_band_are_drawn_beside_the_run(beside, live, language):
    theirs, table = beside.pinned.values, beside.band.table
    for aspect in paths.multiples(beside, "key_ecological", language):
        for one in aspect["items"]:
            name, unit = one["name"], beside.unit(one["name"])
            drawn, _ = paths.chart(beside, name, "key_ecological", np.nan)
            lines = lines_of(drawn)
            assert list(lines) == ["reference", "pinned", "policy"]
            labels = {mark.name: mark.text for mark in drawn.marks if isinstance(mark, Text) and mark.name}
            assert list(sorted(labels)) == ["pinned", "policy", "reference"]
            pinned = units.number(theirs.loc[(name, "key_ecological"), 2025] * unit.factor, decimals=unit.decimals)
            assert one["hover"][-1]["pinned"] == pinned
            assert labels["pinned"] == pinned
            low, high = (units.number(value * unit.factor, decimals=unit.decimals)
                         for value in table.loc[(name, "key_ecological", 2025), ["low", "high"]])
            assert low in one["hover"][-1]["band"] and high in one["hover"][-1]["band"]
            band = next(mark for mark in drawn.marks if isinstance(mark, Area))
            assert len(band.points) == 2 * len(lines["policy"].points)
    shown = paths.beside(beside, language, True)
    assert "0.35" in shown["pinned"] and ("4 in all" in shown["pinned"] or "等4项" in shown["pinned"])
    assert ("Its seed is another" in shown["pinned"]) == (language == "en")
    assert "2/8" in shown["band"] or "2 of 8" in shown["band"]
    assert not texts_of_other_language([shown["pinned"], shown["band"]], language)
    assert not paths.beside(live, language, False)["pinned"] and not paths.beside(live, language, False)["offered"]


def texts_of_other_language(found, language):
    return [text for text in found if CHINESE.search(text)] if language == "en" else \
        [text for text in found if re.search("[A-Za-z]{3,}", text)]


def test_the_map_shows_the_difference_to_the_pinned_run(beside, live):
    what = maps.shown(beside, maps.FIRST, kind="pinned")
    shown = maps.values(beside, what)
    own, other = (values.loc["resident_urbanization"][2025] for values in (beside.values, beside.pinned.values))
    np.testing.assert_allclose(shown, (own - other).reindex(shown.index).where(shown.notna()))
    assert shown.abs().max() > 0 and beside.pinned.run.en in maps.layer(beside, what, "en")["beside"]
    assert maps.shown(live, what) == maps.FIRST
    assert "pinned" not in {one["value"] for one in maps.kinds(live, "resident_urbanization", "en")}


def test_downloads_name_what_is_beside_the_run(beside, live):
    view = downloads.View(maps.FIRST, ALL, "zh")
    file = downloads.file(SimpleNamespace(live=beside, asked=Choices()), "table", view)
    table = pd.read_csv(BytesIO(base64.b64decode(file["data"])), dtype={"group": str})
    one = table.query("group == @ALL and indicator == 'resident_urbanization' and year == 2025").iloc[0]
    assert one["pinned"] == pytest.approx(beside.pinned.values.loc[("resident_urbanization", ALL), 2025])
    low, high = beside.band.table.loc[("resident_urbanization", ALL, 2025), ["low", "high"]]
    assert (one["low"], one["high"]) == (pytest.approx(low), pytest.approx(high))
    assert set(table["pinned_en"]) == {beside.pinned.run.en} and set(table["interval_zh"]) == {beside.band.said().zh}
    assert not {"pinned", "low", "interval_en"} & set(downloads.table(live))
    for language in LANGUAGES:
        what = downloads.View(maps.Shown("resident_urbanization", "pinned"), ALL, language)
        for figure in (downloads._map(beside, what), downloads._paths(beside, what)):
            lines = sorted((text for axes in figure.axes for text in axes.texts),
                           key=lambda one: -one.get_position()[1])
            written = re.sub(r"\s", "", "".join(text.get_text() for text in lines))
            assert re.sub(r"\s", "", getattr(beside.pinned.run, language)) in written
        assert re.sub(r"\s", "", getattr(beside.band.said(), language)) in written


@pytest.mark.parametrize(("kind", "language"), [("map", "zh"), ("paths", "en")])
def test_pictures_can_be_downloaded(live, kind, language):
    view = downloads.View(maps.Shown("resident_urbanization", "gap"), "key_ecological", language)
    file = downloads.file(SimpleNamespace(live=live, asked=Choices()), kind, view)
    assert file["mime"] == "image/png" and language in file["name"] and "2025" in file["name"]
    picture = Image.open(BytesIO(base64.b64decode(file["data"])))
    assert picture.width > 1000


def test_the_table_can_be_downloaded(live):
    view = downloads.View(maps.FIRST, ALL, "zh")
    file = downloads.file(SimpleNamespace(live=live, asked=Choices()), "table", view)
    table = pd.read_csv(BytesIO(base64.b64decode(file["data"])), dtype={"group": str})
    one = table.query("group == @ALL and indicator == 'resident_urbanization' and year == 2025").iloc[0]
    assert one["value"] == pytest.approx(live.values.loc[("resident_urbanization", ALL), 2025])
    assert one["without"] == pytest.approx(live.values_without.loc[("resident_urbanization", ALL), 2025])
    assert (one["zh"], one["unit"]) == ("常住人口城镇化率", "%")
    assert set(table["record"]) == {record.line()}


def test_the_plan_of_a_county_can_be_downloaded_and_names_own_figures(live, code, model, monkeypatch):
    view = downloads.View(maps.FIRST, ALL, "zh", code)
    session = SimpleNamespace(live=live, asked=Choices())
    page = base64.b64decode(downloads.file(session, "plan", view)["data"]).decode()
    names = live.counties.set_index("adcode").loc[code]
    assert f"<h1>{Words(names['name_zh'], names['name_en']).zh}" in re.sub(r"<span[^>]*>", "", page)
    assert "Only 1 run" in page and "Own figures" not in page
    owned = pd.DataFrame({"adcode": [code], "variable": ["doctors"], "value": [3.0]})
    monkeypatch.setattr(model.world.figures, "own", owned)
    session.live = Live(model, live.theirs)
    page = base64.b64decode(downloads.file(session, "plan", view)["data"]).decode()
    assert "one figure (" in page and f") of {names['name_en']}" in page


def test_the_scenario_can_be_downloaded():
    asked = Choices().with_doses(ALL, {"land_use": 0.3})
    file = downloads.file(SimpleNamespace(live=None, asked=asked), "scenario", downloads.View(maps.FIRST, ALL, "en"))
    assert file["name"] == "my_scenario.yaml"
    assert base64.b64decode(file["data"]).decode() == f"# {record.line()}\n{choices.as_yaml(asked)}"
