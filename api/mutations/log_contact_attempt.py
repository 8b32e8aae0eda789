"""logContactAttempt: the team learns of something about a member."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.report_to_team import LogContactAttempt
from commands.report_to_team import log_contact_attempt as act
from commands.transaction import Request


@given
class LogContactAttemptInput:
    """Whom you tried to reach, and how."""

    member: strawberry.ID = strawberry.field(description="The id of the member.")
    text: str = strawberry.field(description="In your own words, at most 10,000 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class LogContactAttemptSuccess:
    """The attempt is logged."""

    recorded_at: datetime = strawberry.field(description="When.")


LogContactAttemptResult = Annotated[
    LogContactAttemptSuccess | PlainRefusal,
    strawberry.union("LogContactAttemptResult", description="That it was recorded, or why not."),
]


def log_contact_attempt(info: Info, input: LogContactAttemptInput) -> LogContactAttemptResult | None:
    """As a coach of the member, or as staff: log that you tried to reach them. The first attempts of both start the clocks after which the membership ends."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = LogContactAttempt(
            member_id=key(input.member, "Person", "member"),
            text=words(input.text, "text", longest=LONGEST_TEXT) or "",
        )
        return act(operation.services.database, request, command)

    def success(_done: Done) -> LogContactAttemptSuccess:
        return LogContactAttemptSuccess(recorded_at=operation.now)

    return carry(operation, input.idempotency_key, run, success)
