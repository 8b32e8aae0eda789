"""publishPolicyVersion: new bookings live under new rules; sessions that stand keep theirs."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import bounded, words
from api.mutations.frame import KEY_WORDS, carry
from api.types.policy import PolicyVersion, policy_version
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.publish_policy import PublishPolicy, publish_policy
from commands.transaction import Request
from models.queries.policies import versions_of_ids
from policy.layering import LONGEST_DOCUMENT

MOST_FINDINGS = 100


@given
class PublishPolicyVersionInput:
    """A policy document: complete, or what differs from a preset."""

    document: str = strawberry.field(
        description='TOML, at most 100,000 characters. Begin with `extends = "mastered"` to state only what differs.'
    )
    acknowledged_findings: list[str] = strawberry.field(
        default_factory=list,
        description="The names of the findings that are meant: `policyCheck` lists them, and so does the refusal. Senior staff only.",
    )
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class PublishPolicyVersionSuccess:
    """The document is the policy in force: what is booked from now on lives under it."""

    policy_version: PolicyVersion


PublishPolicyVersionResult = Annotated[
    PublishPolicyVersionSuccess | PlainRefusal,
    strawberry.union(
        "PublishPolicyVersionResult",
        description="The new version, or what is wrong with the document: `path` leads to it from `document`.",
    ),
]


def publish_policy_version(info: Info, input: PublishPolicyVersionInput) -> PublishPolicyVersionResult | None:
    """For staff: publish a new version of the organisation's policy. Sessions that were booked before keep the version they have."""
    operation = info.context

    def run(request: Request) -> Outcome:
        document = words(input.document, "document", longest=LONGEST_DOCUMENT)
        names = bounded(input.acknowledged_findings, MOST_FINDINGS, "acknowledgedFindings")
        meant = [words(one, "acknowledgedFindings", str(place)) or "" for place, one in enumerate(names)]
        command = PublishPolicy(document=document or "", acknowledged=tuple(meant))
        return publish_policy(operation.services.database, request, command)

    def success(done: Done) -> PublishPolicyVersionSuccess:
        row = versions_of_ids(operation.unit, [done.object_id])[done.object_id]
        return PublishPolicyVersionSuccess(policy_version=policy_version(row))

    return carry(operation, input.idempotency_key, run, success)
