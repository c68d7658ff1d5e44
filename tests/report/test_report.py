"""The report says what the tables say, in both languages, without the network, and does with what tables there are."""

import re
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest

from sim import cli
from sim.config import ConfigError
from sim.config.files import load_indicators
from sim.config.variables import variables
from sim.core import store
from sim.indicators.observation import OBSERVATIONS
from sim.report.pages import page, sections
from sim.report.tables.results import Results
from sim.report.words import units
from sim.report.words.bilingual import Words

CHINESE = re.compile("[\u4e00-\u9fff]")
VOID = {"meta", "br", "link", "input", "img", "hr"}


class Reader(HTMLParser):
    """Collects text by language, and the cells of the scorecard."""

    def __init__(self, source: str):
        super().__init__()
        self.path: list[dict] = []
        self.outside: list[str] = []
        self.pairs: list[tuple[str, str]] = []
        self.rows: dict[str, list[str]] = {}
        self.row = ""
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "tr":
            self.row = named.get("data-indicator", "")
            if self.row:
                self.rows[self.row] = []
        if tag == "td" and self.row:
            self.rows[self.row].append("")
        if tag not in VOID:
            self.path.append({"tag": tag, "class": (named.get("class") or "").split(), "text": ""})

    def handle_endtag(self, tag):
        while self.path and self.path.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        inside = {name for one in self.path for name in [*one["class"], one["tag"]]}
        if self.row and "head" not in inside and "zh" not in inside and self.rows[self.row]:
            self.rows[self.row][-1] += data
        if not inside & {"zh", "script", "style", "title", "button", "option"}:
            self.outside.append(data)


def test_it_says_how_governments_decide():
    own = {"name": "mine", "settings": {}, "source": "x = 1"}
    policy = {"strategy": {"name": "close_gaps"}, "by_county": {"邹平市": {"strategy": own, "triggers": [{}, {}]}},
              "prefectures": "pool"}
    said = page._decisions(policy)
    assert said[0] == ("补短板（close_gaps）", "Close the gaps (close_gaps)")
    assert said[1:3] == [("mine", "mine"), ("2个触发条件", "2 trigger(s)")]
    assert "pool hospitals and schools" in said[3].en
    assert page._decisions({"prefectures": "coordinate"}) == []
    assert "shares out bond room by transfers" in page._funding({"bond_room": "by_need"}).en


@pytest.fixture(scope="session")
def read(html) -> Reader:
    return Reader(html)


def test_nothing_is_fetched(html):
    assert "http" not in html
    assert "//" not in "".join(re.findall(r"(?:src|href)\s*=\s*[\"']([^\"']*)", html))
    assert set(re.findall(r"url\((.)", html)) <= {"#", '"'}
    assert re.findall(r'url\("([^:]*):', html) == ["data"]


def test_it_is_small(html):
    assert 100_000 < len(html.encode()) < 1_500_000


def test_every_text_is_there_in_both_languages(html, read):
    assert not [text for text in read.outside if CHINESE.search(text)]
    chinese = re.findall(r'<(\w+) class="zh[^>]*>(.*?)</\1>', html)
    english = re.findall(r'<(\w+) class="en[^>]*>(.*?)</\1>', html)
    spans = [[text for tag, text in found if tag == "span"] for found in (chinese, english)]
    assert len(spans[0]) == len(spans[1]) > 500
    assert all(bool(a.strip()) == bool(b.strip()) for a, b in zip(*spans, strict=True))
    assert not [text for _, text in english if CHINESE.search(text)]


