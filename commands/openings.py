"""openings: the starts that a coach offers to a member; what is listed here is what bookSession accepts (PEERS 2)."""

from dataclasses import dataclass
from datetime import datetime

from commands.actor import Actor
from commands.facts.calendar import Pair, look_around
from commands.facts.policies import offered
from commands.facts.sessions import zones_of
from models.queries.booking import pairing
from models.unit import Unit
from policy.facts import Interval
from policy.openings import offered_starts
from policy.terms import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOpenings:
    """Starts of this kind with this coach in `[start, end)`; `member_id`: for whom, the actor's own if they are a member."""

    kind_id: int
    coach_id: int
    start: datetime
    end: datetime
    member_id: int | None = None


def openings(unit: Unit, actor: Actor, wish: FindOpenings, *, now: datetime) -> tuple[Interval, ...] | None:
    """The sessions that could be booked, in order; None where the actor may not see them, or the pair has nothing together."""
    member = wish.member_id
    if member is None and Role.MEMBER in actor.roles and actor.person_id != wish.coach_id:
        member = actor.person_id
    if not _may_see(actor, wish, member):
        return None
    row = pairing(unit, kind=wish.kind_id, coach=wish.coach_id, member=member)
    if row is None or (member is not None and not (row.is_member and (row.engagement_id or row.open_to_all))):
        return None
    policy = offered(row.document, row.policy_number, row.kind_code, row.contract_document)
    if policy is None:
        return None
    pair = Pair(
        coach_id=wish.coach_id,
        member_id=member,
        kind_id=wish.kind_id,
        hours_zone=row.hours_zone,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
    )
    near = look_around(unit, pair, start=wish.start, end=wish.end)
    starts = offered_starts(policy, zones_of(row), near.availability, start=wish.start, end=wish.end, now=now)
    return tuple(Interval(start=start, end=start + policy.kind.duration) for start in starts)


def _may_see(actor: Actor, wish: FindOpenings, member: int | None) -> bool:
    return (
        member is None
        or actor.person_id in (member, wish.coach_id)
        or actor.may(Scope.READ)
        or actor.may(Scope.BOOKINGS)
    )
