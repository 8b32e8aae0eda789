"""What the parsers of calendar programs make of our zones and of the files that go with mails: libical (Thunderbird, Evolution, KDE) and ical.js.

libical where it is a library of the system, ical.js where there is node.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from calendar_sync.feed import Appointment, SessionLinks, Standing, single_session_ics
from calendar_sync.feed.onsets import onsets
from calendar_sync.feed.vtimezone import vtimezone
from tests.calendar_sync.feed.libical import IcalTime, libical, needs_libical
from tests.contract.node import needs_node, run

FIRST, LAST = datetime(2026, 12, 1, tzinfo=UTC), datetime(2028, 12, 1, tzinfo=UTC)

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Zone:
    """A zone under a name that no parser knows, with wall times in it and the instants that they are."""

    name: str
    calendar: str
    moments: list[tuple[str, int]]


def zones() -> Iterator[Zone]:
    """Every zone, with two years of wall times: every 61 hours, and around each onset; none that comes twice."""
    for name in sorted(available_timezones()):
        text = vtimezone(name, FIRST, LAST).replace(f"TZID:{name}", "TZID:Nobody/Knows")
        moments = [moment for at in _instants(ZoneInfo(name)) if (moment := _moment(at, ZoneInfo(name))) is not None]
        yield Zone(name, f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{text}END:VCALENDAR\r\n", moments)


def _instants(zone: ZoneInfo) -> list[datetime]:
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    regular = {FIRST + n * 61 * hour for n in range(288)}
    around = product(onsets(zone, FIRST, LAST), (-25, -3, -2, -1, 0, 1, 2, 3, 25), (-1, 0, 1))
    return sorted(regular | {onset.at + hours * hour + seconds * second for onset, hours, seconds in around})


def _moment(at: datetime, zone: ZoneInfo) -> tuple[str, int] | None:
    local = at.astimezone(zone)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        return None
    return local.strftime("%Y%m%dT%H%M%S"), int(at.timestamp())


@needs_libical
def test_libical_reads_every_zone_as_the_tz_database_does() -> None:
    library = libical()
    kind = library.icalcomponent_string_to_kind(b"VTIMEZONE")
    for zone in zones():
        root = library.icalparser_parse_string(zone.calendar.encode())
        assert library.icalcomponent_count_errors(root) == 0, zone.name
        component = library.icalcomponent_new_clone(library.icalcomponent_get_first_component(root, kind))
        theirs = library.icaltimezone_new()
        assert library.icaltimezone_set_component(theirs, component)
        for local, instant in zone.moments:
            parts = [int(local[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (9, 11), (11, 13), (13, 15))]
            moment = IcalTime(*parts, 0, 0, theirs)
            assert library.icaltime_as_timet_with_zone(moment, theirs) == instant, (zone.name, local)
        library.icalcomponent_free(root)


@needs_node
@pytest.mark.timeout(400)
def test_ical_js_reads_every_zone_as_the_tz_database_does(tmp_path: Path) -> None:
    told = tmp_path / "zones.json"
    told.write_text(json.dumps([[zone.name, zone.calendar, zone.moments] for zone in zones()]))
    assert run("zones.mjs", str(told)) == []


def files() -> Iterator[tuple[str, str, list[object]]]:
    """The file of a mail in a few zones, at a time that is plain there, near a change, and one that comes twice; and what it says."""
    times = ("2027-03-18T10:00", "2027-03-28T00:30", "2027-10-31T00:30", "2027-10-31T01:30", "2028-02-29T23:45")
    for zone, told, standing in product(
        ("Europe/London", "Europe/Berlin", "America/New_York", "Africa/Casablanca", "Asia/Kathmandu"), times, Standing
    ):
        starts = datetime.fromisoformat(told).replace(tzinfo=UTC)
        one = Appointment(
            uid="a-session@fortnight.example.com",
            title="Coaching call with Zoë, née O'Neil; again",
            starts_at=starts,
            ends_at=starts + timedelta(minutes=45),
            zone=zone,
            standing=standing,
            sequence=2,
            changed_at=FIRST,
            links=SessionLinks(join="https://fortnight.example.com/join/" + "x" * 90),
        )
        said: list[object] = [one.uid, one.title, str(standing), int(starts.timestamp()), int(one.ends_at.timestamp())]
        yield f"{zone} {told} {standing}", single_session_ics(one).decode(), said


@needs_node
@pytest.mark.timeout(400)
def test_ical_js_reads_the_file_of_a_mail(tmp_path: Path) -> None:
    told = tmp_path / "files.json"
    told.write_text(json.dumps(list(files())))
    assert run("files.mjs", str(told)) == []


@needs_libical
def test_libical_reads_the_file_of_a_mail() -> None:
    library = libical()
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    for name, text, (uid, title, _, starts, ends) in files():
        root = library.icalparser_parse_string(text.encode())
        assert library.icalcomponent_count_errors(root) == 0, name
        assert library.icalcomponent_count_components(root, kind) == 1
        event = library.icalcomponent_get_first_component(root, kind)
        assert library.icalcomponent_get_uid(event).decode() == uid
        assert library.icalcomponent_get_summary(event).decode() == title
        instants = (
            library.icaltime_as_timet_with_zone(moment, moment.zone)
            for moment in (library.icalcomponent_get_dtstart(event), library.icalcomponent_get_dtend(event))
        )
        assert tuple(instants) == (starts, ends), name
        library.icalcomponent_free(root)
