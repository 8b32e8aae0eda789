"""The push that brings a coach's calendar to a series as it stands: one event with its exceptions (MODEL 11)."""

from datetime import datetime

from commands.apply.slots import push_lane
from commands.apply.work import SERIES_AS_ONE_EVENT, Work
from commands.series.planning import Pairing
from policy.terms import WorkKind


def pushes_of_series(series_id: int, pair: Pairing, *, version: int, now: datetime, cause: str = "") -> list[Work]:
    """The push after this version of the series, or after what `cause` names; those of one calendar keep their order."""
    if not SERIES_AS_ONE_EVENT:
        return []
    push = Work(
        kind=WorkKind.GOOGLE_SERIES,
        cause_key=f"google-series:{series_id}:{version}{cause}",
        persons=pair.persons,
        object_id=series_id,
        fires_at=now,
        lane=push_lane(pair.coach_id),
    )
    return [push]
