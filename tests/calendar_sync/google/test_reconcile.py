"""A calendar held against the database: what differs is told, and repaired when asked to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from calendar_sync.google.reconcile import Report, reconcile
from calendar_sync.google_double import FaultKind
from tests.calendar_sync.google.world import TENTH, World
from tests.calendar_sync.google_support import EVA, hour

HOUR = timedelta(hours=1)
AWAY = hour("2027-03-20T15:00:00Z", "2027-03-20T15:45:00Z")


def compared(world: World, *, repair: bool = False) -> Report:
    (report,) = reconcile(world.database, world.google, world.organisation, repair=repair)
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
    report = compared(busy)
    assert [one.what for one in report.drift] == ["it has no event", "its event differs in end, start"]
    assert len(busy.problems) > 0
    assert compared(busy, repair=True).repaired == 2
    busy.work()
    kept = [event["summary"] for event in busy.events]
    assert (compared(busy).drift, kept.count("Mine")) == ((), 1)


def test_an_event_that_is_left_of_a_cancelled_session_is_taken_away(busy: World):
    session = busy.one("SELECT id FROM session WHERE organisation_id = :organisation AND starts_at = :at", at=TENTH).id
    with busy.owner.begin() as connection:
        connection.execute(text("UPDATE session SET status = 'CANCELLED' WHERE id = :session"), {"session": session})
    (one,) = compared(busy, repair=True).drift
    assert (one.session_id, one.what) == (session, "its event is left, although it was cancelled")
    busy.work()
    assert (compared(busy).drift, len(busy.events)) == ((), 3)


def test_a_calendar_that_cannot_be_read_is_said_to_be_so(busy: World):
    with busy.double.fail_while(FaultKind.UNAVAILABLE, "events.list"):
        assert compared(busy).failure == "backendError (HTTP 503)"
    nowhere = replace(busy.google, sandbox=None)
    (report,) = reconcile(busy.database, nowhere, busy.organisation, repair=True)
    assert report.failure == "googleNotConfigured"


def test_repairing_twice_pushes_twice(busy: World):
    busy.double.do("delete-event", email=EVA, event_id=busy.events[0]["id"])
    assert [compared(busy, repair=True).repaired for _ in range(2)] == [1, 1]
    busy.work()
    assert (busy.problems, len(busy.events)) == ([], 4)
