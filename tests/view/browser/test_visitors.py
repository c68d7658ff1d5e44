"""The page in a real browser: visitors beside one another, and when something goes wrong."""

import gc
import threading
import time
import weakref

from playwright.sync_api import expect

from sim import model as schedule
from sim.view.session import Session

from .driving import PATIENCE, clock, needs_browser, reset, step

pytestmark = needs_browser


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
