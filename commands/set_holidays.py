"""setHolidays: on which dates of a year nobody's published week holds, and no business day is counted (D-31)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, text

from commands.outcome import Outcome
from commands.staff import Verb, Written, as_staff, check_name, invalid
from commands.transaction import Request
from models.availability import Holiday
from models.unit import Database, Unit, lock_organisation
from policy.terms import Scope

CLEAR = text("""
DELETE FROM holiday WHERE organisation_id = :organisation AND on_date >= :first AND on_date <= :last
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDay:
    """A date, as it is called; for each coach it is the date of their hours zone."""

    on_date: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHolidays:
    """All holidays of a year; other years stay as they are."""

    year: int
    holidays: tuple[NamedDay, ...]


def set_holidays(database: Database, request: Request, command: SetHolidays) -> Outcome:
    """The holidays of the year are exactly these; sessions that stand on one stay. The object is the organisation."""
    days = [day.on_date for day in command.holidays]
    if not date.min.year <= command.year <= date.max.year:
        return invalid("This is not a year of the calendar.", "year")
    if len(set(days)) != len(days) or any(day.year != command.year for day in days):
        return invalid("Holidays are dates of the year, each named once.", "holidays")
    for day in command.holidays:
        if fault := check_name(day.name, "holidays", "name"):
            return fault
    verb = Verb(name="HOLIDAYS_SET", scope=Scope.AVAILABILITY)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _write(unit: Unit, command: SetHolidays) -> Written:
    lock_organisation(unit, "holidays")
    span = {"first": date(command.year, 1, 1), "last": date(command.year, 12, 31)}
    unit.connection.execute(CLEAR, {"organisation": unit.organisation_id, **span})
    rows = [
        {"organisation_id": unit.organisation_id, "on_date": day.on_date, "name": day.name} for day in command.holidays
    ]
    if rows:
        unit.connection.execute(insert(Holiday), rows)
    return Written(object_id=unit.organisation_id, effects=({"year": command.year, "holidays": len(rows)},))
