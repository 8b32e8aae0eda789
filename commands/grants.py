"""The grants of a membership's periods: each when its period opens for booking (MODEL 8, section 6)."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from commands.apply.credits import Posting, post_grant
from commands.apply.record import Record, write_event
from commands.apply.work import Work, schedule
from commands.facts.policies import offered
from models.queries.due_work import Timer
from models.unit import Unit
from policy.cadence import Rhythm
from policy.effects import NewLot
from policy.facts import Zones
from policy.limits import TICK, wall_instant
from policy.memberships import ENTITLED
from policy.periods import PeriodGrant, first_grants, next_grant_at
from policy.terms import ActorKind, Cadence, LotSource, MembershipStatus, WorkKind

KINDS = text("""
SELECT membership.id AS membership_id, membership.member_id, membership.status, membership.accounting_zone,
    membership.starts_on, membership.first_paid_on, membership.ends_on, membership.enrolled_at, membership.cadence, membership.next_cadence,
    membership.next_cadence_on, kind.id AS kind_id, kind.code AS kind_code,
    version.document, version.number, contract.document AS contract_document, membership.plan_document
FROM membership JOIN session_kind AS kind ON kind.organisation_id = membership.organisation_id
LEFT JOIN contract ON contract.organisation_id = membership.organisation_id AND contract.id = membership.contract_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = membership.organisation_id
    AND policy_version.published_at < :until ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE membership.organisation_id = :organisation AND membership.id = :membership ORDER BY kind.id
""")


RHYTHM = text("""
SELECT accounting_zone, cadence, next_cadence, next_cadence_on FROM membership
WHERE organisation_id = :organisation AND id = :membership
""")


def grant_first_periods(unit: Unit, membership_id: int, *, event_id: int, now: datetime) -> None:
    """Every period that is open for booking at enrolment is granted, and the next grant is due when its period opens."""
    in_force = now + TICK  # what was published at this very instant came before the enrolment
    _grant(unit, membership_id, event_id=event_id, effective_at=now, in_force_before=in_force, now=now)


def grant_next_period(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The periods that open at the timer's instant are granted as of it; the next one is scheduled."""
    event = write_event(
        unit,
        Record(
            name="CREDIT_GRANTED",
            persons=timer.persons,
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            cause=timer.cause_key,
            recorded_at=now,
            effective_at=timer.effective_at,
        ),
    )
    at = timer.effective_at
    # A timer comes before the commands of its instant, so what was published then is not in force yet (MODEL 8).
    _grant(unit, timer.object_id, event_id=event, effective_at=at, in_force_before=at, now=now)


def _grant(
    unit: Unit,
    membership_id: int,
    *,
    event_id: int,
    effective_at: datetime,
    in_force_before: datetime,
    now: datetime,
) -> None:
    values = {"organisation": unit.organisation_id, "membership": membership_id, "until": in_force_before}
    rows = unit.connection.execute(KINDS, values).all()
    works: list[Work] = []
    following: list[datetime] = []
    for row in rows:
        if MembershipStatus(row.status) not in ENTITLED:
            continue
        policy = offered(row.document, row.number, row.kind_code, row.contract_document, row.plan_document)
        if policy is None:
            continue
        zones = _zones(row)
        for grant in first_grants(policy, zones, now=effective_at, rhythm=_rhythm(row)):
            if row.ends_on is not None and grant.opens_at >= _midnight(row, row.ends_on):
                continue
            works += _post(unit, row, grant, event_id=event_id, effective_at=effective_at, now=now)
        after = next_grant_at(policy, zones, now=effective_at)
        following += [] if after is None else [after]
    if following:
        works.append(_timer(rows[0], min(following)))
    schedule(unit, works)


def _zones(row: Row[Any]) -> Zones:
    """Periods are counted in the membership's accounting zone, from its first day; no other zone plays a part (D-08)."""
    zone = ZoneInfo(row.accounting_zone)
    return Zones(
        member=zone,
        coach=zone,
        organisation=zone,
        accounting=zone,
        enrolled_on=row.starts_on,
        paid_from=row.first_paid_on,
    )


def rhythm_of(unit: Unit, membership_id: int) -> Rhythm:
    """The rhythm of a membership, and the one that follows; one statement."""
    row = unit.connection.execute(RHYTHM, {"organisation": unit.organisation_id, "membership": membership_id}).one()
    return _rhythm(row)


def _rhythm(row: Row[Any]) -> Rhythm:
    """The membership's rhythm, and the one that follows."""
    return Rhythm(
        current=Cadence(row.cadence),
        following=None if row.next_cadence is None else Cadence(row.next_cadence),
        from_at=None if row.next_cadence_on is None else _midnight(row, row.next_cadence_on),
    )


def _midnight(row: Row[Any], day: date) -> datetime:
    return wall_instant(datetime.combine(day, time(0)), ZoneInfo(row.accounting_zone))


def _post(
    unit: Unit, row: Row[Any], grant: PeriodGrant, *, event_id: int, effective_at: datetime, now: datetime
) -> list[Work]:
    posting = Posting(
        member_id=row.member_id,
        kind_id=row.kind_id,
        membership_id=row.membership_id,
        event_id=event_id,
        session_id=None,
        reason=None,
        recorded_at=now,
        effective_at=effective_at,
        cause=f"grant:{row.membership_id}:{row.kind_code}:{grant.opens_at.isoformat()}",
    )
    lot = NewLot(source=LotSource.PERIOD, opens_at=grant.opens_at, closes_at=grant.closes_at)
    return post_grant(unit, posting, lot, grant.units)


def _timer(row: Row[Any], at: datetime) -> Work:
    return Work(
        kind=WorkKind.LOT_GRANT,
        cause_key=f"lot-grant:{row.membership_id}:{at.isoformat()}",
        persons=frozenset({row.member_id}),
        object_id=row.membership_id,
        fires_at=at,
    )
