"""The page in a real browser: what a planner does with it, alone and beside another, and when something goes wrong."""

import gc
import os
import re
import shutil
import threading
import time
import weakref
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim import model as schedule
from sim.config.files import load_measures
from sim.report.style import POLICY
from sim.view import server
from sim.view.choices import Choices
from sim.view.session import Session

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="no Chromium is installed")
POINTS = {1: re.compile(r"^\S+$"), 3: re.compile(r"^\S+ \S+ \S+$")}
"""What a path of so many points is written as."""
PATIENCE = 30_000
"""Milliseconds to wait for what should come at once, on a machine that does other things."""
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(own_cache):
    """Serve the page at scale 1000 for all tests."""
    with server.opened(Choices(scale="1000"), 0) as (served, listener, found):
        thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield found
        served.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser():
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def visit(browser, address):
    """Return a function that opens the page as a visitor; what goes wrong in the browser fails the test."""
    contexts, faults = [], []

    def visit_page(size=WIDE, language="en-GB"):
        contexts.append(browser.new_context(viewport=size, locale=language))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: faults.append(request.url) if not local(request.url) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(address)
        page.wait_for_selector("[data-do=step]:not([disabled])")
        page.wait_for_selector("#tiles")
        return page

    def local(url):
        return url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:"))

    yield visit_page
    for context in contexts:
        context.close()
    assert not faults


def quarter(page):
    return page.inner_text("#clock")


def step(page, quarters=1):
    for _ in range(quarters):
        before = quarter(page)
        page.click("[data-do=step]")
        page.wait_for_function("before => document.querySelector('#clock').innerText !== before", arg=before)


def wait_for(page, script, argument=None):
    page.wait_for_function(script, arg=argument)


def test_start_ten_steps_a_slider_and_a_reset(visit):
    page = visit()
    assert quarter(page) == "End of 2020"
    step(page, 10)
    playwright.expect(page.locator("#clock")).to_have_text("2023 Q2")
    figure = page.locator("figure[data-indicator=resident_urbanization]")
    purple = figure.locator(f"polyline[stroke='{POLICY}']")
    playwright.expect(purple).to_have_attribute("points", POINTS[3])
    slider = page.locator("#dose-citizenization")
    assert slider.input_value() == "1"
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".pending")
    dose = page.locator(".measure:has(#dose-citizenization) output")
    playwright.expect(dose).to_have_text("0.95")
    assert page.inner_text("#changed") == "Doses changed: 1"
    page.click("[data-do=reset]")
    wait_for(page, "() => document.querySelector('#clock').innerText === 'End of 2020'")
    page.wait_for_selector(".pending", state="detached")
    playwright.expect(dose).to_have_text("0.95")
    playwright.expect(purple).to_have_attribute("points", POINTS[1])


def test_it_plays_until_paused_and_to_the_end(visit):
    page = visit()
    page.click("[data-do=start]")
    page.click("[data-do=pause]")
    page.wait_for_selector("#state[data-state=ready]")
    page.select_option("[data-do=speed]", "fastest")
    page.click("[data-do=start]")
    page.wait_for_selector("#state[data-state=ended]")
    assert quarter(page) == "2025 Q4"
    assert page.locator(".verdict.met, .verdict.close, .verdict.missed").count() == 19
    assert page.is_disabled("[data-do=step]")
    wait_for(page, "() => document.querySelectorAll('.multiples text.baseline').length === 19")


def test_the_language_can_be_switched(visit):
    page = visit(language="zh-CN")
    assert page.inner_text("h1") == "县域城镇化模拟"
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert not re.search("[A-Za-z]{4,}", page.inner_text(".county-map") + page.inner_text(".county-paths"))
    page.click("button[lang=en]")
    wait_for(page, "() => document.querySelector('h1').innerText === 'County urbanization'")
    assert page.evaluate("document.documentElement.lang") == "en"
    wait_for(page, "() => !/[\\u4e00-\\u9fff]/.test(document.querySelector('.main-column').textContent)")
    assert page.get_attribute("button[lang=en]", "aria-pressed") == "true"


