"""checkIn and the join link: signs that somebody is there (D-19, O17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import ActionCheck, Done, Outcome, refused
from commands.transaction import Request, carry_out
from models.presence import Presence
from models.queries.sessions import parties_of
from models.unit import Database, Unit
from policy.attending import objection_to_attending
from policy.terms import PresenceSignal, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Attend:
    """The person who asks is there, by this sign."""

    session_id: int
    signal: PresenceSignal = PresenceSignal.CHECK_IN


def attend(database: Database, request: Request, command: Attend) -> Outcome:
    """The sign is kept, with its instant; it changes nothing else, and is never taken back."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [command.session_id]).get(command.session_id)
    if parties is None or request.actor.acts_on(coach_id=parties[0], member_id=parties[1]) is None:
        return refused(RefusalCode.NOT_FOUND)
    if request.actor.person_id not in parties:
        return refused(RefusalCode.FORBIDDEN)
    return carry_out(
        database, request, command, persons=frozenset(parties), act=lambda unit: _act(unit, request, command)
    )


def check_attend(actor: Actor, cases: Mapping[int, SessionCase], *, now: datetime) -> Mapping[int, ActionCheck]:
    """The twin: what `attend` would say now of each of these sessions."""
    return {key: _check(actor, case, now=now) for key, case in cases.items()}


def _check(actor: Actor, case: SessionCase, *, now: datetime) -> ActionCheck:
    code = _objection_to_who(actor, case) or objection_to_attending(case.facts, now=now)
    return ActionCheck(allowed=code is None, late=False, code=code, decision=None, consequence=None, checked_at=now)


def _objection_to_who(actor: Actor, case: SessionCase) -> RefusalCode | None:
    if actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id) is None:
        return RefusalCode.NOT_FOUND
    return None if actor.person_id in case.persons else RefusalCode.FORBIDDEN


def _act(unit: Unit, request: Request, command: Attend) -> Outcome:
    case = session_cases(unit, [command.session_id], now=request.now)[command.session_id]
    code = objection_to_attending(case.facts, now=request.now)
    if code is not None:
        return refused(code)
    unit.connection.execute(
        insert(Presence).values(
            organisation_id=unit.organisation_id,
            session_id=command.session_id,
            person_id=request.actor.person_id,
            signal=command.signal,
            at=request.now,
        )
    )
    event = write_event(unit, _record(request, command, case))
    return Done(object_id=command.session_id, event_id=event)


def _record(request: Request, command: Attend, case: SessionCase) -> Record:
    joined = command.signal is PresenceSignal.JOIN_LINK
    kind = request.actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    if kind is None:
        raise LookupError("a stranger is refused before")
    return Record(
        name="JOINED" if joined else "CHECKED_IN",
        persons=case.persons,
        actor_kind=kind,
        actor_id=request.actor.person_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        session_id=command.session_id,
        resolved_policy_id=case.subject.resolved_policy_id,
        recorded_at=request.now,
        effective_at=request.now,
    )
