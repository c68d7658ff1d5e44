"""A finding says what the runs say, and claims nothing inside the noise."""

import numpy as np
import pandas as pd
import pytest

from sim.report.tables import findings


def runs(*ends: float, start: float = 50.0) -> pd.DataFrame:
    rows = [(year, "all_counties", "urban", seed, value)
            for seed, end in enumerate(ends) for year, value in ((2020, start), (2025, end))]
    return pd.DataFrame(rows, columns=["year", "group", "indicator", "seed", "value"])


def say(table: pd.DataFrame, language: str = "en") -> str:
    return findings.sentence(table, subject="Urbanization", unit="%", language=language)


def test_band_is_the_mean_within_the_tenth_and_ninetieth_percentile():
    band = findings.band(runs(*np.arange(11.0))).loc[("urban", "all_counties", 2025)]
    assert (band["mean"], band["low"], band["high"]) == pytest.approx((5.0, 1.0, 9.0))


def test_band_leaves_missing_values_out():
    band = findings.band(runs(1.0, np.nan, 3.0))
    assert band.loc[("urban", "all_counties", 2025), "mean"] == 2.0
    assert findings.band(runs(np.nan)).index.get_level_values("year").tolist() == [2020]


def test_change_since_the_first_year_is_taken_within_each_seed():
    changed = findings.since_first_year(runs(55.0, 40.0))
    assert changed.groupby("year")["value"].apply(list).to_dict() == {2020: [0, 0], 2025: pytest.approx([10, -20])}


def test_there_is_no_change_in_percent_since_zero():
    assert findings.since_first_year(runs(5.0, start=0.0))["value"].isna().all()


def test_a_clear_change_is_said_with_its_size_and_interval():
    rise = say(runs(53.9, 54.0, 54.1))
    assert rise == (
        "Urbanization would rise from 50.0% in 2020 to 54.0% in 2025 "
        "(+4.0 percentage points, 80% interval +3.9 to +4.1)"
    )
    assert "would fall" in say(runs(45.0, 46.0))
    assert "由2020年的50.0%降至2025年的45.5%（−4.5个百分点，80%区间−4.9至−4.1）" in say(runs(45.0, 46.0), "zh")


@pytest.mark.parametrize("ends", [(49.0, 51.5), (50.0, 50.0), (50.01, 50.02)])
def test_a_change_inside_the_band_is_called_unclear(ends):
    assert "no clear change" in say(runs(*ends))
    assert "无明确变化" in say(runs(*ends), "zh")


def test_a_single_run_says_so():
    assert say(runs(54.0)).endswith("(+4.0 percentage points, a single run)")


def test_one_year_and_no_data_are_said_plainly():
    assert say(runs(np.nan)) == "Urbanization, 2020: 50.0%"
    assert say(runs(np.nan, start=np.nan)) == "Urbanization: no data"


def test_caption_names_seeds_interval_and_sample():
    assert "20 seeds" in findings.caption(1, 20, 100, "en")
    assert "stands for 1,000" in findings.caption(1, 20, 1000, "en")
    assert "单次模拟" in findings.caption(1, 1, 1, "zh")


def test_few_seeds_are_said_to_be_few():
    assert "with 2 runs the interval is hardly more" in findings.caption(1, 2, 100, "en")
    assert "只有2次模拟" in findings.caption(1, 2, 100, "zh")
    assert "hardly" not in findings.caption(1, 5, 100, "en") + findings.caption(1, 1, 100, "en")


def test_a_figure_names_its_policy_and_external_conditions():
    table = pd.DataFrame({"policy": ["full_package"] * 2, "external": ["land_market_slump"] * 2})
    assert findings.scenario(table, "en") == "Policy: full_package; external conditions: land_market_slump. "
    assert findings.scenario(table, "zh") == "政策：full_package；外部条件：land_market_slump。"
