"""Runs beside the visitors' own are shared, few at a time, and let go of; a band over them says what it holds."""

import threading
from types import SimpleNamespace
from typing import ClassVar

import pandas as pd
import pytest

from sim.report.tables import findings
from sim.view import background, band
from sim.view.background import Look
from sim.view.choices import Choices
from tests.view.conftest import PATIENCE, ended

SEVERAL = 4


class Held:
    """A model of two years of one step each, which begins a step only when it is let."""

    begun: ClassVar[dict] = {}
    gate = threading.Semaphore(0)
    faulty: ClassVar[set] = set()

    def __init__(self, config, rng, threads):
        self.config, self.years = config, 0
        self.world = SimpleNamespace(observed=SimpleNamespace(years=0))
        Held.begun.setdefault(config.seed, []).append(self)

    @property
    def running(self):
        return self.years < 2

    def step(self):
        assert Held.gate.acquire(timeout=PATIENCE)
        if self.config.seed in Held.faulty:
            raise ZeroDivisionError(f"seed {self.config.seed}")
        self.years += 1
        self.world.observed.years += 1

    def indicators(self):
        rows = [(2020 + year, group, "residents", float(self.config.seed * year))
                for year in range(self.years + 1) for group in ("all_counties", "370124")]
        return pd.DataFrame(rows, columns=["year", "group", "indicator", "value"])


@pytest.fixture
def held(own_cache, monkeypatch):
    """Have background runs simulate the model above; return it."""
    monkeypatch.setattr(background, "CountyUrbanization", Held)
    monkeypatch.setattr(background, "_finished", background.OrderedDict())
    Held.begun, Held.gate, Held.faulty = {}, threading.Semaphore(0), set()
    yield Held
    Held.gate.release(1000)
    ended("county-background")
    assert not background._working and not background._under_way


def config(seed):
    return Choices(scale="1000", seed=str(seed)).config()


class Listener:
    """Something that is told, and waits for it."""

    def __init__(self):
        self.times, self._news = 0, threading.Condition()

    def __call__(self):
        with self._news:
            self.times += 1
            self._news.notify_all()

    def told(self, times):
        with self._news:
            assert self._news.wait_for(lambda: self.times >= times, PATIENCE)


def test_all_who_ask_for_the_same_share_a_run_that_is_remembered(held):
    listeners = [Listener() for _ in range(3)]
    looks = [Look(config(1), listener, counties=True) for listener in listeners]
    held.gate.release(2)
    for listener, look in zip(listeners, looks, strict=True):
        listener.told(2)
        assert look.finished and set(look.table["group"]) == {"all_counties", "370124"}
    again = Look(config(1), Listener(), counties=True)
    assert again.finished and again.table is looks[0].table
    assert len(held.begun[1]) == 1
    assert again.serves(config(1)) and not again.serves(config(2))


def test_only_rows_of_groups_are_kept_where_counties_are_not_asked_for(held):
    listener = Listener()
    look = Look(config(1), listener)
    held.gate.release(2)
    listener.told(2)
    assert set(look.table["group"]) == {"all_counties"} and len(look.table) == 3


def test_another_content_of_the_data_is_another_run(held, monkeypatch):
    look = Look(config(1), Listener())
    monkeypatch.setattr(background.baseline, "load", lambda folder: SimpleNamespace(hash="other"))
    assert not look.serves(config(1))
    look.cancel()


def test_what_is_remembered_is_bounded(held, monkeypatch):
    monkeypatch.setattr(background, "KEPT", 7)
    for seed in (1, 2, 3):
        listener = Listener()
        Look(config(seed), listener)
        held.gate.release(2)
        listener.told(2)
    ended("county-background")
    assert [run.table["value"].max() for run in background._finished.values()] == [4.0, 6.0]


def test_few_run_at_once_and_what_can_wait_leaves_a_place(held, monkeypatch):
    monkeypatch.setattr(background, "AT_ONCE", 2)
    patient = [Look(config(seed), Listener(), patient=True) for seed in (1, 2, 3)]
    urgent = [Look(config(seed), Listener()) for seed in (4, 5)]
    assert [run._config.seed for run in background._working] == [1, 4]
    assert len(background._under_way) == 5
    patient[1].cancel()
    held.gate.release(100)
    ended("county-background")
    assert all(look.finished for look in (patient[0], patient[2], *urgent))
    assert not patient[1].finished and set(held.begun) == {1, 3, 4, 5}


def test_a_run_at_which_nobody_looks_stops_and_begins_anew_for_the_next(held):
    look = Look(config(1), Listener())
    look.cancel()
    held.gate.release()
    ended("county-background")
    assert not look.finished and not background._finished
    listener = Listener()
    look = Look(config(1), listener)
    held.gate.release(2)
    listener.told(2)
    assert look.finished and len(held.begun[1]) == 2


def test_faults_end_nothing_else(held):
    held.faulty = {1}

    def burst():
        raise KeyError("listener")

    listener, other = Listener(), Listener()
    deaf, failed, fine = Look(config(2), burst), Look(config(1), listener), Look(config(2), other)
    held.gate.release(100)
    listener.told(1)
    other.told(2)
    ended("county-background")
    assert isinstance(failed.fault, ZeroDivisionError) and not failed.finished
    assert isinstance(deaf.fault, KeyError) and deaf.finished and fine.finished and fine.fault is None
    held.faulty = set()
    again = Look(config(1), Listener())
    ended("county-background")
    assert again.finished and again.fault is None


def test_a_band_fills_in_one_run_after_another(held, monkeypatch):
    monkeypatch.setattr(band, "SETS", SEVERAL)
    held.faulty = {8}
    listener = Listener()
    made = band.Band(config(7), listener)
    shown = [made.interval()]
    for k in range(SEVERAL):
        assert len(background._working) <= 1
        held.gate.release(2 if 7 + k not in held.faulty else 1)
        listener.told(k + 1)
        shown.append(made.interval())
    assert [(one.done, one.failed) for one in shown] == [(0, 0), (1, 0), (1, 1), (2, 1), (3, 1)]
    assert [one.table.empty for one in shown] == [True, True, True, False, False]
    assert shown[-1].asked == SEVERAL and isinstance(made.fault, ZeroDivisionError)
    runs = [run[0] for run in held.begun.values()]
    assert [run.config.parameter_set for run in runs] == [1, 2, 3, 4]
    values = pd.Series([2.0 * seed for seed in (7, 9, 10)])
    low, high = shown[-1].table.loc[("residents", "all_counties", 2022), ["low", "high"]]
    assert (low, high) == (values.quantile(findings.LOW), values.quantile(findings.HIGH))
    for text, words in zip(shown[-1].said(), ("3/4组", "3 of 4 sets"), strict=True):
        assert words in text and "1" in text
    assert "2025" not in shown[1].said().en and "1 of 4 sets (1 failed)" in shown[2].said().en


def test_a_band_of_known_runs_is_there_at_once(held, monkeypatch):
    monkeypatch.setattr(band, "SETS", SEVERAL)
    for _ in range(2):
        listener = Listener()
        made = band.Band(config(7), listener)
        held.gate.release(2 * SEVERAL)
        seen = listener.times
        while (now := made.interval()).done < now.asked:
            listener.told(seen + 1)
            seen = listener.times
    assert listener.times == 0 and all(len(runs) == 1 for runs in held.begun.values())


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_without_enough_parameter_sets_there_is_no_band(monkeypatch, kept):
    monkeypatch.setattr(band, "load_ensemble", lambda: [{}] * kept)
    assert band.sets() == 0 and band.over(Choices(scale="1000").config()) == []
