"""issueToken: an operator's back end signs a person in for a short time."""

from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from api.auth import issue_token as sign
from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import carry
from api.types.person import Person, person
from api.types.refusals import PlainRefusal
from commands.issue_token import LONGEST, IssueToken
from commands.issue_token import issue_token as issue
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.acquaintances import visible_people


@given
class IssueTokenInput:
    """Who is signed in, and for how long."""

    person: strawberry.ID = strawberry.field(description="The id of the person.")
    lifetime: timedelta = strawberry.field(
        default=LONGEST, description="From a second to an hour, in real time also in a sandbox; left out: an hour."
    )


@output
class IssueTokenSuccess:
    """Whoever sends the token is this person until it expires."""

    token: str = strawberry.field(
        description="To be sent as `Authorization: Bearer …`; give it to nobody but the person."
    )
    expires_at: datetime = strawberry.field(description="By the clock of the world, also in a sandbox.")
    person: Person = strawberry.field(description="Who is signed in by it.")


IssueTokenResult = Annotated[
    IssueTokenSuccess | PlainRefusal,
    strawberry.union("IssueTokenResult", description="The token, or why there is none."),
]


def issue_token(info: Info, input: IssueTokenInput) -> IssueTokenResult | None:
    """For API keys with the scope TOKENS: sign a person in whom your own back end knows. Tokens of the team need every scope.

    It takes no idempotency key: a second token harms nobody, and each one stands in the log.
    """
    operation = info.context

    def run(request: Request) -> Outcome:
        command = IssueToken(person_id=key(input.person, "Person", "person"), lifetime=input.lifetime)
        return issue(operation.services.database, request, command)

    def success(done: Done) -> IssueTokenSuccess:
        services = operation.services
        now = services.real_now()
        row = visible_people(operation.unit, [done.object_id], reader=None)[done.object_id]
        token = sign(
            services.keyring,
            organisation_id=operation.actor.organisation_id,
            person_id=done.object_id,
            expires_at=now + input.lifetime,
            issued_at=now,
        )
        expires_at = (now + input.lifetime).replace(microsecond=0)
        return IssueTokenSuccess(token=token, expires_at=expires_at, person=person(row.id, row.name, row.zone))

    return carry(operation, None, run, success)
