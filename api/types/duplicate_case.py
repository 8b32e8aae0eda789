"""The question which of several bookings is kept."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.describe import output
from api.ids import global_id
from policy.matters import QuestionStatus


@output
class DuplicateCase:
    """A member has several bookings of a kind in one period and credit for one of them: `keepSession` chooses."""

    status: QuestionStatus = strawberry.field(description="Whether it is still open which one is kept.")
    opened_at: datetime = strawberry.field(description="When the second booking was made.")
    due_at: datetime = strawberry.field(
        description="The last instant for an answer; after it the policy decides (`booking.duplicate_keep`)."
    )
    resolved_at: datetime | None = strawberry.field(description="When it became clear; null as long as it is open.")
    sessions: list[strawberry.ID] = strawberry.field(description="The ids of all bookings that compete.")
    kept: strawberry.ID | None = strawberry.field(
        description="The id of the one that is kept; null as long as it is open."
    )


def duplicate_case(row: Row[Any]) -> DuplicateCase:
    """The question of a row of `models.queries.duplicates.duplicates_of_sessions`."""
    return DuplicateCase(
        status=QuestionStatus(row.status),
        opened_at=row.opened_at,
        due_at=row.due_at,
        resolved_at=row.resolved_at,
        sessions=[strawberry.ID(global_id("Session", key)) for key in row.sessions],
        kept=None if row.kept_id is None else strawberry.ID(global_id("Session", row.kept_id)),
    )