def test_a_county_opens_on_click_and_from_the_list_and_the_map_shows_what_is_chosen(visit):
    page = visit()
    step(page, 4)
    page.hover("g.tile[data-code='370322']")
    assert page.inner_text("#place").startswith("Gaoqing: ")
    page.click("g.tile[data-code='370322']")
    page.wait_for_selector("#county-name")
    assert page.inner_text("#county-name").startswith("Gaoqing")
    parts = page.eval_on_selector_all("[data-part]", "all => all.map(one => one.dataset.part)")
    assert set(parts) == {"population", "indicators", "plan", "changes", "moves", "ledger", "evaluation", "agents"}
    before = page.inner_text("[data-part=population] tr.total")
    people = page.inner_text("[data-part=agents]")
    page.click("[data-part=agents] button")
    wait_for(page, "before => document.querySelector('[data-part=agents]').innerText !== before", people)
    step(page)
    wait_for(page, "before => document.querySelector('[data-part=population] tr.total').innerText !== before", before)
    page.select_option("[data-county=choose]", "370124")
    wait_for(page, "() => document.querySelector('#county-name').innerText.startsWith('Pingyin')")


    tile = page.locator("g.tile[data-code='370322']")
    labels = {tile.get_attribute("aria-label")}
    for indicator, kind in (("resident_urbanization", "change"), ("resident_urbanization", "gap"),
                            ("age_65_plus", "value"), ("piped_gas", "value")):
        before = tile.get_attribute("aria-label")
        page.select_option("[data-map=indicator]", indicator)
        page.select_option("[data-map=kind]", kind)
        wait_for(page, "before => document.querySelector('g.tile[data-code=\"370322\"]').ariaLabel !== before", before)
        labels.add(tile.get_attribute("aria-label"))
    assert len(labels) == 5
    assert "Imputed" in tile.get_attribute("aria-label")
    assert "Imputed" in page.inner_text(".legend .key")
    page.select_option("[data-paths=group]", "key_ecological")
    before = page.locator("figure[data-indicator=resident_urbanization] polyline").first.get_attribute("points")
    assert before


def test_the_keyboard_reaches_everything(visit):
    page = visit()
    order = []
    for _ in range(90):
        page.keyboard.press("Tab")
        order.append(page.evaluate("""() => { const at = document.activeElement, box = at.getBoundingClientRect();
            return [at.dataset.do || at.dataset.choice || at.dataset.map || at.dataset.code || at.dataset.paths
                    || at.dataset.county || at.dataset.fill || at.id || at.innerText,
                    box.width > 0 && (at.labels?.length > 0 || !!at.ariaLabel || at.innerText.trim() !== '')]; }"""))
        if order[-1][0] == "group":
            break
    names = [name for name, _ in order]
    wanted = ["start", "step", "reset", "speed", "policy", "external", "seed", "scale", "end", "scope", "preset",
              "dose-citizenization", "indicator", "kind", "choose", "group"]
    assert [name for name in names if name in wanted] == wanted
    assert all(spoken for _, spoken in order)
    page.locator("g.tile").first.focus()
    page.keyboard.press("ArrowRight")
    code = page.evaluate("document.activeElement.dataset.code")
    assert code != page.locator("g.tile").first.get_attribute("data-code")
    page.keyboard.press("Enter")
    page.wait_for_selector("#county-name")
    assert page.get_attribute(f"g.tile[data-code='{code}']", "aria-pressed") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    wait_for(page, "code => document.querySelector(`g.tile[data-code='${code}']`).ariaPressed === 'false'", code)


def test_measures_have_cost_and_evidence_and_presets(visit):
    page = visit()
    assert page.locator(".measure").count() == len(load_measures())
    assert page.locator(".group").count() == 5
    page.hover(".measure:has(#dose-employment_training)")
    about = page.wait_for_selector(".about")
    assert "yuan" in about.inner_text() and "assumed" in about.inner_text()
    page.mouse.move(5, 5)
    page.wait_for_selector(".about", state="detached")
    page.focus("#dose-employment_training")
    page.wait_for_selector("#about-employment_training")
    page.keyboard.press("Escape")
    page.wait_for_selector(".about", state="detached")


    page.mouse.click(1400, 300)
    page.select_option("[data-choice=policy]", "no_new_policy")
    wait_for(page, "() => document.querySelector('.measure:has(#dose-land_use) output').innerText === '0.00'")
    page.select_option("[data-choice=scope]", "key_ecological")
    page.click("[data-fill=preset]")
    wait_for(page, "() => document.querySelectorAll('.measure.on').length > 3")
    page.select_option("[data-choice=scope]", "all_counties")
    wait_for(page, "() => document.querySelectorAll('.measure.on').length === 0")
    assert "Key ecological" in page.inner_text(".county-scenario")
    page.click("[data-fill=full]")
    wait_for(page, "count => document.querySelectorAll('.measure.on').length === count", len(load_measures()))


