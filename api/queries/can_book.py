"""canBook: the twin of bookSession."""

from datetime import datetime

import strawberry

from api.context import Info
from api.describe import given
from api.inputs import key_or_none
from api.types.action_check import ActionCheck, action_check
from commands.book import BookSession, check_book
from commands.outcome import ActionCheck as Checked
from policy.terms import ActorKind, RefusalCode


@given
class BookingTerms:
    """The booking that is asked about: the input of `bookSession` without its key."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    starts_at: datetime
    member: strawberry.ID | None = strawberry.field(
        default=None, description="As staff: for whom. Members book for themselves."
    )
    note: str | None = strawberry.field(default=None, description="As staff: why, in words. Staff must give a reason.")


def can_book(info: Info, input: BookingTerms) -> ActionCheck | None:
    """Whether this can be booked now, and what follows: the twin of `bookSession`."""
    operation = info.context
    actor = operation.actor
    kind = key_or_none(input.kind, "SessionKind", "input.kind")
    coach = key_or_none(input.coach, "Person", "input.coach")
    member = key_or_none(input.member, "Person", "input.member") or actor.person_id
    if kind is None or coach is None or member is None:
        return action_check(unknown(operation.now), ActorKind.MEMBER)
    command = BookSession(kind_id=kind, coach_id=coach, member_id=member, starts_at=input.starts_at, note=input.note)
    reader = ActorKind.MEMBER if member == actor.person_id else ActorKind.STAFF
    return action_check(check_book(operation.unit, actor, command, now=operation.now), reader)


def unknown(now: datetime) -> Checked:
    """The answer about what there is not."""
    return Checked(
        allowed=False, late=False, code=RefusalCode.NOT_FOUND, decision=None, consequence=None, checked_at=now
    )
