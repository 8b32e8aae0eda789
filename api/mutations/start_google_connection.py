"""startGoogleConnection: a coach lets their Google Calendar follow their sessions."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.google_ticket import start_url
from api.mutations.frame import KEY_WORDS, carry
from api.scalars import URL
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome, refused
from commands.transaction import Request
from policy.terms import RefusalCode, Role


@given
class StartGoogleConnectionInput:
    """Nothing has to be said: it is your own calendar."""

    idempotency_key: str | None = strawberry.field(default=None, description=KEY_WORDS)


@output
class StartGoogleConnectionSuccess:
    """The coach's consent can be asked for."""

    url: URL = strawberry.field(
        description="Open it in the coach's browser within ten minutes; it leads to Google's consent page and back to us."
    )


StartGoogleConnectionResult = Annotated[
    StartGoogleConnectionSuccess | PlainRefusal,
    strawberry.union("StartGoogleConnectionResult", description="Where the coach gives consent, or why nowhere."),
]


def start_google_connection(info: Info, input: StartGoogleConnectionInput) -> StartGoogleConnectionResult | None:
    """As a coach: connect your Google Calendar. Nothing is changed by asking; connecting again renews a broken connection."""
    operation = info.context
    services = operation.services

    def run(request: Request) -> Outcome:
        if Role.COACH not in request.actor.roles:
            return refused(RefusalCode.FORBIDDEN, message="Only coaches connect a calendar.")
        if services.google.endpoints(is_sandbox=operation.context.is_sandbox) is None:
            return refused(RefusalCode.WRONG_STATE, message="No Google Calendar is set up for this organisation.")
        return Done(object_id=operation.person.person_id, event_id=0)

    def success(_done: Done) -> StartGoogleConnectionSuccess:
        return StartGoogleConnectionSuccess(url=URL(start_url(services, operation.bearer)))

    return carry(operation, input.idempotency_key, run, success)
