"""The lines of a file of people: who they are, what a coach offers, whom a member is engaged with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from commands.imports.cells import (
    checked,
    needed,
    optional,
    read_currency,
    read_date,
    read_list,
    read_minor_units,
    read_roles,
)
from commands.imports.problems import ProblemCode
from commands.imports.table import Columns, Line, Table, read_table
from commands.staff import check_email, check_name, check_zone
from policy.terms import Role

MOST_LINES = 1000
COACH = ("fee", "currency", "kinds", "hours_zone")
MEMBER = ("coaches", "starts_on", "accounting_zone", "contract")
COLUMNS = Columns(needed=("name", "email", "time_zone", "roles"), possible=(*COACH, *MEMBER))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachTerms:
    """What the new coach earns per session, and the codes of the kinds they offer."""

    fee_minor_units: int
    fee_currency: str
    kinds: tuple[str, ...]
    hours_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTerms:
    """The new member's coaches by address, and how the membership is counted; None is the default of enrolling."""

    coaches: tuple[str, ...]
    starts_on: date | None
    accounting_zone: str | None
    contract: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Somebody who shall be added; `member` is None for a member who is not enrolled yet.

    What could not be read is empty: the table says so, and nobody of a file with a problem is added. The rest is looked up all the
    same, so that everything is known at once.
    """

    number: int
    name: str
    email: str
    zone: str
    roles: frozenset[Role]
    coach: CoachTerms | None
    member: MemberTerms | None


def read_people(text: str) -> tuple[list[PersonLine], Table]:
    """The people of the lines, and the table with everything that is wrong with them."""
    table = read_table(text, COLUMNS, most_lines=MOST_LINES)
    found = [_person(table, line) for line in table.lines]
    _complain_of_doubles(table)
    return found, table


def _person(table: Table, line: Line) -> PersonLine:
    name = needed(table, line, "name", checked(check_name))
    email = needed(table, line, "email", checked(check_email))
    zone = needed(table, line, "time_zone", checked(check_zone))
    roles = needed(table, line, "roles", read_roles)
    if roles is not None:
        _complain_of_strangers(table, line, roles)
    coach = _coach(table, line, zone or "UTC") if roles and Role.COACH in roles else None
    member = _member(table, line) if roles and Role.MEMBER in roles else None
    return PersonLine(
        number=line.number,
        name=name or "",
        email=email or "",
        zone=zone or "",
        roles=roles or frozenset(),
        coach=coach,
        member=member,
    )


def _coach(table: Table, line: Line, zone: str) -> CoachTerms:
    fee = needed(table, line, "fee", read_minor_units)
    currency = needed(table, line, "currency", read_currency)
    kinds = needed(table, line, "kinds", read_list)
    hours_zone = optional(table, line, "hours_zone", checked(check_zone))
    return CoachTerms(
        fee_minor_units=fee or 0, fee_currency=currency or "", kinds=kinds or (), hours_zone=hours_zone or zone
    )


def _member(table: Table, line: Line) -> MemberTerms | None:
    coaches = optional(table, line, "coaches", _addresses)
    starts_on = optional(table, line, "starts_on", read_date)
    accounting_zone = optional(table, line, "accounting_zone", checked(check_zone))
    contract = optional(table, line, "contract", checked(check_name))
    if not line.cell("coaches"):
        for column in ("starts_on", "accounting_zone", "contract"):
            if line.cell(column):
                message = "A membership begins with its coaches: name them, or leave this empty."
                table.complain(line.number, column, ProblemCode.INVALID_VALUE, message)
        return None
    return MemberTerms(coaches=coaches or (), starts_on=starts_on, accounting_zone=accounting_zone, contract=contract)


def _addresses(text: str) -> tuple[str, ...]:
    read: Callable[[str], str] = checked(check_email)
    return tuple(read(address) for address in read_list(text))


def _complain_of_strangers(table: Table, line: Line, roles: frozenset[Role]) -> None:
    """A cell that belongs to another role was meant for something: it is not passed over."""
    for role, columns in ((Role.COACH, COACH), (Role.MEMBER, MEMBER)):
        for column in columns:
            if role not in roles and line.cell(column):
                message = f"This is for somebody with the role {role}."
                table.complain(line.number, column, ProblemCode.INVALID_VALUE, message)


def _complain_of_doubles(table: Table) -> None:
    seen: dict[str, int] = {}
    for line in table.lines:
        address = line.cell("email").lower()
        if address and address in seen:
            message = f"Line {seen[address]} has this address."
            table.complain(line.number, "email", ProblemCode.TWICE_IN_FILE, message)
        seen.setdefault(address, line.number)
