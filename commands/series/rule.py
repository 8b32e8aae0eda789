"""The rule of a stored series."""

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
