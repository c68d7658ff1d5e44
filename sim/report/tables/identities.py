"""Identities that a finished folder must fulfil, tested on its tables alone: files, people, money and land."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from sim import archive
from sim.config import ConfigError
from sim.config.fault import shorten
from sim.config.files import shown
from sim.report.words.bilingual import Words

ENDS = ("opening", "closing")
USES = ("built_up_land", "village_land", "farmland", "other_land")
POINTS, YUAN = 1e-6, 1.0
"""Percentage points and yuan by which sums of rounded values may differ."""


class Identity(NamedTuple):
    """An identity: what it says, how many values it was tested on, and where it does not hold, the first places."""

    title: Words
    tested: int
    broken: list[str]


def check(folder: Path) -> list[Identity]:
    """Test every identity on the tables of a run or a sweep; raises ConfigError for tables that cannot be read."""
    def table(name: str) -> pd.DataFrame:
        path = folder / f"{name}.parquet"
        try:
            return pd.read_parquet(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise ConfigError(f"{shown(path)}: expected a whole table; {shorten(error)}") from None

    found = [_files(folder, table("indicators"))]
    counties = table("counties")
    for test in (_people_by_quarter, _people_by_year):
        found.append(test(table("quarterly"), table("indicators"), counties))
    found.append(_urban_people(table("decomposition"), table("indicators"), counties))
    found += [test(table("ledger")) for test in (_accounts_close, _payments_are_receipts, _years_follow)]
    found.append(_debts(table("ledger"), table("indicators"), counties))
    return [*found, _land(table("indicators"), counties), _wholes(table("indicators"), counties)]


def _files(folder: Path, indicators: pd.DataFrame) -> Identity:
    runs = sorted(indicators["run"].unique())
    return Identity(Words("文件与其清单一致", "Files are those of their manifests"), len(runs),
                    [f"runs/{run}" for run in runs if archive.manifest(folder, run) is None])


def _people_by_quarter(quarterly: pd.DataFrame, indicators: pd.DataFrame, counties: pd.DataFrame) -> Identity:
    rows = quarterly.sort_values(["run", "adcode", "quarter"])
    before = rows.groupby(["run", "adcode"], observed=True)["residents"].shift()
    first = _by_county(indicators, counties, "residents")
    start = first[first.groupby(level=["run", "group"]).cumcount() == 0].droplevel("year")
    keys = pd.MultiIndex.from_frame(rows[["run", "adcode"]].astype(str))
    before = before.fillna(pd.Series(start.reindex(keys).to_numpy(), rows.index))
    off = rows["residents"] - (before + rows["births"] - rows["deaths"] + rows["arrivals"] - rows["departures"])
    return _identity(Words("各县各季：人口＝季初＋出生－死亡＋迁入－迁出",
                           "People by county and quarter: before, births, deaths, arrivals, departures"),
                     off, rows[["run", "adcode", "quarter"]])


def _people_by_year(quarterly: pd.DataFrame, indicators: pd.DataFrame, counties: pd.DataFrame) -> Identity:
    year = quarterly["quarter"].astype(str).str[:4].astype(int)
    by = quarterly.assign(group=quarterly["adcode"].astype(str), year=year).groupby(["run", "group", "year"])
    sums = by[["births", "deaths", "arrivals", "departures"]].sum()
    residents = _by_county(indicators, counties, "residents")
    off = (residents.groupby(level=["run", "group"]).diff() - sums["births"] + sums["deaths"] - sums["arrivals"]
           + sums["departures"]).dropna()
    for name in ("births", "deaths"):
        off = pd.concat([off, (_by_county(indicators, counties, name) - sums[name]).dropna()])
    return _identity(Words("各县各年：人口、出生与死亡与各季一致", "People by county and year: as the quarters say"),
                     off, off.index.to_frame())


def _urban_people(decomposition: pd.DataFrame, indicators: pd.DataFrame, counties: pd.DataFrame) -> Identity:
    parts = decomposition[decomposition["rate"] == "resident_urbanization"]
    said = parts.groupby(["run", "group", "year"], observed=True)["points"].sum()
    rate = _values(indicators, "resident_urbanization")
    off = (rate.groupby(level=["run", "group"]).diff() - said).dropna()
    return _identity(Words("各县各年：城镇化率变化＝各项之和", "Urban share: its change is the sum of its components"),
                     off.where(off.abs() > POINTS, 0.0), off.index.to_frame())


def _accounts_close(ledger: pd.DataFrame) -> Identity:
    fen = _fen(ledger).where(ledger["item"] != "closing", -_fen(ledger))
    off = fen.groupby([ledger["run"], ledger["year"], ledger["holder"], ledger["book"]], observed=True).sum()
    return _identity(Words("各账户各年：期初＋收入－支出＝期末",
                           "Accounts: what they open with and what moves is the closing"),
                     off, off.index.to_frame())


def _payments_are_receipts(ledger: pd.DataFrame) -> Identity:
    moved = ledger[~ledger["item"].isin(ENDS)]
    holder, other = moved["holder"].astype(str), moved["counterparty"].astype(str)
    pair = np.where(holder < other, holder + " " + other, other + " " + holder)
    off = _fen(moved).groupby([moved["run"], moved["year"], moved["item"].astype(str), pair]).sum()
    return _identity(Words("复式记账：每笔支出都是另一方的收入", "Double entry: each payment is a receipt of another"),
                     off, off.index.to_frame())


def _years_follow(ledger: pd.DataFrame) -> Identity:
    ends = ledger[ledger["item"].isin(ENDS)]
    year = ends["year"] + (ends["item"] == "closing")
    fen = _fen(ends).where(ends["item"] == "opening", -_fen(ends))
    last = ledger.groupby("run", observed=True)["year"].max().reindex(ends["run"]).to_numpy()
    inside = (year > ledger["year"].min()) & (year <= last)
    off = fen[inside].groupby([ends["run"], year, ends["holder"], ends["book"]], observed=True).sum()
    return _identity(Words("各账户：上年期末＝次年期初", "Accounts: a year opens as the last one closed"),
                     off, off.index.to_frame())


def _debts(ledger: pd.DataFrame, indicators: pd.DataFrame, counties: pd.DataFrame) -> Identity:
    owed = ledger[(ledger["item"] == "closing") & ledger["book"].isin(["general_debt", "special_debt"])]
    keys = [owed["run"], owed["holder"].astype(str).rename("group"), owed["year"]]
    debt = _by_county(indicators, counties, "debt")
    off = debt + owed["yuan"].groupby(keys).sum().reindex(debt.index).fillna(0.0)
    return _identity(Words("各县各年：债务＝账户期末余额", "Debt by county and year: what its accounts close with"),
                     off.where(off.abs() > YUAN, 0.0), off.index.to_frame())


def _land(indicators: pd.DataFrame, counties: pd.DataFrame) -> Identity:
    table = pd.DataFrame({name: _by_county(indicators, counties, name) for name in USES})
    area = counties.set_index("adcode")["area_km2"].reindex(table.index.get_level_values("group")).to_numpy() * 1e6
    off = table.sum(axis=1) - np.round(area) + table.where(table < 0, 0.0).abs().sum(axis=1)
    return _identity(Words("各县各年：各类土地之和＝面积", "Land by county and year: its uses sum to its area"),
                     off, table.index.to_frame())


def _wholes(indicators: pd.DataFrame, counties: pd.DataFrame) -> Identity:
    found = []
    for name in ("residents", "urban_residents", "births", "deaths", *USES):
        parts = _by_county(indicators, counties, name).groupby(level=["run", "year"]).sum()
        values = _values(indicators, name)
        whole = values[values.index.get_level_values("group") == "all_counties"].droplevel("group")
        off = (whole - parts).dropna()
        found.append(off.where(off.abs() > 1e-9 * parts.reindex(off.index).abs(), 0.0))
    together = pd.concat(found)
    return _identity(Words("全部县：人口与土地＝各县之和", "All counties: people and land are the sums of counties"),
                     together, together.index.to_frame())


def _values(indicators: pd.DataFrame, name: str) -> pd.Series:
    """Return an indicator by run, group and year."""
    rows = indicators[indicators["indicator"] == name]
    keys = [rows["run"].astype(str), rows["group"].astype(str), rows["year"]]
    return pd.Series(rows["value"].to_numpy(), pd.MultiIndex.from_arrays(keys)).sort_index()


def _by_county(indicators: pd.DataFrame, counties: pd.DataFrame, name: str) -> pd.Series:
    values = _values(indicators, name)
    return values[values.index.get_level_values("group").isin(counties["adcode"])]


def _fen(ledger: pd.DataFrame) -> pd.Series:
    return np.rint(100 * ledger["yuan"]).astype(np.int64)


def _identity(title: Words, off: pd.Series, places: pd.DataFrame) -> Identity:
    wrong = np.flatnonzero(off.to_numpy() != 0)
    return Identity(title, len(off), [f"{', '.join(map(str, places.iloc[k]))}: {off.iloc[k]:g}" for k in wrong])
