"""What quantities of tables are called and measured in, once where they are computed, and with the tables in files."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

KEY = "observations"
"""Under it the metadata of a Parquet file describe what the rows of its table are about, as JSON."""


@dataclass(frozen=True)
class Described:
    """What a quantity is called in both languages, and its unit as tables have it."""

    zh: str
    en: str
    unit: str


_BY_NAME = TypeAdapter(dict[str, Described])


def packed(described: Mapping[str, Described]) -> dict[str, str]:
    """Return the metadata of a file whose table names these quantities."""
    return {KEY: _BY_NAME.dump_json(dict(described)).decode()}


def unpacked(metadata: Mapping[str, str]) -> dict[str, Described]:
    """Return what the metadata of a file describe by name; raises KeyError or ValueError where they do not."""
    return _BY_NAME.validate_json(metadata[KEY])
