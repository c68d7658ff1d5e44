"""What commands say of what they found and wrote."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.config.files import shown


def say(sentences: Iterable[Sequence[str]]) -> None:
    """Print sentences, each in both languages, with a blank line below."""
    for sentence in sentences:
        print(*sentence)
    print()


def drawn(pictures: Sequence[Path], report: Path) -> str:
    """Name the figures and the report that were written."""
    figures = ", ".join(shown(path) for path in pictures if path.suffix == ".png")
    return f"图 Figures: {figures}\n报告 Report: {shown(report)}"
