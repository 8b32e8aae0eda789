"""Dates that come in: of series, they lie within ten years of now, and an end lies after the beginning."""

import datetime as dt

from api.inputs import InputRefused

FARTHEST = dt.timedelta(days=3653)


def near(on: dt.date | None, now: dt.datetime, *path: str) -> dt.date | None:
    """The date, if it is within ten years of now. Raises InputRefused."""
    if on is not None and abs(on - now.date()) > FARTHEST:
        raise InputRefused("A date within ten years of now.", *path)
    return on


def after(until: dt.date | None, first: dt.date, *path: str) -> None:
    """The end of a series lies after its first date. Raises InputRefused."""
    if until is not None and until <= first:
        raise InputRefused("A series ends after it begins.", *path)
