"""What the verbs on notes and action items share: whose they are, who may read them, and the log that never repeats them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.outcome import Outcome, Stale, refused
from commands.transaction import Request, carry_out
from models.queries.sessions import parties_of
from models.unit import Database, Unit
from policy.terms import ActorKind, RefusalCode, Visibility

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Find = Callable[[Unit, Sequence[int]], Mapping[int, Row[Any]]]
Act = Callable[[Unit, int], Outcome]


def on_session(
    database: Database, request: Request, command: "DataclassInstance", session_id: int, act: Act
) -> Outcome:
    """Run `act` for the coach of this session, who alone writes about it; the locks of both its people are held."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [session_id]).get(session_id)
    code = objection_to_writing(request.actor, parties)
    if code is not None or parties is None:
        return refused(code or RefusalCode.NOT_FOUND)
    persons = frozenset(parties)
    return carry_out(database, request, command, persons=persons, act=lambda unit: act(unit, session_id))


def objection_to_writing(actor: Actor, parties: Sequence[int] | None) -> RefusalCode | None:
    """Why the actor may not write about a session of these two, coach and member; None where they may."""
    if parties is None or actor.acts_on(coach_id=parties[0], member_id=parties[1]) is None:
        return RefusalCode.NOT_FOUND
    return None if actor.person_id == parties[0] else RefusalCode.FORBIDDEN


def objection_to_changing(
    actor: Actor, row: Row[Any] | None, parties: Sequence[int] | None, *, by_reader: bool = False
) -> RefusalCode | None:
    """Why the actor may not change what was written about a session of these two; None for its author, or for whoever reads it."""
    reader = actor.person_id
    if row is None or parties is None or reader not in parties[:2]:
        return RefusalCode.NOT_FOUND
    if reader == row.author_id:
        return None
    if Visibility(row.visibility) is Visibility.PRIVATE:
        return RefusalCode.NOT_FOUND
    return None if by_reader else RefusalCode.FORBIDDEN


def on_written(
    database: Database,
    request: Request,
    command: "DataclassInstance",
    find: Find,
    key: int,
    act: Callable[[Unit, Row[Any]], Outcome],
    *,
    if_version: int | None,
    by_reader: bool = False,
) -> Outcome:
    """Run `act` on what was written before: for its author, or for whoever reads it where `by_reader`."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = find(unit, [key]).get(key)
        parties = None if row is None else parties_of(unit, [row.session_id]).get(row.session_id)
    code = objection_to_changing(request.actor, row, parties, by_reader=by_reader)
    if code is not None or parties is None:
        return refused(code or RefusalCode.NOT_FOUND)

    def run(unit: Unit) -> Outcome:
        current = find(unit, [key])[key]
        if if_version is not None and if_version != current.version:
            return Stale(object_id=key)
        return act(unit, current)

    return carry_out(database, request, command, persons=frozenset(parties), act=run)


def log(unit: Unit, request: Request, name: str, session_id: int, visibility: Visibility, effects: list[Any]) -> int:
    """The event of something that was written; its words stay where they are, and the log says nothing of what is private."""
    coach, member = parties_of(unit, [session_id])[session_id]
    shared = visibility is Visibility.SHARED
    return write_event(
        unit,
        Record(
            name=name,
            persons=frozenset({coach, member}) if shared else frozenset({coach}),
            actor_kind=ActorKind.MEMBER if request.actor.person_id == member else ActorKind.COACH,
            actor_id=request.actor.person_id,
            cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
            session_id=session_id if shared else None,
            effects=effects,
            recorded_at=request.now,
            effective_at=request.now,
        ),
    )
