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
from sim.view import background, band, server
from sim.view.choices import Choices
from sim.view.session import Session

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="no Chromium is installed")
POINTS = {3: re.compile(r"^\S+ \S+ \S+$")}
"""What a path of so many points is written as."""
PATIENCE = 300_000
"""Milliseconds after which what is waited for is not to be expected any more, on whatever machine."""
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
    expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def visit(browser, address):
    """Return a function that opens the page as a visitor; what goes wrong in the browser fails the test."""
    contexts, faults = [], []

    def visit_page(size=WIDE, language="en-GB", query=""):
        contexts.append(browser.new_context(viewport=size, locale=language,
                                            permissions=["clipboard-read", "clipboard-write"]))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: faults.append(request.url) if not local(request.url) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(address + query)
        expect(page.locator("[data-do=step]")).to_be_enabled()
        expect(page.locator("#tiles")).to_be_visible()
        return page

    def local(url):
        return url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:"))

    yield visit_page
    for context in contexts:
        context.close()
    assert not faults


def clock(page):
    return expect(page.locator("#clock"))


def step(page, quarters=1):
    for _ in range(quarters):
        before = page.inner_text("#clock")
        page.click("[data-do=step]")
        clock(page).not_to_have_text(before)


def reset(page):
    page.click("[data-do=reset]")
    clock(page).to_have_text("End of 2020")


def test_start_ten_steps_a_slider_and_a_reset(visit):
    page = visit()
    clock(page).to_have_text("End of 2020")
    step(page, 10)
    clock(page).to_have_text("2023 Q2")
    figure = page.locator("figure[data-indicator=resident_urbanization]")
    purple = figure.locator("polyline.policy")
    expect(purple).to_have_attribute("points", POINTS[3])
    slider = page.locator("#dose-citizenization")
    expect(slider).to_have_value("1")
    slider.press("ArrowLeft")
    expect(page.locator(".pending")).to_be_visible()
    dose = page.locator(".measure:has(#dose-citizenization) output")
    expect(dose).to_have_text("0.95")
    expect(page.locator("#changed")).to_have_text("Doses changed: 1")
    reset(page)
    expect(page.locator(".pending")).to_have_count(0)
    expect(dose).to_have_text("0.95")
    expect(purple).to_have_count(0)
    expect(figure.locator("circle.policy")).to_have_count(1)


def test_it_plays_until_paused_and_to_the_end(visit):
    page = visit()
    state = page.locator("#state")
    page.select_option("[data-do=speed]", "slow")
    page.click("[data-do=start]")
    page.click("[data-do=pause]")
    expect(state).to_have_attribute("data-state", "ready")
    page.select_option("[data-do=speed]", "fastest")
    page.click("[data-do=start]")
    expect(state).to_have_attribute("data-state", "ended")
    clock(page).to_have_text("2025 Q4")
    expect(page.locator(".verdict.met, .verdict.close, .verdict.missed")).to_have_count(19)
    expect(page.locator("[data-do=step]")).to_be_disabled()
    expect(page.locator(".multiples text.reference")).to_have_count(19)


def test_the_language_can_be_switched(visit):
    page = visit(language="zh-CN")
    title, html = expect(page.locator("h1")), expect(page.locator("html"))
    title.to_have_text("县域城镇化模拟")
    html.to_have_attribute("lang", "zh")
    for part in (".county-map", ".county-paths"):
        expect(page.locator(part)).not_to_contain_text(re.compile("[A-Za-z]{4,}"), use_inner_text=True)
    heard = page.evaluate("""() => { const group = document.querySelector('.languages'), heard = [];
        new MutationObserver(() => heard.push(group.ariaBusy + group.innerText)).observe(
            group, { attributes: true, subtree: true, childList: true, characterData: true });
        window.heard = heard; return heard.length; }""")
    page.click("button[lang=en]")
    title.to_have_text("County urbanization")
    expect(page.locator(".languages")).to_have_attribute("aria-busy", "false")
    assert heard == 0 and page.evaluate("window.heard.some(one => /^true.*Switching/s.test(one))")
    html.to_have_attribute("lang", "en")
    expect(page.locator(".main-column")).not_to_contain_text(re.compile("[\u4e00-\u9fff]"))
    expect(page.locator("button[lang=en]")).to_have_attribute("aria-pressed", "true")


