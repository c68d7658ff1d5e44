"""One thing wrong with a data folder."""

from dataclasses import dataclass

LONGEST_VALUE = 60


@dataclass(frozen=True)
class Fault:
    """A fault in a table: its place, the value there (`None` where it is missing) and the value expected.

    `row` is the line number an editor shows (the header is 1). Row and column are `None` where none applies.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    expected: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(self.column)
        return f"{', '.join(place)}: {self._found()} (expected {self.expected})"

    def _found(self) -> str:
        if self.value is None:
            return "missing"
        return repr(self.value if len(self.value) <= LONGEST_VALUE else self.value[:LONGEST_VALUE] + "...")
