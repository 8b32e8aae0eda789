"""sendInvite: a coach invites a member to a session."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, bounded, key, words
from api.mutations.changes import NOTE_WORDS
from api.mutations.frame import KEY_WORDS
from api.mutations.wishes import wished
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.actor import Actor
from commands.invite import MOST_TIMES, SendInvite
from commands.transaction import Request
from policy.facts import Interval
from policy.terms import Role

SLOTS_WORDS = (
    "Starts, of which the member takes one; your time is held for each of them, inside or outside your published hours, as long as "
    "it can be taken."
)
WITHIN_WORDS = "Ranges in which the member chooses a time, at most 31 days together; nothing is held."


@given
class DateTimeSpanInput:
    """From `from` until just before `to`."""

    from_: datetime = strawberry.field(name="from", description="The first instant of it.")
    to: datetime = strawberry.field(description="The first instant after it.")


@given
class SendInviteInput:
    """Whom you invite, and to which times, at most 20 and 366 days ahead; `canInvite` answers the same question without acting."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    member: strawberry.ID = strawberry.field(description="The id of one of your members.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    slots: list[datetime] | None = strawberry.field(default=None, description=SLOTS_WORDS)
    within: list[DateTimeSpanInput] | None = strawberry.field(default=None, description=WITHIN_WORDS)
    coach: strawberry.ID | None = strawberry.field(
        default=None, description="As staff: for which coach. Coaches invite for themselves."
    )
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class SendInviteSuccess:
    """The invite waits for the member, who is told; what it holds stands as tentative in your calendars."""

    proposal: Proposal
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canInvite` had shown.")


SendInviteResult = Annotated[
    SendInviteSuccess | RuleRefusal,
    strawberry.union("SendInviteResult", description="The invite that was sent, or why none was."),
]


def spans(found: list[DateTimeSpanInput] | None) -> tuple[Interval, ...]:
    """The ranges of an input."""
    return tuple(Interval(start=one.from_, end=one.to) for one in bounded(found or [], MOST_TIMES, "within"))


def unnamed(actor: Actor, coach: int) -> bool:
    """Whether somebody of the team, who is no coach, has not said for which coach they invite."""
    return coach == actor.person_id and actor.is_staff and Role.COACH not in actor.roles


def send_invite(info: Info, input: SendInviteInput) -> SendInviteResult | None:
    """Invite a member to a session: to one time, to one of several, or to any time within a range. No credit is held until it is accepted."""

    def command(request: Request) -> SendInvite:
        coach = request.actor.person_id if input.coach is None else key(input.coach, "Person", "coach")
        if coach is None or unnamed(request.actor, coach):
            raise InputRefused("Say for which coach.", "coach")
        return SendInvite(
            kind_id=key(input.kind, "SessionKind", "kind"),
            coach_id=coach,
            member_id=key(input.member, "Person", "member"),
            slots=tuple(bounded(input.slots or [], MOST_TIMES, "slots")),
            ranges=spans(input.within),
            note=words(input.note, "note"),
        )

    def success(proposal: Proposal, shown: Consequence) -> SendInviteSuccess:
        return SendInviteSuccess(proposal=proposal, consequence=shown)

    return wished(info.context, input.idempotency_key, command, success)
