"""Openings of one coach over 30 days with 200 taken intervals and 45-minute sessions, beside a plain sweep over the same."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bench.stage import median_seconds
from policy.document import load_policy, resolve
from policy.facts import Availability, Interval, Zones
from policy.openings import WeeklyHours, expand_weekly, offered_starts

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
END = NOW + timedelta(days=30)
ZONE = ZoneInfo("Europe/London")
LENGTH = timedelta(minutes=45)
GRID = timedelta(minutes=15)
WEEK = tuple(WeeklyHours(weekday=day, start=time(9), end=time(17)) for day in range(5))
TAKEN = tuple(
    Interval(start=at, end=at + LENGTH)
    for n in range(200)
    for at in [NOW + timedelta(hours=n * 3, minutes=15 * (n % 4))]
)


def measure() -> dict[str, float]:
    """Milliseconds of both, and ours as a multiple of the sweep (which expands no hours and knows no zone)."""
    policy = resolve(load_policy('extends = "thrive"'), "session")
    zones = Zones(member=ZONE, coach=ZONE, organisation=ZONE, accounting=ZONE)

    def ours() -> tuple[datetime, ...]:
        hours = expand_weekly(WEEK, ZONE, start=NOW, end=END)
        availability = Availability(hours=hours, coach_busy=TAKEN)
        return offered_starts(policy, zones, availability, start=NOW, end=END, now=NOW)

    hours = expand_weekly(WEEK, ZONE, start=NOW, end=END)

    def floor() -> list[datetime]:
        return sweep(hours)

    assert list(ours()) == floor()
    seconds, least = median_seconds(ours, 50), median_seconds(floor, 50)
    return {"openings_ms": seconds * 1000, "plain_sweep_ms": least * 1000, "times_the_floor": seconds / least}


def sweep(hours: tuple[Interval, ...]) -> list[datetime]:
    """The same starts by the simplest loop: each free stretch of the hours, in steps of the grid."""
    found: list[datetime] = []
    taken = iter(TAKEN)
    busy = next(taken, None)
    for stretch in hours:
        at = max(stretch.start, NOW + timedelta(minutes=15))
        while at + LENGTH <= stretch.end and at < END:
            while busy is not None and busy.end <= at:
                busy = next(taken, None)
            if busy is None or at + LENGTH <= busy.start:
                found.append(at)
            at += GRID
    return found


if __name__ == "__main__":
    print(measure())
