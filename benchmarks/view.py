"""How soon the page can be used, how fast it follows the model, and whether it keeps what is over."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report import spread, table, verdict
from sim.model import CountyUrbanization

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VISITS, QUARTERS, RESETS, LONG = 5, 20, 100, 200
"""Pages opened, quarters timed in each, resets and quarters over which memory is followed."""
GOAL_USABLE, GOAL_STEP, GOAL_GROWTH = 3.0, 0.3, 0.05
"""Seconds until the page shows a figure and can be used, and for a step with its drawing; part by which memory may
grow."""
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ALONE = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
STEP = """async () => {
    const clock = document.querySelector('#clock'), before = clock.innerText, begun = performance.now();
    const drawn = new Promise(resolve => new MutationObserver((_, watch) => {
        if (clock.innerText !== before) { watch.disconnect(); requestAnimationFrame(() => setTimeout(resolve)); }
    }).observe(clock, { childList: true, characterData: true, subtree: true }));
    document.querySelector('[data-do=step]').click();
    await drawn;
    return (performance.now() - begun) / 1000;
}"""
"""Press the button, and return seconds until what changed is painted."""
FIGURE = """const watch = new MutationObserver(() => {
    if (document.querySelector('#tiles path')) {
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.mark('first figure')));
    }
});
watch.observe(document, { childList: true, subtree: true });"""
"""Mark when the first figure is painted."""
READY = "() => ['ready', 'ended'].includes(document.querySelector('#state').dataset.state)"
DOSES = (0.2, 0.5)
"""Doses to which a slider is set on each page; every time a little more, so that no run is there already."""
SLIDE = """dose => {
    const one = document.querySelector('#dose-citizenization');
    one.step = 'any';
    one.value = dose;
    one.dispatchEvent(new Event('input'));
    one.dispatchEvent(new Event('change'));
}"""
ROWS, NOTE = "document.querySelector('#preview tbody tr')", "document.querySelector('#preview .note')?.innerText"
BEGUN = "() => /2020/.test(document.querySelector('#clock').innerText)"
USABLE = "[data-do=step]:not([disabled])"


def figures() -> dict[str, float]:
    """The page at its default scale: seconds until it can be used, and medians of a step with its drawing."""
    with served() as (address, _), browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        usable = opened(page, address)
        steps = [step(page) for _ in range(QUARTERS)]
    return {"until it can be used": usable, "step and drawing": statistics.median(steps),
            "last quarters of years": statistics.median(steps[3::4])}


def measure() -> None:
    """Time until the page can be used, time of a step with its drawing, and memory over many steps and resets."""
    if not can_browse():
        return
    with served() as (address, pid), browsing() as browser:
        figures, usable, quarters, ends, first, whole = [], [], [], [], [], []
        for _ in range(VISITS):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            usable.append(opened(page, address))
            figures.append(page.evaluate("performance.getEntriesByName('first figure')[0].startTime / 1000"))
            for dose in DOSES:
                begins, ends_with = answered(page, dose + len(first) / 1000)
                first.append(begins)
                whole.append(ends_with)
            steps = [step(page) for _ in range(QUARTERS)]
            quarters += [seconds for k, seconds in enumerate(steps) if k % 4 != 3]
            ends += steps[3::4]
            page.close()
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
        rows = [["page load until the first figure, the map", *spread(figures)],
                ["page load until it can be used", *spread(usable)],
                ["step and drawing, every quarter", *spread(quarters + ends)],
                ["  quarters within a year", *spread(quarters)], ["  last quarters, all redrawn", *spread(ends)],
                ["a slider until the first pair of its quick answer", *spread(first)],
                ["  until all pairs", *spread(whole)],
                ["the model's step alone", *spread(_alone())]]
        table([f"scale 100, load {load}", "median s", "least - most"], rows)
        print("  first figure: " + verdict(float(spread(figures)[0]), GOAL_USABLE))
        print("  usable: " + verdict(float(spread(usable)[0]), GOAL_USABLE))
        print("  step: " + verdict(float(spread(quarters + ends)[0]), GOAL_STEP))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened(page, address)
        _memory(page, pid)


def _alone() -> list[float]:
    """Return seconds of each quarter of the same model without a page."""
    model = CountyUrbanization(policy="full_package", scale=100, rng=1)
    seconds = []
    while model.running:
        begun = time.perf_counter()
        model.step()
        seconds.append(time.perf_counter() - begun)
    return seconds


def _memory(page, pid: int) -> None:
    """Print the memory of the server over quarters and resets; the first run through warms it up."""
    marks = {}
    for name, quarters, resets in (("after the first run", QUARTERS, 1),
                                   (f"after {LONG} more quarters and {LONG // QUARTERS} resets", LONG, 1),
                                   (f"after {RESETS} more resets, each after a quarter", 0, RESETS)):
        for k in range(quarters):
            step(page)
            if k % QUARTERS == QUARTERS - 1:
                _reset(page)
        for _ in range(0 if quarters else resets):
            step(page)
            _reset(page)
        marks[name] = (resident(pid), page.evaluate("performance.memory.usedJSHeapSize"))
    table(["memory, MiB", "server", "script in the browser"],
          [[name, *(f"{value / 2**20:.0f}" for value in pair)] for name, pair in marks.items()])
    first, *later = (pair[0] for pair in marks.values())
    print("  growth of the server: " + verdict(round(max(later) / first - 1, 3), GOAL_GROWTH))


def can_browse() -> bool:
    """Return whether there is a browser to drive, and say where there is none."""
    if missing := "playwright" if find_spec("playwright") is None else "Chromium" if BROWSER is None else "":
        print(f"  left out: no {missing} is installed")
    return not missing


@contextmanager
def browsing() -> Iterator["Browser"]:
    """Give a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started, started.chromium.launch(executable_path=BROWSER, args=ALONE) as browser:
        yield browser


def opened(page: "Page", address: str) -> float:
    """Open the page of a server; return seconds until it can be used."""
    page.goto("about:blank")
    begun = page.evaluate("Date.now()")
    page.add_init_script(FIGURE)
    page.goto(address, wait_until="commit")
    page.wait_for_selector(USABLE)
    page.wait_for_selector("#tiles")
    return (page.evaluate("Date.now()") - begun) / 1000


def answered(page: "Page", dose: float) -> tuple[float, float]:
    """Set a slider; return seconds until the first pair of the quick answer is painted, and until all are."""
    begun = page.evaluate("performance.now()")
    page.evaluate(SLIDE, dose)
    page.wait_for_function(f"() => !/^5 of/.test({NOTE})")
    page.wait_for_function(f"() => {ROWS} && /^[1-5] of/.test({NOTE})")
    first = page.evaluate("performance.now()")
    page.wait_for_function(f"() => /^5 of/.test({NOTE})")
    return (first - begun) / 1000, (page.evaluate("performance.now()") - begun) / 1000


def step(page: "Page") -> float:
    """Advance by one quarter; return seconds until it is painted."""
    page.wait_for_function(READY)
    return page.evaluate(STEP)


def _reset(page) -> None:
    page.click("[data-do=reset]:not([disabled])")
    page.wait_for_function(BEGUN)
    page.wait_for_selector(USABLE)


def resident(pid: int) -> int:
    """Return bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def served(*python: str) -> Iterator[tuple[str, int]]:
    """Serve the page in a process of its own, at its default scale unless told otherwise; give address and number."""
    command = [sys.executable, *(python or ("-m", "sim", "view")), "port=0", "open=false"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = next(match for line in process.stdout if (match := re.search(r"http://\S+", line)))
            yield found[0], process.pid
        finally:
            process.terminate()
