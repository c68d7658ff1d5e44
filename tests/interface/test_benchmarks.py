"""A benchmark of this tree can be held against the same of an earlier commit."""

import re
from pathlib import Path

import pytest

from benchmarks import against
from benchmarks.__main__ import main
from benchmarks.peer import events
from benchmarks.peer_model import Peer
from sim.model import CountyUrbanization


@pytest.mark.skipif(not (Path(__file__).parents[2] / ".git").exists(), reason="no history to compare with")
def test_ratio_to_a_commit(capsys):
    assert main(["against", "HEAD", "pairs=1", "listing"]) == 0
    old, new, ratio, least, most = map(float, re.findall(r"\d+\.\d+", capsys.readouterr().out.splitlines()[-1]))
    assert old > 0 and new > 0
    assert least == ratio == most == pytest.approx(old / new, rel=0.02)


@pytest.mark.parametrize("arguments, expected", [
    (["against"], "expected a commit that git knows"), (["against", "no-such-commit"], "expected a commit"),
    (["against", "HEAD", "listings"], "no such comparison"), (["against", "HEAD", "pairs=none"], "expected a number"),
    (["listings"], "no such benchmark")])
def test_bad_input(arguments, expected, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert expected in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("name", against.FIGURES)
def test_what_is_compared_is_there(name):
    assert against.figures(name).__doc__


def test_the_same_happens_to_plain_objects():
    """Births, deaths, moves, conversions and hires of a quarter: rates of like work are compared."""
    model, peer = CountyUrbanization(scale=1000, rng=1), Peer(CountyUrbanization(scale=1000, rng=1).world)
    model.step()
    peer.step()
    for ours, theirs in zip(events(model), peer.events(), strict=True):
        assert abs(ours - theirs) < 5 * (ours + theirs) ** 0.5
