"""The worker pushes: whatever goes wrong between us and Google, the calendar ends as the database stands (S-X-04, D-53)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from calendar_sync.google import deliver, keeping
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.client import GoogleCalendar
from calendar_sync.google.deliver import GivenUp, Pushed, push_session
from calendar_sync.google.failures import ConnectionBroken
from calendar_sync.google_double import FaultKind
from commands.connect_calendar import Replaced, break_connection, replace_calendar
from models.keyring import Keyring
from tests.calendar_sync.google.world import TENTH, World
from tests.calendar_sync.google_support import EVA, brought_back, hour, mark

DAY = timedelta(days=1)
NEXT_DAY = TENTH + DAY


def push(world: World, session: int, *, google: GoogleSettings | None = None) -> deliver.PushOutcome:
    """One attempt, outside the worker's order."""
    return push_session(
        world.database,
        google or world.google,
        organisation_id=world.organisation,
        session_id=session,
        attempt=1,
        now=world.platform.now,
    )


# -- as the sessions go -------------------------------------------------------------------------------------------------


def test_the_calendar_follows_a_session_through_its_life(connected: World):
    session = connected.book()
    assert (connected.problems, len(connected.events)) == ([], 1)
    event = connected.events[0]
    connected.move(session, NEXT_DAY)
    assert (connected.problems, len(connected.events)) == ([], 1)
    assert connected.events[0]["id"] == event["id"]
    assert connected.events[0]["hangoutLink"] == event["hangoutLink"] == connected.known(session).conference_url
    connected.cancel(session)
    assert (connected.problems, connected.events) == ([], [])
    assert connected.known(session).deleted


def test_a_session_that_took_place_stays_as_it_was(connected: World):
    session = connected.book()
    before = connected.events
    connected.live_through(20 * DAY)
    assert push(connected, session) == Pushed()
    assert (connected.problems, connected.events) == ([], before)


def test_several_sessions_are_several_events(connected: World):
    for number, (member, kind) in enumerate(
        [("Maya", "coaching"), ("Maya", "mentor"), ("Leo", "coaching"), ("Nora", "mentor")]
    ):
        connected.book(member, kind, TENTH + timedelta(hours=number))
    assert (connected.problems, len(connected.events)) == ([], 4)


def test_a_coach_without_a_connection_costs_no_call(world: World):
    session = world.book()
    assert (world.waiting(), world.double.log()) == (0, [])
    assert push(world, session) == Pushed()


def test_a_session_that_does_not_exist_needs_no_push(connected: World):
    assert push(connected, 4711) == Pushed()


def test_every_change_is_pushed_in_the_order_in_which_it_happened(connected: World):
    with connected.double.fail_while(FaultKind.UNAVAILABLE, "events.*"):
        first = connected.book("Maya", "coaching", TENTH)
        connected.book("Leo", "coaching", TENTH + timedelta(hours=2))
        connected.move(first, NEXT_DAY)
    tried = [line["body"]["start"]["dateTime"] for line in connected.double.log() if line["call"] == "events.insert"]
    assert set(tried) == {"2027-03-10T09:00:00+00:00"}, "a later push overtook an earlier one"
    connected.live_through(timedelta(hours=3))
    assert (connected.problems, len(connected.events), connected.waiting()) == ([], 2, 0)


# -- trouble that passes ------------------------------------------------------------------------------------------------


def test_an_hour_of_503_delays_the_event_and_nothing_else(connected: World):
    """S-X-04: the session is booked at once; in the end there is exactly one event."""
    with connected.double.fail_while(FaultKind.UNAVAILABLE):
        session = connected.book()
        row = connected.one("SELECT status FROM session WHERE organisation_id = :organisation AND id = :id", id=session)
        assert row.status == "SCHEDULED"
        connected.live_through(timedelta(hours=1))
        assert connected.events == []
        assert connected.connection.last_error == "tokenServerUnavailable (HTTP 503)"
    tries = len([call for call in connected.double.log() if call["fault"]])
    assert 5 <= tries <= 60
    connected.live_through(timedelta(hours=1, minutes=5))
    assert (connected.problems, len(connected.double.events(EVA, deleted=True))) == ([], 1)
    assert connected.connection.last_error is None


