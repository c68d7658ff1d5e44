"""Both READMEs show the same commands and point to the same places, and what they point to exists."""

import re
from pathlib import Path

import pytest

from sim.compose import compose

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "README.md", ROOT / "README.zh.md")


def commands(path):
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    return [line.partition("#")[0].strip() for line in lines]


def code(path):
    blocks = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.S)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def links(path):
    found = re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    return [link for link in found if not link.startswith("README")]


def test_both_languages_show_the_same():
    english, chinese = FILES
    assert len(commands(english)) > 10
    assert commands(english) == commands(chinese)
    assert code(english) == code(chinese)
    assert links(english) == links(chinese)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    assert all((ROOT / link).exists() for link in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("command", [line for line in commands(FILES[0]) if line.startswith("county run")])
def test_runs_that_are_shown_compose(command):
    compose("run", command.split()[2:])
