"""Three readers that are not ours find the sessions of a series where an oracle does that walks UTC: the ready check of CALENDAR.

icalendar with recurring-ical-events, libical, and ical.js; in every zone of the tz database, at 18:30 and at both changes of clocks.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from policy.recurrence import Recurrence
from policy.terms import Cadence
from tests.calendar_sync.feed import libical
from tests.calendar_sync.feed.test_series import (
    CANCELLED,
    FIRST,
    KEPT,
    MOVED,
    SKIPPED,
    YEAR,
    calendar,
    falling,
    starts,
    wanted,
)
from tests.contract.node import needs_node, run
from tests.policy.test_recurrence import CLOCK
from tests.support.wall_clock import every_clock, stretches

FEW = (
    "Africa/Casablanca",
    "America/New_York",
    "America/Santiago",
    "Antarctica/Troll",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Chatham",
)
Case = tuple[str, bytes, list[datetime]]


def case(zone: str, rule: Recurrence, instants: list[datetime]) -> Case:
    content = calendar(zone, first=rule.first, at=rule.at, cadence=str(rule.cadence))
    return f"{zone} {rule.cadence} {rule.first} {rule.at}", content, instants


def every_case() -> Iterator[Case]:
    """Each way in which clocks behave: at half past six, and where they change; and each zone by its own name."""
    seen: set[str] = set()
    for clock, zone in every_clock(*CLOCK).items():
        seen.add(zone)
        for rule in falling(list(clock), zone):
            yield case(zone, rule, wanted(list(clock), rule))
    for zone in sorted(available_timezones() - seen):
        rule = Recurrence(cadence=Cadence.FORTNIGHTLY, first=FIRST, at=time(18, 30), zone=ZoneInfo(zone))
        yield case(zone, rule, wanted(stretches(ZoneInfo(zone), *CLOCK), rule))


def few_cases() -> Iterator[Case]:
    """Some zones in each rhythm, and where their clocks change."""
    for zone in FEW:
        clock = stretches(ZoneInfo(zone), *CLOCK)
        rules = [
            Recurrence(cadence=cadence, first=FIRST, at=time(18, 30), zone=ZoneInfo(zone)) for cadence in Cadence
        ] + falling(clock, zone)[1:]
        for rule in rules:
            yield case(zone, rule, wanted(clock, rule))


def with_exceptions() -> Case:
    """The golden file with a moved, a cancelled and a skipped session, and one that stands beyond the end."""
    content = calendar(
        "America/New_York",
        first=date(2027, 3, 1),
        at=time(9),
        until=date(2027, 8, 2),
        places=[MOVED, CANCELLED, SKIPPED, KEPT],
    )
    days = [
        (3, 1, 14),
        (3, 16, 13),
        (4, 26, 13),
        (5, 10, 13),
        (5, 24, 13),
        (6, 7, 13),
        (6, 21, 13),
        (7, 5, 13),
        (7, 19, 13),
    ]
    return "exceptions", content, [datetime(2027, *day, tzinfo=UTC) for day in [*days, (8, 18, 13)]]


def assert_found_by_ical_js(cases: list[Case], folder: Path, *, seconds: int = 100) -> None:
    first, last = (int(at.timestamp()) for at in YEAR)
    told = folder / "series.json"
    told.write_text(json.dumps([[name, content.decode(), first, last] for name, content, _ in cases]))
    found = run("series.mjs", str(told), seconds=seconds)
    for name, _, instants in cases:
        assert found[name] == [int(at.timestamp()) for at in instants], name


def assert_found_by_libical(cases: list[Case]) -> None:
    """Of a zone whose name it knows libical takes some offsets from the system's zone files, which may be older than ours."""
    for name, content, instants in cases:
        unknown = re.sub(rb"(TZID[:=])[^:\r]+", rb"\1Nobody/Knows", content)
        assert libical.starts(unknown, *YEAR) == instants, name


def test_icalendar_finds_the_sessions_of_some_zones_in_each_rhythm() -> None:
    for name, content, instants in [*few_cases(), with_exceptions()]:
        assert starts(content) == instants, name


@libical.needs_libical
def test_libical_finds_the_sessions_of_some_zones_in_each_rhythm() -> None:
    assert_found_by_libical([*few_cases(), with_exceptions()])


@needs_node
@pytest.mark.timeout(400)
def test_ical_js_finds_the_sessions_of_some_zones_in_each_rhythm(tmp_path: Path) -> None:
    assert_found_by_ical_js([*few_cases(), with_exceptions()], tmp_path)


@pytest.mark.slow
@libical.needs_libical
@pytest.mark.timeout(1800)
def test_libical_finds_them_in_every_zone() -> None:
    assert_found_by_libical(list(every_case()))


@pytest.mark.slow
@needs_node
@pytest.mark.timeout(1800)
def test_ical_js_finds_them_in_every_zone(tmp_path: Path) -> None:
    assert_found_by_ical_js(list(every_case()), tmp_path, seconds=1500)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_icalendar_finds_them_in_every_zone_by_its_own_name() -> None:
    for name, content, instants in every_case():
        assert starts(content) == instants, name
