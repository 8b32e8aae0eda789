"""Meet links in the making: looked for until they are there, beside all other pushes (CALENDAR 13, 15)."""

from datetime import timedelta
from typing import Any

import pytest

from calendar_sync.google import keeping
from calendar_sync.google.client import GoogleCalendar
from calendar_sync.google_double import FaultKind
from commands.read_calendar import look
from tests.calendar_sync.google.world import TENTH, World
from tests.calendar_sync.google_support import EVA, calls

DAY = timedelta(days=1)
NEXT_DAY = TENTH + DAY


def test_a_slow_meet_link_holds_up_no_other_push(connected: World):
    connected.double.fail_next(FaultKind.CONFERENCE_PENDING)
    slow = connected.book("Maya", "coaching", TENTH)
    connected.book("Leo", "coaching", TENTH + timedelta(hours=2))
    assert len(connected.events) == 2
    assert (connected.known(slow).conference_status, connected.known(slow).conference_url) == ("pending", None)
    connected.live_through(timedelta(minutes=2))
    assert connected.known(slow).conference_status == "pending"
    connected.double.do("settle-conferences", email=EVA)
    connected.live_through(timedelta(minutes=10))
    assert (connected.problems, connected.known(slow).conference_status, connected.waiting()) == ([], "success", 0)


def test_a_meet_link_that_never_comes_is_looked_for_ever_more_seldom_and_given_up(connected: World):
    connected.double.fail_next(FaultKind.CONFERENCE_PENDING)
    session = connected.book()
    connected.live_through(3 * DAY)
    looks = calls(connected.double).count("events.get")
    assert looks == keeping.LOOKS
    assert (connected.known(session).conference_status, connected.waiting()) == ("failure", 0)
    assert len(connected.events) == 1


def test_a_session_moved_while_its_link_is_made_is_looked_at_once_at_a_time(connected: World):
    connected.double.fail_next(FaultKind.CONFERENCE_PENDING)
    session = connected.book()
    for days in (1, 2, 3):
        connected.move(session, TENTH + days * DAY)
    assert connected.waiting() == 1
    connected.double.do("settle-conferences", email=EVA)
    connected.live_through(timedelta(minutes=1))
    assert (connected.problems, connected.waiting()) == ([], 0)


@pytest.mark.parametrize("change", ["moved", "cancelled"])
def test_a_session_that_changes_while_google_is_slow_to_answer_the_look_at_its_link_is_put_right_at_once(
    connected: World, monkeypatch: pytest.MonkeyPatch, change: str
):
    """The look waits in no lane, so that the push of the change can be done before the look writes what it knew."""
    connected.double.fail_next(FaultKind.CONFERENCE_PENDING)
    session = connected.book()
    get, left = GoogleCalendar.get, [connected.move if change == "moved" else connected.cancel]

    def act_then_get(calendar: GoogleCalendar, event_id: str) -> Any:
        if left:
            left.pop()(session, *([NEXT_DAY] if change == "moved" else []))
        return get(calendar, event_id)

    monkeypatch.setattr(GoogleCalendar, "get", act_then_get)
    connected.live_through(keeping.FIRST_LOOK + timedelta(seconds=1))
    starts = [event["start"]["dateTime"] for event in connected.events]
    assert starts == ([f"{NEXT_DAY:%Y-%m-%dT%H:%M:%SZ}"] if change == "moved" else [])
    look(connected.database, connected.organisation, connected.eva, cause="now")
    connected.double.do("settle-conferences", email=EVA)
    connected.live_through(timedelta(minutes=10))
    assert (connected.logged("CALENDAR_QUESTION_ASKED"), connected.problems) == (0, [])


def test_a_failed_meet_link_is_shown_and_the_session_stays_booked(connected: World):
    connected.double.fail_next(FaultKind.CONFERENCE_FAILURE)
    session = connected.book()
    assert (connected.known(session).conference_status, connected.waiting(), len(connected.events)) == ("failure", 0, 1)
