"""CSV text as a table: a header with known names, and lines with as many cells."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from commands.imports.problems import Problem, ProblemCode
from commands.staff import printable

LONGEST_CELL = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the file: where it begins, and its cells by column, without blanks around them.

    `unreadable`: columns whose cells have been complained of as such, and are empty here.
    """

    number: int
    cells: Mapping[str, str]
    unreadable: frozenset[str] = frozenset()

    def cell(self, column: str) -> str:
        """What stands in the column; empty where the file does not have it."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names that a header must have, and those that it may have besides."""

    needed: tuple[str, ...]
    possible: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Table:
    """The lines that have the cells of the header, and what is wrong with the file."""

    lines: list[Line] = field(default_factory=list[Line])
    problems: list[Problem] = field(default_factory=list[Problem])

    def complain(self, line: int, column: str | None, code: ProblemCode, message: str) -> None:
        """One more problem is known."""
        self.problems.append(Problem(line=line, column=column, code=code, message=message))


def read_table(text: str, columns: Columns, *, most_lines: int) -> Table:
    """The lines of CSV text, separated by commas, or by semicolons as some spreadsheets write it."""
    table = Table()
    rows = _rows(text.removeprefix("\ufeff"), table)
    header = next(rows, None)
    if header is None:
        table.complain(1, None, ProblemCode.NOT_A_TABLE, "The file has no header.")
        return table
    names = [name.strip().lower() for name in header[1]]
    _check_header(table, names, columns)
    if table.problems:
        return table
    for number, cells in rows:
        _add(table, number, names, cells)
        if len(table.lines) > most_lines:
            table.complain(number, None, ProblemCode.TOO_MANY_LINES, f"A file has at most {most_lines} lines.")
            return table
    return table


def _rows(text: str, table: Table) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line at which it begins; blank lines are left out."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",", strict=True
    )
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as fault:
        table.complain(before + 1, None, ProblemCode.NOT_A_TABLE, f"This is not CSV: {fault}.")


def _check_header(table: Table, names: list[str], columns: Columns) -> None:
    for name in columns.needed:
        if name not in names:
            table.complain(1, name, ProblemCode.MISSING_COLUMN, f"The header needs a column {name}.")
    for place, name in enumerate(names):
        if name not in (*columns.needed, *columns.possible):
            known = ", ".join((*columns.needed, *columns.possible))
            shown = name if printable(name) else "?"
            table.complain(1, shown, ProblemCode.UNKNOWN_COLUMN, f"The columns are {known}.")
        elif name in names[:place]:
            table.complain(1, name, ProblemCode.UNKNOWN_COLUMN, f"The column {name} stands twice in the header.")


def _add(table: Table, number: int, names: list[str], cells: list[str]) -> None:
    if len(cells) != len(names):
        message = f"The line has {len(cells)} cells, the header {len(names)}."
        table.complain(number, None, ProblemCode.WRONG_NUMBER_OF_CELLS, message)
        return
    written = dict(zip(names, cells, strict=True))
    bad = frozenset(name for name, cell in written.items() if len(cell) > LONGEST_CELL or not printable(cell))
    for name in sorted(bad):
        message = f"A cell has at most {LONGEST_CELL} characters on one line, and no control characters."
        table.complain(number, name, ProblemCode.INVALID_VALUE, message)
    kept = {name: "" if name in bad else cell.strip() for name, cell in written.items()}
    table.lines.append(Line(number=number, cells=kept, unreadable=bad))
