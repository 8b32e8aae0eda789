"""addContract: an agreement with a sponsor, which may set parameters differently from the policy."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import insert

from commands.facts.policies import policy_of
from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, check_name, exists, invalid
from commands.transaction import Request
from models.contract import Contract
from models.queries.contracts import contract_of_id, contracts_in_use, plans_in_use, policy_in_force
from models.unit import Database, Unit, lock_organisation
from policy.document import Policy, PolicyError, load_overlay
from policy.publication import Level, examine
from policy.terms import RefusalCode, Scope

SEVERAL_CREDITS = "ask-needs-one:duplicate_policy"
"""Who has more credits by contract than the policy gives is asked only about bookings beyond them (D-11)."""
NAME_TAKEN = invalid("There is a contract of this name; an amended one needs a name of its own.", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContract:
    """`document`: in TOML, only what differs from the policy; empty where nothing does.

    `sponsor_id`: who reads for the sponsor; `sponsor_approves`: they answer requests too.
    """

    name: str
    sponsor: str
    document: str
    sponsor_id: int | None = None
    sponsor_approves: bool = False


def add_contract(database: Database, request: Request, command: AddContract) -> Outcome:
    """The contract can be attached to memberships. It is never changed: sign an amended one as a new one. The object is it."""
    if fault := check_name(command.name, "name") or check_name(command.sponsor, "sponsor"):
        return fault
    verb = Verb(name="CONTRACT_ADDED", scope=Scope.PEOPLE, conflicts={"uq_contract_organisation_id_name": NAME_TAKEN})
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command))


def _write(unit: Unit, request: Request, command: AddContract) -> Written | Refused:
    if fault := document_fault(command.document, present_policy(unit)):
        return fault
    if command.sponsor_id is not None and not exists(unit, "person", command.sponsor_id):
        return refused(RefusalCode.NOT_FOUND)
    if command.sponsor_approves and command.sponsor_id is None:
        return invalid("Only a person can approve.", "sponsorApproves")
    row = insert(Contract).values(
        organisation_id=unit.organisation_id,
        name=command.name,
        sponsor=command.sponsor,
        document=command.document,
        created_at=request.now,
        sponsor_id=command.sponsor_id,
        sponsor_approves=command.sponsor_approves,
    )
    return Written(object_id=unit.connection.execute(row.returning(Contract.id)).scalar_one())


def present_policy(unit: Unit) -> Policy:
    """The policy in force."""
    row = policy_in_force(unit)
    return policy_of(row.document, row.number)


def document_fault(document: str, policy: Policy) -> Refused | None:
    """What is wrong with the document of a contract or a plan on top of this policy, or None: it is looked through like a policy (3.6)."""
    try:
        overlay = load_overlay(document, policy)
    except PolicyError as fault:
        return invalid(str(fault), "document", *fault.path)
    for problem in examine(policy, contract=overlay):
        if problem.level is Level.ERROR and problem.name != SEVERAL_CREDITS:
            return invalid(problem.message, "document", *problem.path)
    return None


def contract_fault(unit: Unit, contract_id: int) -> Refused | None:
    """Why a membership cannot stand under this contract now, or None."""
    lock_organisation(unit, "policy")
    contract = contract_of_id(unit, contract_id)
    if contract is None:
        return refused(RefusalCode.NOT_FOUND)
    row = policy_in_force(unit)
    return _published_fault(contract.document, row.document, row.number)


@lru_cache(maxsize=256)
def _published_fault(document: str, policy: str, number: int) -> Refused | None:
    """The same of a published policy, looked through once per process: an import asks for each line."""
    return document_fault(document, policy_of(policy, number))


def contracts_fault(unit: Unit, policy: Policy) -> Refused | None:
    """Which contract or plan in use a new policy would leave without meaning, or None: its bookings could not be decided."""
    for contract in contracts_in_use(unit):
        if fault := document_fault(contract.document, policy):
            return invalid(f"The contract “{contract.name}” does not fit: {fault.message}", "document")
    for plan in plans_in_use(unit):
        if fault := document_fault(plan, policy):
            return invalid(f"A plan does not fit: {fault.message}", "document")
    return None