def test_every_number_of_the_indicator_table_follows_from_the_parquet(folder, read):
    table = pd.read_parquet(folder / "indicators.parquet")
    table = table[table["group"] == "all_counties"]
    system = load_indicators()
    assert list(read.rows) == list(system.indicators)
    for name, one in system.indicators.items():
        rows = table[table["indicator"] == name]
        last = rows[rows["year"] == 2025].groupby("policy")["value"]
        base = rows.loc[rows["year"] == 2020, "value"].mean() if one.base is None else one.base.value
        rule, value = one.target.rule, one.target.value
        target = {"level": value, "increment": base + (value or 0), "ratio_to_base": base * (value or 0),
                  "hold": base - one.target.tolerance}[rule]
        mean = last.mean()
        unit = units.unit(OBSERVATIONS[name].unit)

        def write(amount, unit=unit):
            return units.number(amount * unit.factor, decimals=unit.decimals)

        low, high = (last.quantile(q)["full_package"] for q in (0.1, 0.9))
        sign = 1 if one.better == "up" else -1
        cells = [" ".join(cell.split()) for cell in read.rows[name]]
        assert cells[0].startswith(OBSERVATIONS[name].en)
        assert cells[1:3] == [write(base), write(mean["no_new_policy"])]
        assert cells[3] == f"{write(mean['full_package'])} ({write(low)}–{write(high)})"
        assert cells[4] == write(target)
        for cell, policy in ((cells[5], "full_package"), (cells[6], "no_new_policy")):
            met = sign * (mean[policy] - target) >= 0
            assert ("✓ met" in cell) == met, (name, policy)
            assert met or ("≈ close" in cell) == (sign * (mean[policy] - base) >= 0.8 * abs(target - base) > 0
                                                  or (rule == "hold" and mean[policy] >= 0.8 * target))
        assert system.statuses[one.status].en in cells[7]


@pytest.mark.parametrize(
    ("absent", "gone", "there"),
    [(("doses.parquet", "flows.parquet", "runs"), ("measures", "moves"), ("ledger", "decomposition")),
     (("ledger.parquet", "decomposition.parquet", "neighbours.parquet", "quarterly.parquet"),
      ("ledger", "decomposition"), ("measures", "moves"))],
)
def test_a_table_that_is_not_there_leaves_its_section_out_and_no_other(folder, html, tmp_path, absent, gone, there):
    copy = shutil.copytree(folder, tmp_path / "copy")
    for name in absent:
        shutil.rmtree(copy / name) if name == "runs" else (copy / name).unlink()
    without = page.render(Results(copy))
    for section in (*gone, *there, "limits"):
        assert f'<section id="{section}">' in html
        assert (f'<section id="{section}">' in without) == (section not in gone)
        assert section == "limits" or (f'href="#{section}"' in without) == (section not in gone)


