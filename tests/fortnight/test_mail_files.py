"""The calendar file of a mail says of the session what its reader's calendar has to know now."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar, Event

from api.ids import global_id
from fortnight.mail_files import calendar_files
from models.keyring import Keyring
from models.unit import Database
from notifications.links import Addresses
from tests.support.platform import Platform, open_platform

START = datetime(2027, 3, 18, 10, tzinfo=UTC)


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "mastered", at=datetime(2027, 3, 1, 9, tzinfo=UTC))
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    return platform


def file_of(platform: Platform, keyring: Keyring, session: int, who: str) -> bytes | None:
    addresses = Addresses(
        keyring=keyring, base_url="https://fortnight.example.com", front_end_url=None, global_id=global_id
    )
    return calendar_files(addresses)(
        platform.database,
        organisation_id=platform.organisation_id,
        session_id=session,
        person_id=platform.people[who],
    )


def event_of(platform: Platform, keyring: Keyring, session: int, who: str) -> Event:
    raw = file_of(platform, keyring, session, who)
    assert raw is not None
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_a_booking_stands_in_it_with_the_readers_own_links(platform: Platform, keyring: Keyring) -> None:
    session = platform.booked("Maya", "coaching", "Eva", START)
    for_maya, for_eva = (event_of(platform, keyring, session, who) for who in ("Maya", "Eva"))
    assert (for_maya["SUMMARY"], for_eva["SUMMARY"]) == ("Coaching call with Eva", "Coaching call with Maya")
    assert for_maya["UID"] == for_eva["UID"]
    assert for_maya["STATUS"] == "CONFIRMED"
    assert for_maya.decoded("DTSTART").astimezone(UTC) == START
    assert str(for_maya["DESCRIPTION"]).count("/change/") == 2
    assert "/change/" not in str(for_eva.get("DESCRIPTION", ""))


def test_a_move_is_the_same_event_with_the_next_sequence(platform: Platform, keyring: Keyring) -> None:
    session = platform.booked("Maya", "coaching", "Eva", START)
    before = event_of(platform, keyring, session, "Maya")
    platform.reschedule("Maya", session, datetime(2027, 3, 25, 10, tzinfo=UTC))
    after = event_of(platform, keyring, session, "Maya")
    assert after["UID"] == before["UID"]
    assert [event.decoded("SEQUENCE") for event in (before, after)] == [0, 1]


def test_a_cancelled_session_takes_itself_out_and_leads_nowhere(platform: Platform, keyring: Keyring) -> None:
    session = platform.booked("Maya", "coaching", "Eva", START)
    platform.cancel("Maya", session)
    raw = file_of(platform, keyring, session, "Maya")
    assert raw is not None
    assert b"STATUS:CANCELLED" in raw
    assert b"https://" not in raw


def test_it_names_no_address_of_anybody_and_is_there_for_nobody_else(platform: Platform, keyring: Keyring) -> None:
    """CALENDAR 39."""
    session = platform.booked("Maya", "coaching", "Eva", START)
    assert b"@example.com" not in (file_of(platform, keyring, session, "Maya") or b"@example.com")
    assert file_of(platform, keyring, session, "Sam") is None
    assert file_of(platform, keyring, 10**9, "Maya") is None
