"""The primary calendar by choice: among other appointments, with one scope, and our own events never count as taken."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.google import busy
from calendar_sync.google.endpoints import EVENTS_OWNED
from calendar_sync.google.failures import Transient
from calendar_sync.google_double import FaultKind
from commands.outcome import Refused
from commands.read_calendar import look
from models.keyring import Keyring
from policy.calendars import CalendarPlace
from policy.terms import RefusalCode
from tests.calendar_sync.google.world import OPENS, TENTH, Json, World, open_world
from tests.calendar_sync.google_support import EVA, hour
from tests.support.platform import open_platform

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def primary(world: World) -> World:
    world.connect(place=CalendarPlace.PRIMARY)
    return world


def taken(world: World) -> list[tuple[datetime, datetime]]:
    """What is known of Eva's private appointments, after Google was asked anew."""
    look(world.database, world.organisation, world.eva, cause=world.platform.key())
    world.work()
    rows = world.one(
        "SELECT coalesce(array_agg(during ORDER BY during), '{}') AS all FROM google_busy WHERE person_id = :eva"
    )
    return [(one.lower.astimezone(UTC), one.upper.astimezone(UTC)) for one in rows.all]


def test_sessions_stand_in_the_primary_calendar_and_no_other_is_made(primary: World):
    session = primary.book()
    (event,) = primary.events
    assert event["calendarId"] == EVA
    primary.move(session, TENTH + 3 * HOUR)
    assert (primary.problems, primary.events[0]["start"]["dateTime"][:16]) == ([], "2027-03-10T12:00")
    primary.cancel(session)
    assert (primary.events, primary.connection.calendar_id) == ([], "primary")
    assert "calendars.insert" not in [line["call"] for line in primary.double.log()]


def test_it_asks_for_one_right_and_no_more(world: World):
    url = world.begin(place=CalendarPlace.PRIMARY).url
    assert f"scope={EVENTS_OWNED.replace(':', '%3A').replace('/', '%2F')}&" in url


