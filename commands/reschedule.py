"""rescheduleSession and its twin: a session gets a new time, or is lost by asking too late (M4, M7, D-36, D-43)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.change import Acknowledged, Decide, change_session, check_sessions, slot_conflict
from commands.facts.calendar import look_around
from commands.facts.sessions import SessionCase
from commands.outcome import ActionCheck, Outcome, refused
from commands.transaction import Request
from models.unit import Database, Unit
from policy.changing import decide_reschedule
from policy.decisions import Decision
from policy.facts import Attempt, ChangeFacts
from policy.terms import Action, ActorKind, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleSession(Acknowledged):
    """Move to `to`; without it (twins only) the answer is about the right to move at all, whatever the new time."""

    to: datetime | None


def reschedule(database: Database, request: Request, command: RescheduleSession) -> Outcome:
    """The session stands at the new time, or is lost by the row that decides, or nothing happened and the answer says why."""
    try:
        decide = deciding(command, now=request.now)
        return change_session(database, request, command, decide, takes_time=command.to is not None)
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_reschedule(
    unit: Unit, actor: Actor, sessions: Sequence[int], command: RescheduleSession, *, now: datetime
) -> Mapping[int, ActionCheck]:
    """What moving each of these sessions would lead to now; two statements, one more per session where `to` is given."""
    return check_sessions(unit, actor, sessions, deciding(command, now=now), now=now)


def deciding(command: RescheduleSession, *, now: datetime) -> Decide:
    """How the rules are asked for a move."""

    def decide(unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        attempt = Attempt(
            action=Action.MOVE,
            actor=kind,
            now=now,
            to=command.to,
            on_behalf_of_member=command.on_behalf_of_member,
            override=None if command.override is None else command.override.reason,
            note=command.note,
        )
        return decide_reschedule(case.policy, case.facts, attempt, _facts(unit, case, command.to, now=now))

    return decide


def _facts(unit: Unit, case: SessionCase, to: datetime | None, *, now: datetime) -> ChangeFacts:
    if to is None:
        return case.change_facts(at=now)
    end = to + case.facts.kind.duration
    near = look_around(unit, case.pair, start=to, end=end, now=now, without=case.facts.id)
    return case.change_facts(at=now, near=near)
