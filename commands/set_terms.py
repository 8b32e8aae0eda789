"""setTerms: when the terms of the organisation begin, for counts and stops of a term (MODEL 3.5)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, text

from commands.outcome import Outcome
from commands.staff import Verb, Written, as_staff, check_name, invalid
from commands.transaction import Request
from models.availability import Term
from models.unit import Database, Unit, lock_organisation
from policy.terms import Scope

CLEAR = text("DELETE FROM term WHERE organisation_id = :organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTerm:
    """The first day of a term in the organisation's zone, and what it is called."""

    starts_on: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTerms:
    """All terms, past ones too: each lasts until the next one begins."""

    terms: tuple[NamedTerm, ...]


def set_terms(database: Database, request: Request, command: SetTerms) -> Outcome:
    """The terms are exactly these; stops that have begun keep the end that they have. The object is the organisation."""
    days = [one.starts_on for one in command.terms]
    if len(set(days)) != len(days):
        return invalid("Each term begins on a day of its own.", "terms")
    for one in command.terms:
        if fault := check_name(one.name, "terms", "name"):
            return fault
    verb = Verb(name="TERMS_SET", scope=Scope.AVAILABILITY)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _write(unit: Unit, command: SetTerms) -> Written:
    lock_organisation(unit, "terms")
    unit.connection.execute(CLEAR, {"organisation": unit.organisation_id})
    rows = [
        {"organisation_id": unit.organisation_id, "starts_on": one.starts_on, "name": one.name} for one in command.terms
    ]
    if rows:
        unit.connection.execute(insert(Term), rows)
    return Written(object_id=unit.organisation_id, effects=({"terms": len(rows)},))