def test_our_own_events_never_count_and_all_others_do(primary: World):
    """CALENDAR 25."""
    primary.book()
    primary.double.do(
        "add-event", email=EVA, fields={"summary": "Dentist", **hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z")}
    )
    free = {
        "summary": "Reminder",
        "transparency": "transparent",
        **hour("2027-03-12T14:00:00Z", "2027-03-12T15:00:00Z"),
    }
    primary.double.do("add-event", email=EVA, fields=free)
    weekly = {
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"],
        **hour("2027-03-15T08:00:00Z", "2027-03-15T08:30:00Z", "UTC"),
    }
    primary.double.do("add-event", email=EVA, fields={"summary": "Choir", **weekly})
    assert [start.isoformat()[:16] for start, _ in taken(primary)] == [
        "2027-03-12T09:00", "2027-03-15T08:00", "2027-03-22T08:00",
    ]  # fmt: skip
    assert "freebusy.query" not in [line["call"] for line in primary.double.log()]


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"start": {"date": "2027-03-12"}, "end": {"date": "2027-03-13"}}, ("2027-03-11T23:00", "2027-03-12T23:00")),
        (hour("2027-03-12T10:00:00+01:00", "2027-03-12T11:00:00+01:00"), ("2027-03-12T09:00", "2027-03-12T10:00")),
        ({**hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z"), "transparency": "transparent"}, None),
        ({**hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z"), "status": "cancelled"}, None),
        (
            {
                **hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z"),
                "attendees": [{"self": True, "responseStatus": "declined"}],
            },
            None,
        ),
        (
            {
                **hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z"),
                "attendees": [{"responseStatus": "declined"}, {"self": True, "responseStatus": "accepted"}],
            },
            ("2027-03-12T09:00", "2027-03-12T10:00"),
        ),
        (
            {
                **hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z"),
                "extendedProperties": {"private": {"fortnightOrganisation": "ours"}},
            },
            None,
        ),
        (
            {
                **hour("2027-03-12T09:00:00Z", "2027-03-12T10:00:00Z"),
                "extendedProperties": {"private": {"fortnightSession": "x", "fortnightOrganisation": "theirs"}},
            },
            ("2027-03-12T09:00", "2027-03-12T10:00"),
        ),
    ],
)  # fmt: skip
def test_an_event_takes_time_as_google_itself_counts_it(event: Json, wanted: tuple[str, str] | None):
    found = busy.taken_by(event, BERLIN, frozenset({"ours"}))
    assert (None if found is None else tuple(side.isoformat()[:16] for side in found)) == wanted


@pytest.mark.parametrize("event", [{}, {"start": {"dateTime": "soon"}, "end": {"dateTime": "late"}}])
def test_an_event_without_a_time_is_an_error_and_never_free(event: Json):
    with pytest.raises(Transient):
        busy.taken_by(event, BERLIN, frozenset())


def test_a_session_of_another_organisation_in_the_same_calendar_is_an_appointment(primary: World, keyring: Keyring):
    """A coach who works for two: neither knows of the other's sessions but by the calendar that both write to."""
    platform = open_platform(primary.database, "mastered", at=OPENS)
    other = open_world(platform, primary.database, primary.owner, primary.double, keyring)
    other.connect(place=CalendarPlace.PRIMARY)
    primary.book()
    other.book(starts_at=TENTH + 3 * HOUR)
    assert (len(primary.events), [taken(one) for one in (primary, other)]) == (
        2,
        [[(TENTH + 3 * HOUR, TENTH + 3.75 * HOUR)], [(TENTH, TENTH + 0.75 * HOUR)]],
    )
    refused = other.platform.book("Leo", "coaching", "Eva", TENTH)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.SLOT_UNAVAILABLE


def test_choosing_the_primary_one_takes_away_what_stood_in_ours_and_back_again(world: World):
    world.connect()
    world.book()
    world.book("Leo", starts_at=TENTH + HOUR)
    own = world.connection.calendar_id
    world.connect(place=CalendarPlace.PRIMARY)
    assert ({event["calendarId"] for event in world.events}, len(world.events), world.problems) == ({EVA}, 2, [])
    world.connect()
    assert world.connection.calendar_id != EVA
    assert (EVA not in {event["calendarId"] for event in world.events}, len(world.events), world.problems) == (
        True,
        2,
        [],
    )
    assert own != "primary"
    asked = world.one("SELECT count(*) AS n FROM calendar_question WHERE organisation_id = :organisation")
    assert asked.n == 0, "nobody is asked about what we did ourselves"


def test_who_comes_back_to_a_calendar_of_ours_after_giving_up_leaves_nothing_in_the_primary_one(primary: World):
    primary.book()
    primary.disconnect()
    assert len(primary.events) == 1, "what stands in it stays"
    primary.connect()
    assert (len(primary.events), primary.events[0]["calendarId"] != EVA, primary.problems) == (1, True, [])


def test_a_choice_that_google_does_not_let_happen_changes_nothing(world: World):
    world.connect()
    world.book()
    begun = world.begin(place=CalendarPlace.PRIMARY)
    back = dict(part.split("=") for part in world.double.consent(begun.url).split("?")[1].split("&"))
    with world.double.fail_while(FaultKind.UNAVAILABLE, "events.delete"), pytest.raises(Transient):
        world.finish(begun, {name: value.replace("%2F", "/") for name, value in back.items()})
    assert (world.connection.place, world.problems, len(world.events)) == ("OWN", [], 1)


def test_the_primary_calendar_is_never_replaced(primary: World):
    """It cannot be deleted; a 404 there is somebody's mistake, not a reason to make another one."""
    primary.double.do("delete-calendar", email=EVA, calendar_id=EVA)
    primary.book()
    assert (primary.connection.calendar_id, primary.logged("CALENDAR_REPLACED")) == ("primary", 0)
    assert "calendarNotFound" in primary.connection.last_error
