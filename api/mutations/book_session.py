"""bookSession: a member takes an opening of a coach."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, key, words
from api.mutations.changes import NOTE_WORDS, change
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.book import BookSession, book
from commands.outcome import Outcome
from commands.transaction import Request


@given
class BookSessionInput:
    """Which opening is taken; `canBook` answers the same question without acting."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session: `organisation.kinds`.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    starts_at: datetime = strawberry.field(description="One of the coach's `openings`.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    member: strawberry.ID | None = strawberry.field(
        default=None, description="As staff: for whom. Members book for themselves."
    )
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class BookSessionSuccess:
    """The session stands, its credit is held, and both sides are told."""

    session: Session
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canBook` had shown.")


BookSessionResult = Annotated[
    BookSessionSuccess | RuleRefusal,
    strawberry.union("BookSessionResult", description="The session that was booked, or why nothing was."),
]


def book_session(info: Info, input: BookSessionInput) -> BookSessionResult | None:
    """Book a session, for yourself or, as staff, for a member. First come, first served."""
    operation = info.context

    def run(request: Request) -> Outcome:
        member = request.actor.person_id if input.member is None else key(input.member, "Person", "member")
        if member is None:
            raise InputRefused("Say for whom.", "member")
        command = BookSession(
            kind_id=key(input.kind, "SessionKind", "kind"),
            coach_id=key(input.coach, "Person", "coach"),
            member_id=member,
            starts_at=input.starts_at,
            note=words(input.note, "note"),
        )
        return book(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> BookSessionSuccess:
        return BookSessionSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
