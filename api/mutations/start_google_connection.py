"""startGoogleConnection: a coach or member lets their Google Calendar follow their sessions."""

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
from policy.calendars import CalendarPlace
from policy.terms import RefusalCode, Role


@given
class StartGoogleConnectionInput:
    """Which of your calendars shall follow your sessions."""

    calendar: CalendarPlace = strawberry.field(
        default=CalendarPlace.OWN,
        description="A new one of our own among yours, or your primary one. When it changes, what we wrote leaves the one of before.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY_WORDS)


@output
class StartGoogleConnectionSuccess:
    """Your consent can be asked for."""

    url: URL = strawberry.field(
        description="Open it in your browser within ten minutes; it leads to Google's consent page and back to us, or connects at once where your team's Google needs nobody's consent."
    )


StartGoogleConnectionResult = Annotated[
    StartGoogleConnectionSuccess | PlainRefusal,
    strawberry.union("StartGoogleConnectionResult", description="Where consent is given, or why nowhere."),
]


def start_google_connection(info: Info, input: StartGoogleConnectionInput) -> StartGoogleConnectionResult | None:
    """As a coach or member: connect your Google Calendar. Nothing is changed by asking; connecting again renews a broken connection."""
    operation = info.context
    services = operation.services

    def run(request: Request) -> Outcome:
        if not {Role.COACH, Role.MEMBER} & request.actor.roles:
            return refused(RefusalCode.FORBIDDEN, message="Only coaches and members connect a calendar.")
        if services.google.endpoints(is_sandbox=operation.context.is_sandbox) is None:
            return refused(RefusalCode.WRONG_STATE, message="No Google Calendar is set up for this organisation.")
        return Done(object_id=operation.person.person_id, event_id=0)

    def success(_done: Done) -> StartGoogleConnectionSuccess:
        return StartGoogleConnectionSuccess(url=URL(start_url(services, operation.bearer, input.calendar)))

    return carry(operation, input.idempotency_key, run, success)
