"""endEngagement: a member and a coach belong together no more."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.engagement import Engagement, engagement
from api.types.person_check import MOST_SESSIONS
from api.types.refusals import PlainRefusal
from api.types.session import Session, visible_sessions
from commands.end_engagement import EndEngagement
from commands.end_engagement import end_engagement as end
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.availability import sessions_of_engagement
from models.queries.operator import engagements_of_ids


@given
class EndEngagementInput:
    """What has come to its end."""

    engagement: strawberry.ID = strawberry.field(description="The id of the engagement.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class EndEngagementSuccess:
    """The member books the coach no more, and series of the two make no further session."""

    engagement: Engagement = strawberry.field(description="With the instant at which it ended.")
    sessions: list[Session] = strawberry.field(
        description="At most 100 scheduled sessions of the two. None was changed: cancel or move them yourself."
    )


EndEngagementResult = Annotated[
    EndEngagementSuccess | PlainRefusal,
    strawberry.union("EndEngagementResult", description="What has ended and what stands, or why nothing was done."),
]


def end_engagement(info: Info, input: EndEngagementInput) -> EndEngagementResult | None:
    """For staff: end the pairing of a member with a coach. Sessions that stand are named, and stay."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = EndEngagement(engagement_id=key(input.engagement, "Engagement", "engagement"))
        return end(operation.services.database, request, command)

    def success(done: Done) -> EndEngagementSuccess:
        row = engagements_of_ids(operation.unit, [done.object_id])[done.object_id]
        keys = sessions_of_engagement(operation.unit, done.object_id, now=operation.now)[:MOST_SESSIONS]
        found = visible_sessions(operation, keys)
        return EndEngagementSuccess(engagement=engagement(row), sessions=[found[key] for key in keys if key in found])

    return carry(operation, input.idempotency_key, run, success)
