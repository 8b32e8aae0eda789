"""advanceTestClock: a sandbox lives through the time up to an instant."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.frame import carry
from api.types.organisation import Organisation, organisation
from api.types.refusals import PlainRefusal
from commands.advance_clock import AdvanceClock, advance_clock
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class AdvanceTestClockInput:
    """How far the sandbox's clock goes."""

    to: datetime = strawberry.field(description="Not earlier than the clock stands: it never goes back.")
    run_timers: bool = strawberry.field(
        default=True,
        description=(
            "Whether everything that becomes due on the way happens at its instant, mails and calendars included. If false, time "
            "passes as if no worker ran: what is due waits for whoever asks next, and every answer is still the same."
        ),
    )


@output
class AdvanceTestClockSuccess:
    """The sandbox stands at the new instant."""

    organisation: Organisation = strawberry.field(description="The sandbox; `now` is where its clock stands.")


AdvanceTestClockResult = Annotated[
    AdvanceTestClockSuccess | PlainRefusal,
    strawberry.union(
        "AdvanceTestClockResult", description="The sandbox at its new instant, or why it stands where it stood."
    ),
]


def advance_test_clock(info: Info, input: AdvanceTestClockInput) -> AdvanceTestClockResult | None:
    """For staff of a sandbox: let time pass, so that deadlines of days are tried in a second. A live organisation has no such clock."""
    operation = info.context
    services = operation.services

    def run(request: Request) -> Outcome:
        command = AdvanceClock(to=input.to, run_timers=input.run_timers)
        return advance_clock(services.database, request, command, deliver=services.deliver)

    def success(_done: Done) -> AdvanceTestClockSuccess:
        operation.look_again()
        return AdvanceTestClockSuccess(organisation=organisation(operation))

    return carry(operation, None, run, success)
