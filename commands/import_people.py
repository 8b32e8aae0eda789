"""importPeople: the people of another platform, their coaches' terms and their memberships, all of a file or nothing of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commands.add_coach import AddCoach, write_coach
from commands.add_contract import contract_fault
from commands.add_person import SAME_EMAIL, AddPerson, insert_person
from commands.apply.record import Record, write_event
from commands.enrol import EnrolMember, insert_membership, start_fault
from commands.grants import grant_first_periods
from commands.imports.people import PersonLine, read_people
from commands.imports.problems import ImportReport, ProblemCode
from commands.imports.table import Table
from commands.outcome import Done, Outcome, Refused, refused
from commands.staff import violated
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.terms import ActorKind, RefusalCode, Scope

EXISTING = text("""
SELECT lower(person.email) AS email, person.id, coach.person_id IS NOT NULL AND person.deactivated_at IS NULL AS is_coach
FROM person LEFT JOIN coach ON coach.organisation_id = person.organisation_id AND coach.person_id = person.id
WHERE person.organisation_id = :organisation AND lower(person.email) = ANY(CAST(:emails AS text[]))
""")
KINDS = text("SELECT code, id FROM session_kind WHERE organisation_id = :organisation")
CONTRACTS = text("SELECT name, id FROM contract WHERE organisation_id = :organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPeople:
    """CSV text with the columns of `commands.imports.people`; a dry run does everything but add anybody."""

    csv: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the lines refer to, as the organisation has it: addresses in use, coaches by address, kinds by code, contracts by name."""

    addresses: frozenset[str]
    coaches: Mapping[str, int]
    kinds: Mapping[str, int]
    contracts: Mapping[str, int]


def import_people(database: Database, request: Request, command: ImportPeople) -> ImportReport | Refused:
    """Everybody of the file stands in the organisation, or nobody does and the report names every problem by its line.

    Without an idempotency key of its own, a file is imported once: said again, it answers what it answered first.
    """
    if not request.actor.may(Scope.PEOPLE):
        return refused(RefusalCode.FORBIDDEN)
    people, table = read_people(command.csv)
    persons = _coaches_meant(database, request.actor.organisation_id, people)

    def act(unit: Unit) -> Outcome:
        known = _known(unit, people, among=persons)
        _check(unit, request, people, known, table)
        if table.problems or command.dry_run:
            return refused(RefusalCode.INVALID_INPUT)
        return _write(unit, request, people, known)

    try:
        outcome = carry_out(database, _once(request, command), command, persons=persons, act=act)
    except IntegrityError as fault:
        if violated(fault) not in SAME_EMAIL:
            raise
        return refused(RefusalCode.INVALID_INPUT, message="Somebody of the file was added meanwhile: try again.")
    return _report(command, people, table, outcome)


def _once(request: Request, command: ImportPeople) -> Request:
    if command.dry_run or request.idempotency_key is not None:
        return replace(request, idempotency_key=None if command.dry_run else request.idempotency_key)
    return replace(request, idempotency_key=f"import:{hashlib.sha256(command.csv.encode()).hexdigest()}")


def _report(command: ImportPeople, people: list[PersonLine], table: Table, outcome: Outcome) -> ImportReport | Refused:
    lines = len(table.lines)
    if isinstance(outcome, Done):
        return ImportReport(dry_run=False, lines=lines, imported=len(people), event_id=outcome.event_id)
    if isinstance(outcome, Refused) and outcome.code is not RefusalCode.INVALID_INPUT:
        return outcome
    problems = tuple(sorted(table.problems, key=lambda one: (one.line, one.column or "")))
    return ImportReport(
        dry_run=command.dry_run, lines=lines, imported=0 if problems else len(people), problems=problems
    )


def _coaches_meant(database: Database, organisation_id: int, people: list[PersonLine]) -> frozenset[int]:
    """The coaches who are here already and get new members: their locks are needed."""
    with database.unit(organisation_id, read_only=True) as unit:
        return frozenset(_known(unit, people, among=None).coaches.values())


def _known(unit: Unit, people: list[PersonLine], *, among: frozenset[int] | None) -> Known:
    """What the lines refer to; coaches only `among` those whose locks are held."""
    addresses = {person.email.lower() for person in people} | {
        coach.lower() for person in people if person.member for coach in person.member.coaches
    }
    own = {"organisation": unit.organisation_id}
    rows = unit.connection.execute(EXISTING, {**own, "emails": sorted(addresses)}).all()
    kinds = {row.code: row.id for row in unit.connection.execute(KINDS, own)}
    contracts = {row.name: row.id for row in unit.connection.execute(CONTRACTS, own)}
    coaches = {row.email: row.id for row in rows if row.is_coach and (among is None or row.id in among)}
    return Known(addresses=frozenset(row.email for row in rows), coaches=coaches, kinds=kinds, contracts=contracts)


