"""Every county has a cell of its own, near where it is, beside its neighbours."""

import numpy as np
import pandas as pd
import pytest

from sim.report.tables import grid, tiles


def cells(layout: tiles.Layout) -> set[tuple[int, int]]:
    return set(zip(layout.column.tolist(), layout.row.tolist(), strict=True))


def synthetic(count: int) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(count)
    return draws.uniform(100, 108, count), draws.uniform(26, 34, count)


def test_counties_and_districts_have_distinct_cells(counties, prefectures, neighbours):
    place = tiles.place(counties, prefectures, neighbours)
    assert len(place) == len(counties) + len(prefectures)
    assert not place[["x", "y"]].round(3).duplicated().any()
    assert place["district"].sum() == len(prefectures)


@pytest.mark.parametrize("count", [1, 2, 3, 17, 150])
def test_any_number_of_places_has_distinct_cells(count):
    layout = tiles.layout(*synthetic(count))
    assert len(cells(layout)) == count
    assert np.isfinite([layout.x, layout.y]).all()


def test_places_in_a_line_or_at_one_point_have_distinct_cells():
    assert len(cells(tiles.layout([110.0] * 9, np.linspace(30, 34, 9)))) == 9
    assert len(cells(tiles.layout([110.0] * 5, [30.0] * 5))) == 5


@pytest.mark.parametrize("caches", [("one", "two"), ("one", "one")], ids=["searched", "kept"])
def test_layout_is_deterministic(caches, monkeypatch, tmp_path):
    found = []
    for cache in caches:
        monkeypatch.setenv("COUNTY_CACHE", str(tmp_path / cache))
        tiles._layout.cache_clear()
        found.append(tiles.layout(*synthetic(150)))
    assert all(np.array_equal(a, b) for a, b in zip(*found, strict=True))


def test_shape_of_the_province_is_kept(counties, prefectures, neighbours):
    place = tiles.place(counties, prefectures, neighbours)
    seats = pd.concat([counties, prefectures])[["seat_lon", "seat_lat"]].to_numpy()
    assert np.corrcoef(place["x"], seats[:, 0])[0, 1] > 0.97
    assert np.corrcoef(place["y"], seats[:, 1])[0, 1] > 0.93
    names = [*counties["name_en"], *prefectures["name_en"]]
    assert names[place["x"].idxmax()] == "Rongcheng"
    east = place.loc[place["x"] > 0.75 * place["x"].max(), "prefecture_adcode"]
    assert set(east) == set(prefectures.loc[prefectures["name_en"].isin(["Yantai", "Weihai"]), "adcode"])


def test_true_neighbours_touch_and_prefectures_stay_in_one_piece(counties, prefectures, neighbours):
    place = tiles.place(counties, prefectures, neighbours)
    at = place[["x", "y"]].to_numpy()
    touching = grid.touching(at)
    pairs = np.array(tiles._pairs(neighbours, list(place["adcode"])))
    assert touching[pairs[:, 0], pairs[:, 1]].mean() > 0.8
    group = np.unique(place["prefecture_adcode"], return_inverse=True)[1]
    assert grid.splits(touching, group) == 0


def test_borders_run_between_groups_and_around_all():
    two_apart = tiles.borders([0.0, 1.0], [0.0, 0.0], ["a", "b"])
    two_together = tiles.borders([0.0, 1.0], [0.0, 0.0], ["a", "a"])
    assert two_apart.shape == (12, 2, 2)
    assert two_together.shape == (10, 2, 2)


def test_a_place_without_coordinates_is_refused():
    with pytest.raises(ValueError, match="longitude and a latitude"):
        tiles.layout([117.0, float("nan")], [36.0, 36.5])
