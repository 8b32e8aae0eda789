"""setAsideWork: what could not be told or written, and waits for the team."""

from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.types.due_work import SET_ASIDE, DueWork, due_work
from models.queries.set_aside import set_aside_page
from policy.terms import WorkKind

OfKind = Annotated[WorkKind | None, strawberry.argument(description="Only work of this kind, such as MAIL.")]


def set_aside_work(
    info: Info,
    kind: OfKind = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[DueWork] | None:
    """For staff: the mails, pushes and reminders that failed for good, in the order in which they were caused."""
    operation = info.context
    operation.require_staff()
    part = window(SET_ASIDE, first, after, last, before)
    return connection(set_aside_page(operation.unit, part, kind=kind or None), SET_ASIDE, part, due_work)
