"""previewSeries: the twin of createSeries."""

import datetime as dt

import strawberry

from api.context import Info
from api.dates import after, near
from api.describe import given
from api.inputs import key_or_none
from api.types.series_plan import SeriesPlan, series_plan, unplanned
from commands.series.create import preview_series as preview
from commands.series.planning import SeriesWish
from policy.terms import Cadence, RefusalCode

FIRST_WORDS = "The date of the first occurrence, in the zone that the policy names, by default the coach's."
TIME_WORDS = "When its sessions start, on the wall clock of that zone."
CADENCE_WORDS = "Left out: the rhythm of the policy."
UNTIL_WORDS = "The first date that does not belong to it any more; left out: without end."


@given
class SeriesTerms:
    """The series that is asked about: the input of `createSeries` without its key."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    member: strawberry.ID = strawberry.field(description="The id of the member.")
    first_date: dt.date = strawberry.field(description=FIRST_WORDS)
    local_time: dt.time = strawberry.field(description=TIME_WORDS)
    cadence: Cadence | None = strawberry.field(default=None, description=CADENCE_WORDS)
    until: dt.date | None = strawberry.field(default=None, description=UNTIL_WORDS)
    note: str | None = strawberry.field(default=None, description="As staff: why, in words. Staff must give a reason.")


def preview_series(info: Info, input: SeriesTerms) -> SeriesPlan | None:
    """What creating this series would do now, with every occurrence of a year that cannot take place: the twin of `createSeries`."""
    operation = info.context
    kind = key_or_none(input.kind, "SessionKind", "input.kind")
    coach = key_or_none(input.coach, "Person", "input.coach")
    member = key_or_none(input.member, "Person", "input.member")
    if kind is None or coach is None or member is None:
        return unplanned(RefusalCode.NOT_FOUND, now=operation.now)
    after(input.until, input.first_date, "input", "until")
    near(input.first_date, operation.now, "input", "firstDate")
    near(input.until, operation.now, "input", "until")
    wish = SeriesWish(
        kind_id=kind,
        coach_id=coach,
        member_id=member,
        first_on=input.first_date,
        at_time=input.local_time,
        cadence=input.cadence,
        until_on=input.until,
        note=input.note,
    )
    found = preview(operation.unit, operation.actor, wish, now=operation.now)
    return unplanned(found, now=operation.now) if isinstance(found, RefusalCode) else series_plan(found)
