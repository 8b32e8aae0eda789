"""openings: the starts that coaches offer to a member; what is listed here is what bookSession accepts (PEERS 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from commands.actor import Actor
from commands.facts.calendar import Pair, look_around_all
from commands.facts.policies import offered
from commands.facts.sessions import stops_of, zones_of
from models.queries.booking import pairing, pairings
from models.unit import Unit
from policy.openings import offered_starts
from policy.resolved import ResolvedPolicy
from policy.stops import Stop, startable
from policy.terms import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOpenings:
    """Starts of this kind in `[start, end)` with this coach, or with any whom the member may book.

    `member_id`: for whom, the actor's own if they are a member.
    """

    kind_id: int
    coach_id: int | None
    start: datetime
    end: datetime
    member_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTime:
    """A session that could be booked, and with whom."""

    coach_id: int
    coach_name: str
    coach_zone: str
    starts_at: datetime
    ends_at: datetime


def member_of(actor: Actor, wish: FindOpenings) -> int | None:
    """For whom openings are asked; None: for nobody in particular."""
    if wish.member_id is None and Role.MEMBER in actor.roles and actor.person_id != wish.coach_id:
        return actor.person_id
    return wish.member_id


def openings(unit: Unit, actor: Actor, wish: FindOpenings, *, now: datetime) -> tuple[OfferedTime, ...] | None:
    """The sessions that could be booked, by start and coach; None where the actor may not see them, or there is nobody to ask.

    Two statements, whatever the number of coaches.
    """
    member = member_of(actor, wish)
    if not _may_see(actor, wish, member):
        return None
    rows = _pairings(unit, wish, member)
    asked = [(row, policy) for row in rows for policy in [_policy_of(row)] if policy is not None]
    if not asked:
        return None
    around = look_around_all(
        unit, [_pair(row, wish, member) for row, _ in asked], start=wish.start, end=wish.end, now=now
    )
    own = member is not None and member == actor.person_id
    found = [
        _offered(row, policy, start)
        for (row, policy), near in zip(asked, around, strict=True)
        if not row.rests
        for start in _startable(
            row,
            offered_starts(policy, zones_of(row), near.availability, start=wish.start, end=wish.end, now=now),
            stops=stops_of(row) if own else (),
            now=now,
        )
    ]
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.coach_id)))


def _startable(
    row: Row[Any], starts: tuple[datetime, ...], *, stops: tuple[Stop, ...], now: datetime
) -> tuple[datetime, ...]:
    """Without what a tally keeps the member from booking; for whom the team looks, it books too (D-64)."""
    return startable(stops, starts, met_before=row.met_before, zone=zones_of(row).accounting, now=now)


def _pairings(unit: Unit, wish: FindOpenings, member: int | None) -> Sequence[Row[Any]]:
    if wish.coach_id is None:
        found = [] if member is None else pairings(unit, kind=wish.kind_id, member=member)
        return [row for row in found if row.is_member]
    row = pairing(unit, kind=wish.kind_id, coach=wish.coach_id, member=member)
    together = row is not None and (member is None or (row.is_member and (row.engagement_id or row.open_to_all)))
    return [row] if row is not None and together else []


def _policy_of(row: Row[Any]) -> ResolvedPolicy | None:
    return offered(row.document, row.policy_number, row.kind_code, row.contract_document, row.plan_document)


def _pair(row: Row[Any], wish: FindOpenings, member: int | None) -> Pair:
    return Pair(
        coach_id=row.coach_id,
        member_id=member,
        kind_id=wish.kind_id,
        hours_zone=row.hours_zone,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
    )


def _offered(row: Row[Any], policy: ResolvedPolicy, start: datetime) -> OfferedTime:
    return OfferedTime(
        coach_id=row.coach_id,
        coach_name=row.coach_name,
        coach_zone=row.coach_zone,
        starts_at=start,
        ends_at=start + policy.kind.duration,
    )


def _may_see(actor: Actor, wish: FindOpenings, member: int | None) -> bool:
    return (
        member is None
        or actor.person_id in (member, wish.coach_id)
        or actor.may(Scope.READ)
        or actor.may(Scope.BOOKINGS)
    )
