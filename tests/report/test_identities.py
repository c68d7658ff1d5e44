"""People, money and land of a finished folder add up, and whatever does not is named with its place."""

import shutil

import pandas as pd
import pytest

from sim import cli
from sim.report.tables import identities

CHANGED = {
    "quarterly": ("residents", 1000, {"Files", "People by county and quarter", "People by county and year"}),
    "ledger": ("yuan", 0.01, {"Files", "Accounts: what", "Double entry"}),
    "decomposition": ("points", 0.1, {"Files", "Urban share"}),
}
"""A column of a table in which one value is changed, by how much, and the identities that are broken then."""


@pytest.fixture
def copy(folder, tmp_path):
    """Return a copy of a finished folder."""
    return shutil.copytree(folder, tmp_path / "outputs" / "copy")


def test_a_finished_run_fulfils_every_identity(copy, monkeypatch, capsys):
    monkeypatch.chdir(copy.parents[1])
    found = identities.check(copy)
    assert all(one.tested for one in found)
    assert not [one for one in found if one.broken]
    assert cli.main(["check", "copy"]) == 0
    assert all(one.title.zh in line for one, line in zip(found, capsys.readouterr().out.splitlines()[1:], strict=True))


@pytest.mark.parametrize("table", CHANGED)
def test_one_changed_value_is_found(copy, table, monkeypatch, capsys):
    column, by, wanted = CHANGED[table]
    path = copy / f"{table}.parquet"
    rows = pd.read_parquet(path)
    county = rows[next(name for name in ("group", "adcode", "holder") if name in rows)].eq("370124")
    rows.loc[county[county].index[len(county[county]) // 2], column] += by
    rows.to_parquet(path)
    broken = [one.title.en for one in identities.check(copy) if one.broken]
    assert broken
    assert all(any(title.startswith(start) for start in wanted) for title in broken)
    monkeypatch.chdir(copy.parents[1])
    assert cli.main(["check", "copy"]) == 1


@pytest.mark.parametrize("use", identities.USES)
def test_a_square_metre_of_land_that_is_gone_is_found(copy, use):
    path = copy / "indicators.parquet"
    rows = pd.read_parquet(path)
    place = rows.index[(rows["indicator"] == use) & (rows["group"] == "370124")][-1]
    rows.loc[place, "value"] -= 1
    rows.to_parquet(path)
    broken = {one.title.en: one.broken for one in identities.check(copy)}
    assert ["370124" in where for where in broken["Land by county and year: its uses sum to its area"]] == [True]


def test_a_torn_table_is_bad_input(copy, monkeypatch, capsys):
    monkeypatch.chdir(copy.parents[1])
    (copy / "ledger.parquet").write_bytes(b"PAR1")
    assert cli.main(["check", "copy"]) == 2
    assert "ledger.parquet: expected a whole table" in capsys.readouterr().err
