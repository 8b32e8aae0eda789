"""coachAvailability, holidays, terms: when coaches are there, as it was published."""

from typing import Annotated

import strawberry

from api.context import Info
from api.inputs import key_or_none
from api.types.availability import CoachAvailability, FromDate, Holiday, Term, ToDate, check_range
from api.types.availability import coach_availability as availability_of
from api.types.availability import terms as all_terms
from models.queries.acquaintances import visible_people
from models.queries.availability import coach_of_id, holidays_between

CoachId = Annotated[strawberry.ID, strawberry.argument(description="The id of the coach.")]


def coach_availability(info: Info, coach: CoachId) -> CoachAvailability | None:
    """When a coach is there, as it was published; null for somebody whom you may not see, or who is no coach."""
    operation = info.context
    key = key_or_none(coach, "Person", "coach")
    if key is None or key not in visible_people(operation.unit, [key], reader=operation.reader):
        return None
    row = coach_of_id(operation.unit, key)
    return None if row is None else availability_of(row)


def holidays(info: Info, from_: FromDate, to: ToDate) -> list[Holiday] | None:
    """The organisation's holidays in this range, in order. For each coach they are dates of their own hours zone."""
    check_range(from_, to)
    rows = holidays_between(info.context.unit, from_, to)
    return [Holiday(date=row.on_date, name=row.name) for row in rows]


def terms(info: Info) -> list[Term] | None:
    """The organisation's terms, in order: each lasts until the next one begins."""
    return all_terms(info.context)