def test_a_county_opens_on_click_and_from_the_list_and_the_map_shows_what_is_chosen(visit):
    page = visit()
    step(page, 4)
    tile, name = page.locator("g.tile[data-code='370322']"), expect(page.locator("#county-name"))
    tile.hover()
    expect(page.locator("#place")).to_have_text(re.compile("^Gaoqing: "))
    tile.click()
    name.to_have_text(re.compile("^Gaoqing"))
    parts = ["population", "indicators", "gaps", "plan", "changes", "moves", "ledger", "evaluation", "agents"]
    expect(page.locator("[data-part]")).to_have_count(len(parts))
    for part in parts:
        expect(page.locator(f"[data-part={part}]")).to_be_visible()
    people = page.locator("[data-part=agents]")
    before = people.inner_text()
    people.locator("button").click()
    expect(people).not_to_have_text(before, use_inner_text=True)
    total = page.locator("[data-part=population] tr.total")
    before = total.inner_text()
    step(page)
    expect(total).not_to_have_text(before, use_inner_text=True)
    page.select_option("[data-county=choose]", "370124")
    name.to_have_text(re.compile("^Pingyin"))
    labels = {tile.get_attribute("aria-label")}
    for choice, value in (("kind", "change"), ("kind", "gap"), ("kind", "value"), ("indicator", "age_65_plus"),
                          ("indicator", "piped_gas")):
        before = tile.get_attribute("aria-label")
        page.select_option(f"[data-map={choice}]", value)
        expect(tile).not_to_have_attribute("aria-label", before)
        labels.add(tile.get_attribute("aria-label"))
    assert len(labels) == 5
    expect(tile).to_have_attribute("aria-label", re.compile("Imputed"))
    expect(page.locator(".legend .key")).to_contain_text("Imputed")
    figure = page.locator("figure[data-indicator=resident_urbanization]")
    path = figure.locator("polyline.policy")
    before = path.get_attribute("points")
    page.select_option("[data-paths=group]", "key_ecological")
    expect(path).not_to_have_attribute("points", before)
    expect(figure.locator("polyline").first).to_have_attribute("points", re.compile(r"\S"))


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
    first, focused = page.locator("g.tile").first, page.locator("g.tile:focus")
    first.press("ArrowRight")
    expect(focused).not_to_have_attribute("data-code", first.get_attribute("data-code"))
    tile = page.locator(f"g.tile[data-code='{focused.get_attribute('data-code')}']")
    page.keyboard.press("Enter")
    expect(page.locator("#county-name")).to_be_visible()
    expect(tile).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowDown")
    expect(tile).not_to_be_focused()
    page.keyboard.press(" ")
    expect(tile).to_have_attribute("aria-pressed", "false")


def test_measures_have_cost_and_evidence_and_presets(visit):
    page = visit()
    expect(page.locator(".measure")).to_have_count(len(load_measures()))
    expect(page.locator(".group")).to_have_count(5)
    about, chosen = page.locator(".about"), page.locator(".measure.on")
    page.hover(".measure:has(#dose-employment_training)")
    expect(about).to_contain_text("yuan")
    expect(about).to_contain_text("assumed")
    page.mouse.move(5, 5)
    expect(about).to_have_count(0)
    page.focus("#dose-employment_training")
    expect(page.locator("#about-employment_training")).to_be_visible()
    page.keyboard.press("Escape")
    expect(about).to_have_count(0)
    page.mouse.click(1400, 300)
    page.select_option("[data-choice=policy]", "no_new_policy")
    expect(page.locator(".measure:has(#dose-land_use) output")).to_have_text("0.00")
    page.select_option("[data-choice=scope]", "key_ecological")
    page.click("[data-fill=preset]")
    expect(chosen.nth(3)).to_be_attached()
    page.select_option("[data-choice=scope]", "all_counties")
    expect(chosen).to_have_count(0)
    expect(page.locator(".county-scenario")).to_contain_text("Key ecological")
    page.click("[data-fill=full]")
    expect(chosen).to_have_count(len(load_measures()))


def test_two_visitors_have_models_of_their_own(visit):
    one, two = visit(), visit()
    step(one, 5)
    clock(one).to_have_text("2022 Q1")
    clock(two).to_have_text("End of 2020")
    two.fill("[data-choice=seed]", "9")
    two.press("[data-choice=seed]", "Tab")
    two.click("button[lang=zh]")
    clock(two).to_have_text("2020年末")
    step(two, 5)
    clock(two).to_have_text("2022年第1季度")
    clock(one).to_have_text("2022 Q1")
    expect(one.locator("h1")).to_have_text("County urbanization")
    fact = one.locator(".fact b").first.inner_text()
    expect(two.locator(".fact b").first).not_to_have_text(fact)


