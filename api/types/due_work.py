"""Mails, pushes and reminders that wait for somebody."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.describe import output
from api.ids import global_id
from policy.terms import WorkKind

SET_ASIDE = Place(list="setAsideWork", columns=("id",))


@output
class DueWork:
    """A mail, a push to a calendar or a reminder that was to be done by itself. What it was caused by stands, whatever becomes of it."""

    id: strawberry.ID = strawberry.field(description="For `repeatWork`.")
    kind: WorkKind
    concerns: list[strawberry.ID] = strawberry.field(description="The ids of the people whom it concerns, as `Person`.")
    due_at: datetime = strawberry.field(description="When it was to be done.")
    attempts: int = strawberry.field(description="How often it has been tried.")
    last_error: str | None = strawberry.field(
        description="The code of what went wrong last, such as `smtp550`: the mail server refused the mail for good."
    )
    set_aside_at: datetime | None = strawberry.field(
        description="Since when it is not tried any more by itself; null while it has its turn."
    )
    done_at: datetime | None = strawberry.field(description="When it was done.")


def due_work(row: Row[Any]) -> DueWork:
    """The work of a row."""
    return DueWork(
        id=strawberry.ID(global_id("DueWork", row.id)),
        kind=WorkKind(row.kind),
        concerns=[strawberry.ID(global_id("Person", person)) for person in row.persons],
        due_at=row.effective_at,
        attempts=row.attempts,
        last_error=row.last_error,
        set_aside_at=row.set_aside_at,
        done_at=row.done_at,
    )
