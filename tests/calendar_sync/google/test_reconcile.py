"""A calendar held against the database: what differs is told, and repaired when asked to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from calendar_sync.google.reconcile import Report, reconcile
from calendar_sync.google_double import FaultKind, GoogleDouble
from commands.read_calendar import compare
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.series_world import open_series_world
from tests.calendar_sync.google.world import REAL_NOW, TENTH, World
from tests.calendar_sync.google_support import EVA, hour
from tests.support.platform import done
from worker.polling import poll_checks

HOUR = timedelta(hours=1)
AWAY = hour("2027-03-20T15:00:00Z", "2027-03-20T15:45:00Z")


def compared(world: World, *, repair: bool = False) -> Report:
    (report,) = reconcile(world.database, world.google, world.organisation, repair=repair, real_now=REAL_NOW)
    return report


@pytest.fixture
def busy(world: World) -> World:
    world.connect()
    for number, member in enumerate(("Maya", "Leo", "Nora", "Kai")):
        world.book(member, starts_at=TENTH + number * HOUR)
    return world


def test_a_calendar_that_agrees_is_said_to(busy: World):
    report = compared(busy)
    assert (report.sessions, report.drift, report.failure, report.repaired) == (4, (), None, 0)


def test_each_difference_is_named_and_repaired_and_nothing_else_is_touched(busy: World):
    first, second, third, _ = busy.events
    busy.double.do("delete-event", email=EVA, event_id=first["id"])
    busy.double.do("edit-event", email=EVA, event_id=second["id"], fields=AWAY)
    busy.double.do("edit-event", email=EVA, event_id=third["id"], fields={"summary": "Mine"})
    believed(busy, second["id"])
    report = compared(busy)
    assert [one.what for one in report.drift] == ["it has no event", "its event differs in end, start"]
    assert len(busy.problems) > 0
    report = compared(busy, repair=True)
    assert (report.repaired, report.waiting) == (1, 1), (
        "what its coach did is asked about, what nobody did is put right"
    )
    busy.work()
    kept = [event["summary"] for event in busy.events]
    assert (compared(busy).drift, kept.count("Mine")) == ((), 1)
    assert busy.logged("CALENDAR_QUESTION_ASKED") == 1


def believed(world: World, event_id: str) -> None:
    """We take the event as it stands for what we wrote ourselves."""
    etag = next(event["etag"] for event in world.events if event["id"] == event_id)
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE google_event SET etag = :etag WHERE event_id = :event"), {"etag": etag, "event": event_id}
        )


def drift_apart(world: World) -> None:
    """An event stands elsewhere, and we take it for what we wrote."""
    event = world.events[0]["id"]
    world.double.do("edit-event", email=EVA, event_id=event, fields=AWAY)
    believed(world, event)


def test_what_a_push_is_on_its_way_for_is_not_compared(busy: World):
    busy.platform.booked("Maya", "mentor", "Eva", TENTH + 9 * HOUR)
    report = compared(busy)
    assert (report.sessions, report.drift, report.waiting) == (5, (), 1)
    busy.work()
    assert (compared(busy).drift, compared(busy).waiting) == ((), 0)


def test_each_calendar_is_compared_once_a_day_and_what_was_found_is_kept(busy: World):
    drift_apart(busy)
    assert checked(busy) is None
    due(busy)
    assert poll_checks(busy.database) == 1
    assert poll_checks(busy.database) == 0, "its next turn is in a day"
    busy.work()
    found = checked(busy)
    assert (found["sessions"], found["differing"], found["repaired"], found["failure"]) == (4, 1, 1, None)
    assert found["found"][0]["what"] == "its event differs in end, start"
    assert (busy.problems, compared(busy).drift) == ([], ())
    due(busy)
    poll_checks(busy.database)
    with busy.double.fail_while(FaultKind.UNAVAILABLE, "events.list"):
        busy.work()
    assert checked(busy)["failure"] == "backendError (HTTP 503)"


def checked(world: World) -> Any:
    return world.one("SELECT checked FROM google_reading WHERE person_id = :eva").checked


def due(world: World) -> None:
    """A day has passed since the last comparison."""
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE google_reading SET check_at = NULL"))
        connection.execute(
            text("UPDATE google_reading SET check_at = clock_timestamp() WHERE organisation_id = :organisation"),
            {"organisation": world.organisation},
        )


def test_a_calendar_that_was_never_compared_has_its_turn_with_its_first_poll(busy: World):
    with busy.owner.begin() as connection:
        connection.execute(text("UPDATE google_reading SET check_at = NULL, poll_at = clock_timestamp()"))
    assert poll_checks(busy.database) >= 1


def test_a_calendar_that_is_not_connected_is_not_compared(busy: World):
    assert not compare(busy.database, busy.organisation, busy.platform.people["Maya"], cause="x")


def test_an_event_that_is_left_of_a_cancelled_session_is_taken_away(busy: World):
    session = busy.one("SELECT id FROM session WHERE organisation_id = :organisation AND starts_at = :at", at=TENTH).id
    with busy.owner.begin() as connection:
        connection.execute(text("UPDATE session SET status = 'CANCELLED' WHERE id = :session"), {"session": session})
    (one,) = compared(busy, repair=True).drift
    assert (one.session_id, one.what) == (session, "its event is left, although it was cancelled")
    busy.work()
    assert (compared(busy).drift, len(busy.events)) == ((), 3)


@pytest.fixture
def asked_to_move(database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring) -> World:
    """Mento: a day before, Leo asks for another time, and it is held until Eva has answered."""
    world = open_series_world(database, owner, double, keyring)
    world.connect()
    session = world.platform.booked("Leo", "one_on_one", "Eva", TENTH)
    world.live_through(TENTH - timedelta(hours=20) - world.platform.now)
    done(world.platform.reschedule("Leo", session, TENTH + 30 * HOUR))
    world.work()
    return world


def test_a_time_that_is_held_for_an_answer_is_compared_and_repaired(asked_to_move: World):
    world = asked_to_move
    held = next(event for event in world.events if event["summary"].startswith("Hold: "))
    assert (len(world.events), compared(world).drift) == (2, ())
    world.double.do("edit-event", email=EVA, event_id=held["id"], fields=AWAY)
    etag = next(event["etag"] for event in world.events if event["id"] == held["id"])
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE google_hold SET etag = :etag"), {"etag": etag})
    (one,) = compared(world).drift
    assert (one.session_id, one.starts_at, one.what) == (None, TENTH + 30 * HOUR, "its event differs in end, start")
    assert compared(world, repair=True).repaired == 1
    assert (compared(world).drift, compared(world).waiting) == ((), 1)
    world.work()
    assert (compared(world).drift, compared(world).waiting, world.problems) == ((), 0, [])


def test_a_calendar_that_cannot_be_read_is_said_to_be_so(busy: World):
    with busy.double.fail_while(FaultKind.UNAVAILABLE, "events.list"):
        assert compared(busy).failure == "backendError (HTTP 503)"
    nowhere = replace(busy.google, sandbox=None)
    (report,) = reconcile(busy.database, nowhere, busy.organisation, repair=True, real_now=REAL_NOW)
    assert report.failure == "googleNotConfigured"


def test_repairing_twice_pushes_twice(busy: World):
    drift_apart(busy)
    assert compared(busy, repair=True).repaired == 1
    busy.work()
    drift_apart(busy)
    assert compared(busy, repair=True).repaired == 1
    busy.work()
    assert (busy.problems, len(busy.events)) == ([], 4)
