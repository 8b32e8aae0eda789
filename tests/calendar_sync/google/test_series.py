"""A series in Google Calendar: one recurring event with its exceptions, whatever happens on the way (CALENDAR 5, 7, 8, 9, 22, 29, 36)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine

from calendar_sync.google.reconcile import Report, reconcile
from calendar_sync.google_double import FaultKind, GoogleDouble
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.series_world import SeriesWorld, open_series_world
from tests.calendar_sync.google.world import REAL_NOW
from tests.calendar_sync.google_support import EVA, calls, hour, mark

HOUR = timedelta(hours=1)
MARCH = ["2027-03-08T09:00:00Z", "2027-03-22T09:00:00Z", "2027-04-05T08:00:00Z", "2027-04-19T08:00:00Z"]


@pytest.fixture
def world(database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring) -> SeriesWorld:
    world = open_series_world(database, owner, double, keyring)
    world.connect()
    return world


def compared(world: SeriesWorld, *, repair: bool = False) -> Report:
    (report,) = reconcile(world.database, world.google, world.organisation, repair=repair, real_now=REAL_NOW)
    return report


def instance(world: SeriesWorld, original: str) -> str:
    """The id of the instance that was to start then."""
    return f"{world.masters[0]['id']}_{original.replace('-', '').replace(':', '')}"


def test_a_series_is_one_event_by_rule_in_its_zone_with_a_link(world: SeriesWorld):
    since = mark(world.double)
    world.create()
    [master] = world.masters
    assert master["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO"]
    assert master["start"] == {"dateTime": "2027-03-08T09:00:00Z", "timeZone": "Europe/London"}
    assert master["hangoutLink"]
    assert calls(world.double, since=since) == ["events.insert", "events.instances"]
    assert world.agenda("2027-03-01", "2027-05-01") == MARCH
    assert world.problems == []


def test_an_instance_is_known_by_its_original_start_also_after_a_move(world: SeriesWorld):
    series = world.create()
    one = world.sessions(series)["2027-03-22"].id
    world.move(one, datetime(2027, 3, 24, 12, 0, tzinfo=UTC), who="Leo")
    since = mark(world.double)
    world.move(one, datetime(2027, 3, 25, 12, 0, tzinfo=UTC), who="Leo")
    # It is found among the instances, and not looked for anew where it was to start.
    assert calls(world.double, since=since) == ["events.get", "events.instances", "events.patch"]
    [moved] = [event for event in world.events if "recurringEventId" in event]
    assert moved["originalStartTime"]["dateTime"] == MARCH[1]
    assert moved["start"]["dateTime"] == "2027-03-25T12:00:00Z"
    assert world.agenda("2027-03-01", "2027-05-01") == [MARCH[0], "2027-03-25T12:00:00Z", *MARCH[2:]]
    assert world.problems == []


def test_a_cancelled_instance_leaves_the_others(world: SeriesWorld):
    series = world.create()
    since = mark(world.double)
    world.cancel(world.sessions(series)["2027-03-22"].id, who="Leo")
    assert calls(world.double, since=since) == ["events.get", "events.instances", "events.delete"]
    assert world.agenda("2027-03-01", "2027-05-01") == [MARCH[0], *MARCH[2:]]
    assert len(world.masters) == 1
    assert world.problems == []


def test_this_and_following_is_the_end_of_one_event_and_another_event(world: SeriesWorld):
    series = world.create()
    world.cancel(world.sessions(series)["2027-03-22"].id, who="Leo")
    assert world.change(series, from_on=date(2027, 4, 5), at_time=time(10, 0)) is not None
    first, second = world.masters
    assert first["recurrence"][0] == "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO;UNTIL=20270322T090000Z"
    assert (first["id"] != second["id"], first["hangoutLink"] != second["hangoutLink"]) == (True, True)
    assert world.agenda("2027-03-01", "2027-05-01") == [MARCH[0], "2027-04-05T09:00:00Z", "2027-04-19T09:00:00Z"]
    assert world.problems == []


@pytest.mark.parametrize("place", ["events.patch", "events.insert"])
def test_either_half_of_a_split_that_failed_is_made_up_for(world: SeriesWorld, place: str):
    series = world.create()
    with world.double.fail_while(FaultKind.UNAVAILABLE, place):
        world.change(series, from_on=date(2027, 4, 5), at_time=time(10, 0))
        assert world.problems != []
    world.live_through(HOUR)
    assert world.agenda("2027-03-01", "2027-05-01") == [*MARCH[:2], "2027-04-05T09:00:00Z", "2027-04-19T09:00:00Z"]
    assert world.problems == []


FAULTS = (FaultKind.ANSWER_LOST, FaultKind.UNAVAILABLE, FaultKind.RESET, FaultKind.HTML)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("place", ["events.insert", "events.instances", "events.patch", "events.delete"])
def test_a_fault_at_any_call_ends_in_the_same_single_event(world: SeriesWorld, kind: FaultKind, place: str):
    world.double.fail_next(kind, place)
    series = world.create()
    world.live_through(HOUR)
    world.double.fail_next(kind, place)
    world.move(world.sessions(series)["2027-03-22"].id, datetime(2027, 3, 24, 12, 0, tzinfo=UTC), who="Leo")
    world.live_through(HOUR)
    world.double.fail_next(kind, place)
    world.cancel(world.sessions(series)["2027-04-05"].id, who="Leo")
    world.live_through(HOUR)
    assert (len(world.masters), world.problems) == (1, [])


def test_a_calendar_that_is_connected_later_gets_what_was_left_out_before(world: SeriesWorld):
    world.disconnect()
    series = world.create()
    world.cancel(world.sessions(series)["2027-03-22"].id, who="Leo")
    world.move(world.sessions(series)["2027-04-05"].id, datetime(2027, 4, 6, 12, 0, tzinfo=UTC), who="Leo")
    world.connect()
    assert world.masters[0]["recurrence"][1:] == ["EXDATE;TZID=Europe/London:20270322T090000"]
    assert world.agenda("2027-03-01", "2027-05-01") == [MARCH[0], "2027-04-06T12:00:00Z", MARCH[3]]
    assert world.problems == []


def test_a_series_that_ends_before_it_began_leaves_nothing(world: SeriesWorld):
    series = world.create()
    assert world.end(series)
    assert (world.masters, world.agenda("2027-03-01", "2028-03-01"), world.problems) == ([], [], [])


def test_where_clocks_change_the_session_has_an_event_of_its_own(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring
):
    """01:30 on 28 March 2027 does not exist in London: the session is at 02:30 there, 01:30 UTC (D-45)."""
    world = open_series_world(database, owner, double, keyring)
    world.connect()
    world.create(first_on="2027-03-14", at="01:30")
    assert world.masters[0]["recurrence"][1:] == [
        "EXDATE;TZID=Europe/London:20270328T013000",
        "EXDATE;TZID=Europe/London:20280326T013000",
    ]
    assert world.agenda("2027-03-01", "2027-04-20") == [
        "2027-03-14T01:30:00Z",
        "2027-03-28T01:30:00Z",
        "2027-04-11T00:30:00Z",
    ]
    alone = [event for event in world.events if not event.get("recurrence")]
    assert [event["start"]["timeZone"] for event in alone] == ["Europe/London"]
    assert (world.problems, compared(world).drift) == ([], ())


def test_what_stood_alone_where_clocks_change_goes_with_the_end_of_the_series(world: SeriesWorld):
    """Both sessions of 28 March are events of their own: one series ends before it, of the other it was moved by itself."""
    one, other = (
        world.create(first_on="2027-03-14", at="01:30"),
        world.create("Nora", first_on="2027-03-14", at="00:40"),
    )
    kept = world.sessions(other)["2027-03-28"].id
    world.move(kept, datetime(2027, 3, 29, 15, 0, tzinfo=UTC), who="Nora")
    for series in (one, other):
        assert world.end(series, from_on=date(2027, 3, 20))
    assert world.agenda("2027-03-01", "2028-06-01") == [
        "2027-03-14T00:40:00Z",
        "2027-03-14T01:30:00Z",
        "2027-03-29T15:00:00Z",
    ]
    assert (world.problems, compared(world).drift) == ([], ())


def asked(world: SeriesWorld) -> int:
    return world.logged("CALENDAR_QUESTION_ASKED")


AWAY = hour("2027-03-23T15:00:00Z", "2027-03-23T15:45:00Z")


@pytest.mark.parametrize("what", ["drags one", "deletes one", "deletes all", "drags all", "splits", "copies"])
def test_what_a_coach_does_to_it_is_put_back_and_asked_once(world: SeriesWorld, what: str):
    world.create()
    world.hear_all()
    before, one, all_of_it = world.status(), instance(world, MARCH[1]), world.masters[0]["id"]
    match what:
        case "drags one":
            world.double.do("edit-event", email=EVA, event_id=one, fields=AWAY)
        case "deletes one":
            world.double.do("delete-event", email=EVA, event_id=one)
        case "deletes all":
            world.double.do("delete-event", email=EVA, event_id=all_of_it)
        case "drags all":
            world.double.do(
                "edit-event", email=EVA, event_id=all_of_it, fields=hour("2027-03-08T11:00:00Z", "2027-03-08T11:45:00Z")
            )
        case "splits":
            until = ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO;UNTIL=20270322T090000Z"]
            world.double.do("edit-event", email=EVA, event_id=all_of_it, fields={"recurrence": until})
        case _:
            world.double.do("copy-event", email=EVA, event_id=all_of_it)
    for _ in range(3):
        world.hear_all()
    assert asked(world) == (0 if what == "copies" else 1)
    assert world.agenda("2027-03-01", "2027-05-01") == MARCH
    assert (world.status(), world.problems, len(world.masters)) == (before, [], 1)


def test_a_series_that_comes_back_out_of_the_trash_does_not_stand_beside_the_one_made_in_its_place(world: SeriesWorld):
    world.create()
    world.hear_all()
    first = world.masters[0]["id"]
    world.double.do("delete-event", email=EVA, event_id=first)
    world.hear_all()
    second = world.masters[0]["id"]
    world.double.do("restore-event", email=EVA, event_id=first)
    assert [one.what for one in compared(world).drift] == ["its series: there are 2 events"]
    world.hear_all()
    assert ([one["id"] for one in world.masters], second != first, asked(world)) == ([second], True, 1)
    assert (world.agenda("2027-03-01", "2027-05-01"), world.problems, compared(world).drift) == (MARCH, [], ())


def test_what_differs_is_named_and_repaired(world: SeriesWorld):
    series = world.create()
    world.cancel(world.sessions(series)["2027-04-05"].id, who="Leo")
    assert compared(world).drift == ()
    world.double.do("edit-event", email=EVA, event_id=instance(world, MARCH[1]), fields=AWAY)
    assert [one.what for one in compared(world).drift] == [
        "its series: the session of 2027-03-22 09:00 UTC is not as agreed"
    ]
    report = compared(world, repair=True)
    assert (report.repaired, report.waiting) == (0, 1), "its coach is asked, and it is on its way back"
    world.work()
    assert (compared(world).drift, world.problems) == ((), [])
    world.double.do("delete-event", email=EVA, event_id=world.masters[0]["id"])
    assert [one.what for one in compared(world).drift] == ["its series: there is no event"]
    compared(world, repair=True)
    world.work()
    assert (compared(world).drift, world.problems, len(world.masters)) == ((), [], 1)


def test_another_coach_takes_over_and_no_calendar_keeps_what_was_of_the_old_one(world: SeriesWorld):
    world.platform.coach("Dan", "one_on_one")
    world.connect("Dan")
    world.connect("Leo")
    world.create()
    assert len(world.double.events("leo@example.com")) == 1
    world.switch("Leo", "Eva", "Dan")
    assert (world.events, world.double.events("leo@example.com"), world.problems) == ([], [], [])
    world.create(coach="Dan", at="11:00")
    events = [*world.double.events("dan@example.com"), *world.double.events("leo@example.com")]
    assert [event["summary"].rpartition(" ")[2] for event in events] == ["Leo", "Dan"]
    assert (world.events, world.problems) == ([], [])


def test_a_member_has_the_series_too_with_the_link_of_their_coach(world: SeriesWorld):
    world.double.fail_next(FaultKind.CONFERENCE_PENDING, "events.insert", reads=1)
    world.connect("Leo")
    series = world.create()
    world.move(world.sessions(series)["2027-03-22"].id, datetime(2027, 3, 24, 12, 0, tzinfo=UTC), who="Leo")
    world.live_through(HOUR)
    link = world.masters[0]["hangoutLink"]
    [his] = [event for event in world.double.events("leo@example.com") if event.get("recurrence")]
    assert his["description"].endswith(f"Join: {link}")
    assert (his["recurrence"], his["id"] != world.masters[0]["id"]) == (world.masters[0]["recurrence"], True)
    assert "hangoutLink" not in his
    assert world.problems == []
