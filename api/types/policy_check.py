"""What a policy document would change, and what keeps it from being published (MODEL 3.6, D-63)."""

import strawberry

from api.describe import output
from policy.difference import Difference
from policy.publication import Level, Problem


@output
class PolicyProblem:
    """What is wrong in a policy, or odd."""

    level: Level = strawberry.field(description="Whether it keeps the policy from being published.")
    name: str = strawberry.field(description="Names the problem; `acknowledgedFindings` acknowledges a finding by it.")
    path: list[str] = strawberry.field(description="Leads to it from the document.")
    message: str = strawberry.field(description="Says it in one English sentence.")


@output
class PolicyChange:
    """One value that two policies state differently."""

    path: str = strawberry.field(description="Such as `booking.min_notice` or `change.rules.cancel.notice`.")
    kind: str | None = strawberry.field(description="The only kind of session for which it differs; null: for all.")
    before: str | None = strawberry.field(description="Null: not stated before.")
    after: str | None = strawberry.field(description="Null: not stated any more.")


@output
class PolicyDiff:
    """What one version of the policy states differently from another."""

    before: int = strawberry.field(description="The number of the first version.")
    after: int = strawberry.field(description="The number of the second version.")
    changes: list[PolicyChange] = strawberry.field(
        description="One for each value that differs; empty where none does."
    )


@output
class PolicyCheck:
    """What a document would be as a policy, without being published."""

    problems: list[PolicyProblem] = strawberry.field(
        description="An error keeps it from being published; a finding has to be acknowledged by name."
    )
    changes: list[PolicyChange] = strawberry.field(description="What it states differently from the policy in force.")
    help_page: str | None = strawberry.field(
        description="The help page that you would publish, in Markdown; null where the document cannot be read."
    )


def policy_problem(found: Problem) -> PolicyProblem:
    """A problem as the contract shows it."""
    return PolicyProblem(level=found.level, name=found.name, path=list(found.path), message=found.message)


def policy_changes(found: tuple[Difference, ...]) -> list[PolicyChange]:
    """Differences as the contract shows them."""
    return [PolicyChange(path=one.path, kind=one.kind, before=one.before, after=one.after) for one in found]
