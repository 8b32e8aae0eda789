"""Conversations: of a member with a coach, or of somebody with the team."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.node import Node
from api.types.person import Person, person
from commands.write_message import between_of
from models.queries.threads import messages_page, threads_of_ids, unread_of
from policy.matters import ThreadKind, Words
from policy.terms import ActorKind

THREADS = Place(list="threads", columns=("id",))
MESSAGES = Place(list="messages", columns=("id",))


@output
class Message:
    """What somebody wrote; it is never changed."""

    id: strawberry.ID = strawberry.field(description="Tells it from the others; it is no node.")
    author: Person = strawberry.field(description="Who wrote it.")
    by: ActorKind = strawberry.field(description="In which capacity.")
    text: str = strawberry.field(description="Their words.")
    written_at: datetime = strawberry.field(description="When it was written.")
    mine: bool = strawberry.field(description="Whether you wrote it.")


@output
class Thread(Node):
    """A conversation. Its two sides read it; of one with the team all of the team, of any other nobody else."""

    kind: ThreadKind
    coach: Person | None = strawberry.field(description="The coach; null of a conversation with the team.")
    member: Person = strawberry.field(description="The member or, of a conversation with the team, who began it.")
    session_id: strawberry.ID | None = strawberry.field(
        description="The id of the session that it is about, if of one."
    )
    opened_at: datetime = strawberry.field(description="When its first message was written.")
    key: strawberry.Private[int]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def unread_count(self, info: Info) -> int:
        """How many messages of others you have not read: `markThreadRead`."""
        operation = info.context
        reader = operation.actor.person_id or 0
        found = self.siblings.ask("unread", lambda keys: unread_of(operation.unit, keys, reader))
        return found.get(self.key, 0)

    @strawberry.field
    def messages(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Message]:
        """What was written, the first message first: `last` gives the latest ones. That you read it is recorded."""
        operation = info.context
        part = window(MESSAGES, first, after, last, before)
        page = messages_page(operation.unit, part, self.key)
        mine = operation.actor.person_id
        operation.has_read(Words.MESSAGE, [row.id for row in page.rows if row.author_id != mine])
        return connection(page, MESSAGES, part, lambda row: _message(row, mine))


def _message(row: Row[Any], mine: int | None) -> Message:
    return Message(
        id=strawberry.ID(global_id("Message", row.id)),
        author=person(row.author_id, row.author_name, row.author_zone),
        by=ActorKind(row.by),
        text=row.text,
        written_at=row.written_at,
        mine=row.author_id == mine,
    )


def threads(rows: Mapping[int, Row[Any]]) -> dict[int, Thread]:
    """The conversations of these rows, as siblings."""
    siblings = Siblings(tuple(rows))
    return {
        key: Thread(
            id=strawberry.ID(global_id("Thread", row.id)),
            kind=ThreadKind(row.kind),
            coach=None if row.coach_id is None else person(row.coach_id, row.coach_name, row.coach_zone),
            member=person(row.member_id, row.member_name, row.member_zone),
            session_id=None if row.session_id is None else strawberry.ID(global_id("Session", row.session_id)),
            opened_at=row.opened_at,
            key=row.id,
            siblings=siblings,
        )
        for key, row in rows.items()
    }


def visible_threads(operation: Operation, keys: Sequence[int]) -> dict[int, Thread]:
    """Those of these conversations in which the caller takes part; one statement."""
    rows = threads_of_ids(operation.unit, keys)
    return threads({key: row for key, row in rows.items() if between_of(row).capacity(operation.actor) is not None})
