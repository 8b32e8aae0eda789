"""importBookings: sessions that were agreed elsewhere, each booked by the ordinary rules for staff, and never twice."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text

from commands.book import BookSession, book
from commands.imports.bookings import BookingLine, read_bookings
from commands.imports.problems import ImportReport, Problem, ProblemCode
from commands.imports.table import Table
from commands.outcome import Done, Refused, refused
from commands.transaction import Request
from models.rehearsal import rehearsal
from models.unit import Database, Unit, lock_persons
from policy.terms import RefusalCode, Scope

PEOPLE = text("""
SELECT lower(email) AS email, id FROM person
WHERE organisation_id = :organisation AND lower(email) = ANY(CAST(:emails AS text[])) AND deactivated_at IS NULL
""")
KINDS = text("SELECT code, id FROM session_kind WHERE organisation_id = :organisation")
STANDS = text("""
SELECT EXISTS (SELECT FROM idempotency_key WHERE organisation_id = :organisation AND actor_key = :actor AND key = :key)
    OR EXISTS (SELECT FROM session WHERE organisation_id = :organisation AND member_id = :member AND coach_id = :coach
    AND kind_id = :kind AND starts_at = :start AND status = 'SCHEDULED')
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBookings:
    """CSV text with the columns of `commands.imports.bookings`; a dry run books and takes everything back."""

    csv: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A line whose people and kind are known, with the key under which it has effect once."""

    line: int
    command: BookSession
    key: str


def import_bookings(database: Database, request: Request, command: ImportBookings) -> ImportReport | Refused:
    """Every line is booked, stands already, or is named with the reason why not; a second import goes on where one stopped.

    A file that cannot be read, or names somebody unknown, is not begun; a dry run says even then what the rules say of the other lines.
    What the rules refuse stops no other line.
    """
    if not request.actor.may(Scope.BOOKINGS):
        return refused(RefusalCode.FORBIDDEN)
    bookings, table = read_bookings(command.csv)
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        wishes = _wishes(unit, bookings, table, hashlib.sha256(command.csv.encode()).hexdigest())
    if command.dry_run:
        report = _rehearsed(database, request, wishes)
    elif table.problems:
        report = ImportReport(dry_run=False, lines=0)
    else:
        report = _book_all(database, request, wishes)
    return _whole(report, table)


def _rehearsed(database: Database, request: Request, wishes: Sequence[_Wish]) -> ImportReport:
    """What booking these lines would come to; nothing of it stays."""
    persons = frozenset(person for wish in wishes for person in (wish.command.member_id, wish.command.coach_id))
    with rehearsal(database, request.actor.organisation_id) as tried:
        lock_persons(tried.whole, persons)
        return replace(_book_all(tried, request, wishes), dry_run=True)


def _whole(report: ImportReport, table: Table) -> ImportReport:
    """The report on all lines of the file. Where some cannot be read nothing is booked, whatever the rules say of the others."""
    unreadable = {one.line for one in table.problems}
    refused_ones = [one for one in report.problems if one.line not in unreadable]
    problems = tuple(sorted([*table.problems, *refused_ones], key=lambda one: (one.line, one.column or "")))
    unread = {"imported": 0, "already": 0} if table.problems else {}
    return replace(report, lines=len(table.lines), problems=problems, **unread)


def _wishes(unit: Unit, bookings: Sequence[BookingLine], table: Table, digest: str) -> list[_Wish]:
    addresses = sorted({address for one in bookings for address in (one.member, one.coach)})
    own = {"organisation": unit.organisation_id}
    people = {row.email: row.id for row in unit.connection.execute(PEOPLE, {**own, "emails": addresses})}
    kinds = {row.code: row.id for row in unit.connection.execute(KINDS, own)}
    found = (_wish(one, people, kinds, table, digest) for one in bookings)
    return [wish for wish in found if wish is not None]


def _wish(
    booking: BookingLine, people: Mapping[str, int], kinds: Mapping[str, int], table: Table, digest: str
) -> _Wish | None:
    """What the line asks for; None where something of it is unknown, or could not be read."""
    for name, address in (("member", booking.member), ("coach", booking.coach)):
        if address and address not in people:
            message = "Nobody active of the organisation has this address."
            table.complain(booking.number, name, ProblemCode.UNKNOWN_REFERENCE, message)
    if booking.kind and booking.kind not in kinds:
        message = f"The kinds are {', '.join(sorted(kinds))}."
        table.complain(booking.number, "kind", ProblemCode.UNKNOWN_REFERENCE, message)
    member, coach, kind = people.get(booking.member), people.get(booking.coach), kinds.get(booking.kind)
    if member is None or coach is None or kind is None or booking.starts_at is None:
        return None
    command = BookSession(
        kind_id=kind,
        coach_id=coach,
        member_id=member,
        starts_at=booking.starts_at,
        note=booking.note or "Imported from another platform.",
        beside_others=False,
    )
    return _Wish(line=booking.number, command=command, key=f"import:{digest}:{booking.number}")


def _book_all(database: Database, request: Request, wishes: Sequence[_Wish]) -> ImportReport:
    imported, already, problems = 0, 0, list[Problem]()
    for wish in wishes:
        if _stands(database, request, wish):
            already += 1
            continue
        outcome = book(database, replace(request, idempotency_key=wish.key), wish.command)
        if isinstance(outcome, Done):
            imported += 1
        else:
            problems.append(
                Problem(
                    line=wish.line,
                    column=None,
                    code=ProblemCode.REFUSED,
                    message=outcome.message,
                    refusal=outcome.code,
                )
            )
    return ImportReport(dry_run=False, lines=len(wishes), imported=imported, already=already, problems=tuple(problems))


def _stands(database: Database, request: Request, wish: _Wish) -> bool:
    """Whether this line was carried out before, or its very session is booked, perhaps by an earlier version of the file."""
    command = wish.command
    values = {
        "actor": request.actor.key,
        "key": wish.key,
        "organisation": request.actor.organisation_id,
        "member": command.member_id,
        "coach": command.coach_id,
        "kind": command.kind_id,
        "start": command.starts_at,
    }
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        return bool(unit.connection.execute(STANDS, values).scalar_one())
