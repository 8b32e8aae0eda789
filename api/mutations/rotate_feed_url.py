"""rotateFeedUrl: a leaked feed address stops working."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, key
from api.mutations.frame import KEY_WORDS, carry
from api.types.calendar import CalendarLink, calendar_link
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.rotate_feed import RotateFeed, rotate_feed
from commands.transaction import Request


@given
class RotateFeedUrlInput:
    """Whose feed gets a new address."""

    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    person: strawberry.ID | None = strawberry.field(default=None, description="As staff: whose. Left out: your own.")


@output
class RotateFeedUrlSuccess:
    """The old address answers 404 from now on."""

    calendar: CalendarLink | None = strawberry.field(
        description="Your calendars with the new address; null where it was somebody else's, because only they may see it."
    )


RotateFeedUrlResult = Annotated[
    RotateFeedUrlSuccess | PlainRefusal,
    strawberry.union("RotateFeedUrlResult", description="The new address, or why there is none."),
]


def rotate_feed_url(info: Info, input: RotateFeedUrlInput) -> RotateFeedUrlResult | None:
    """Give your iCal feed a new secret address, because the old one has leaked. Calendar programs have to be told the new one."""
    operation = info.context

    def run(request: Request) -> Outcome:
        person = request.actor.person_id if input.person is None else key(input.person, "Person", "person")
        if person is None:
            raise InputRefused("Say whose.", "person")
        return rotate_feed(operation.services.database, request, RotateFeed(person_id=person))

    def success(done: Done) -> RotateFeedUrlSuccess:
        own = done.object_id == operation.actor.person_id
        return RotateFeedUrlSuccess(calendar=calendar_link(operation, done.object_id) if own else None)

    return carry(operation, input.idempotency_key, run, success)
