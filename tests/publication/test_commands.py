"""Every command that a page shows is one, and its configuration is what the command takes."""

import re
import shlex

import pytest
import yaml

from sim.cli.help import COMMANDS
from sim.compose import compose
from sim.experiments import combinations

from .test_pages import PAGES, ROOT

SHOWN = re.compile(r"(?:^    |`)(county [a-z][^`#\n]*(?:\\\n[^`#\n]*)*)", re.M)
ONES_OWN = re.compile(r"[A-Z]{4}|名|指标|数值|=(?:outputs/|my_|mine)|engine=dask$")
"""What stands for a name or a value, is made by an earlier command, or is the reader's."""


def commands(path):
    found = SHOWN.findall(path.read_text("utf-8").replace(".venv/bin/", ""))
    return [line for line in (one.replace("\\\n", " ").strip() for one in found) if not ONES_OWN.search(line)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_shown_can_be_typed(path):
    for line in commands(path):
        _, command, *arguments = shlex.split(line)
        assert command in COMMANDS, line
        if command == "sweep":
            assert combinations.variants(combinations.given(arguments)), line
        elif COMMANDS[command].has_keys and not {"--help", "-h", "-m", "--multirun"} & {*arguments}:
            assert compose(command, arguments), line


def test_what_a_cluster_is_given_can_be_typed():
    every = yaml.safe_load_all((ROOT / "docs" / "kubernetes.yaml").read_text("utf-8"))
    pod = next(one for one in every if (one["kind"], one["metadata"]["name"]) == ("Pod", "sweep"))
    command, *arguments = pod["spec"]["containers"][0]["args"]
    assert command == "sweep"
    asked = combinations.variants(combinations.given(arguments))
    assert {config.scheduler for _, config, _ in asked} == {"tcp://scheduler:8786"}


def test_pages_show_commands():
    assert sum(len(commands(path)) for path in PAGES) > 100
