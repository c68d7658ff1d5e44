"""All that the page writes is there in both languages, and its font draws it."""

import re

import pytest
from fontTools.ttLib import TTFont

from sim.config.files import load_measures, load_stocks
from sim.report.words import rates, style
from sim.report.words.bilingual import LANGUAGES, Words
from sim.view import agents, county, maps, panel, paths, server, words
from sim.view.choices import ALL, Choices

CHINESE = re.compile("[\u4e00-\u9fff]")


def texts(content):
    """Return every text in nested lists and dictionaries but for names, colours and drawings."""
    if isinstance(content, dict):
        hidden = {"name", "value", "path", "policy", "reference", "colour", "colours", "inks", "gradient", "code",
                  "kind", "indicator", "source", "other", "external", "scope", "verdict", "uid", "svg"}
        return [text for key, part in content.items() if key not in hidden for text in texts(part)]
    if isinstance(content, list | tuple):
        return [text for part in content for text in texts(part)]
    return [content] if isinstance(content, str) else []


@pytest.fixture(scope="module")
def everything(model, live, code):
    """Return all that the page writes, by language."""
    return {language: texts([
        maps.tiles(live, language), maps.choices(live, language),
        [maps.layer(live, maps.Shown(name, kind), language) for name in live.system.indicators
         for kind in ("value", "gap")],
        maps.kinds(live, "resident_urbanization", language), paths.multiples(live, ALL, language),
        county.page(model, live, code, language), county.population(model, live, code, language),
        [agents.sample(model, one, turn, language) for one in live.counties["adcode"][:20] for turn in range(3)],
        panel.measures(language), panel.scenario(Choices(), language), panel.doses(Choices().planned(), ALL, language),
        *(words.spoken(part, language) for part in (words.PAGE, words.BAND, words.PIN, words.COUNTY, words.STATES,
                                                    words.SPEEDS)),
    ]) for language in LANGUAGES}


def test_each_language_is_whole(everything):
    assert len(everything["en"]) > 1000
    assert not [text for text in everything["en"] if CHINESE.search(text)]
    ascii_words = re.compile("[A-Za-z]{3,}(?![A-Za-z]*})")
    known = {"PNG", "CSV", "YAML"}
    assert not [text for text in everything["zh"] if set(ascii_words.findall(text)) - known]


def test_every_word_has_both_languages():
    for part in (words.PAGE, words.BAND, words.PIN, words.COUNTY, words.STATES, words.SPEEDS, words.KINDS, rates.RATES,
                 words.MOVES, words.PREVIEW):
        for name, text in part.items():
            assert isinstance(text, Words) and text.zh and text.en, name
            assert set(re.findall(r"{(\w+)}", text.zh)) == set(re.findall(r"{(\w+)}", text.en)), name


def test_everything_that_measures_move_has_a_name():
    stocks = {f"{name}_addition" for name in load_stocks()}
    for measure in load_measures().values():
        for lever in measure.levers.values():
            for effect in lever.effects:
                assert effect.rate in rates.RATES or effect.rate in stocks
                assert effect.unit in words.MOVES or effect.unit in panel.PERCENT


def test_the_font_of_the_page_draws_what_it_writes_and_is_small(everything, tmp_path):
    server._write_font(tmp_path, None)
    file = tmp_path / "county-sans.woff"
    with TTFont(file) as font:
        drawable = {chr(point) for point in font.getBestCmap()}
    assert not set("".join(everything["zh"] + everything["en"])) - drawable
    assert file.stat().st_size < 0.5 * style.FONT.stat().st_size
    assert file.name in (tmp_path / "custom.css").read_text()
