"""The rule of a stored series."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from policy.recurrence import Recurrence
from policy.terms import Cadence


def rule_of(row: Row[Any]) -> Recurrence:
    """The rule that a row of series states."""
    return Recurrence(
        cadence=Cadence(row.cadence), first=row.first_on, at=row.at_time, zone=ZoneInfo(row.zone), until=row.until_on
    )


def resting_rule_of(row: Row[Any]) -> Recurrence:
    """The rule by which a suspended series is to go on: its own, up to where it was to end."""
    return replace(rule_of(row), until=row.planned_until_on)


def is_resting(row: Row[Any]) -> bool:
    """Whether the series is suspended; then nothing of it stands."""
    return row.status == "SUSPENDED"


def next_date(rule: Recurrence, *, now: datetime) -> date | None:
    """The first date whose original time is still to come; None where there is none."""
    found = next((one for one in rule.occurrences(now.astimezone(rule.zone).date()) if one.starts_at > now), None)
    return None if found is None else found.on
