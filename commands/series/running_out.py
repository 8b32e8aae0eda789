"""A series makes no further session, because what it hangs on is offered no longer; those that stand stay, and both are told (MODEL 5.3)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from commands.apply.record import Record, write_event
from commands.apply.work import Work
from commands.series.notices import Telling, notice_of, parties_of_series, tell_sides
from commands.series.rule import rule_of
from commands.series.stop import cut_off, running_series
from models.queries.series import places_of, series_of_ids
from models.unit import Unit
from policy.terms import NoticeCode, SessionStatus


def run_out(unit: Unit, membership_id: int, coach_id: int, record: Record) -> list[Work]:
    """The membership's series with this coach make no session any more; those that stand stay in them. Returns what is due.

    `record`: what the log says of each.
    """
    running = running_series(unit, membership_id, now=record.effective_at, coach_id=coach_id)
    rows = series_of_ids(unit, [one.id for one in running if one.next_on is not None])
    return [work for row in rows.values() for work in end_at_next(unit, row, record)]


def end_at_next(unit: Unit, row: Row[Any], record: Record) -> list[Work]:
    """The series ends at the next date whose session would be made, and both are told which ones stand; returns what is due."""
    event, now = write_event(unit, record), record.recorded_at
    # The cut does not touch what was made: it lies before the next date, or was moved beyond it by itself.
    push = cut_off(unit, row, row.next_on, now=now)
    return [push, *tell_end(unit, row, row.next_on, event, now=now)]


def tell_end(unit: Unit, row: Row[Any], on: date, event: int, *, now: datetime) -> list[Work]:
    """Both know that the series has no session from this date on, and which ones stand; returns the mails."""
    return tell_sides(unit, _telling(unit, row, on, event, now=now))


def _telling(unit: Unit, row: Row[Any], on: date, event: int, *, now: datetime) -> Telling:
    rule, places = rule_of(row), places_of(unit, row.id)
    standing = (
        place.starts_at for place in places if place.status == SessionStatus.SCHEDULED and place.starts_at > now
    )
    return Telling(
        parties=parties_of_series(row),
        code=NoticeCode.SERIES_ENDED,
        about=notice_of(rule, starts=tuple(sorted(standing)), ended=True),
        starts_at=rule.occurrence(on).starts_at,
        event_id=event,
        now=now,
    )
