"""Titles and units of the quantities in tables, declared where they are computed and stored with the tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

KEY = "observations"
"""Key under which the metadata of a Parquet file hold titles and units of its quantities, as JSON."""


@dataclass(frozen=True)
class Described:
    """The title of a quantity in both languages, and its unit in tables."""

    zh: str
    en: str
    unit: str


_BY_NAME = TypeAdapter(dict[str, Described])


def packed(described: Mapping[str, Described]) -> dict[str, str]:
    """Return the metadata of a file whose table names these quantities."""
    return {KEY: _BY_NAME.dump_json(dict(described)).decode()}


def unpacked(metadata: Mapping[str, str]) -> dict[str, Described]:
    """Return titles and units by name from the metadata of a file; raises KeyError or ValueError where it has none."""
    return _BY_NAME.validate_json(metadata[KEY])
