"""Text in both languages at once."""

from collections.abc import Callable
from typing import NamedTuple

from sim.report.words.style import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Words(NamedTuple):
    """A text in Chinese and in English."""

    zh: str
    en: str

    def fill(self, **parts: object) -> "Words":
        """Return the text with its places filled; a part in both languages goes into each."""
        return both(lambda language: of(self, language).format(**{k: of(v, language) for k, v in parts.items()}))


def both(write: Callable[[Language], str]) -> Words:
    """Return the text of a function of the language, in both languages."""
    return Words(write("zh"), write("en"))


def of(text: object, language: Language) -> str:
    """Return one language of a text, or the same in both where it has only one."""
    return str(getattr(text, language, text))


def joined(texts: list[Words]) -> Words:
    """Return one or several texts as an enumeration."""
    *first, last = (t.en for t in texts)
    return Words("、".join(t.zh for t in texts), f"{', '.join(first)} and {last}" if first else last)
