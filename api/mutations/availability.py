"""The availability of a coach that a verb was about, as it stands afterwards."""

from api.context import Operation
from api.types.availability import CoachAvailability, coach_availability
from models.queries.availability import coach_of_id


def availability_done(operation: Operation, coach_id: int) -> CoachAvailability:
    """The availability of a coach who exists."""
    row = coach_of_id(operation.unit, coach_id)
    if row is None:
        raise LookupError("a verb that has set a coach's hours knows the coach")
    return coach_availability(row)
