"""addCoach: a person offers sessions."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, check_zone, exists, invalid
from commands.transaction import Request
from models.people import Coach, CoachKind, PersonRole
from models.unit import Database, Unit
from policy.terms import RefusalCode, Role, Scope

KINDS = text("SELECT id FROM session_kind WHERE organisation_id = :organisation AND id = ANY(:kinds)")
CURRENCY = re.compile("[A-Z]{3}")
LONGEST_BUFFER = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCoach:
    """What a coach earns per session, offers, and keeps free around sessions; `open_kinds` need no engagement (M21)."""

    person_id: int
    fee_minor_units: int
    fee_currency: str
    hours_zone: str
    kinds: tuple[int, ...]
    open_kinds: tuple[int, ...] = ()
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)


def add_coach(database: Database, request: Request, command: AddCoach) -> Outcome:
    """The person is a coach with these terms; said again, the terms and kinds are replaced. The object is the person."""
    fault = check_zone(command.hours_zone, "hoursZone") or _check_amounts(command)
    if fault is not None:
        return fault
    verb = Verb(name="COACH_ADDED", scope=Scope.PEOPLE, persons=frozenset({command.person_id}))
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _check_amounts(command: AddCoach) -> Refused | None:
    if command.fee_minor_units < 0 or not CURRENCY.fullmatch(command.fee_currency):
        return invalid("A fee is not negative and names an ISO 4217 currency.", "fee")
    return buffer_fault(command.buffer_before, "bufferBefore") or buffer_fault(command.buffer_after, "bufferAfter")


def buffer_fault(buffer: timedelta, *path: str) -> Refused | None:
    """None for a time that a coach may keep free around a session."""
    return None if timedelta(0) <= buffer <= LONGEST_BUFFER else invalid("A buffer lasts from 0 to 12 hours.", *path)


def _write(unit: Unit, command: AddCoach) -> Written | Refused:
    kinds = set(command.kinds) | set(command.open_kinds)
    known = (
        unit.connection.execute(KINDS, {"organisation": unit.organisation_id, "kinds": sorted(kinds)}).scalars().all()
    )
    if not exists(unit, "person", command.person_id) or set(known) != kinds:
        return refused(RefusalCode.NOT_FOUND)
    write_coach(unit, command)
    return Written(object_id=command.person_id)


def write_coach(unit: Unit, command: AddCoach) -> None:
    """The rows of a coach's terms, role and kinds, in place of those that were there."""
    terms = {
        "fee_minor_units": command.fee_minor_units,
        "fee_currency": command.fee_currency,
        "hours_zone": command.hours_zone,
        "buffer_before": command.buffer_before,
        "buffer_after": command.buffer_after,
    }
    key = {"organisation_id": unit.organisation_id, "person_id": command.person_id}
    unit.connection.execute(
        insert(Coach)
        .values(**key, **terms)
        .on_conflict_do_update(index_elements=["organisation_id", "person_id"], set_=terms)
    )
    unit.connection.execute(insert(PersonRole).values(**key, role=Role.COACH).on_conflict_do_nothing())
    _offer(unit, command)


def _offer(unit: Unit, command: AddCoach) -> None:
    """The coach offers exactly these kinds."""
    unit.connection.execute(
        text("DELETE FROM coach_kind WHERE organisation_id = :organisation AND coach_id = :coach"),
        {"organisation": unit.organisation_id, "coach": command.person_id},
    )
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "coach_id": command.person_id,
            "kind_id": kind,
            "open_to_all": kind in command.open_kinds,
        }
        for kind in sorted({*command.kinds, *command.open_kinds})
    ]
    if rows:
        unit.connection.execute(insert(CoachKind), rows)
