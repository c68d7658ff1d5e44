"""The front of a search is drawn where its tables say."""

from sim.view import packages


def test_the_front_of_a_search_is_drawn_where_its_tables_say(write_search, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert packages.found() is None
    write_search(tmp_path / "outputs" / "optimise")
    front = packages.front(packages.found(), "specialised_function", "en")
    step, best = front["packages"]
    assert (step["name"], best["name"], best["chosen"]) == ("step 1", "chosen", True)
    assert (best["cost"], best["achievement"], best["debt"]) == ("2,299", "0.60", "101%")
    assert step["x"] < best["x"] and step["y"] > best["y"] > front["asked"] and front["without"] > step["y"]
    assert front["dots"][0] == [packages.LEFT, front["without"]]
    (tmp_path / "outputs" / "optimise" / "front.parquet").unlink()  # while it is written anew
    assert packages.found() is None
