"""The push that brings the calendars of its two people to a series as it stands: one event with its exceptions (MODEL 11)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from commands.apply.work import Work, push_lane
from policy.terms import WorkKind


def push_of_series(series: Row[Any], *, now: datetime, cause: str = "") -> Work:
    """The push after this version of the series, or after what `cause` names; those of one calendar keep their order."""
    return push_after(series.id, series.coach_id, series.member_id, version=series.version, now=now, cause=cause)


def push_after(series_id: int, coach_id: int, member_id: int, *, version: int, now: datetime, cause: str = "") -> Work:
    """The same for a series of which no more is known."""
    return Work(
        kind=WorkKind.GOOGLE_SERIES,
        cause_key=f"google-series:{series_id}:{version}{cause}",
        persons=frozenset({coach_id, member_id}),
        object_id=series_id,
        fires_at=now,
        lane=push_lane(coach_id),
        copy_for=member_id,
    )
