"""The frame of every command: locks, nothing left due, the idempotency key, then the act (ARCHITECTURE, one request)."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import text

from commands.actor import Actor
from commands.membership.outreach import sign_of_life
from commands.outcome import Done, Outcome, done_from_json, done_to_json, refused
from commands.settle import settle
from models.queries.due_work import DUE
from models.unit import Database, NotLocked, Unit, lock_persons
from policy.terms import RefusalCode
from telemetry import figures, spans

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How a command reached us: who, at which instant, and under which key it must have effect once.

    `freshen`: what is known of these persons' appointments elsewhere is asked for anew, where somebody else knows it (CALENDAR 25).
    """

    actor: Actor
    now: datetime
    idempotency_key: str | None = None
    freshen: Callable[[frozenset[int]], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What is known under the locks before anything else is asked."""

    due: bool
    sought: bool
    digest: str | None
    outcome: dict[str, Any] | None


def carry_out(
    database: Database,
    request: Request,
    command: "DataclassInstance",
    *,
    persons: frozenset[int],
    act: Callable[[Unit], Outcome],
    takes_time: bool = False,
) -> Outcome:
    """Run `act` under the locks of `persons`, with every earlier deadline of theirs applied, once per idempotency key.

    A refusal or a stale version uses up no key and leaves no trace; what was settled before it stands. Where the act turns out to
    concern more people, it begins anew with their locks too. `takes_time`: it may take a time of theirs, and so their appointments
    elsewhere are asked for first, before anything is locked.
    """
    name = type(command).__name__
    with spans.span(f"command {name}", organisation=request.actor.organisation_id) as span:
        outcome = _carried_out(database, request, command, persons=persons, act=act, takes_time=takes_time)
        span.note(outcome=_word(outcome))
    figures.decision(name, outcome=_word(outcome))
    return outcome


def _carried_out(
    database: Database,
    request: Request,
    command: "DataclassInstance",
    *,
    persons: frozenset[int],
    act: Callable[[Unit], Outcome],
    takes_time: bool,
) -> Outcome:
    if not all(storable(words) for words in _texts(asdict(command))):
        return refused(RefusalCode.INVALID_INPUT, message="Text cannot hold U+0000 or half a surrogate pair.")
    digest = command_digest(command)
    if takes_time and request.freshen is not None:
        request.freshen(persons)
    while True:
        try:
            outcome = _attempt(database, request, digest, persons, act)
        except NotLocked as fault:
            persons |= fault.persons
            continue
        if outcome is not None:
            return outcome
        settle(database, request.actor.organisation_id, persons, now=request.now)


def _attempt(
    database: Database, request: Request, digest: str, persons: frozenset[int], act: Callable[[Unit], Outcome]
) -> Outcome | None:
    """The outcome of the act, or the one that was remembered; None where something has to be settled first."""
    with database.unit(request.actor.organisation_id) as unit:
        lock_persons(unit, persons | _own_lock(request))
        before = _look_before(unit, request, persons)
        if before.outcome is not None:
            return _stored(before, digest)
        if before.due:
            return None
        outcome = act(unit)
        if isinstance(outcome, Done) and before.sought and request.actor.person_id is not None:
            sign_of_life(unit, request.actor.person_id, now=request.now)
        if isinstance(outcome, Done) and request.idempotency_key is not None:
            _remember(unit, request, request.idempotency_key, digest, outcome)
        return outcome


def _word(outcome: Outcome) -> str:
    return "DONE" if isinstance(outcome, Done) else outcome.code


def _own_lock(request: Request) -> frozenset[int]:
    """The actor's own lock, so that two commands under one key never run side by side."""
    if request.idempotency_key is None or request.actor.lock is None:
        return frozenset()
    return frozenset({request.actor.lock})


def command_digest(command: "DataclassInstance") -> str:
    """A digest of a command's type and every field of it, so that a key is bound to one command."""
    fields = orjson.dumps(asdict(command), default=_plain, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(type(command).__name__.encode() + b"\0" + fields).hexdigest()


def storable(words: str) -> bool:
    """Whether the database can keep this text."""
    try:
        return b"\x00" not in words.encode()
    except UnicodeEncodeError:
        return False


def _texts(value: object) -> Iterator[str]:
    """Every text of a command, however deep."""
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list() | tuple() | set() | frozenset():
            for part in value:
                yield from _texts(part)
        case _:
            pass


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(str(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


BEFORE = text(f"""
SELECT EXISTS (SELECT FROM due_work WHERE organisation_id = :organisation AND {DUE} AND persons && CAST(:persons AS bigint[])) AS due,
    EXISTS (SELECT FROM outreach WHERE organisation_id = :organisation AND member_id = CAST(:person AS bigint)
        AND status = 'OPEN') AS sought, stored.command_digest, stored.outcome
FROM (SELECT 1) AS one LEFT JOIN idempotency_key AS stored
    ON stored.organisation_id = :organisation AND stored.actor_key = :actor AND stored.key = :key
""")
REMEMBER = text("""
INSERT INTO idempotency_key (organisation_id, actor_key, key, command_digest, outcome, recorded_at)
VALUES (:organisation, :actor, :key, :digest, CAST(:outcome AS jsonb), :now)
""")


def _look_before(unit: Unit, request: Request, persons: frozenset[int]) -> _Before:
    values = {
        "organisation": unit.organisation_id,
        "now": request.now,
        "persons": sorted(persons),
        "actor": request.actor.key,
        "key": request.idempotency_key,
        "person": request.actor.person_id,
    }
    row = unit.connection.execute(BEFORE, values).one()
    return _Before(due=row.due, sought=row.sought, digest=row.command_digest, outcome=row.outcome)


def _stored(before: _Before, digest: str) -> Outcome:
    if before.digest != digest or before.outcome is None:
        return refused(RefusalCode.IDEMPOTENCY_CONFLICT)
    return done_from_json(before.outcome)


def _remember(unit: Unit, request: Request, key: str, digest: str, outcome: Done) -> None:
    values = {
        "organisation": unit.organisation_id,
        "actor": request.actor.key,
        "key": key,
        "digest": digest,
        "outcome": orjson.dumps(done_to_json(outcome)).decode(),
        "now": request.now,
    }
    unit.connection.execute(REMEMBER, values)
