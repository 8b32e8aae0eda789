"""The times to which a session can be moved: what is listed here is what rescheduleSession carries out (PEERS 2, D-43)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from commands.actor import Actor
from commands.facts.calendar import look_around
from commands.facts.sessions import SessionCase
from models.unit import Unit
from policy.changing import decide_reschedule
from policy.facts import Attempt, ChangeFacts, Interval
from policy.openings import starts_to_move_to
from policy.periods import horizon_end
from policy.terms import Action, ActorKind, SessionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOpenings:
    """Times in order, and whether there are more after them."""

    times: tuple[Interval, ...]
    has_more: bool


def openings_to_move(
    unit: Unit, actor: Actor, case: SessionCase, *, start: datetime, most: int, now: datetime
) -> MoveOpenings:
    """At most so many times from `start` on to which the actor can move the session now; one statement.

    None where the session cannot be moved at all, and none of other people's sessions.
    """
    kind = actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    end = horizon_end(case.policy, case.zones, now=now)
    if kind is None or not actor.may_change(kind) or case.facts.status is not SessionStatus.SCHEDULED or end <= start:
        return MoveOpenings(times=(), has_more=False)
    near = look_around(unit, case.pair, start=start, end=end, now=now, without=case.facts.id)
    facts = case.change_facts(at=now, near=near)
    found = list(islice(_possible(case, kind, facts, start=start, end=end, now=now), most + 1))
    length = case.facts.kind.duration
    return MoveOpenings(
        times=tuple(Interval(start=at, end=at + length) for at in found[:most]), has_more=len(found) > most
    )


def _possible(
    case: SessionCase, kind: ActorKind, facts: ChangeFacts, *, start: datetime, end: datetime, now: datetime
) -> Iterator[datetime]:
    """The offered starts to which the rules let the session go."""
    if facts.availability is None:
        return
    for at in starts_to_move_to(case.policy, case.zones, facts.availability, start=start, end=end, now=now):
        attempt = Attempt(action=Action.MOVE, actor=kind, now=now, to=at)
        if decide_reschedule(case.policy, case.facts, attempt, facts).allowed:
            yield at
