"""People."""

import strawberry

from api.describe import output
from api.ids import global_id
from api.scalars import TimeZone
from api.types.node import Node


@output
class Person(Node):
    """Somebody of the organisation. You see yourself, your coaches or members, and as staff everybody."""

    name: str
    time_zone: TimeZone = strawberry.field(description="The zone in which this person reads times.")


def person(key: int, name: str, zone: str) -> Person:
    """The person of this key."""
    return Person(id=strawberry.ID(global_id("Person", key)), name=name, time_zone=TimeZone(zone))
