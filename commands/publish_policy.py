"""publishPolicyVersion: new bookings live under the new document; sessions that stand keep theirs (D-41)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert

from commands.add_contract import contracts_fault
from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.organisation import PolicyVersion, SessionKind
from models.unit import Database, Unit, lock_organisation
from policy.document import Policy, PolicyError, load_policy
from policy.publication import Problem, examine, hindering
from policy.terms import RefusalCode, Role, Scope

NUMBER = text("SELECT coalesce(max(number), 0) + 1 FROM policy_version WHERE organisation_id = :organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPolicy:
    """A policy document in TOML: complete, or `extends = "mastered"` with what differs.

    `acknowledged`: the names of the findings that are meant (D-63).
    """

    document: str
    acknowledged: tuple[str, ...] = ()


def publish_policy(database: Database, request: Request, command: PublishPolicy) -> Outcome:
    """The document is the policy in force; its faults are refused by name. The object is the version."""
    try:
        policy = load_policy(command.document)
    except PolicyError as fault:
        return refused(RefusalCode.INVALID_INPUT, message=str(fault), path=("document", *fault.path))
    problems = examine(policy)
    hindrances = hindering(problems, command.acknowledged)
    if hindrances:
        message = "; ".join(f"{one.level} {one.name}: {one.message}" for one in hindrances)
        return refused(RefusalCode.INVALID_INPUT, message=message, path=("document", *hindrances[0].path))
    if problems and Role.SENIOR_STAFF not in request.actor.roles:
        return refused(RefusalCode.FORBIDDEN, message="What is odd in a policy is acknowledged by senior staff.")
    verb = Verb(name="POLICY_PUBLISHED", scope=Scope.POLICY)
    return as_staff(
        database,
        request,
        command,
        verb,
        lambda unit: _write(unit, request, command, policy, problems),
    )


def _write(
    unit: Unit, request: Request, command: PublishPolicy, policy: Policy, findings: tuple[Problem, ...]
) -> Written | Refused:
    lock_organisation(unit, "policy")
    if fault := contracts_fault(unit, policy):
        return fault
    meant = [{"name": one.name, "message": one.message} for one in findings]
    version = write_version(unit, request, command.document, policy, findings=meant)
    return Written(object_id=version, effects=tuple({"type": "FindingAcknowledged", **one} for one in meant))


def write_version(
    unit: Unit, request: Request, document: str, policy: Policy, *, findings: Sequence[dict[str, str]] = ()
) -> int:
    """The version's row under the next number, and a session kind for each kind that the document names.

    `findings`: what is odd in it and was acknowledged, by name (D-63).
    """
    number = unit.connection.execute(NUMBER, {"organisation": unit.organisation_id}).scalar_one()
    kinds = [
        {"organisation_id": unit.organisation_id, "code": code, "name": kind.name}
        for code, kind in policy.kinds.items()
    ]
    unit.connection.execute(
        upsert(SessionKind).on_conflict_do_nothing(index_elements=["organisation_id", "code"]), kinds
    )
    return unit.connection.execute(
        insert(PolicyVersion)
        .values(
            organisation_id=unit.organisation_id,
            number=number,
            document=document,
            published_at=request.now,
            published_by_id=request.actor.person_id,
            findings=list(findings),
        )
        .returning(PolicyVersion.id)
    ).scalar_one()
