"""What every verb of the operator's side shares: only staff may, each change is one event, bad input names its field."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import text

from commands.apply.record import Record, write_event
from commands.outcome import Done, Outcome, Refused, refused
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.terms import ActorKind, RefusalCode

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\]{1,190}\.[^@\s<>\"(),:;\\.]{2,63}")
LONGEST_NAME = 200


def as_staff(
    database: Database,
    request: Request,
    command: "DataclassInstance",
    *,
    persons: frozenset[int],
    name: str,
    act: Callable[[Unit], int | Refused],
) -> Outcome:
    """Run a verb of the operator's side: `act` writes and returns the id of its object; the event `name` records it."""
    if not request.actor.is_staff:
        return refused(RefusalCode.FORBIDDEN)

    def write(unit: Unit) -> Outcome:
        written = act(unit)
        if isinstance(written, Refused):
            return written
        event = write_event(
            unit,
            Record(
                name=name,
                persons=persons,
                actor_kind=ActorKind.STAFF,
                actor_id=request.actor.person_id,
                cause=f"{name}:{written}",
                recorded_at=request.now,
                effective_at=request.now,
            ),
        )
        return Done(object_id=written, event_id=event)

    return carry_out(database, request, command, persons=persons, act=write)


def invalid(message: str, *path: str) -> Refused:
    """A refusal of one input field."""
    return refused(RefusalCode.INVALID_INPUT, message=message, path=path)


def check_zone(zone: str, *path: str) -> Refused | None:
    """None for a zone of the tz database."""
    return None if zone in available_timezones() else invalid("This is not a zone of the tz database.", *path)


def check_name(name: str, *path: str) -> Refused | None:
    """None for a name that can be shown: not empty, at most 200 characters, no control characters."""
    if (
        not name.strip()
        or len(name) > LONGEST_NAME
        or any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in name)
    ):
        return invalid("A name has 1 to 200 characters and no control characters.", *path)
    return None


def check_email(email: str, *path: str) -> Refused | None:
    """None for something that can be an e-mail address."""
    return None if EMAIL.fullmatch(email) else invalid("This is not an e-mail address.", *path)


def exists(unit: Unit, table: str, key: int) -> bool:
    """Whether the organisation has this row; `table` is a literal of ours."""
    column = "person_id" if table == "coach" else "id"
    statement = text(f"SELECT EXISTS (SELECT FROM {table} WHERE organisation_id = :organisation AND {column} = :id)")
    return bool(unit.connection.execute(statement, {"organisation": unit.organisation_id, "id": key}).scalar_one())


def zone_of(name: str) -> ZoneInfo:
    """The zone; its name was checked when it came in."""
    return ZoneInfo(name)
