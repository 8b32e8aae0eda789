"""coachProfile: what a coach tells of themselves, for whoever may see them (V8, MODEL 10)."""

from typing import Annotated

import strawberry

from api.context import Info
from api.inputs import key_or_none
from api.types.coach_profile import CoachProfile
from api.types.person import person
from models.queries.acquaintances import visible_people
from models.queries.profiles import profile_of


def coach_profile(
    info: Info, coach: Annotated[strawberry.ID, strawberry.argument(description="The id of the coach.")]
) -> CoachProfile | None:
    """What a coach tells of themselves; null for somebody whom you may not see, or who is no coach."""
    operation = info.context
    key = key_or_none(coach, "Person", "coach")
    if key is None:
        return None
    row = visible_people(operation.unit, [key], reader=operation.reader).get(key)
    found = profile_of(operation.unit, key) if row is not None else None
    if row is None or found is None:
        return None
    return CoachProfile(
        coach=person(row.id, row.name, row.zone),
        headline=found.headline,
        about=found.about,
        languages=list(found.languages),
    )