@pytest.mark.parametrize(
    "kind",
    [FaultKind.ANSWER_LOST, FaultKind.ANSWER_DROPPED, FaultKind.ANSWER_TORN, FaultKind.HTML, FaultKind.RATE_LIMIT],
    ids=str,
)
def test_a_push_that_broke_off_ends_in_one_event(connected: World, kind: FaultKind):
    connected.double.fail_next(kind, "events.insert")
    session = connected.book()
    connected.live_through(timedelta(minutes=1))
    assert (connected.problems, len(connected.double.events(EVA, deleted=True))) == ([], 1)
    assert connected.known(session).event_id == connected.events[0]["id"]


def test_a_session_cancelled_while_google_is_away_leaves_nothing(connected: World):
    with connected.double.fail_while(FaultKind.ANSWER_LOST, "events.*"):
        session = connected.book()
        connected.cancel(session)
    connected.live_through(timedelta(hours=3))
    assert (connected.problems, connected.events, connected.waiting()) == ([], [], 0)


def test_what_google_asks_us_to_wait_is_waited(connected: World):
    connected.double.fail_next(FaultKind.RATE_LIMIT, "events.insert", retry_after="600")
    connected.book()
    connected.live_through(timedelta(minutes=9, seconds=59))
    assert connected.events == []
    connected.live_through(timedelta(seconds=10))
    assert len(connected.events) == 1


def test_trouble_at_the_token_address_breaks_no_connection(connected: World):
    with connected.double.fail_while(FaultKind.BACKEND_ERROR, "oauth.token"):
        connected.book()
    assert connected.connection.status == "CONNECTED"
    connected.live_through(timedelta(minutes=1))
    assert connected.problems == []


# -- trouble that stays -------------------------------------------------------------------------------------------------


def test_a_dead_grant_breaks_the_connection_once_and_no_more_is_sent(connected: World):
    first = connected.book()
    connected.double.do("withdraw-consent", email=EVA)
    connected.move(first, NEXT_DAY)
    assert (connected.connection.status, connected.connection.last_error) == ("BROKEN", "invalid_grant")
    since = mark(connected.double)
    connected.book("Leo", "coaching", TENTH)
    connected.live_through(timedelta(hours=2))
    assert connected.double.log(since=since) == []
    assert connected.logged("CALENDAR_BROKEN") == 1


def test_reconnecting_resumes_all_that_waited(connected: World):
    kept, moved, cancelled = (
        connected.book(member, "coaching", TENTH + timedelta(hours=number))
        for number, member in enumerate(("Maya", "Leo", "Nora"))
    )
    connected.double.do("withdraw-consent", email=EVA)
    connected.move(moved, NEXT_DAY, who="Leo")
    connected.cancel(cancelled, who="Nora")
    connected.book("Kai", "coaching", TENTH + timedelta(hours=5))
    connected.live_through(timedelta(hours=1))
    assert connected.connection.status == "BROKEN"
    assert len(connected.events) == 3
    connected.connect()
    assert (connected.problems, len(connected.events)) == ([], 3)
    assert connected.known(kept).generation == 0
    assert connected.known(cancelled).deleted


def test_the_coach_is_told_once_that_the_connection_broke_and_once_that_it_is_back(connected: World):
    assert connected.news() == []
    connected.double.do("withdraw-consent", email=EVA)
    connected.book()
    connected.book("Leo", "coaching", TENTH + timedelta(hours=2))
    connected.live_through(timedelta(hours=2))
    assert connected.news() == [("Eva", "BROKEN")]
    connected.connect()
    connected.connect()
    assert connected.news() == [("Eva", "BROKEN"), ("Eva", "CONNECTED")]


