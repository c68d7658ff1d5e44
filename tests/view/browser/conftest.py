"""The served page, a browser, and visits to the page."""

import threading

import pytest
from playwright.sync_api import expect, sync_playwright

from sim.view import server
from sim.view.choices import Choices

from .driving import EXECUTABLE, PATIENCE, WIDE


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
    with sync_playwright() as started:
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