def test_one_policy_alone_has_no_effects(folder, tmp_path):
    for name in ("indicators", "flows", "ledger", "counties", "prefectures", "neighbours"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        if "policy" in table:
            table = table[(table["policy"] == "no_new_policy") & (table["seed"] == 1)]
        store.write_table(tmp_path / f"{name}.parquet", table, store.read_metadata(folder / f"{name}.parquet"))
    with pytest.raises(ConfigError, match=r"province\.json: missing; run the same again"):
        page.render(Results(tmp_path))
    shutil.copy(folder / "province.json", tmp_path)
    alone = page.render(Results(tmp_path))
    assert '<section id="effects">' not in alone
    assert "a single run" in alone
    assert "Only 1 run:" in alone


def test_own_figures_are_told_with_their_counties(folder):
    results = Results(folder)
    codes, doctors = [*results.counties["adcode"][:8]], variables()["doctors"]
    assert "Own figures" not in {name.en for name, _ in page.asked(results)}
    for own, zh, en in (
            ({"doctors": codes[:1], "debt": codes[:2]}, "），平阴县、商河县", ") of Pingyin and Shanghe"),
            ({"doctors": codes[:1]}, f"1个数（{doctors.zh}），平阴县", f"one figure ({doctors.en}) of Pingyin"),
            ({"doctors": codes[:7]}, "等7个县（市）", ", and one more county"),
            ({"doctors": codes}, "等8个县（市）", " and 2 more counties")):
        results.own_figures = own
        said = dict(page.asked(results))[Words("自有数据", "Own figures")]
        assert said.zh.endswith(zh) and said.en.endswith(en)


def test_a_target_that_follows_a_simulated_base_says_so(folder, tmp_path):
    table = pd.read_parquet(folder / "indicators.parquet")
    moved = (table["indicator"] == "sewage_collection") & (table["seed"] == 1)
    shutil.copytree(folder, tmp_path / "small")
    store.write_table(tmp_path / "small" / "indicators.parquet",
                      table.assign(value=table["value"].where(~moved, 1.1 * table["value"])),
                      store.read_metadata(folder / "indicators.parquet"))
    varying = [{row.indicator for row in sections.score_rows(Results(place)) if "目标随之" in row.status.zh}
               for place in (folder, tmp_path / "small")]
    assert varying[1] - varying[0] == {"sewage_collection"}


def test_with_too_few_seeds_effects_are_shown_and_said_to_be_untold(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "two")
    for path in (tmp_path / "two").glob("*.parquet"):
        table = pd.read_parquet(path)
        if "seed" in table:
            store.write_table(path, table[table["seed"] < 3], store.read_metadata(path))
    text = page.render(Results(tmp_path / "two"))
    assert "Too few seeds (2) to tell from chance: run at least 3" in text
    assert "no clear change" not in text and "无明确变化" not in text


def test_few_seeds_are_warned_of(html):
    assert "Only 3 runs" in html
    assert "只有3次模拟" in html


def test_the_command_writes_it_again_from_files_alone(folder, html, monkeypatch, capsys, undrawn):
    monkeypatch.chdir(folder.parents[1])
    (folder / "report.html").unlink(missing_ok=True)
    assert cli.main(["report", "small"]) == 0
    assert "报告 Report: " in capsys.readouterr().out
    assert (folder / "report.html").read_text("utf-8") == html
    assert len(list((folder / "figures").glob("*.png"))) == 12
    for name in ("summary", "scorecard", "effects", "doses"):
        table = pd.read_csv(folder / f"{name}.csv")
        assert list(table.columns[:2]) == ["policy", "external"]
        assert {"zh", "en"} <= set(table)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["smal"], "smal: no folder with the results of a run; did you mean small?"),
     (["/nowhere/at/all"], "/nowhere/at/all: no folder with the results of a run"),
     ([], "report: expected one folder or name of a run"),
     (["a", "b"], "report a b: expected one folder or name of a run")],
)
def test_what_is_no_run_is_said_in_one_line(folder, monkeypatch, capsys, arguments, complaint):
    monkeypatch.chdir(folder.parents[1])
    assert cli.main(["report", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"county: {complaint}")
    assert error.count("\n") == 1


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="module")
def browser():
    """Return a real browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if BROWSER is None:
        pytest.skip("no browser on this machine")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_browser_shows_it_offline_without_clipping_or_errors(browser, html, tmp_path, width, language):
    report = tmp_path / "report.html"
    report.write_text(html, "utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    tab, asked, complaints = context.new_page(), [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    tab.goto(f"{report.as_uri()}#{language}")
    assert tab.evaluate("document.documentElement.lang") == language
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("document.fonts.check(\"16px 'County Report Sans'\")")
    first = tab.locator("#answer .answer li").first
    assert first.bounding_box()["y"] < 900  # the answer is seen without scrolling
    tiles = tab.locator(".tile .shape")
    assert tiles.count() == 78
    before = [tile.get_attribute("fill") for tile in tiles.all()]
    tab.select_option("#indicator", "hukou_urbanization")
    assert [tile.get_attribute("fill") for tile in tiles.all()] != before
    tab.locator(".tile").first.click()
    name = tab.locator(".tile").first.get_attribute(f"data-{language}")
    assert tab.locator("#place").inner_text().startswith(name)
    other = "en" if language == "zh" else "zh"
    tab.locator(f"button[data-language={other}]").click()
    assert tab.evaluate("document.documentElement.lang") == other
    assert not complaints
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    context.close()
