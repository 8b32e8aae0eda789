"""reportToTeam: the team learns of something about a member."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.report_to_team import ReportToTeam
from commands.report_to_team import report_to_team as act
from commands.transaction import Request
from policy.matters import TeamMatter


@given
class ReportToTeamInput:
    """What the team should know."""

    member: strawberry.ID = strawberry.field(description="The id of the member.")
    matter: TeamMatter = strawberry.field(description="What it is about.")
    text: str = strawberry.field(description="In your own words, at most 10,000 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class ReportToTeamSuccess:
    """The team has a task by it; sessions, credits and memberships stay as they are."""

    recorded_at: datetime = strawberry.field(description="When.")


ReportToTeamResult = Annotated[
    ReportToTeamSuccess | PlainRefusal,
    strawberry.union("ReportToTeamResult", description="That it was recorded, or why not."),
]


def report_to_team(info: Info, input: ReportToTeamInput) -> ReportToTeamResult | None:
    """As a coach about one of your members, or as a member about yourself: tell the team. The other side does not read it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ReportToTeam(
            member_id=key(input.member, "Person", "member"),
            matter=input.matter,
            text=words(input.text, "text", longest=LONGEST_TEXT) or "",
        )
        return act(operation.services.database, request, command)

    def success(_done: Done) -> ReportToTeamSuccess:
        return ReportToTeamSuccess(recorded_at=operation.now)

    return carry(operation, input.idempotency_key, run, success)
