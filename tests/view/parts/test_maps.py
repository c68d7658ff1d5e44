"""The map shows what the model observed, and nothing of a county that is imputed."""

import numpy as np
import pytest

from sim import targets
from sim.report.charts import layers
from sim.report.words import style
from sim.report.words.bilingual import LANGUAGES
from sim.view import downloads, maps


@pytest.mark.parametrize("kind", ["value", "change", "gap", "difference"])
@pytest.mark.parametrize("indicator", ["resident_urbanization", "output_per_resident"])
def test_the_map_shows_what_was_observed(live, without, indicator, kind):
    shown = maps.values(live, maps.Shown(indicator, kind))
    table = live.ours[live.ours["indicator"] == indicator].pivot(index="group", columns="year", values="value")
    theirs = without.indicators().query("indicator == @indicator and year == 2025").set_index("group")["value"]
    assessed = targets.assess(live.ours, live.system, 2025).query("indicator == @indicator").set_index("group")
    expected = {"value": table[2025], "change": table[2025] - table[2020], "difference": table[2025] - theirs,
                "gap": table[2025] - assessed["target"]}[kind].reindex(live.counties["adcode"])
    np.testing.assert_allclose(shown, expected.where(shown.notna()))
    allowed = layers.showable(live)[indicator]
    assert set(shown.index[shown.notna()]) == allowed and len(allowed) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_imputed_values_of_counties_are_nowhere(live, model, language):
    imputed = [one["value"] for one in maps.choices(live, language)[-1]["items"]]
    assert {"fiscal_self_sufficiency", "piped_gas"} <= set(imputed)
    for name in imputed:
        layer = maps.layer(live, maps.Shown(name, "value"), language)
        assert layer["known"] == 0 and not any(layer["written"])
        assert set(layer["colours"]) == {style.MISSING}
    counties = set(live.counties["adcode"])
    table = downloads.table(live)
    assert not counties & set(table.loc[table["indicator"].isin(imputed), "group"])
    assert counties <= set(table.loc[table["indicator"] == "resident_urbanization", "group"])


def test_every_indicator_can_be_chosen_for_the_map(live):
    offered = {one["value"] for group in maps.choices(live, "en") for one in group["items"]}
    assert set(live.system.indicators) <= offered and {"residents", "age_65_plus"} <= offered
    gap = maps.shown(live, maps.FIRST, kind="gap")
    assert gap == maps.Shown("resident_urbanization", "gap")
    assert maps.shown(live, gap, indicator="residents") == maps.Shown("residents", "value")
    assert maps.shown(live, gap, kind="nonsense").kind == "value"


def test_the_map_shows_the_difference_to_the_pinned_run(beside, live):
    what = maps.shown(beside, maps.FIRST, kind="pinned")
    shown = maps.values(beside, what)
    own, other = (values.loc["resident_urbanization"][2025] for values in (beside.values, beside.pinned.values))
    np.testing.assert_allclose(shown, (own - other).reindex(shown.index).where(shown.notna()))
    assert shown.abs().max() > 0 and beside.pinned.run.en in maps.layer(beside, what, "en")["beside"]
    assert maps.shown(live, what) == maps.FIRST
    assert "pinned" not in {one["value"] for one in maps.kinds(live, "resident_urbanization", "en")}
