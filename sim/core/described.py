"""What quantities of tables are called and measured in, once where they are computed, and with the tables in files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

KEY = "observations"
"""Under it the metadata of a Parquet file describe what the rows of its table are about, as JSON."""


@dataclass(frozen=True)
class Described:
    """What a quantity is called in both languages, and its unit as tables have it."""

    zh: str
    en: str
    unit: str


def packed(described: Mapping[str, Described]) -> dict[str, str]:
    """Return the metadata of a file whose table names these quantities."""
    plain = {name: {"zh": one.zh, "en": one.en, "unit": one.unit} for name, one in described.items()}
    return {KEY: json.dumps(plain, ensure_ascii=False)}


def unpacked(metadata: Mapping[str, str]) -> dict[str, Described]:
    """Return what the metadata of a file describe by name; raises KeyError, TypeError or ValueError where they do not.
    """
    return {name: Described(**fields) for name, fields in json.loads(metadata[KEY]).items()}
