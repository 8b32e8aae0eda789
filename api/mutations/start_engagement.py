"""startEngagement: a member and a coach belong together from now on."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.engagement import Engagement, engagement
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.start_engagement import StartEngagement
from commands.start_engagement import start_engagement as start
from commands.transaction import Request
from models.queries.operator import engagements_of_ids


@given
class StartEngagementInput:
    """Who belongs together; it is part of the member's present membership."""

    member: strawberry.ID = strawberry.field(description="The id of the member, who has a membership.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class StartEngagementSuccess:
    """The member may book the coach."""

    engagement: Engagement = strawberry.field(description="Active from now on.")


StartEngagementResult = Annotated[
    StartEngagementSuccess | PlainRefusal,
    strawberry.union("StartEngagementResult", description="The engagement, or why there is none."),
]


def start_engagement(info: Info, input: StartEngagementInput) -> StartEngagementResult | None:
    """For staff: let a member book one more coach."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = StartEngagement(
            member_id=key(input.member, "Person", "member"), coach_id=key(input.coach, "Person", "coach")
        )
        return start(operation.services.database, request, command)

    def success(done: Done) -> StartEngagementSuccess:
        row = engagements_of_ids(operation.unit, [done.object_id])[done.object_id]
        return StartEngagementSuccess(engagement=engagement(row))

    return carry(operation, input.idempotency_key, run, success)
