"""From the name in a policy to a strategy: a shipped one, or that of a user's file, whose faults become one line."""

import functools
import inspect
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from sim.config import ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import own_strategies
from sim.config.policies import Policy, StrategyChoice
from sim.policy.strategies import SHIPPED
from sim.policy.strategy import Strategy


class StrategyFailed(RuntimeError):
    """A user's strategy raised something, or decided what cannot be; the message names its file and line."""


def check(policy: Policy) -> None:
    """Raise ConfigError for a strategy of a policy that is unknown, cannot be read or has no such settings."""
    for where, plan in policy.plans():
        if plan.strategy:
            made(plan.strategy, f"policy.{where}strategy")


def made(choice: StrategyChoice, where: str = "strategy") -> Strategy:
    """Return the strategy with its settings; a fault raises ConfigError, beginning with `where` or the file's name."""
    if choice.source:
        try:
            with faults_named(choice):
                kind = _own(choice.name, choice.source)
        except StrategyFailed as failure:
            raise ConfigError(str(failure)) from None
    elif choice.name in SHIPPED:
        kind = SHIPPED[choice.name]
    else:
        hint = suggestion(choice.name, [*SHIPPED, *own_strategies()])
        raise ConfigError(f"{where}={shorten(choice.name)}: unknown strategy; {hint} (county list strategies)")
    for name in choice.settings:
        if name not in settings(kind):
            raise ConfigError(f"{where}.settings.{name}: unknown setting; {suggestion(name, settings(kind))}")
    try:
        with faults_named(choice):
            return kind(**choice.settings)
    except StrategyFailed as failure:
        raise ConfigError(str(failure)) from None


def settings(kind: type[Strategy]) -> dict[str, object]:
    """Return the settings of a strategy with their defaults."""
    return {name: one.default for name, one in inspect.signature(kind).parameters.items()}


def file_of(choice: StrategyChoice) -> str:
    """Return the name of a user's file as messages say it."""
    return f"scenarios/strategy/{choice.name}.py"


@contextmanager
def faults_named(choice: StrategyChoice) -> Iterator[None]:
    """Turn whatever a user's strategy raises into StrategyFailed: its file, line, and what it raised."""
    try:
        yield
    except StrategyFailed:
        raise
    except Exception as error:
        if not choice.source:
            raise
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
                 if frame.filename == file_of(choice)]
        if isinstance(error, SyntaxError) and error.filename == file_of(choice):
            lines.append(error.lineno)
        line = f", line {lines[-1]}" if lines else ""
        raise StrategyFailed(f"{file_of(choice)}{line}: {type(error).__name__}: {shorten(error)}") from None


@functools.lru_cache(maxsize=32)
def _own(name: str, source: str) -> type[Strategy]:
    """Run a user's file and return the one strategy that it defines."""
    choice = StrategyChoice(name=name, source=source)
    space: dict[str, object] = {"__name__": name}
    exec(compile(source, file_of(choice), "exec"), space)
    found = [one for one in space.values() if inspect.isclass(one) and issubclass(one, Strategy)
             and one.__module__ == name]
    if len(found) != 1:
        raise StrategyFailed(f"{file_of(choice)}: expected one class of sim.policy.strategy.Strategy, "
                             f"found {len(found) or 'none'}")
    if missing := sorted(found[0].__abstractmethods__):
        raise StrategyFailed(f"{file_of(choice)}: expected a method {missing[0]} of {found[0].__name__}")
    return found[0]
