"""Tables in the terminal, aligned by the width of characters (Chinese ones are two columns wide)."""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

GAP = "  "


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[str] = ()) -> None:
    """Print rows under their columns; long text wraps in a terminal and stays whole in a file or a pipe."""
    right = [column in numeric for column in columns]
    if not sys.stdout.isatty():
        print("\n".join(align([columns, *rows], right)))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, len(GAP), 0, 0), header_style="bold")
    for column, is_number in zip(columns, right, strict=True):
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column == columns[0])
    for row in rows:
        table.add_row(*row)
    Console(markup=False, emoji=False, highlight=False).print(table)


def print_tables(tables: Iterable[tuple[Sequence[str], Sequence[Sequence[str]]]], text: int = 1) -> None:
    """Print tables of heads and rows with a blank line below each; the first columns, `text` of them, are text."""
    for heads, rows in tables:
        print_table(heads, rows, numeric=heads[text:])
        print()


def align(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Return one line per row, every column as wide as its widest cell."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(right))]
    lines = []
    for row in rows:
        cells = [
            " " * (room - width(cell)) + cell if is_right else cell + " " * (room - width(cell))
            for cell, room, is_right in zip(row, widths, right, strict=True)
        ]
        lines.append(GAP.join(cells).rstrip())
    return lines


def width(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
