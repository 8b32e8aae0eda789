"""The organisation: whose platform it is, what time it is there, what can be booked."""

from datetime import datetime

import strawberry

from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.scalars import TimeZone
from api.types.kind import SessionKind, session_kind
from api.types.node import Node
from api.types.policy import PolicyVersion, policy_version
from models.queries.policies import kinds_of, version_of_number


@output
class Organisation(Node):
    """The operator of the platform, and everything that belongs to it. Nobody sees anything of another organisation."""

    name: str
    time_zone: TimeZone = strawberry.field(description="The organisation's own zone.")
    is_sandbox: bool = strawberry.field(
        description="A sandbox has a clock of its own, which only `advanceTestClock` moves, and sends nothing to anybody."
    )
    now: datetime = strawberry.field(
        description="The instant at which this answer was made: the clock by which all deadlines run, of a sandbox its own."
    )

    @strawberry.field
    def kinds(self, info: Info) -> list[SessionKind]:
        """The kinds of session that the policy in force offers."""
        offered = info.context.policy.kinds
        rows = info.context.once("kinds", lambda: kinds_of(info.context.unit))
        return [session_kind(row.id, row.code, row.name) for row in rows if row.code in offered]

    @strawberry.field
    def policy(self, info: Info) -> PolicyVersion | None:
        """The policy in force: the newest version. Sessions that were booked before keep theirs."""
        row = info.context.once("policy", lambda: version_of_number(info.context.unit, None))
        return None if row is None else policy_version(row)


def organisation(operation: Operation) -> Organisation:
    """The caller's organisation."""
    known = operation.context
    return Organisation(
        id=strawberry.ID(global_id("Organisation", operation.actor.organisation_id)),
        name=known.organisation_name,
        time_zone=TimeZone(known.organisation_zone),
        is_sandbox=known.is_sandbox,
        now=known.now,
    )
