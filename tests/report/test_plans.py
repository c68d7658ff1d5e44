"""The plan book says of every county what the tables of the run say, prints on two pages, and is one workbook."""

import re

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim import run as runs
from sim.compose import compose
from sim.report import plans
from sim.report.pages import html
from sim.report.plans import book, sentences, workbook
from sim.report.plans.tables import Plans
from sim.report.tables import money
from sim.report.tables.results import Results
from sim.report.words import record
from sim.run import run

from .test_report import BROWSER, CHINESE, Reader, browser  # noqa: F401  (a fixture)

CODE = "371428"


@pytest.fixture
def searched(write_search, tmp_path, monkeypatch):
    """Make a search for one type of counties that of the working directory."""
    monkeypatch.chdir(tmp_path)
    write_search(tmp_path / "outputs" / "optimise")


@pytest.fixture(scope="session")
def planned(folder) -> Plans:
    return Plans(Results(folder))


@pytest.fixture(scope="session")
def text(planned) -> str:
    return html.render("plan.html", book.content(planned, CODE))


@pytest.mark.parametrize("cache", ["kept", "torn", "closed"])
def test_a_page_is_the_same_from_templates_that_were_compiled_before(planned, text, monkeypatch, tmp_path, cache):
    """Torn ones are compiled anew, as all are where none can be kept."""
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path))
    content, kept = book.content(planned, CODE), tmp_path / "templates"
    if cache == "closed":
        kept.write_text("a file")
    assert html.render("plan.html", content) == text
    if cache != "closed":
        files = sorted(kept.iterdir())
        assert files
        for file in files if cache == "torn" else ():
            file.write_bytes(file.read_bytes()[:40])
    assert html.render("plan.html", content) == text


def test_indicators_are_those_of_the_run_with_their_band(planned, folder):
    table = pd.read_parquet(folder / "indicators.parquet").astype({"group": str, "indicator": str, "policy": str})
    table = table[(table["group"] == CODE) & (table["policy"] == "full_package")]
    for name in ("sewage_collection", "urban_rural_income_ratio"):
        row = planned.indicators.loc[(CODE, name)]
        last = table[(table["indicator"] == name) & (table["year"] == 2025)]["value"]
        assert row["value"] == pytest.approx(last.mean())
        assert [row["low"], row["high"]] == pytest.approx([*last.quantile([0.1, 0.9])])
        first = table[(table["indicator"] == name) & (table["year"] == 2020)]["value"]
        assert row["base"] == pytest.approx(first.mean())
        better = row["value"] >= row["target"] if name == "sewage_collection" else row["value"] <= row["target"]
        assert (row["verdict"] == "met") == better
        path = planned.paths[CODE, name]
        assert path["mean"].loc[2025] == pytest.approx(row["value"])
        assert path["without"].loc[2025] == pytest.approx(row["without"])
    assert len(planned.indicators) == 78 * 19
    assert set(planned.indicators["basis"]) <= book.BASES.keys()


def test_the_parts_of_a_dose_add_up_to_what_is_planned(planned):
    parts = planned.package[["delivered", "time", "works", "money"]].sum(axis=1)
    np.testing.assert_allclose(parts, planned.package["planned"], atol=1e-6)
    shares = sentences.binds(planned.package.loc[CODE]).en
    assert sum(map(int, re.findall(r"(\d+)%", shares))) == pytest.approx(100, abs=2)


def test_the_money_of_all_counties_is_that_of_the_report(planned):
    until = planned.money[planned.money.index.get_level_values("year") <= planned.results.horizon]
    payers = money.payers(planned.results)
    assert until["paid"].sum() == pytest.approx(payers["yuan"].sum() / planned.results.replicates)
    names = [name for name in ("county", "special_bonds", "province", "prefecture") if name in until]
    np.testing.assert_allclose(until[names].sum(axis=1), until["paid"])
    assert planned.package["paid"].sum() == pytest.approx(until["paid"].sum(), rel=1e-6)


