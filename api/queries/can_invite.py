"""canInvite and canRequestBooking: the twins of sendInvite and requestBooking."""

from datetime import datetime

import strawberry

from api.context import Info, Operation
from api.describe import given
from api.errors import CodedError, ErrorCode
from api.inputs import bounded, key_or_none
from api.mutations.send_invite import SLOTS_WORDS, WITHIN_WORDS, DateTimeSpanInput, spans, unnamed
from api.queries.can_book import unknown
from api.types.action_check import ActionCheck, action_check
from commands.invite import MOST_TIMES, AnyWish, RequestBooking, SendInvite, check_wish
from policy.terms import ActorKind


@given
class InviteTerms:
    """The invite that is asked about: the input of `sendInvite` without its key."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    member: strawberry.ID = strawberry.field(description="The id of one of your members.")
    slots: list[datetime] | None = strawberry.field(default=None, description=SLOTS_WORDS)
    within: list[DateTimeSpanInput] | None = strawberry.field(default=None, description=WITHIN_WORDS)
    coach: strawberry.ID | None = strawberry.field(
        default=None, description="As staff: for which coach. Coaches invite for themselves."
    )
    note: str | None = strawberry.field(default=None, description="As staff: why, in words. Staff must give a reason.")


@given
class BookingRequestTerms:
    """The request that is asked about: the input of `requestBooking` without its key."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    starts_at: datetime


def can_invite(info: Info, input: InviteTerms) -> ActionCheck | None:
    """Whether this invite can be sent now: the twin of `sendInvite`."""
    operation = info.context
    own = operation.actor.person_id
    kind, member = _keys(input.kind, input.member, "member")
    coach = key_or_none(input.coach, "Person", "input.coach") or own
    if coach is not None and unnamed(operation.actor, coach):
        raise CodedError(ErrorCode.INVALID_INPUT, "Say for which coach.", argument="input.coach")
    if kind is None or member is None or coach is None:
        return action_check(unknown(operation.now), ActorKind.COACH)
    slots = tuple(bounded(input.slots or [], MOST_TIMES, "slots"))
    command = SendInvite(
        kind_id=kind, coach_id=coach, member_id=member, slots=slots, ranges=spans(input.within), note=input.note
    )
    return _checked(operation, command, ActorKind.COACH if coach == own else ActorKind.STAFF)


def can_request_booking(info: Info, input: BookingRequestTerms) -> ActionCheck | None:
    """Whether you can ask for this session now: the twin of `requestBooking`."""
    operation = info.context
    kind, coach = _keys(input.kind, input.coach, "coach")
    member = operation.actor.person_id
    if kind is None or coach is None or member is None:
        return action_check(unknown(operation.now), ActorKind.MEMBER)
    command = RequestBooking(kind_id=kind, coach_id=coach, member_id=member, starts_at=input.starts_at)
    return _checked(operation, command, ActorKind.MEMBER)


def _keys(kind: str, person: str, name: str) -> tuple[int | None, int | None]:
    return key_or_none(kind, "SessionKind", "input.kind"), key_or_none(person, "Person", f"input.{name}")


def _checked(operation: Operation, command: AnyWish, reader: ActorKind) -> ActionCheck:
    return action_check(check_wish(operation.unit, operation.actor, command, now=operation.now), reader)
