"""The person whom a verb of the operator's side was about, as they stand afterwards."""

from api.context import Operation
from api.types.person import Person, person
from commands.outcome import Done
from models.queries.acquaintances import visible_people


def person_done(operation: Operation, done: Done) -> Person:
    """The person that a command names as its object."""
    row = visible_people(operation.unit, [done.object_id], reader=None)[done.object_id]
    return person(row.id, row.name, row.zone)