def test_a_coach_who_disconnects_and_connects_is_told_nothing_that_they_know(connected: World):
    connected.disconnect()
    connected.connect()
    assert connected.news() == []


def test_a_refused_push_is_set_aside_and_the_others_go_on(connected: World):
    with connected.double.fail_while(FaultKind.FORBIDDEN, "events.insert"):
        connected.book("Maya", "coaching", TENTH)
    connected.book("Leo", "coaching", TENTH + timedelta(hours=2))
    assert [event["summary"] for event in connected.events] == ["Coaching call with Leo"]
    set_aside = connected.one(
        "SELECT last_error FROM due_work WHERE organisation_id = :organisation AND set_aside_at IS NOT NULL"
    )
    assert set_aside.last_error == "forbidden (HTTP 403)"


def test_reconnecting_gives_what_was_set_aside_another_turn(connected: World):
    with connected.double.fail_while(FaultKind.FORBIDDEN, "events.insert"):
        connected.book()
    connected.connect()
    assert (connected.problems, len(connected.events), connected.waiting()) == ([], 1, 0)


def test_a_token_that_cannot_be_opened_breaks_the_connection(connected: World):
    session = connected.platform.booked("Maya", "coaching", "Eva", TENTH)
    stranger = GoogleSettings(
        live=None, sandbox=connected.google.sandbox, keyring=Keyring(b"another secret: thirty-two bytes or more")
    )
    since = mark(connected.double)
    assert push(connected, session, google=stranger) == Pushed()
    assert (connected.connection.status, connected.connection.last_error) == ("BROKEN", "tokenUnreadable")
    assert connected.double.log(since=since) == []


def test_without_endpoints_a_push_is_given_up(connected: World):
    session = connected.book()
    nowhere = GoogleSettings(live=connected.google.sandbox, sandbox=None, keyring=connected.google.keyring)
    assert push(connected, session, google=nowhere) == GivenUp(error="googleNotConfigured")


# -- tokens -------------------------------------------------------------------------------------------------------------


def test_a_renewed_refresh_token_is_kept_even_if_the_push_fails(connected: World):
    connected.double.fail_next(FaultKind.NEW_REFRESH_TOKEN, "oauth.token")
    connected.double.fail_next(FaultKind.UNAVAILABLE, "events.insert")
    connected.book()
    assert connected.events == []
    connected.live_through(timedelta(minutes=1))
    assert (connected.problems, connected.connection.status) == ([], "CONNECTED")


def test_a_new_server_secret_seals_the_token_anew_with_the_next_push(connected: World):
    session = connected.platform.booked("Maya", "coaching", "Eva", TENTH)
    new = Keyring(b"a newer secret: thirty-two bytes or more")
    rotated = GoogleSettings(
        live=None, sandbox=connected.google.sandbox, keyring=new, earlier=(connected.google.keyring,)
    )
    assert not rotated.vault.is_current(bytes(connected.connection.sealed_token))
    assert push(connected, session, google=rotated) == Pushed()
    assert rotated.vault.is_current(bytes(connected.connection.sealed_token))
    alone = GoogleSettings(live=None, sandbox=connected.google.sandbox, keyring=new)
    assert push(connected, session, google=alone) == Pushed()
    assert connected.connection.status == "CONNECTED"


def test_events_keep_their_keys_when_the_server_secret_changes_and_are_made_anew_when_it_is_forgotten(connected: World):
    session = connected.book()
    (before,) = connected.events
    new = Keyring(b"a newer secret: thirty-two bytes or more")
    both = replace(connected.google, keyring=new, earlier=(connected.google.keyring,))
    move_unheard(connected, session)
    assert push(connected, session, google=both) == Pushed()
    assert (connected.problems, connected.events[0]["id"]) == ([], before["id"])
    move_unheard(connected, session)
    assert push(connected, session, google=replace(both, earlier=())) == Pushed()
    assert (connected.problems, len(connected.events)) == ([], 1)
    assert connected.events[0]["id"] != before["id"]


