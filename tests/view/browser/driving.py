"""How tests drive the page: what they wait for, and how long; they are skipped where there is no browser."""

import shutil

import pytest
from playwright.sync_api import expect

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(EXECUTABLE is None, reason="no Chromium is installed")
PATIENCE = 300_000
"""Milliseconds after which what is waited for is not to be expected any more, on whatever machine."""
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


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
