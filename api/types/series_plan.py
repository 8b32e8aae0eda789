"""What creating, changing, splitting or ending a series would do: every occurrence, and every one that cannot take place."""

import datetime as dt
from datetime import datetime

import strawberry

from api.describe import output
from api.ids import global_id
from api.types.openings import Slot
from commands.messages import message_of
from policy.matters import Trouble
from policy.series import Planned
from policy.series import SeriesPlan as Plan
from policy.terms import RefusalCode


@output
class PlannedOccurrence:
    """One date of a series, as it is planned."""

    date: dt.date = strawberry.field(
        description="Its date in the series' own zone: it names the occurrence for ever, whatever becomes of its session."
    )
    starts_at: datetime
    ends_at: datetime
    trouble: Trouble | None = strawberry.field(description="Why it cannot take place; null where it can.")
    alternatives: list[Slot] = strawberry.field(
        description="Starts nearby that the coach offers, for a make-up; only where it cannot take place, and often none."
    )


@output
class ReleasedSession:
    """A session that would be cancelled without loss to anybody."""

    session: strawberry.ID = strawberry.field(description="The id of the session.")
    starts_at: datetime


@output
class SeriesPlan:
    """What would happen now. Nothing has; the mutation asks the same function."""

    allowed: bool = strawberry.field(
        description="Whether it may be done as it is; where only `conflicts` stand in the way, send `digest` as `acknowledge` to leave them out."
    )
    code: RefusalCode | None = strawberry.field(description="Why it may not be done as it is; null where it may.")
    message: str | None = strawberry.field(description="The same as an English sentence.")
    checked_at: datetime = strawberry.field(description="The instant of this answer.")
    digest: strawberry.ID = strawberry.field(
        description="Names this plan with all its conflicts. Another conflict meanwhile gives another digest, and nothing is done."
    )
    occurrences: list[PlannedOccurrence] = strawberry.field(
        description="Those of a year from the first one on. Sessions come to exist as far ahead as the policy says."
    )
    conflicts: list[PlannedOccurrence] = strawberry.field(description="Those among them that cannot take place.")
    released: list[ReleasedSession] = strawberry.field(
        description="Sessions of the series that are given up for it: those that nobody has moved or cancelled by themselves."
    )
    shifts: list[dt.date] = strawberry.field(
        description="Dates from which on the clock of the other side shows another hour than before, because clocks change."
    )


def series_plan(plan: Plan) -> SeriesPlan:
    """The plan as the contract shows it."""
    return SeriesPlan(
        allowed=plan.allowed,
        code=plan.code,
        message=None if plan.code is None else message_of(plan.code),
        checked_at=plan.checked_at,
        digest=strawberry.ID(plan.digest),
        occurrences=[_occurrence(one) for one in plan.occurrences],
        conflicts=[_occurrence(one) for one in plan.conflicts],
        released=[
            ReleasedSession(session=strawberry.ID(global_id("Session", one.session)), starts_at=one.starts_at)
            for one in plan.released
        ],
        shifts=list(plan.shifts),
    )


def unplanned(code: RefusalCode, *, now: datetime) -> SeriesPlan:
    """The plan of something that the caller may not even ask about."""
    return series_plan(Plan(allowed=False, code=code, parameter="MODEL 10", checked_at=now))


def _occurrence(one: Planned) -> PlannedOccurrence:
    return PlannedOccurrence(
        date=one.on,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        trouble=one.trouble,
        alternatives=[Slot(starts_at=start) for start in one.alternatives],
    )
