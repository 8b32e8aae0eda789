"""addCoach: a person offers sessions."""

from datetime import timedelta
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, keys
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.people import person_done
from api.scalars import TimeZone
from api.types.amounts import MoneyInput
from api.types.person import Person
from api.types.refusals import PlainRefusal
from commands.add_coach import AddCoach
from commands.add_coach import add_coach as add
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class AddCoachInput:
    """What a coach earns, offers, and keeps free around sessions. Said again for the same person, it replaces what was said."""

    person: strawberry.ID = strawberry.field(description="The id of the person.")
    fee: MoneyInput = strawberry.field(description="What a session earns that counts in full.")
    hours_zone: TimeZone = strawberry.field(
        description="The zone in which the coach's hours and the grid of starts are read."
    )
    kinds: list[strawberry.ID] = strawberry.field(description="The ids of the kinds of session that the coach offers.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    open_kinds: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Kinds that the coach offers to every member, without an engagement."
    )
    buffer_before: timedelta = strawberry.field(
        default=timedelta(0), description="Kept free before each session, at most 12 hours."
    )
    buffer_after: timedelta = strawberry.field(
        default=timedelta(0), description="Kept free after each session, at most 12 hours."
    )


@output
class AddCoachSuccess:
    """The person is a coach with these terms. What is offered when: `setWeeklyHours`."""

    person: Person


AddCoachResult = Annotated[
    AddCoachSuccess | PlainRefusal,
    strawberry.union("AddCoachResult", description="The coach, or why nothing was changed."),
]


def add_coach(info: Info, input: AddCoachInput) -> AddCoachResult | None:
    """For staff: make a person a coach, or change a coach's terms."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AddCoach(
            person_id=key(input.person, "Person", "person"),
            fee_minor_units=input.fee.minor_units,
            fee_currency=input.fee.currency,
            hours_zone=input.hours_zone,
            kinds=keys(input.kinds, "SessionKind", "kinds"),
            open_kinds=keys(input.open_kinds, "SessionKind", "openKinds"),
            buffer_before=input.buffer_before,
            buffer_after=input.buffer_after,
        )
        return add(operation.services.database, request, command)

    def success(done: Done) -> AddCoachSuccess:
        return AddCoachSuccess(person=person_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)
