"""The record of readings: who has read whose notes, questionnaires and messages, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.context import Operation
from api.describe import output
from api.ids import global_id
from api.types.node import Node
from api.types.person import Person, person
from models.queries.readings import readings_of_ids
from policy.matters import Words

READINGS = Place(list="readings", columns=("id",))
OBJECTS = {Words.NOTE: "Note", Words.QUESTIONNAIRE: "Session", Words.MESSAGE: "Message"}
"""What an id of something that was read is an id of."""


@output
class Reading(Node):
    """Somebody has read what somebody else wrote. It is never changed or removed, and says nothing of the words. Only staff see it."""

    what: Words = strawberry.field(description="What kind of words they were.")
    at: datetime = strawberry.field(description="When it was read.")
    reader: Person = strawberry.field(description="Who read it.")
    author: Person = strawberry.field(description="Whose words they were.")
    object_id: strawberry.ID = strawberry.field(
        description="Tells what was read from the others: the id of the note, of the questionnaire's session, or of the message, which the team does not read by it."
    )
    session_id: strawberry.ID | None = strawberry.field(
        description="The id of the session that it was about; null of a conversation that is about none."
    )
    thread_id: strawberry.ID | None = strawberry.field(
        description="The id of the conversation of a message; null of anything else."
    )


def reading(row: Row[Any]) -> Reading:
    """The reading of a row of `models.queries.readings`."""
    return Reading(
        id=strawberry.ID(global_id("Reading", row.id)),
        what=Words(row.what),
        at=row.read_at,
        reader=person(row.reader_id, row.reader_name, row.reader_zone),
        author=person(row.author_id, row.author_name, row.author_zone),
        object_id=strawberry.ID(global_id(OBJECTS[Words(row.what)], row.object_id)),
        session_id=None if row.session_id is None else strawberry.ID(global_id("Session", row.session_id)),
        thread_id=None if row.thread_id is None else strawberry.ID(global_id("Thread", row.thread_id)),
    )


def visible_readings(operation: Operation, keys: Sequence[int]) -> dict[int, Reading]:
    """Those of these readings that the caller may see: all for staff, none for others."""
    if operation.reader is not None:
        return {}
    return {key: reading(row) for key, row in readings_of_ids(operation.unit, keys).items()}
