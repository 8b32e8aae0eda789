"""What a message says of a series, in the reader's zone: its rhythm, its sessions, and those at another hour because clocks change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from commands.notices import SeriesNotice
from notifications import times
from policy.terms import Cadence

NUMBERS = ("first", "second", "third", "fourth", "last")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesWords:
    """What a template may say of a series. `shifts`: the sessions before which clocks have changed for the reader (D-45)."""

    rhythm: str
    times: tuple[str, ...]
    shifts: tuple[str, ...]
    left_out: tuple[str, ...]
    make_up: tuple[str, ...]
    split: tuple[str, ...]
    kept: bool
    ended: bool


def series_words(notice: SeriesNotice, zone: ZoneInfo) -> SeriesWords:
    """The words of these facts for a reader in this zone."""
    return SeriesWords(
        rhythm=rhythm(notice),
        times=_moments(notice.starts, zone),
        shifts=_moments((later for earlier, later in pairwise(notice.starts) if _shifted(earlier, later, zone)), zone),
        left_out=_moments(notice.left_out, zone),
        make_up=_moments(notice.make_up, zone),
        split=_moments(notice.split, zone),
        kept=notice.kept,
        ended=notice.ended,
    )


def rhythm(notice: SeriesNotice) -> str:
    """`every other Monday at 09:00 (America/New_York)`."""
    weekday = times.WEEKDAYS[notice.first_on.weekday()]
    match Cadence(notice.cadence):
        case Cadence.WEEKLY:
            days = f"every {weekday}"
        case Cadence.FORTNIGHTLY:
            days = f"every other {weekday}"
        case Cadence.MONTHLY:
            days = f"on the {NUMBERS[(notice.first_on.day - 1) // 7]} {weekday} of each month"
    return f"{days} at {notice.at:%H:%M} ({notice.zone})"


def _moments(instants: Iterable[datetime], zone: ZoneInfo) -> tuple[str, ...]:
    return tuple(f"{times.moment(one, zone)} ({times.zone_words(one, zone)})" for one in instants)


def _shifted(earlier: datetime, later: datetime, zone: ZoneInfo) -> bool:
    return earlier.astimezone(zone).time() != later.astimezone(zone).time()
