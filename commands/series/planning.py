"""What a plan for a series is made from: the pair, the policy in force, and a year of both calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.facts.calendar import MARGIN, published_hours
from commands.facts.policies import offered
from commands.facts.sessions import lot_of, zones_of
from models.queries.booking import around, pairing
from models.queries.sessions import lots_of
from models.unit import Unit
from policy.document import ResolvedPolicy
from policy.facts import Availability, Interval, Lot, Zones
from policy.openings import PublishedHours, expand_hours
from policy.recurrence import Recurrence
from policy.series import MAKE_UP, YEAR, Released, SeriesFacts, anchored_to, usual_cadence
from policy.terms import ActorKind, Cadence, RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesWish:
    """A series of this kind with this coach from the date `first_on` on, at a local time of the zone that the policy names.

    `cadence` None: the rhythm of the policy. `until_on`: the first date that does not belong to it; None: without end.
    """

    kind_id: int
    coach_id: int
    member_id: int
    first_on: date
    at_time: time
    cadence: Cadence | None = None
    until_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A coach and a member for a kind, with the policy in force between them."""

    row: Row[Any]
    policy: ResolvedPolicy
    zones: Zones
    coach_id: int
    member_id: int
    kind_id: int

    @property
    def persons(self) -> frozenset[int]:
        """Both sides."""
        return frozenset({self.coach_id, self.member_id})


def pair_of(unit: Unit, *, kind: int, coach: int, member: int) -> Pairing | None:
    """The pair as it stands; None where they have no membership and engagement, or the kind is not offered any more."""
    row = pairing(unit, kind=kind, coach=coach, member=member)
    if row is None or row.member_id is None or not row.is_member or row.membership_id is None:
        return None
    policy = offered(row.document, row.policy_number, row.kind_code, row.contract_document, row.plan_document)
    if policy is None or row.engagement_id is None:
        return None
    return Pairing(row=row, policy=policy, zones=zones_of(row), coach_id=coach, member_id=member, kind_id=kind)


RESTS = text("""
SELECT EXISTS (SELECT FROM membership WHERE organisation_id = :organisation AND member_id = :member AND status = 'PAUSED')
""")


def rests(unit: Unit, member_id: int) -> bool:
    """Whether a membership of theirs is paused."""
    values = {"organisation": unit.organisation_id, "member": member_id}
    return bool(unit.connection.execute(RESTS, values).scalar_one())


def capacity(actor: Actor, *, coach_id: int, member_id: int) -> ActorKind | RefusalCode:
    """In which capacity somebody asks for a series of these two, or why they may not even ask (MODEL 10)."""
    kind = actor.acts_on(coach_id=coach_id, member_id=member_id)
    if kind is None:
        return RefusalCode.NOT_FOUND
    if kind is ActorKind.STAFF and not actor.may(Scope.BOOKINGS):
        return RefusalCode.FORBIDDEN
    return kind


def rule_of_wish(pair: Pairing, wish: SeriesWish) -> Recurrence:
    """The rule that is wished for."""
    cadence, zone = wish.cadence or usual_cadence(pair.policy), anchored_to(pair.policy, pair.zones)
    return Recurrence(cadence=cadence, first=wish.first_on, at=wish.at_time, zone=zone, until=wish.until_on)


def facts_for(
    unit: Unit,
    pair: Pairing,
    recurrence: Recurrence,
    *,
    actor: ActorKind,
    now: datetime,
    note: str | None = None,
    released: Sequence[Released] = (),
    span: timedelta = YEAR,
) -> SeriesFacts:
    """Both calendars for `span` from the first date on; two statements. What `released` takes stands in nobody's way.

    People are told of a time that may be taken elsewhere and can ask again; a horizon run leaves out only what is known to be.
    """
    first = recurrence.occurrence(recurrence.first).starts_at - MAKE_UP - MARGIN
    last = first + span + 2 * (MAKE_UP + MARGIN)
    rows = around(
        unit,
        coaches=[pair.coach_id],
        member=pair.member_id,
        kind=pair.kind_id,
        start=first,
        end=last,
        now=now,
        without=None,
    )
    published = published_hours(rows)
    return SeriesFacts(
        actor=actor,
        recurrence=recurrence,
        zones=pair.zones,
        availability=_availability(
            pair,
            rows,
            published,
            {one.session for one in released},
            first=first,
            last=last,
            certain=actor is ActorKind.SYSTEM,
        ),
        closed=frozenset(on for on, stretches in published.overrides.items() if not stretches),
        holidays=published.holidays - frozenset(published.overrides),
        lots=lots_for(unit, pair, now=now, released=released),
        note=note,
        released=tuple(released),
    )


def lots_for(unit: Unit, pair: Pairing, *, now: datetime, released: Sequence[Released] = ()) -> tuple[Lot, ...]:
    """The member's open lots of the kind, as they stand once `released` has given up what it holds; one statement."""
    sessions = [one.session for one in released]
    rows = lots_of(unit, [(pair.member_id, pair.kind_id)], sessions=sessions, since=now)
    return tuple(_freed(lot_of(row, row.id), row.held_by) for row in rows)


def _freed(lot: Lot, held_by: Sequence[tuple[int, int]]) -> Lot:
    return replace(lot, available=lot.available + sum(units for _, units in held_by))


def _availability(
    pair: Pairing,
    rows: Sequence[Row[Any]],
    published: PublishedHours,
    without: set[int],
    *,
    first: datetime,
    last: datetime,
    certain: bool,
) -> Availability:
    standing = [row for row in rows if not _is_given_up(row, without) and not (certain and _is_guess(row))]
    return Availability(
        hours=expand_hours(published, ZoneInfo(pair.row.hours_zone), start=first, end=last),
        off=_intervals(standing, "OFF"),
        coach_busy=_intervals(standing, "COACH"),
        coach_away=_intervals(standing, "AWAY"),
        member_busy=_intervals(standing, "MEMBER"),
        buffer_before=pair.row.buffer_before,
        buffer_after=pair.row.buffer_after,
    )


def _is_given_up(row: Row[Any], without: set[int]) -> bool:
    return row.what in ("COACH", "MEMBER") and row.number in without


def _is_guess(row: Row[Any]) -> bool:
    """Whether the coach only counts as taken, because their calendar could not be read."""
    return row.what == "AWAY" and row.flag


def _intervals(rows: Iterable[Row[Any]], what: str) -> tuple[Interval, ...]:
    return tuple(
        Interval(start=row.from_at.astimezone(UTC), end=row.to_at.astimezone(UTC)) for row in rows if row.what == what
    )
