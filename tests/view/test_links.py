"""A link leads back to exactly what it was made of, and one that does not says why in both languages."""

import re
from typing import get_args
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.files import load_indicators, load_measures, scenarios
from sim.policy.plan import levers_of
from sim.report.words.bilingual import LANGUAGES
from sim.view import links, maps
from sim.view.choices import PILOTS, SCOPES, TOWNS, Choices
from sim.view.words import LINKS, Kind

FIRST = Choices(scale="1000", given=("start=2011",), finest=10, visitors=3)
MEASURES = [*load_measures(), *levers_of(load_measures())]
CHANGES = st.dictionaries(st.tuples(st.sampled_from([*SCOPES, PILOTS, TOWNS]), st.sampled_from(MEASURES)),
                          st.floats(0, 1), max_size=12)
CHOICES = st.builds(
    Choices, policy=st.sampled_from(sorted(scenarios("policy"))),
    external=st.sampled_from(sorted(scenarios("external"))),
    scale=st.sampled_from(["10", "100", "1000"]), seed=st.integers(0, 2**63 - 1).map(str),
    end=st.integers(2021, 2035).map(str), changes=CHANGES, given=st.just(FIRST.given), finest=st.just(FIRST.finest),
    visitors=st.just(FIRST.visitors))
LAYERS = st.builds(maps.Shown, st.sampled_from([*load_indicators().indicators, *maps.EXTRAS]),
                   st.sampled_from([kind for kind in get_args(Kind) if kind != "pinned"]))
PLACES = st.builds(links.Place, CHOICES, st.sampled_from(LANGUAGES), LAYERS, st.sampled_from(SCOPES))
PLACE = links.Place(Choices(scale="1000", end="2021"), "zh", maps.Shown("residents", "change"), "key_ecological")


@given(PLACES)
def test_a_link_leads_back_exactly(place):
    query = links.write(place)
    assert links.read(query, FIRST) == place
    assert query.isascii() and not re.search(r"[\s\"'<>]", query)


def test_doses_are_kept_to_the_last_digit():
    place = PLACE._replace(choices=PLACE.choices.with_doses("all_counties", {"land_use": 0.1 + 0.2}))
    assert links.read(links.write(place), Choices()).choices.changes["all_counties", "land_use"] == 0.1 + 0.2


def test_a_good_link_is_opened_without_a_word(own_cache):
    place = PLACE._replace(choices=PLACE.choices.with_doses("key_ecological", {"citizenization": 0.123456789}))
    assert links.opened(links.write(place), Choices()) == links.Opened(place, [])
    assert links.opened("", Choices()) == links.Opened(None, [])


def test_a_pinned_run_is_not_in_a_link():
    query = links.write(PLACE._replace(layer=maps.Shown("residents", "pinned")))
    assert links.read(query, Choices()).layer == maps.Shown("residents", "value")


def test_a_link_of_another_version_says_so(monkeypatch):
    query = links.write(PLACE)
    monkeypatch.setattr(links, "version", lambda: "9.9.9 abcdef0")
    place, notes = links.opened(query, Choices())
    assert place == PLACE and len(notes) == 1
    assert all("9.9.9 abcdef0" in text and parse_qsl(query)[0][1] in text for text in notes[0])


def test_a_link_of_a_page_with_other_settings_says_so():
    assert links.opened(links.write(PLACE), FIRST).notes == [LINKS["settings"]]


FAULTS = {
    "policy": "full_packet", "external": "nowhere", "scale": "7", "seed": "-1", "end": "1999", "language": "fr",
    "group": "province", "indicator": "happiness", "kind": "colour", "dose.all_counties.land_use": "1.5",
    "dose.nowhere.land_use": "0.5", "dose.all_counties.magic": "0.5", "dose.": "1", "dose.all_counties.sewage": "nan",
    "colour": "red", "version": None, "seed ": None,
}


@pytest.mark.parametrize("key", FAULTS)
def test_a_bad_link_says_what_is_wrong_in_both_languages(key):
    fields = dict(parse_qsl(links.write(PLACE)))
    if FAULTS[key] is None:
        key = key.strip()
        del fields[key]
    else:
        fields[key] = FAULTS[key]
    place, notes = links.opened(urlencode(fields), Choices())
    assert place is None and len(notes) == 1
    assert all(key in text and "\n" not in text for text in notes[0])
    assert re.search("[\u4e00-\u9fff]", notes[0].zh) and not re.search("[\u4e00-\u9fff]", notes[0].en)


@pytest.mark.parametrize("query", ["nonsense", "a=%ff", "policy=full_package&policy=land_led", "&&", "=", "a=1;b=2"])
def test_a_damaged_link_says_so(query):
    place, notes = links.opened(query, Choices())
    assert place is None and notes and all(all(note) for note in notes)


def test_a_scenario_that_fails_later_says_so():
    fields = dict(parse_qsl(links.write(PLACE))) | {"end": "2015"}
    place, notes = links.opened(urlencode(fields), Choices())
    assert place is None and "end=2015" in notes[0].en and "end=2015" in notes[0].zh


CUT = st.builds(lambda place, cut, put: links.write(place)[:cut] + put, PLACES, st.integers(0, 400), st.text())


@given(st.text() | CUT)
def test_no_query_breaks_the_page(query):
    try:
        links.read(query, FIRST)
    except links.LinkError as error:
        assert all(error.words) and "\n" not in error.words.en