def move_unheard(world: World, session: int) -> None:
    """The session stands an hour later, and no push of it was made."""
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE session SET sequence = sequence + 1, starts_at = starts_at + interval '1 hour', "
                "ends_at = ends_at + interval '1 hour' WHERE id = :session"
            ),
            {"session": session},
        )


# -- what changes while Google is being asked ---------------------------------------------------------------------------


def during_the_insert(world: World, monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """`act` happens once, after Google made the event and before we heard of it."""
    insert, left = GoogleCalendar.insert, [act]

    def insert_then_act(calendar: GoogleCalendar, body: Any) -> Any:
        made = insert(calendar, body)
        if left:
            left.pop()()
        return made

    monkeypatch.setattr(GoogleCalendar, "insert", insert_then_act)


def test_a_token_renewed_by_a_push_does_not_bring_a_disconnected_calendar_back(
    connected: World, monkeypatch: pytest.MonkeyPatch
):
    connected.double.fail_next(FaultKind.NEW_REFRESH_TOKEN, "oauth.token")
    during_the_insert(connected, monkeypatch, connected.disconnect)
    connected.book()
    assert (connected.connection.status, connected.connection.sealed_token) == ("DISCONNECTED", None)


def test_a_push_under_the_old_grant_does_not_break_the_new_one(connected: World, monkeypatch: pytest.MonkeyPatch):
    def reconnect_and_fail() -> None:
        begun = connected.begin()
        connected.finish(begun, brought_back(connected.double.consent(begun.url)))
        raise ConnectionBroken("invalid_grant")

    during_the_insert(connected, monkeypatch, reconnect_and_fail)
    connected.book()
    assert (connected.connection.status, connected.logged("CALENDAR_BROKEN")) == ("CONNECTED", 0)
    assert connected.problems == []


def test_a_push_that_was_under_way_does_not_hide_why_the_connection_broke(
    connected: World, monkeypatch: pytest.MonkeyPatch
):
    def die() -> None:
        with connected.database.unit(connected.organisation) as unit:
            sealed = bytes(connected.connection.sealed_token)
            keeping.keep_broken(unit, connected.eva, sealed, error="invalid_grant", now=connected.platform.now)

    during_the_insert(connected, monkeypatch, die)
    connected.book()
    assert (connected.connection.status, connected.connection.last_error) == ("BROKEN", "invalid_grant")


def test_a_session_moved_while_its_push_is_under_way_ends_where_it_was_moved_to(
    connected: World, monkeypatch: pytest.MonkeyPatch
):
    session = connected.platform.booked("Maya", "coaching", "Eva", TENTH)
    during_the_insert(connected, monkeypatch, lambda: connected.platform.reschedule("Maya", session, NEXT_DAY))
    connected.work()
    assert (connected.problems, len(connected.events)) == ([], 1)
    assert connected.known(session).etag == connected.events[0]["etag"]


def test_a_session_cancelled_while_its_push_is_under_way_is_not_remembered_as_standing(
    connected: World, monkeypatch: pytest.MonkeyPatch
):
    session = connected.platform.booked("Maya", "coaching", "Eva", TENTH)
    during_the_insert(connected, monkeypatch, lambda: connected.platform.cancel("Maya", session))
    push(connected, session)
    assert connected.one("SELECT count(*) AS n FROM google_event WHERE organisation_id = :organisation").n == 0
    connected.work()
    assert (connected.problems, connected.events, connected.known(session).deleted) == ([], [], True)


# -- the coach's own doings ---------------------------------------------------------------------------------------------


def test_a_calendar_that_the_coach_deleted_is_made_anew_and_filled(connected: World):
    for number, member in enumerate(("Maya", "Leo", "Nora")):
        connected.book(member, "coaching", TENTH + timedelta(hours=number))
    lost = connected.connection.calendar_id
    connected.double.do("delete-calendar", email=EVA, calendar_id=lost)
    connected.book("Kai", "coaching", NEXT_DAY)
    assert (connected.problems, len(connected.events), connected.waiting()) == ([], 4, 0)
    assert connected.connection.calendar_id not in (None, lost)
    assert connected.logged("CALENDAR_REPLACED") == 1
    connected.book("Kai", "mentor", NEXT_DAY + timedelta(hours=3))
    assert (connected.problems, connected.logged("CALENDAR_REPLACED")) == ([], 1)


def test_a_calendar_is_replaced_once(connected: World):
    connected.book()
    replaced = Replaced(
        organisation_id=connected.organisation,
        person_id=connected.eva,
        before=connected.connection.calendar_id,
        calendar_id="another",
    )
    assert replace_calendar(connected.database, replaced, now=connected.platform.now)
    assert not replace_calendar(connected.database, replaced, now=connected.platform.now)
    assert (connected.connection.calendar_id, connected.logged("CALENDAR_REPLACED")) == ("another", 1)


def test_a_connection_breaks_once(connected: World):
    for _ in range(2):
        with connected.database.unit(connected.organisation) as unit:
            break_connection(unit, connected.eva, error="invalid_grant", now=connected.platform.now)
    assert connected.logged("CALENDAR_BROKEN") == 1


def test_a_cancellation_needs_no_new_calendar(connected: World):
    session = connected.book()
    lost = connected.connection.calendar_id
    connected.double.do("delete-calendar", email=EVA, calendar_id=lost)
    connected.cancel(session)
    assert (connected.connection.calendar_id, connected.waiting()) == (lost, 0)
    assert connected.known(session).deleted


def test_a_calendar_that_cannot_be_made_anew_just_now_is_made_later(connected: World):
    session = connected.book()
    connected.double.do("delete-calendar", email=EVA, calendar_id=connected.connection.calendar_id)
    with connected.double.fail_while(FaultKind.UNAVAILABLE, "calendars.insert"):
        connected.move(session, NEXT_DAY)
        assert connected.events == []
    connected.live_through(timedelta(minutes=1))
    assert (connected.problems, len(connected.events)) == ([], 1)


def test_an_event_that_the_coach_deleted_comes_back_with_the_next_change(connected: World):
    session = connected.book()
    connected.double.do("delete-event", email=EVA, event_id=connected.events[0]["id"])
    connected.move(session, NEXT_DAY)
    assert (connected.problems, connected.known(session).generation) == ([], 1)


def test_an_event_that_the_coach_moved_goes_where_the_session_is(connected: World):
    session = connected.book()
    away = hour("2027-03-12T15:00:00Z", "2027-03-12T15:45:00Z")
    connected.double.do("edit-event", email=EVA, event_id=connected.events[0]["id"], fields=away)
    assert connected.problems != []
    connected.move(session, NEXT_DAY)
    assert connected.problems == []


def test_nothing_that_is_kept_holds_a_token(connected: World):
    connected.book()
    with connected.double.fail_while(FaultKind.INVALID_GRANT, "oauth.token"):
        connected.book("Leo", "coaching", NEXT_DAY)
    with connected.owner.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).scalars()
        told = "".join(
            str(connection.exec_driver_sql(f'SELECT row_to_json(r)::text FROM "{table}" AS r').scalars().all())
            for table in tables.all()
        )
    assert "invalid_grant" in told
    for mark_ in ("1//", "ya29."):
        assert mark_ not in told


@pytest.mark.parametrize(
    "starts_at", [datetime.fromisoformat("2027-03-28T00:30:00Z"), datetime.fromisoformat("2027-03-28T01:00:00Z")]
)
def test_a_session_at_the_change_of_the_clocks_stands_at_its_instant(connected: World, starts_at: datetime):
    connected.book(starts_at=starts_at)
    assert (connected.problems, len(connected.events)) == ([], 1)
