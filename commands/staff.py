"""What every verb of the operator's side shares: only staff may, each change is one event, bad input names its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.outcome import Done, Outcome, Refused, refused
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.terms import ActorKind, RefusalCode, Role, Scope
from policy.texts import says_nothing

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\]{1,190}\.[^@\s<>\"(),:;\\.]{2,63}")
LONGEST_NAME = 200
# Control characters, and halves of a surrogate pair, which no database stores.
UNPRINTABLE = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """What a verb of the operator's side is: its name in the log, the scope an API key needs, and whom it concerns.

    `persons` are locked, and it is their event. `own`: the coach whom it concerns may do it too (MODEL 10). `conflicts`: the
    answer for each unique constraint that a command running side by side may have met first.
    """

    name: str
    scope: Scope
    persons: frozenset[int] = frozenset()
    own: int | None = None
    conflicts: Mapping[str, Refused] = field(default_factory=dict[str, Refused])


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a verb wrote: the id of its object, and what the log tells of it beyond its name."""

    object_id: int
    effects: tuple[dict[str, Any], ...] = ()


def as_staff(
    database: Database,
    request: Request,
    command: "DataclassInstance",
    verb: Verb,
    act: Callable[[Unit], Written | Refused],
) -> Outcome:
    """Run a verb of the operator's side: `act` writes, and one event records it; nobody else than `verb` says may do it."""
    kind = capacity(request.actor, verb.scope, own=verb.own)
    if kind is None:
        return refused(RefusalCode.FORBIDDEN)

    def write(unit: Unit) -> Outcome:
        written = act(unit)
        if isinstance(written, Refused):
            return written
        record = Record(
            name=verb.name,
            persons=verb.persons,
            actor_kind=kind,
            actor_id=request.actor.person_id,
            api_key_id=request.actor.api_key_id,
            cause=f"{verb.name}:{written.object_id}",
            effects=list(written.effects),
            recorded_at=request.now,
            effective_at=request.now,
        )
        return Done(object_id=written.object_id, event_id=write_event(unit, record))

    try:
        return carry_out(database, request, command, persons=verb.persons, act=write)
    except IntegrityError as fault:
        if violated(fault) not in verb.conflicts:
            raise
        return verb.conflicts[violated(fault)]


def capacity(actor: Actor, scope: Scope, *, own: int | None = None) -> ActorKind | None:
    """As what the actor acts: the coach of their own things, else staff within `scope`; None: they may not."""
    if own is not None and actor.person_id == own and Role.COACH in actor.roles:
        return ActorKind.COACH
    return ActorKind.STAFF if actor.may(scope) else None


def violated(fault: IntegrityError) -> str:
    """The name of the constraint that the database held up, or nothing."""
    return getattr(getattr(fault.orig, "diag", None), "constraint_name", None) or ""


def invalid(message: str, *path: str) -> Refused:
    """A refusal of one input field."""
    return refused(RefusalCode.INVALID_INPUT, message=message, path=path)


def check_zone(zone: str, *path: str) -> Refused | None:
    """None for a zone of the tz database."""
    return None if zone in _zones() else invalid("This is not a zone of the tz database.", *path)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def printable(text: str) -> bool:
    """Whether the text can be stored and shown on one line."""
    return not any(unicodedata.category(letter) in UNPRINTABLE for letter in text)


def check_name(name: str, *path: str) -> Refused | None:
    """None for a name that can be shown: not empty, at most 200 characters, no control characters."""
    if says_nothing(name) or len(name) > LONGEST_NAME or not printable(name):
        return invalid("A name has 1 to 200 characters and no control characters.", *path)
    return None


def check_email(email: str, *path: str) -> Refused | None:
    """None for something that can be an e-mail address."""
    return None if EMAIL.fullmatch(email) and printable(email) else invalid("This is not an e-mail address.", *path)


def exists(unit: Unit, table: str, key: int) -> bool:
    """Whether the organisation has this row; `table` is a literal of ours."""
    column = "person_id" if table == "coach" else "id"
    statement = text(f"SELECT EXISTS (SELECT FROM {table} WHERE organisation_id = :organisation AND {column} = :id)")
    return bool(unit.connection.execute(statement, {"organisation": unit.organisation_id, "id": key}).scalar_one())


def zone_of(name: str) -> ZoneInfo:
    """The zone; its name was checked when it came in."""
    return ZoneInfo(name)
