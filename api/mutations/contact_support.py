"""contactSupport: somebody asks the team for help with a session."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.changes import SESSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from commands.contact_support import ContactSupport
from commands.contact_support import contact_support as contact
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.tasks import tasks_of_ids


@given
class ContactSupportInput:
    """What you need help with."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    text: str = strawberry.field(description="What you need, in your own words, at most 4,000 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class ContactSupportSuccess:
    """The team knows; the session stays as it is."""

    received_at: datetime = strawberry.field(description="When the team was asked.")
    answer_by: datetime | None = strawberry.field(
        description="Until when the team means to answer; null where the policy sets no time."
    )


ContactSupportResult = Annotated[
    ContactSupportSuccess | PlainRefusal,
    strawberry.union("ContactSupportResult", description="Until when there is an answer, or why nobody was asked."),
]


def contact_support(info: Info, input: ContactSupportInput) -> ContactSupportResult | None:
    """As a member or coach: ask the team for help with a session. The other side does not read it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ContactSupport(
            session_id=key(input.session, "Session", "session"), text=words(input.text, "text") or ""
        )
        return contact(operation.services.database, request, command)

    def success(done: Done) -> ContactSupportSuccess:
        task = tasks_of_ids(operation.unit, [done.object_id])[done.object_id]
        return ContactSupportSuccess(received_at=task.opened_at, answer_by=task.due_at)

    return carry(operation, input.idempotency_key, run, success)