def test_two_visitors_have_models_of_their_own(visit):
    one, two = visit(), visit()
    step(one, 5)
    assert (quarter(one), quarter(two)) == ("2022 Q1", "End of 2020")
    two.fill("[data-choice=seed]", "9")
    two.press("[data-choice=seed]", "Tab")
    two.click("button[lang=zh]")
    wait_for(two, "() => document.querySelector('#clock').innerText === '2020年末'")
    step(two, 5)
    assert quarter(two) == "2022年第1季度"
    assert (quarter(one), one.inner_text("h1")) == ("2022 Q1", "County urbanization")
    assert one.inner_text(".fact b >> nth=0") != two.inner_text(".fact b >> nth=0")


def test_a_wrong_value_is_told_and_the_page_lives_on(visit):
    page = visit()
    step(page)
    page.fill("[data-choice=seed]", "-1")
    page.press("[data-choice=seed]", "Tab")
    assert page.wait_for_selector("#fault").inner_text() == "seed=-1: expected at least 0"
    step(page)
    page.fill("[data-choice=seed]", "2")
    page.press("[data-choice=seed]", "Tab")
    page.wait_for_selector("#fault", state="detached")
    page.click("[data-do=reset]")
    wait_for(page, "() => document.querySelector('#clock').innerText === 'End of 2020'")
    step(page)


def test_a_model_that_fails_is_told_and_the_page_lives_on(visit, monkeypatch):
    page = visit()
    step(page)

    def burst(world):
        raise ZeroDivisionError("no one left")

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "EVERY_QUARTER", (*schedule.EVERY_QUARTER, burst))
        page.click("[data-do=step]")
        assert page.wait_for_selector("#fault").inner_text() == "ZeroDivisionError: no one left"
    assert page.is_disabled("[data-do=step]")
    page.click("button[lang=zh]")
    wait_for(page, "() => document.querySelector('h1').innerText === '县域城镇化模拟'")
    page.click("[data-do=reset]")
    page.wait_for_selector("#fault", state="detached")
    step(page, 2)
    assert quarter(page) == "2021年第2季度"


def test_closing_the_page_frees_its_model(visit, monkeypatch):
    sessions = []
    begin = Session.open
    monkeypatch.setattr(Session, "open", lambda self: sessions.append(weakref.ref(self)) or begin(self))
    page = visit()
    step(page)
    model = weakref.ref(sessions[-1]().model)
    page.close()
    until = time.monotonic() + 20
    while model() is not None and time.monotonic() < until:
        time.sleep(0.1)
        gc.collect()
    assert model() is None


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
    assert table["year"].max() == 2021 and {"value", "baseline", "unit"} <= set(table)
    assert yaml.safe_load(files["scenario"].read_text("utf-8"))["doses"] == {"all": 1.0}


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_is_clipped_and_type_is_large_enough(visit, size, language):
    page = visit(size, language)
    step(page, 4)
    page.select_option("[data-county=choose]", "370322")
    page.wait_for_selector("#county-name")
    page.evaluate("document.querySelectorAll('details.group').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    clipped = page.evaluate("""() => [...document.querySelectorAll('.county *')].filter(one => {
        const box = one.getBoundingClientRect(), style = getComputedStyle(one);
        const text = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
        return text && box.width && style.visibility !== 'hidden' && !one.closest('.scroll')
            && (box.left < -1 || box.right > innerWidth + 1
                || (one.scrollWidth > one.clientWidth + 1 && style.overflow === 'hidden' && !one.closest('svg')));
    }).map(one => one.outerHTML.slice(0, 120))""")
    assert not clipped
    wide = page.evaluate("""() => [...document.querySelectorAll('.scroll')].filter(
        one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 60))""")
    assert not wide
    small = page.evaluate("""() => [...document.querySelectorAll('.county *')].filter(one =>
        [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) && one.getClientRects().length)
        .map(one => { const scale = one.ownerSVGElement ? one.getScreenCTM().a : 1;
                      return [parseFloat(getComputedStyle(one).fontSize) * scale, one.outerHTML.slice(0, 120)]; })
        .filter(([size]) => size < 13.9)""")
    assert not small
    if folder := os.environ.get("COUNTY_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{language}-{size['width']}.png", full_page=True)
