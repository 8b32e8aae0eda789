"""policies, policy: the rules, as they were published."""

from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.types.policy import VERSIONS, PolicyVersion, policy_version
from models.queries.policies import version_of_number, versions_page

Number = Annotated[int | None, strawberry.argument(description="The version's number; without it, the one in force.")]


def policies(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[PolicyVersion] | None:
    """All versions of your organisation's policy, the first one first."""
    part = window(VERSIONS, first, after, last, before)
    return connection(versions_page(info.context.unit, part), VERSIONS, part, policy_version)


def policy(info: Info, number: Number = strawberry.UNSET) -> PolicyVersion | None:
    """A version of your organisation's policy; null if there is none of this number."""
    row = version_of_number(info.context.unit, number or None)
    return None if row is None else policy_version(row)
