"""policies, policy, policyDiff, policyCheck: the rules, as they were published or would be."""

from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.inputs import words
from api.types.policy import VERSIONS, PolicyVersion, policy_version
from api.types.policy_check import PolicyCheck, PolicyDiff, policy_changes, policy_problem
from commands.facts.policies import policy_of
from models.queries.policies import version_of_number, versions_page
from policy.difference import differences
from policy.document import PolicyError, load_policy
from policy.help_text import help_page
from policy.layering import LONGEST_DOCUMENT
from policy.publication import Level, Problem, examine

Number = Annotated[int | None, strawberry.argument(description="The version's number; without it, the one in force.")]


Before_ = Annotated[int, strawberry.argument(name="before", description="The number of the first version.")]
After_ = Annotated[
    int | None,
    strawberry.argument(name="after", description="The number of the second; without it, the one in force."),
]
Document = Annotated[str, strawberry.argument(description="TOML, at most 100,000 characters.")]


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


def policy_diff(info: Info, before: Before_, after: After_ = strawberry.UNSET) -> PolicyDiff | None:
    """What a version of your organisation's policy states differently from an earlier one; null if there is none of a number."""
    one = version_of_number(info.context.unit, before)
    two = version_of_number(info.context.unit, after or None)
    if one is None or two is None:
        return None
    changes = differences(policy_of(one.document, one.number), policy_of(two.document, two.number))
    return PolicyDiff(before=one.number, after=two.number, changes=policy_changes(changes))


def policy_check(info: Info, document: Document) -> PolicyCheck | None:
    """For staff: what a document would be as a policy; nothing is published."""
    info.context.require_staff()
    text = words(document, "document", longest=LONGEST_DOCUMENT)
    try:
        found = load_policy(text or "")
    except PolicyError as fault:
        wrong = Problem(level=Level.ERROR, name="unreadable", path=fault.path, message=fault.message)
        return PolicyCheck(problems=[policy_problem(wrong)], changes=[], help_page=None)
    return PolicyCheck(
        problems=[policy_problem(one) for one in examine(found)],
        changes=policy_changes(differences(info.context.policy, found)),
        help_page=help_page(found),
    )
