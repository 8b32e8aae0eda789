"""The lines of a file of bookings: who with whom, what, and when."""

from dataclasses import dataclass
from datetime import datetime

from commands.imports.cells import checked, needed, optional, read_instant
from commands.imports.problems import ProblemCode
from commands.imports.table import Columns, Line, Table, read_table
from commands.staff import check_email, check_name

MOST_LINES = 500
COLUMNS = Columns(needed=("member", "coach", "kind", "starts_at"), possible=("note",))


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLine:
    """A session to be booked; people by address, the kind by its code. What could not be read is empty, and the table says so."""

    number: int
    member: str
    coach: str
    kind: str
    starts_at: datetime | None
    note: str | None


def read_bookings(text: str) -> tuple[list[BookingLine], Table]:
    """The bookings of the lines, and the table with everything that is wrong with them."""
    table = read_table(text, COLUMNS, most_lines=MOST_LINES)
    found = [_booking(table, line) for line in table.lines]
    seen: dict[tuple[str, str, datetime | None], int] = {}
    for booking in found:
        key = (booking.member, booking.coach, booking.starts_at)
        if all(key) and key in seen:
            message = f"Line {seen[key]} has this booking."
            table.complain(booking.number, None, ProblemCode.TWICE_IN_FILE, message)
        seen.setdefault(key, booking.number)
    return found, table


def _booking(table: Table, line: Line) -> BookingLine:
    member = needed(table, line, "member", checked(check_email))
    coach = needed(table, line, "coach", checked(check_email))
    kind = needed(table, line, "kind", checked(check_name))
    starts_at = needed(table, line, "starts_at", read_instant)
    note = optional(table, line, "note", str)
    return BookingLine(
        number=line.number,
        member=(member or "").lower(),
        coach=(coach or "").lower(),
        kind=kind or "",
        starts_at=starts_at,
        note=note,
    )
