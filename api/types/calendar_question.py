"""What a coach is asked after they edited a session's event in their own calendar (D-53)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.node import Node
from models.queries.calendars import questions_of_ids
from policy.calendars import CalendarEdit

if TYPE_CHECKING:
    from api.types.session import Session

QUESTIONS = Place(list="calendarQuestions", columns=("id",))


@output
class CalendarQuestion(Node):
    """You edited a session's event in your Google Calendar. The session stands as it was and the event was put back: tell us if you want more.

    Answer it with the ordinary verbs, or leave it: it goes away when the session changes or begins.
    """

    edit: CalendarEdit = strawberry.field(description="What you did to the event.")
    to_starts_at: datetime | None = strawberry.field(
        description="Where you moved the event: send it as `to` of `rescheduleSession`, after asking `canReschedule`. Null where that is no other start."
    )
    asked_at: datetime = strawberry.field(description="When it was noticed.")
    kept: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")]:
        """The session whose event it was, with its twins `canReschedule` and `canCancel`."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        def read(_keys: Sequence[int]) -> Mapping[int, "Session"]:
            rows = self.siblings.ask("rows", lambda _keys: {self.kept.id: self.kept})
            return visible_sessions(info.context, sorted({row.session_id for row in rows.values()}))

        return self.siblings.ask("sessions", read)[self.kept.session_id]


def calendar_questions(rows: Mapping[int, Row[Any]]) -> dict[int, CalendarQuestion]:
    """The questions of these rows, as siblings: their sessions are read together."""
    siblings = Siblings(tuple(rows))
    siblings.ask("rows", lambda _keys: rows)
    return {
        key: CalendarQuestion(
            id=strawberry.ID(global_id("CalendarQuestion", row.id)),
            edit=CalendarEdit(row.edit),
            to_starts_at=row.to_starts_at,
            asked_at=row.asked_at,
            kept=row,
            siblings=siblings,
        )
        for key, row in rows.items()
    }


def question_connection(page: Any, part: Any) -> Connection[CalendarQuestion]:
    """A page of questions."""
    made = calendar_questions({row.id: row for row in page.rows})
    return connection(page, QUESTIONS, part, lambda row: made[row.id])


def visible_questions(operation: Operation, keys: Sequence[int]) -> dict[int, CalendarQuestion]:
    """Those of these questions that the caller was asked; one statement."""
    rows = questions_of_ids(operation.unit, keys)
    mine = operation.actor.person_id
    return calendar_questions({key: row for key, row in rows.items() if row.person_id == mine})