def test_a_wrong_value_is_told_and_the_page_lives_on(visit):
    page = visit()
    fault = expect(page.locator("#fault"))
    step(page)
    page.fill("[data-choice=seed]", "-1")
    page.press("[data-choice=seed]", "Tab")
    fault.to_have_text("seed=-1: expected at least 0")
    step(page)
    page.fill("[data-choice=seed]", "2")
    page.press("[data-choice=seed]", "Tab")
    fault.to_have_count(0)
    reset(page)
    step(page)


def test_a_model_that_fails_is_told_and_the_page_lives_on(visit, monkeypatch):
    page = visit()
    fault, stepping = expect(page.locator("#fault")), expect(page.locator("[data-do=step]"))
    step(page)

    def burst(world):
        if world.config.policy.name != "no_new_policy":  # its reference run may still be at work
            raise ZeroDivisionError("no one left")

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "EVERY_QUARTER", (*schedule.EVERY_QUARTER, burst))
        page.click("[data-do=step]")
        fault.to_have_text("ZeroDivisionError: no one left")
        stepping.to_be_disabled()
    page.click("button[lang=zh]")
    expect(page.locator("h1")).to_have_text("县域城镇化模拟")
    page.click("[data-do=reset]")
    fault.to_have_count(0)
    step(page, 2)
    clock(page).to_have_text("2021年第2季度")


def test_closing_the_page_frees_its_model(visit, monkeypatch):
    sessions = []
    begin = Session.open
    monkeypatch.setattr(Session, "open", lambda self: sessions.append(weakref.ref(self)) or begin(self))
    page = visit()
    step(page)
    freed = threading.Event()
    weakref.finalize(sessions[-1]().model, freed.set)
    page.close()
    until = time.monotonic() + PATIENCE / 1000
    while not freed.wait(0.1):  # a model and its agents know each other, and only a full collection finds them
        assert time.monotonic() < until
        gc.collect()


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


def test_pilots_are_marked_on_the_map(visit):
    page = visit(NARROW)
    expect(page.locator("#tiles .pilot")).to_have_count(0)
    page.select_option("[data-choice=policy]", "pilots_one_per_prefecture")
    expect(page.locator("#tiles .pilot")).to_have_count(10)
    expect(page.locator(".legend .key")).to_contain_text("Pilot")
    named = page.locator("g.tile:has(.pilot)").first
    expect(named).to_have_attribute("aria-label", re.compile(r"\(Pilot\): "))


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
    expect(page.locator("[data-do=link]")).to_contain_text("链接已复制")
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


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_package_of_a_search_becomes_the_policy_on_click(visit, write_search, tmp_path, monkeypatch, language):
    monkeypatch.chdir(tmp_path)
    write_search(tmp_path / "outputs" / "optimise")
    page = visit(WIDE, language)
    section, policy = page.locator(".county-packages"), expect(page.locator("[data-choice=policy]"))
    expect(section.locator("path.package")).to_have_count(2)
    section.locator("path.package").first.click()
    policy.to_have_value(re.compile("step_1.yaml$"))
    section.locator("[data-take$='best.yaml']").press("Enter")
    policy.to_have_value(re.compile("best.yaml$"))
    expect(section.locator("[data-take$='best.yaml']")).to_have_attribute("aria-pressed", "true")
    page.select_option("[data-choice=scope]", "specialised_function")
    expect(page.locator(".measure:has(#dose-sewage) output")).to_have_text("0.75")
    expect(page.locator("#fault")).to_have_count(0)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        require_legible(page, size)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_nothing_is_clipped_and_type_is_large_enough(visit, language):
    page = visit(WIDE, language)
    step(page, 4)
    page.select_option("[data-county=choose]", "370322")
    expect(page.locator("[data-part]")).to_have_count(9)
    page.evaluate("document.querySelectorAll('details.group').forEach(one => one.open = true)")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        require_legible(page, size)
        if folder := os.environ.get("COUNTY_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{language}-{size['width']}.png", full_page=True)


def require_legible(page, size):
    """Require that no text is clipped, nothing is wider than the page and all type is large enough."""
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