def test_what_a_neighbour_gains_by_moves_the_county_loses(planned):
    moves = planned.neighbours["moves"]
    back = moves.swaplevel().reindex(moves.index)
    np.testing.assert_allclose(moves, -back, atol=1e-9)
    assert moves.abs().max() > 0
    flows = pd.read_parquet(planned.results.folder / "flows.parquet")
    flows = flows.assign(a=flows["origin"].str[:6], b=flows["destination"].str[:6]).query("year <= 2025")
    one, other = moves.abs().idxmax()
    net = [flows.query("policy == @policy and a == @a and b == @b")["persons"].sum()
           for policy in ("full_package", "no_new_policy") for a, b in ((one, other), (other, one))]
    assert moves[one, other] == pytest.approx(((net[0] - net[1]) - (net[2] - net[3])) / 3)


def test_a_page_holds_every_part_in_both_languages(text):
    read = Reader(text)
    outside = "".join(read.outside)
    assert not CHINESE.search(outside), outside
    for said in ("武城县", "Wucheng", "德州市", "Specialised function", "夏津县", "Xiajin", "健全市民化推进机制",
                 "Citizenization", "2023Q1", "推算", "imputed", "什么会改变这份建议", "What neighbours gain or lose",
                 "targets would be met"):
        assert said in text, said
    assert text.count('class="path left"') == 19
    assert "{" not in "".join(re.findall(r"<li>.*?</li>", text))
    assert "http" not in re.sub(r"http://www.w3.org\S*", "", text)


def words(path):
    """Return a page without its font, which has the characters of all pages that were written with it."""
    return re.sub(r"data:font[^\")]*", "", path.read_text("utf-8"))