def _check(unit: Unit, request: Request, people: list[PersonLine], known: Known, table: Table) -> None:
    """Every line that does not fit the organisation is complained of."""
    new_coaches = {person.email.lower() for person in people if person.coach is not None}
    for person in people:
        if person.email.lower() in known.addresses:
            message = "Somebody of the organisation has this address."
            table.complain(person.number, "email", ProblemCode.EXISTS_ALREADY, message)
        if not request.actor.may_manage(person.roles):
            table.complain(person.number, "roles", ProblemCode.FORBIDDEN, "Nobody hands out more than they have.")
        for kind in person.coach.kinds if person.coach else ():
            if kind not in known.kinds:
                message = f"The kinds are {', '.join(sorted(known.kinds))}."
                table.complain(person.number, "kinds", ProblemCode.UNKNOWN_REFERENCE, message)
        for coach in person.member.coaches if person.member else ():
            if coach.lower() not in new_coaches and coach.lower() not in known.coaches:
                message = f"{coach} is no coach of the organisation or of this file."
                table.complain(person.number, "coaches", ProblemCode.UNKNOWN_REFERENCE, message)
        _check_membership(unit, request, person, known, table)


def _check_membership(unit: Unit, request: Request, person: PersonLine, known: Known, table: Table) -> None:
    if person.member is None:
        return
    if fault := start_fault(person.member.starts_on, now=request.now):
        table.complain(person.number, "starts_on", ProblemCode.INVALID_VALUE, fault.message)
    name = person.member.contract
    if name is None:
        return
    if name not in known.contracts:
        table.complain(person.number, "contract", ProblemCode.UNKNOWN_REFERENCE, "There is no contract of this name.")
    elif fault := contract_fault(unit, known.contracts[name]):
        table.complain(person.number, "contract", ProblemCode.INVALID_VALUE, fault.message)


def _write(unit: Unit, request: Request, people: list[PersonLine], known: Known) -> Done:
    """People first, then what coaches offer, then memberships, whose grants name the one event of the import."""
    added: dict[str, int] = {}
    for person in people:
        roles = tuple(sorted(person.roles))
        command = AddPerson(name=person.name, email=person.email, zone=person.zone, roles=roles)
        added[person.email.lower()] = insert_person(unit, request, command)
    for person in people:
        if person.coach is not None:
            write_coach(unit, _terms(person, added, known))
    concerned = frozenset(added.values()) | frozenset(known.coaches.values())
    event = _record(unit, request, concerned, len(people))
    for person in people:
        if person.member is not None:
            enrolment = _enrolment(person, added, known)
            membership = insert_membership(unit, request, enrolment)
            grant_first_periods(unit, membership, event_id=event, now=request.now)
    return Done(object_id=unit.organisation_id, event_id=event)


def _terms(person: PersonLine, added: Mapping[str, int], known: Known) -> AddCoach:
    if person.coach is None:
        raise ValueError("only a coach has terms")
    return AddCoach(
        person_id=added[person.email.lower()],
        fee_minor_units=person.coach.fee_minor_units,
        fee_currency=person.coach.fee_currency,
        hours_zone=person.coach.hours_zone,
        kinds=tuple(known.kinds[kind] for kind in person.coach.kinds),
    )


def _enrolment(person: PersonLine, added: Mapping[str, int], known: Known) -> EnrolMember:
    if person.member is None:
        raise ValueError("only a member is enrolled")
    found = {**known.coaches, **added}
    contract = person.member.contract
    return EnrolMember(
        member_id=added[person.email.lower()],
        coach_ids=tuple(found[coach.lower()] for coach in person.member.coaches),
        starts_on=person.member.starts_on,
        accounting_zone=person.member.accounting_zone,
        contract_id=None if contract is None else known.contracts[contract],
    )


def _record(unit: Unit, request: Request, persons: frozenset[int], count: int) -> int:
    record = Record(
        name="PEOPLE_IMPORTED",
        persons=persons,
        actor_kind=ActorKind.STAFF,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause=f"request:{request.idempotency_key}",
        effects=[{"people": count}],
        recorded_at=request.now,
        effective_at=request.now,
    )
    return write_event(unit, record)
