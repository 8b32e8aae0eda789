"""A series in a feed: one recurring event, whose occurrences every parser finds where an oracle does (CALENDAR 33 to 36, ready check)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import orjson
import recurring_ical_events

from calendar_sync.feed.appointment import Appointment, Standing
from calendar_sync.feed.recurring import recurring_of, vevents
from calendar_sync.feed.vtimezone import vtimezone
from policy.recurrence import Recurrence
from policy.terms import Cadence
from tests.calendar_sync.feed.reading import assert_golden
from tests.policy.test_recurrence import CLOCK, clock_changes, first_of
from tests.support.wall_clock import Stretch, every_clock, instant_of

FIRST = date(2027, 1, 4)
LENGTH = timedelta(minutes=45)
UNTIL = datetime(2028, 3, 1, tzinfo=UTC)
YEAR = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 20, tzinfo=UTC))
Place = list[object]


def calendar(
    zone: str,
    *,
    first: date = FIRST,
    at: time = time(18, 30),
    cadence: str = "FORTNIGHTLY",
    until: date | None = None,
    places: list[Place] | None = None,
) -> bytes:
    """A calendar file with this series and nothing else."""
    told = {
        "cadence": cadence,
        "first_on": first.isoformat(),
        "at": at.isoformat(),
        "until_on": None if until is None else until.isoformat(),
        "minutes": 45,
        "places": places or [],
    }
    series = recurring_of(orjson.dumps(told).decode(), zone)
    start = series.rule.occurrence(first).starts_at
    master = Appointment(
        uid="2d6a6b9e-0000-4000-8000-000000000001@fortnight",
        title="1-on-1 with Leo",
        starts_at=start,
        ends_at=start + LENGTH,
        zone=zone,
        standing=Standing.CONFIRMED,
        sequence=0,
        changed_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fortnight//Test//EN\r\n"
    zones = vtimezone(zone, datetime(2027, 1, 1, tzinfo=UTC), UNTIL)
    return (head + zones + vevents(series, master, until=UNTIL) + "END:VCALENDAR\r\n").encode()


def _instant(event: icalendar.Component, name: str) -> datetime:
    at: datetime = event.decoded(name)
    return at.astimezone(UTC)


def starts(content: bytes, first: datetime = YEAR[0], last: datetime = YEAR[1]) -> list[datetime]:
    """The instants at which a calendar program shows something, each of 45 minutes."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(first, last)
    spans = sorted((_instant(one, "DTSTART"), _instant(one, "DTEND")) for one in found)
    assert {end - start for start, end in spans} <= {LENGTH}
    return [start for start, _ in spans]


def wanted(clock: list[Stretch], rule: Recurrence) -> list[datetime]:
    """What the oracle says of a year."""
    dates = rule.before(date(2028, 1, 18)).dates()
    return [at for on in dates if YEAR[0] <= (at := instant_of(clock, on, rule.at)) < YEAR[1]]


def falling(clock: list[Stretch], zone: str) -> list[Recurrence]:
    """The ready check's series at 18:30, and one that falls into each change of the clock in 2027."""
    rules = [Recurrence(cadence=Cadence.FORTNIGHTLY, first=FIRST, at=time(18, 30), zone=ZoneInfo(zone))]
    for on, at in clock_changes(clock):
        if on < date(2027, 12, 20):
            first = first_of(Cadence.FORTNIGHTLY, on)
            rules.append(Recurrence(cadence=Cadence.FORTNIGHTLY, first=first, at=at, zone=ZoneInfo(zone)))
    return rules


def test_icalendar_finds_every_occurrence_where_the_oracle_does_in_every_zone() -> None:
    for clock, zone in every_clock(*CLOCK).items():
        for rule in falling(list(clock), zone):
            found = starts(calendar(zone, first=rule.first, at=rule.at))
            assert found == wanted(list(clock), rule), (zone, rule)


MOVED: Place = [
    "2027-03-15", 7, datetime(2027, 3, 16, 13, tzinfo=UTC).timestamp(), datetime(2027, 3, 16, 13, 45, tzinfo=UTC).timestamp(),
    1, datetime(2027, 3, 12, 13, tzinfo=UTC).timestamp(), True,
]  # fmt: skip
CANCELLED: Place = ["2027-03-29", 8, 1806325200.0, 1806327900.0, 1, 1806325200.0, False]
SKIPPED: Place = ["2027-04-12", None, None, None, None, None, None]
KEPT: Place = [
    "2027-08-16", 9, datetime(2027, 8, 18, 13, tzinfo=UTC).timestamp(), datetime(2027, 8, 18, 13, 45, tzinfo=UTC).timestamp(),
    1, datetime(2027, 6, 21, 12, tzinfo=UTC).timestamp(), True,
]  # fmt: skip


def test_exceptions_are_excluded_moved_or_kept_beyond_the_end() -> None:
    content = calendar(
        "America/New_York",
        first=date(2027, 3, 1),
        at=time(9),
        until=date(2027, 8, 2),
        places=[MOVED, CANCELLED, SKIPPED, KEPT],
    )
    found = starts(content)
    assert found[:3] == [
        datetime(2027, 3, 1, 14, tzinfo=UTC),
        datetime(2027, 3, 16, 13, tzinfo=UTC),
        datetime(2027, 4, 26, 13, tzinfo=UTC),
    ]
    assert found[-2:] == [datetime(2027, 7, 19, 13, tzinfo=UTC), datetime(2027, 8, 18, 13, tzinfo=UTC)]
    assert_golden("series-with-exceptions", content)


def test_a_monthly_series_names_the_last_weekday() -> None:
    content = calendar("Europe/Berlin", first=date(2027, 3, 29), at=time(9), cadence="MONTHLY")
    assert b"RRULE:FREQ=MONTHLY;BYDAY=-1MO\r\n" in content
    assert_golden("series-monthly", content)


def test_a_series_that_falls_into_a_gap_and_into_an_hour_that_comes_twice() -> None:
    """14 March 2027 has no 02:30 in New York, 7 November has two of 01:30."""
    gap = calendar("America/New_York", first=date(2027, 2, 28), at=time(2, 30))
    assert b";UNTIL=20270228T073000Z\r\n" in gap
    assert b"UID:20270314-from-" in gap
    assert b"DTSTART;TZID=America/New_York:20270328T023000\r\n" in gap
    assert b"DTSTART:20270314T073000Z\r\n" in gap
    assert_golden("series-in-a-gap", gap)
    twice = calendar("America/New_York", first=date(2027, 10, 24), at=time(1, 30))
    assert b"DTSTART:20271107T053000Z\r\n" in twice
