"""The page in a real browser: what a planner does with it, in both languages, by mouse and by keyboard."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sim.config.files import load_measures

from .driving import NARROW, WIDE, clock, needs_browser, reset, step

pytestmark = needs_browser
POINTS = {3: re.compile(r"^\S+ \S+ \S+$")}
"""What a path of so many points is written as."""


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


def test_a_slider_is_answered_by_quick_runs_and_then_by_the_run_itself(visit):
    page = visit()
    clock(page).to_have_text("End of 2020")
    preview = page.locator("#preview")
    expect(preview).to_have_count(0)
    page.locator("#dose-citizenization").press("ArrowLeft")
    expect(preview.locator("h3")).to_have_text("Quick answer: what this policy changes by 2025")
    expect(preview.locator(".note")).to_contain_text("5 of 5 pairs")
    expect(preview.locator("tbody tr")).to_have_count(6)
    expect(preview.locator("th")).to_have_count(2)
    page.select_option("[data-do=speed]", "fastest")
    page.click("[data-do=start]")
    clock(page).to_have_text("2025 Q4")
    expect(preview.locator("th")).to_have_text(["", "Quick runs (80% interval)", "This run"])


def test_what_is_being_typed_stays_when_the_page_is_written_anew(visit):
    page = visit()
    seed = page.locator("[data-choice=seed]")
    seed.fill("12")
    page.locator("#dose-citizenization").evaluate(
        "one => { one.value = 0.5; one.dispatchEvent(new Event('change')); }")  # which leaves the keyboard where it is
    expect(page.locator("#preview .note")).to_contain_text("5 of 5 pairs")
    expect(seed).to_have_value("12")
    seed.press("Tab")
    page.click("[data-do=link]")
    expect(page.locator("[data-do=link]")).to_have_text("✓ Copied")
    assert "seed=12" in page.evaluate("navigator.clipboard.readText()")
    expect(seed).to_have_value("12")
    seed.fill(" 12 ")  # the same again
    seed.press("Tab")
    expect(seed).to_have_value("12")
    seed.fill("-1")
    seed.press("Tab")
    expect(page.locator("#fault")).to_contain_text("seed")
    expect(seed).to_have_value("-1")


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


def test_pilots_are_marked_on_the_map(visit):
    page = visit(NARROW)
    expect(page.locator("#tiles .pilot")).to_have_count(0)
    page.select_option("[data-choice=policy]", "pilots_one_per_prefecture")
    expect(page.locator("#tiles .pilot")).to_have_count(10)
    expect(page.locator(".legend .key")).to_contain_text("Pilot")
    named = page.locator("g.tile:has(.pilot)").first
    expect(named).to_have_attribute("aria-label", re.compile(r"\(Pilot\): "))


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
