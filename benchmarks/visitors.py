"""Whether the server of the page gives back what its visitors had, one of whom is gone without a word."""

import json
import time
import urllib.request
from contextlib import suppress

from benchmarks.report import table, verdict
from benchmarks.view import browsing, can_browse, opened, resident, served, step

VISITORS, QUARTERS, ROUNDS = 20, 2, 1
"""Visitors at once, quarters that each steps through, and how often so many come."""
GOAL = 0.05
"""Part by which memory may be above that after the first visitor."""
PATIENCE = 300_000
"""Milliseconds for which the page is waited for, as twenty share the cores with the browser."""
SETTLED = 8
"""Seconds without a change after which memory is taken to be what is left."""
QUICK = """import sys
from sim import cli
from sim.view import server
server.LOST = "9s"
sys.exit(cli.main(sys.argv[1:]))"""
"""The command, but that nobody is waited for who is gone without a word."""


def measure() -> None:
    """Memory of the server after one visitor, with twenty at once, and after they left, one of them without a word."""
    if not can_browse():
        return
    from playwright.sync_api import Error

    rows, left = [], []
    with served("-c", QUICK, "view", "scale=1000") as (address, pid), browsing() as browser:
        for visitors in (1, *[VISITORS] * ROUNDS):
            pages = []
            for _ in range(visitors):
                pages.append(browser.new_context().new_page())
                pages[-1].set_default_timeout(PATIENCE)
                opened(pages[-1], address)
            for quarter in range(QUARTERS):
                for page in pages:
                    step(page)
                if quarter == 0 and visitors > 1:
                    gone = pages.pop(visitors // 2)
                    with suppress(Error):
                        gone.goto("chrome://crash")
            most = resident(pid)
            for page in pages:
                page.close(run_before_unload=False)
            left.append(_settled(address, pid))
            rows.append([f"{visitors}", f"{most / 2**20:.0f}", f"{left[-1] / 2**20:.0f}"])
    table(["visitors at once", "MiB with them", "MiB after them"], rows)
    print("  growth: " + verdict(round(max(left) / left[0] - 1, 3), GOAL))


def _settled(address: str, pid: int) -> int:
    """Return the memory of the server when it has no kernel of a visitor any more and has freed what they had."""
    seen: list[int] = []
    while len(seen) < SETTLED or max(seen[-SETTLED:]) > min(seen[-SETTLED:]):
        time.sleep(1)
        with urllib.request.urlopen(f"{address}/resourcez") as answer:
            there = json.load(answer)["kernels"]["total"]
        seen = [] if there else [*seen, resident(pid) >> 20 << 20]
    return seen[-1]
