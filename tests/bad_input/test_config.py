"""A fault in a file of configuration or in a scenario is one line that names the file and the key."""

import pytest

from sim import CountyUrbanization
from sim.cli import main
from sim.compose import compose
from sim.config import ConfigError
from sim.config.files import load_parameters

TITLES = "title: {zh: 甲, en: A}\nquestion: {zh: 问, en: q}\ndiffers: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"
GOOD = "{value: 1, low: 0, high: 2, unit: km, source: s, grade: assumed}"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Work in a folder with scenarios of one's own; return a function that writes an external one."""
    folder = tmp_path / "scenarios" / "external"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> None:
        (folder / "mine.yaml").write_bytes(text.encode() if isinstance(text, str) else text)

    return write


def fault(capsys) -> str:
    """Return the one line with which a run of the scenario is refused."""
    assert main(["run", "external=mine"]) == 2
    output = capsys.readouterr()
    assert output.err.count("\n") == 1
    return output.err.removeprefix("county: ").removesuffix("\n")


def series(index: str, name: str = "fertility", grade: str = "assumed") -> str:
    return f"{TITLES}series: {{{name}: {{index: {index}, grade: {grade}, source: s}}}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: {zh: 甲\n", "scenarios/external/mine.yaml, line 2: "),
        ("title: a\n\tquestion: b", "scenarios/external/mine.yaml, line 2: "),
        ("title: a\ntitle: b", "scenarios/external/mine.yaml, line 2: title appears twice"),
        ("", "scenarios/external/mine.yaml: expected keys with values"),
        ("- a\n- b", "scenarios/external/mine.yaml: expected keys with values"),
        (b"title: \xff", "scenarios/external/mine.yaml: expected YAML in UTF-8"),
        ("title: !!python/object:os.system {}", "scenarios/external/mine.yaml, line 1: "),
        ("name: other\n" + TITLES, "scenarios/external/mine.yaml: name=other: expected mine, the name of"),
    ],
)
def test_files_that_cannot_be_read(own, capsys, text, expected):
    own(text)
    assert fault(capsys).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("question: q", "title: missing"),
        (TITLES.replace(", en: A", ""), "title.en: missing"),
        (TITLES.replace("en: A", "en: ''"), "title.en=: expected text, not nothing"),
        (TITLES + "serie: {}", "serie: unknown key; did you mean series? "),
        (TITLES + "series: 3", "series=3: expected keys with values"),
        (
            series("{2025: 0.8}", "fertlity"),
            "series.fertlity: unknown driver; did you mean fertility?",
        ),
        (series("{2025: -0.1}"), "series.fertility.index.2025=-0.1: expected 0 to 10"),
        (series("{2025: 11}"), "series.fertility.index.2025=11: expected 0 to 10"),
        (series("{2025: 0}", "core_pull"), "series.core_pull.index.2025=0: expected 0.01 to 10"),
        (series("{2025: .nan}"), "series.fertility.index.2025=.nan: expected a number"),
        (series("{2025: .inf}"), "series.fertility.index.2025=.inf: expected a number"),
        (series("{2025: less}"), "series.fertility.index.2025=less: expected a number"),
        (series("{2025: true}"), "series.fertility.index.2025=true: expected a number"),
        (series("{25: 1}"), "series.fertility.index.25=25: expected at least 2000"),
        (series("{soon: 1}"), "series.fertility.index.soon=soon: expected a whole number"),
        (series("{}"), "series.fertility.index: expected at least one entry"),
        (series("{2025: 1}", grade="certain"), "series.fertility.grade=certain: expected 'sourced'"),
        (TITLES.replace(": q", ": '???'"), "question.en: Missing mandatory value"),
        (TITLES.replace(": q", ": '${nothing}'"), "question.en: Interpolation key 'nothing' not found"),
        (TITLES + "defaults: [nothing]", "defaults=nothing: no such scenario; known: "),
    ],
)
def test_scenarios_that_make_no_sense(own, capsys, text, expected):
    own(text)
    assert fault(capsys).startswith(f"scenarios/external/mine.yaml: {expected}")


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (GOOD.replace("value: 1", "value: 3"), "work.pay: value 3 is not within 0 to 2"),
        (GOOD.replace("low: 0", "low: .nan"), "work.pay.low=nan: expected a finite number"),
        (GOOD.replace("value: 1", "value: yes"), "work.pay.value=true: expected a number"),
        (GOOD.replace(", unit: km", ""), "work.pay.unit: missing"),
        (GOOD.replace("source: s", "source: ''"), "work.pay.source=: expected text, not nothing"),
        (
            GOOD.replace("grade: assumed", "grade: guessed"),
            "work.pay.grade=guessed: expected 'sourced', 'derived'",
        ),
        (GOOD.replace("low", "lowest"), "work.pay.low: missing"),
        (GOOD.replace("}", ", hihg: 3}"), "work.pay.hihg: unknown key; did you mean high?"),
        ("1.5", "work.pay=1.5: expected keys with values"),
    ],
)
def test_faulty_quantities(tmp_path, quantity, expected):
    (tmp_path / "work.yaml").write_text(f"pay: {quantity}\n")
    with pytest.raises(ConfigError) as caught:
        load_parameters(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'work.yaml'}: " + expected.removeprefix("work."))


@pytest.mark.parametrize("theme", ["copy", "root", "quantities", "two words"])
def test_theme_names_that_would_hide_something(tmp_path, theme):
    (tmp_path / f"{theme}.yaml").write_text(f"pay: {GOOD}\n")
    with pytest.raises(ConfigError, match="a theme cannot have this name"):
        load_parameters(tmp_path)


@pytest.mark.parametrize(("content", "expected"), [
    ("parameter_set,work.pai\n0,1\n", "parameters.work.pai: unknown parameter; did you mean work.pay? known: work.pay"),
    ("parameter_set,work.pay\n0,much\n", "expected a number in every column"),
    ("parameter_set,work.pay\n0\n", "expected a number in every column"),
    ("parameter_set,work.pay\n0,99\n", "parameters.work.pay=99.0: expected a number from 0 to 2 (km)"),
])
def test_faults_of_the_ensemble(tmp_path, content, expected):
    themes = tmp_path / "parameters"
    themes.mkdir()
    (themes / "work.yaml").write_text(f"pay: {GOOD}\n")
    ensemble = tmp_path / "ensemble.csv"
    ensemble.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load_parameters(themes, ensemble)
    assert str(caught.value) == f"{ensemble}: {expected}"


def test_unknown_names_in_the_code_are_named():
    config = compose("run")
    theme, name = next(iter(config.quantities)).split(".")
    with pytest.raises(AttributeError, match=f"{theme}.{name}x: unknown parameter; did you mean {name}"):
        getattr(getattr(config.parameters, theme), f"{name}x")
    with pytest.raises(AttributeError, match=f"{theme}x: unknown theme; did you mean {theme}"):
        getattr(config.parameters, f"{theme}x")
    with pytest.raises(ConfigError, match="fertlity: unknown driver; did you mean fertility"):
        config.external.index("fertlity", 2025)


@pytest.mark.parametrize(("name", "said"), [
    ("polcy", "polcy: unknown parameter or measure; did you mean policy?"),
    ("citizenisation", "citizenisation: unknown parameter or measure; did you mean citizenization?"),
    ("seed", "seed: unknown parameter or measure; expected rng, the seed")])
def test_wrong_keywords_of_the_model_are_told_what_is_like_them(name, said):
    with pytest.raises(ConfigError) as refused:
        CountyUrbanization(**{name: 1})
    assert str(refused.value).startswith(said)
