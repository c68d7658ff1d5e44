"""Parameters, columns and rates are declared once, in full, and nothing is declared that nobody reads."""

import ast
import functools
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.config import DRIVERS
from sim.config.files import load_parameters
from sim.config.variables import variables
from sim.model import CountyUrbanization
from sim.processes import conditions
from sim.state.firms import Firms
from sim.state.rates import REGISTRY, Rates
from sim.state.residents import Residents

PACKAGE = Path(sim.__file__).parent
QUANTITIES = load_parameters().quantities
THEMES = load_parameters().root


@functools.cache
def trees(*folders):
    """Return the syntax trees of the files in some folders of the package by their path in it."""
    files = [file for folder in folders for file in sorted((PACKAGE / folder).rglob("*.py"))]
    assert files
    return {str(file.relative_to(PACKAGE)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def chain(node):
    """Return the names of `a.b.c` as a list, or nothing for other expressions."""
    names = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def below_parameters(node):
    """Return what follows `parameters` in a chain of names, or None."""
    names = chain(node)
    return names[names.index("parameters") + 1 :] if "parameters" in names[1:] else None


def assignments(function):
    """Yield (variable, expression) of every plain assignment of a function, those of tuples one by one."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts, strict=True) if both else [(target, value)]
            yield from ((name.id, expression) for name, expression in pairs if isinstance(name, ast.Name))


def reads():
    """Yield (file, themes it may be of, name) of every read of a parameter; no theme where an argument hides it."""
    for file, tree in trees("state", "initial", "policy", "processes").items():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            stands_for = {}
            for variable, expression in assignments(function):
                path = below_parameters(expression)
                names = chain(expression)
                if path is None and len(names) == 2 and [] in stands_for.get(names[0], []):
                    path = names[1:]
                if path is not None and len(path) < 2:
                    stands_for.setdefault(variable, []).append(path)
            if "p" in (argument.arg for argument in function.args.args):
                stands_for.setdefault("p", []).append([None])
            for node in ast.walk(function):
                if not isinstance(node, ast.Attribute):
                    continue
                first, *rest = chain(node) or [None]
                whole = below_parameters(node)
                paths = [whole] if whole is not None else [[*path, *rest] for path in stands_for.get(first, [])]
                full = [path for path in paths if len(path) == 2]
                if full:
                    yield file, [theme for theme, _ in full], full[0][1]


READS = list(reads())
BASES = {rate.base for rate in REGISTRY.values()}


@pytest.mark.parametrize("name", QUANTITIES)
def test_every_parameter_is_complete_and_read_by_the_model(name):
    quantity = QUANTITIES[name]
    assert quantity.unit.strip()
    assert len(quantity.source.strip()) > 3
    assert quantity.grade in ("sourced", "derived", "assumed", "calibrated")
    assert quantity.low <= quantity.value <= quantity.high
    assert quantity.low < quantity.high, "a range that leaves nothing to vary"
    theme, _, short = name.partition(".")
    assert name in BASES or any(short == read and {theme, None} & set(of) for _, of, read in READS)


def test_every_parameter_that_is_read_exists():
    assert len(READS) > len(QUANTITIES)
    for file, themes, name in READS:
        known = THEMES if None in themes else themes
        assert any(name in THEMES[theme] for theme in known), f"{file}: {themes} {name}"


@pytest.mark.parametrize("column", Residents.columns, ids=lambda column: column.name)
def test_every_column_of_residents_is_whole_and_has_a_unit_and_a_meaning(column):
    assert column.unit
    assert len(column.meaning) > 5
    assert np.dtype(column.dtype).kind in "ui"


@pytest.mark.parametrize("column", Firms.columns, ids=lambda column: column.name)
def test_every_column_of_firms_has_a_unit_and_a_meaning_and_is_read(column):
    assert column.unit
    assert len(column.meaning) > 5
    read = {node.attr for tree in trees("processes", "indicators").values() for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}
    assert column.name in read


@pytest.mark.parametrize("table", [Residents, Firms])
def test_columns_have_names_of_their_own(table):
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)


READERS = runpy.run_path(str(PACKAGE.parent / "docs" / "declared.py"))["rate_readers"]()


@pytest.mark.parametrize("rate", REGISTRY.values(), ids=REGISTRY)
def test_every_rate_is_complete_set_and_read(rate, world):
    assert rate.unit
    assert len(rate.meaning) > 5
    assert rate.low < rate.high
    assert not isinstance(rate.base, str) or rate.base in QUANTITIES
    assert not rate.driver or rate.driver in DRIVERS
    world.rates = Rates(world.places.areas, world.places.count)
    conditions.drive(world)
    assert len(world.rates[rate.name]) == (world.places.areas if rate.scope == "area" else world.places.count)
    assert READERS[rate.name] - {"conditions"}


def test_every_rate_set_is_registered(world):
    world.rates = Rates(world.places.areas, world.places.count)
    conditions.drive(world)
    assert set(world.rates.values) == set(REGISTRY)


def test_every_rate_is_read_within_a_year(build, monkeypatch):
    read, get = set(), Rates.__getitem__

    def record(self, name):
        read.add(name)
        return get(self, name)

    monkeypatch.setattr(Rates, "__getitem__", record)
    model: CountyUrbanization = build()
    model.world.programme.target[:] = 1.0
    model.world.programme.start[:] = 2021
    for _ in range(4):
        model.step()
    assert read == set(REGISTRY)


@pytest.mark.parametrize(("name", "changes", "value"), [
    ("mortality", (0.5, -0.5), 0.75), ("mortality", (9,), 5), ("service_parity", (0.25, 0.5), 1.0),
    ("attraction", (-0.5, 0.25), 0.75)])
def test_changes_compose_in_any_order_within_bounds(name, changes, value):
    rates = Rates(3, 4)
    for order in (changes, changes[::-1]):
        rates.set(name, 1.0, *order)
        np.testing.assert_array_equal(rates[name], np.full(4 if name == "attraction" else 3, value))


def test_no_change_leaves_the_base_as_it_is():
    rates = Rates(3, 4)
    for base in (0.2, 1 / 3, 0.1 + 0.2):
        rates.set("job_separation", base, 0.0, 0.0)
        assert (rates["job_separation"] == base).all()


def test_every_figure_that_is_taken_can_be_given():
    taken = {node.args[0].value for tree in trees("processes", "initial").values() for node in ast.walk(tree)
             if isinstance(node, ast.Call) and chain(node.func)[-2:] == ["figures", "take"]
             and isinstance(node.args[0], ast.Constant)}
    assert taken
    assert taken <= set(variables())


def test_code_has_no_star_imports_and_no_dead_ends():
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"import \*", text), file
        assert "utils" not in file.name
