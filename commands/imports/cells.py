"""The cells of a line as values; what cannot be read is a problem of its column."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from commands.imports.problems import ProblemCode
from commands.imports.table import Line, Table
from commands.outcome import Refused
from policy.terms import Role

T = TypeVar("T")
Read = Callable[[str], T]
"""Reads a cell. Raises ValueError with a sentence for who wrote the file."""

INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
MINOR_UNITS = re.compile(r"\d{1,9}", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def needed(table: Table, line: Line, column: str, read: Read[T]) -> T | None:
    """The value of a cell that must be filled; None after a complaint."""
    if column in line.unreadable:
        return None
    if not line.cell(column):
        table.complain(line.number, column, ProblemCode.MISSING_VALUE, "A value is needed here.")
        return None
    return optional(table, line, column, read)


def optional(table: Table, line: Line, column: str, read: Read[T]) -> T | None:
    """The value of a cell that may be empty; None for an empty one and after a complaint."""
    text = line.cell(column)
    if not text:
        return None
    try:
        return read(text)
    except ValueError as fault:
        table.complain(line.number, column, ProblemCode.INVALID_VALUE, str(fault))
        return None


def checked(check: Callable[[str], Refused | None]) -> Read[str]:
    """Text that passes a check of the operator's verbs."""

    def read(text: str) -> str:
        fault = check(text)
        if fault is not None:
            raise ValueError(fault.message)
        return text

    return read


def read_list(text: str) -> tuple[str, ...]:
    """Words with blanks, commas, semicolons or bars between them, each named once."""
    return tuple(dict.fromkeys(word for word in re.split(r"[\s,;|]+", text) if word))


def read_roles(text: str) -> frozenset[Role]:
    """Roles by name, whatever their case."""
    names = [word.upper() for word in read_list(text)]
    if not names or not set(names) <= {str(role) for role in Role}:
        raise ValueError(f"Roles are {', '.join(Role)}.")
    return frozenset(Role(name) for name in names)


def read_minor_units(text: str) -> int:
    """Whole minor units: 6000 is 60.00."""
    if MINOR_UNITS.fullmatch(text) is None:
        raise ValueError("A fee is a whole number of minor units: 6000 is 60.00.")
    return int(text)


def read_currency(text: str) -> str:
    """An ISO 4217 code."""
    if not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError("A currency is an ISO 4217 code such as EUR.")
    return text


def read_date(text: str) -> date:
    """A date such as 2027-03-01."""
    if DATE.fullmatch(text) is None:
        raise ValueError("A date looks like 2027-03-01.")
    return _real(date.fromisoformat, text)


def read_instant(text: str) -> datetime:
    """An instant with its offset, as RFC 3339 writes it."""
    if INSTANT.fullmatch(text) is None:
        raise ValueError("An instant looks like 2027-03-01T09:00:00+01:00; the offset is needed.")
    return _real(lambda written: datetime.fromisoformat(written).astimezone(UTC), text)


def _real(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except (ValueError, OverflowError):
        raise ValueError("The calendar has no such day or time.") from None