def test_all_plans_are_pages_and_one_workbook_and_the_same_again(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder.parents[1])
    assert cli.main(["plan", "all", "run=small"]) == 0
    assert "outputs/small/plans/plans.xlsx" in capsys.readouterr().out
    pages = sorted((folder / "plans").glob("*.html"))
    assert len(pages) == 78
    first = words(folder / "plans" / f"{CODE}_武城县.html")
    sheets = pd.read_excel(folder / "plans" / "plans.xlsx", sheet_name=None, dtype={"代码 adcode": str})
    assert {name: len(sheet) for name, sheet in sheets.items() if name in ("counties", "indicators")} == {
        "counties": 78, "indicators": 78 * 19}
    assert [*sheets] == ["counties", "indicators", "measures", "money", "neighbours", "record"]
    assert sheets["record"].to_numpy().tolist() == [[record.line(folder)]]
    met = sheets["indicators"].groupby("代码 adcode")["结果 verdict"].apply(
        lambda verdicts: (verdicts == "达到 met").sum())
    pd.testing.assert_series_equal(sheets["counties"].set_index("代码 adcode")["达标项数 targets_met"], met,
                                   check_names=False, check_dtype=False)
    assert cli.main(["plan", "Wucheng", "run=small"]) == 0
    assert words(folder / "plans" / f"{CODE}_武城县.html") == first


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "plan: expected one county, or all"),
    (["武城县", "曹县"], "plan 武城县 曹县: expected one county, or all"),
    (["武域县", "run=small"], "plan.武域县: unknown county; did you mean 武城县?"),
    (["武城县", "run=smal"], "smal: no folder with the results of a run; did you mean small?"),
    (["武城县", "name=small"], "name=small: unknown key; known: best, run"),
    (["武城县", "optimise=each"], "optimise=each: changes nothing here; expected with best=true only"),
    (["武城县", "best=yes"], "best=yes: expected true or false"),
    (["武城县", "best=true"], "optimise=optimise: no folder with packages; county optimise finds them"),
    (["武城县", "best=true", "optimise=small"], "optimise=small: no folder with packages"),
    (["武城县"], "run: no folder with the results of a run"),
])
def test_faults_are_said_in_one_line(arguments, said, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder.parents[1])
    assert cli.main(["plan", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("county: ") and said in error
    assert error.count("\n") == 1


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A run of two years without measures or a policy to compare with."""
    place = tmp_path_factory.mktemp("short")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        asked = ["scale=1000", "parameter_sets=1", "seeds=1", "policy=no_new_policy", "end=2022", "name=short"]
        return Results(place / run(compose("run", asked)))


def test_a_county_without_measures_or_targets_yet_has_a_page_as_well(short):
    bare = Plans(short)
    shown = html.render("plan.html", book.content(bare, CODE))
    assert "This run plans no measures for this county" in shown
    assert "of the way to its targets, on average" in shown
    assert "nan" not in re.sub(r"data:font\S*", "", shown).lower().replace("finance", "")
    assert not bare.indicators["verdict"].astype(bool).any()
    assert [*(name for name, sheet in workbook.sheets(bare).items() if len(sheet))] == ["counties", "indicators"]
    assert plans.write(short, [CODE])[0].is_file()


def test_the_best_package_is_run_once_and_its_promise_is_on_the_page(searched, tmp_path, monkeypatch, capsys):
    command = ["plan", "武城县", "best=true", "seeds=1", "parameter_sets=1"]
    assert cli.main(command) == 0
    results = Results(tmp_path / "outputs" / "optimise_best")
    assert (results.policy, results.reference, results.replicates) == ("best", "no_new_policy", 1)
    assert results.config["policy"]["by_type"]["specialised_function"]["doses"] == {"sewage": 0.75}
    monkeypatch.setattr(runs, "replicate", None)  # what is there is not run again
    assert cli.main(command) == 0
    page = (results.folder / "plans" / f"{CODE}_武城县.html").read_text("utf-8")
    for said in ("outputs/optimise", "Specialised function", "专业功能", "0.61 ±0.02", "2,345 ±321 yuan", "98 ±7%",
                 "0.60, 2,299 yuan and 101%", "4.8 of 19 targets", "No checked package reaches", "这是最接近的一个"):
        assert said in page, said
    capsys.readouterr()
    assert cli.main(["plan", "all", "best=true", "seeds=1", "parameter_sets=1"]) == 0
    other, = (results.folder / "plans").glob("*夏津县.html")
    assert "This search of county optimise was not about this county" in other.read_text("utf-8")


@pytest.mark.parametrize(("arguments", "said"), [
    (["夏津县"], "plan 夏津县: not in the search of outputs/optimise; county optimise units=[夏津县]"),
    (["武域县"], "plan.武域县: unknown county; did you mean 武城县?"),
    (["武城县", "policy=uniform"], "policy is given twice"),
    (["武城县", "run=small"], "run=small: unknown key"),
])
def test_faults_about_the_best_package_are_said_before_anything_runs(searched, capsys, tmp_path, arguments, said):
    assert cli.main(["plan", *arguments, "best=true"]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and not (tmp_path / "outputs" / "optimise_best").exists()


def test_a_run_that_ends_before_its_plan_begins_has_a_page_as_well(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ["scale=1000", "parameter_sets=1", "seeds=1", "policy=full_package", "compare=false", "end=2021"]
    early = Plans(Results(tmp_path / run(compose("run", asked))))
    assert early.money.empty and CODE in early.package.index.get_level_values(0)
    assert any("0 yuan is spent on them by 2021" in one.en for one in sentences.brief(early, CODE))
    assert plans.write(early.results, [CODE])[0].is_file()


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_browser_shows_it_on_any_screen_and_prints_two_pages(browser, text, tmp_path, language):  # noqa: F811
    page = tmp_path / "plan.html"
    page.write_text(text, "utf-8")
    for width in (390, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        tab = context.new_page()
        tab.goto(f"{page.as_uri()}#{language}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate("document.fonts.check(\"16px 'County Report Sans'\")")
        printed = tab.pdf(prefer_css_page_size=True)
        assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 2
        context.close()
