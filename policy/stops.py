"""What a tally has stopped: whom it keeps from booking whom, and until when (MODEL 3.5, D-64)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from policy.limits import wall_instant
from policy.terms import Sanction


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop of the member's bookings (BLOCK, SAME_DAY) or of bookings of the coach (HIDE, PAUSE); `ends_at` None: no instant is known."""

    kind: Sanction
    ends_at: datetime | None = None

    def stands(self, *, now: datetime) -> bool:
        """Whether it is in force."""
        return self.ends_at is None or now < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A start cannot be booked now; from `possible_from` on it can, as far as that is known."""

    possible_from: datetime | None


def stopped(
    stops: Sequence[Stop], start: datetime, *, met_before: bool, zone: ZoneInfo, now: datetime
) -> Stopped | None:
    """Why a member cannot book this start now, or None. `met_before`: the two have had a session; `zone`: where days are counted."""
    standing = [one for one in stops if one.stands(now=now)]
    waits = [_until(one, start, met_before=met_before, zone=zone, now=now) for one in standing]
    closed = [until for until, holds in waits if holds]
    if not closed:
        return None
    known = [until for until in closed if until is not None]
    return Stopped(possible_from=max(known) if len(known) == len(closed) else None)


def startable(
    stops: Sequence[Stop], starts: Iterable[datetime], *, met_before: bool, zone: ZoneInfo, now: datetime
) -> tuple[datetime, ...]:
    """Those of these starts that a member can book now, whatever else is asked of them."""
    if not stops:
        return tuple(starts)
    return tuple(at for at in starts if stopped(stops, at, met_before=met_before, zone=zone, now=now) is None)


def _until(
    stop: Stop, start: datetime, *, met_before: bool, zone: ZoneInfo, now: datetime
) -> tuple[datetime | None, bool]:
    """Until when this stop keeps the start from being booked, and whether it does."""
    match stop.kind:
        case Sanction.SAME_DAY:
            day = start.astimezone(zone).date()
            begins = _begin(day, zone)
            soon = begins if stop.ends_at is None else min(begins, stop.ends_at)
            return soon, day != now.astimezone(zone).date()
        case Sanction.HIDE:
            return stop.ends_at, not met_before
        case _:
            return stop.ends_at, True


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return wall_instant(datetime.combine(day, time(0)), zone).astimezone(UTC)
