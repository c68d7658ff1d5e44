"""The page in a real browser: what is shown beside a run - a pinned one, a band, the reference run - and passed on."""

import re
import threading

import pandas as pd
import yaml
from playwright.sync_api import expect

from sim.view import background, band

from .driving import PATIENCE, clock, needs_browser, step

pytestmark = needs_browser
POINTS = {3: re.compile(r"^\S+ \S+ \S+$")}
"""What a path of so many points is written as."""


def test_a_run_is_pinned_and_compared_and_its_band_fills_in(visit, monkeypatch):
    monkeypatch.setattr(band, "SETS", 2)
    page = visit()
    lines = page.locator("figure[data-indicator=resident_urbanization] polyline[class]:not(.target)")
    step(page, 8)
    page.click("[data-paths=pin]")
    expect(page.locator("#pinned")).to_contain_text("Full package")
    page.fill("[data-choice=seed]", "3")
    page.press("[data-choice=seed]", "Tab")
    page.click("[data-do=reset]")
    clock(page).to_have_text("End of 2020")
    step(page, 4)
    expect(page.locator("#pinned")).to_contain_text("Its seed is another")
    expect(lines).to_have_count(3)
    expect(page.locator(".multiples text.pinned")).to_have_count(19)
    page.select_option("[data-map=kind]", "pinned")
    expect(page.locator(".county-map")).to_contain_text("The pinned run: Full package")
    expect(page.locator("#band")).to_contain_text("without an interval")
    page.click("[data-paths=spread]")
    expect(page.locator("#band")).to_contain_text("2 of 2 sets")
    expect(page.locator("polygon.policy")).to_have_count(19)
    require_apart(page)
    page.click("button[lang=zh]")
    expect(page.locator("#band")).to_contain_text("2/2组")
    page.click("[data-paths=unpin]")
    expect(lines).to_have_count(2)
    expect(page.locator("[data-map=kind]")).to_have_value("value")
    page.click("[data-paths=spread]")
    expect(page.locator("polygon.policy")).to_have_count(0)


def test_an_unfinished_reference_run_is_drawn_to_where_it_is(visit, monkeypatch):
    gate = threading.Event()

    class Held(background.CountyUrbanization):
        def step(self):
            if self.world.observed.years >= 3:  # with the base year
                assert gate.wait(PATIENCE / 1000)
            super().step()

    monkeypatch.setattr(background, "CountyUrbanization", Held)
    try:
        page = visit(language="zh-CN")
        page.fill("[data-choice=seed]", "31")
        page.press("[data-choice=seed]", "Tab")
        expect(page.locator(".waiting")).to_contain_text("算至2022年")
        for _ in range(3):
            step(page, 4)
            expect(page.locator("polyline.reference[stroke-dasharray]")).to_have_count(19)
            require_apart(page)
        reference = page.locator("figure[data-indicator=piped_gas] polyline.reference")
        expect(reference).to_have_attribute("points", POINTS[3])
    finally:
        gate.set()
    expect(page.locator("polyline.reference[stroke-dasharray]")).to_have_count(0)
    require_apart(page)


def test_a_link_opens_what_it_was_copied_from(visit, address):
    page = visit(language="zh-CN")
    page.select_option("[data-choice=policy]", "pilots_funded")
    expect(page.locator("[data-choice=scope]")).to_have_value("pilots")
    expect(page.locator(".measure:has(#dose-land_use) output")).to_have_text("1.00")
    page.locator("#dose-land_use").press("ArrowLeft")
    expect(page.locator("#changed")).to_be_visible()
    page.fill("[data-choice=seed]", "12")
    page.press("[data-choice=seed]", "Tab")
    page.select_option("[data-map=indicator]", "age_65_plus")
    page.select_option("[data-paths=group]", "key_ecological")
    page.click("[data-do=link]")  # at once: what was chosen before is in it
    expect(page.locator("[data-do=link]")).to_have_text("✓ 已复制")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/?version=")
    other = visit(language="en-GB", query=link.removeprefix(address))
    expect(other.locator("h1")).to_have_text("县域城镇化模拟")
    for choice, value in (("choice=policy", "pilots_funded"), ("choice=seed", "12"), ("map=indicator", "age_65_plus"),
                          ("paths=group", "key_ecological"), ("choice=scope", "pilots")):
        expect(other.locator(f"[data-{choice}]")).to_have_value(value)
    expect(other.locator(".measure:has(#dose-land_use) output")).to_have_text("0.95")
    expect(other.locator(".notice")).to_have_count(0)


def test_a_link_that_is_bad_or_of_another_version_says_so(visit):
    page = visit(query="?version=0.0.9&policy=full_packet&nonsense=1")
    notices = page.locator(".notice")
    expect(notices).to_have_count(2)
    expect(notices.first).to_contain_text("another version (0.0.9)")
    expect(notices.last).to_contain_text("it cannot have nonsense")
    page.click("button[lang=zh]")
    expect(notices.last).to_contain_text("nonsense 不是链接中的项")
    notices.first.locator("button").click()
    expect(notices).to_have_count(0)
    step(page)


def test_downloads(visit, tmp_path):
    page = visit()
    step(page, 4)
    files = {}
    for kind in ("map", "paths", "table", "scenario"):
        page.click(".downloads summary")
        with page.expect_download() as waiting:
            page.click(f"[data-download={kind}]")
        files[kind] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[kind])
    assert all(files[kind].read_bytes().startswith(b"\x89PNG") for kind in ("map", "paths"))
    table = pd.read_csv(files["table"], dtype={"group": str})
    assert table["year"].max() == 2021 and {"value", "without", "unit"} <= set(table)
    assert yaml.safe_load(files["scenario"].read_text("utf-8"))["doses"] == {"all": 1.0}
    page.select_option("[data-county=choose]", "371428")
    with page.expect_download() as waiting:
        page.click("[data-county=plan]")
    waiting.value.save_as(tmp_path / "plan.html")
    plan = (tmp_path / "plan.html").read_text("utf-8")
    assert waiting.value.suggested_filename == "371428_2021.html" and "武城县" in plan and "Citizenization" in plan


def require_apart(page):
    """Require that no label of a path overprints another, a mark of the axis or a year."""
    crossed = page.evaluate("""() => [...document.querySelectorAll('.multiples svg')].flatMap(svg => {
        const texts = [...svg.querySelectorAll('text')].map(one => [one, one.getBBox()]), found = [];
        texts.forEach(([one, a], k) => texts.slice(k + 1).forEach(([other, b]) => {
            const high = one.classList.length && other.classList.length ? 3 : 4;  // empty parts
            if ((one.classList.length || other.classList.length)
                && a.x < b.x + b.width && b.x < a.x + a.width
                && a.y + high < b.y + b.height - high && b.y + high < a.y + a.height - high) {
                found.push(svg.ariaLabel + ': ' + one.textContent + ' ' + other.textContent); } }));
        return found; })""")
    assert not crossed
    beyond = page.evaluate("""() => [...document.querySelectorAll('.multiples svg')].flatMap(svg =>
        [...svg.querySelectorAll('text')].filter(one => { const box = one.getBBox();
            return box.x < 0 || box.x + box.width > svg.viewBox.baseVal.width; }).map(one => one.textContent))""")
    assert not beyond
