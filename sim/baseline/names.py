"""Places by what they are called: code, Chinese or English name, in full or short."""

import re
from collections.abc import Iterable

import pandas as pd

from sim.config.fault import ConfigError, shorten, suggestion

SUFFIX = re.compile(r"(?<=..)(?:自治县|自治州|自治旗|地区|县|市|区|旗|盟)$")
"""What a short Chinese name leaves out, where two characters stay: 邹平市 is 邹平, and 莒县 stays 莒县."""
ADDED = re.compile(r" \(.*\)$")
"""What tells places of one English name apart, and a short name leaves out."""


class Names:
    """The places of tables with columns adcode, name_zh and name_en, to be found by code or name.

    Upper and lower case are alike. `others` are places that are not looked for, but that a name may mean as well.
    """

    def __init__(self, what: str, *tables: pd.DataFrame, others: pd.DataFrame | None = None):
        self._what, self._said = what, dict[str, str]()
        self._sure, self._likely = dict[str, list[str]](), dict[str, list[str]]()
        self._meant = set[str]()
        self.known: list[str] = []
        """Every code and full name, to suggest one of them."""
        for table in (*tables, *([] if others is None else [others])):
            looked_for = table is not others
            for code, zh, en in table[["adcode", "name_zh", "name_en"]].itertuples(index=False, name=None):
                self._said[code] = f"{zh} {en} {code}"
                if looked_for:
                    self._meant.add(code)
                    self.known += [code, zh, en]
                    for name in {code, zh, f"{zh} {en}"}:
                        self._sure.setdefault(_plain(name), []).append(code)
                for name in {_plain(one) for one in (zh, en, SUFFIX.sub("", zh), ADDED.sub("", en))}:
                    self._likely.setdefault(name, []).append(code)

    def find(self, name: str) -> str:
        """Return the code of a place. Raises ValueError, with what was expected, for a name of none or of several."""
        plain = _plain(name)
        codes = self._sure.get(plain) or self._likely.get(plain, [])
        if codes and not self._meant & {*codes}:
            raise ValueError(f"expected a {self._what}, and {' and '.join(self._said[code] for code in codes)} is none")
        if not codes:
            raise ValueError(f"unknown {self._what}; {suggestion(name, self.known)}")
        if len(codes) > 1:
            raise ValueError(f"expected a code, as {' and '.join(self._said[code] for code in codes)} have this name")
        return codes[0]


def codes(table: pd.DataFrame, given: Iterable[str], where: str, what: str,
          others: pd.DataFrame | None = None) -> list[str]:
    """Return the codes of places given by code or name; `others` as for `Names`.

    Raises ConfigError for one that is unknown, that several places are called, or that is named twice.
    """
    if not (given := [*given]):
        return []
    names, found = Names(what, table, others=others), list[str]()
    for name in given:
        try:
            code = names.find(name)
        except ValueError as error:
            raise ConfigError(f"{where}.{shorten(name)}: {error}") from None
        if code in found:
            raise ConfigError(f"{where}.{name}: expected each {what} once, {code} is named twice")
        found.append(code)
    return found


def _plain(name: str) -> str:
    return " ".join(name.replace("’", "'").casefold().split())
