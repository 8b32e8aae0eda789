"""disconnectGoogle: a coach or member takes the consent back."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.frame import KEY_WORDS, carry
from api.types.calendar import CalendarLink, calendar_link
from api.types.refusals import PlainRefusal
from calendar_sync.google.connect import NotOffered, disconnect
from commands.outcome import Done, Outcome, refused
from commands.transaction import Request
from policy.terms import RefusalCode


@given
class DisconnectGoogleInput:
    """Nothing has to be said: it is your own calendar."""

    idempotency_key: str | None = strawberry.field(default=None, description=KEY_WORDS)


@output
class DisconnectGoogleSuccess:
    """Nothing is written to the calendar any more, and the consent is given back to Google. What stands in it stays."""

    calendar: CalendarLink | None


DisconnectGoogleResult = Annotated[
    DisconnectGoogleSuccess | PlainRefusal,
    strawberry.union("DisconnectGoogleResult", description="Your calendars without Google, or why nothing was done."),
]


def disconnect_google(info: Info, input: DisconnectGoogleInput) -> DisconnectGoogleResult | None:
    """As a coach or member: disconnect your Google Calendar. Said twice, it is disconnected as it was."""
    operation = info.context
    services = operation.services

    def run(request: Request) -> Outcome:
        who = operation.bearer
        try:
            disconnect(
                services.database,
                services.google,
                organisation_id=who.organisation_id,
                person_id=who.person_id,
                now=request.now,
            )
        except NotOffered:
            return refused(RefusalCode.FORBIDDEN, message="Only coaches and members connect a calendar.")
        return Done(object_id=who.person_id, event_id=0)

    def success(done: Done) -> DisconnectGoogleSuccess:
        return DisconnectGoogleSuccess(calendar=calendar_link(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
