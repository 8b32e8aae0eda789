"""However often a push is tried and wherever it broke off: exactly one event, as the session stands (CALENDAR 1 to 4, 22)."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from threading import Barrier, Thread
from typing import Any

import pytest

from calendar_sync.google.client import GoogleAccount, GoogleCalendar
from calendar_sync.google.failures import CalendarMissing, GoogleFailure, Permanent, Transient
from calendar_sync.google.mapping import SESSION_PROPERTY, ConferenceStatus, EventStatus, SessionEvent, new_event
from calendar_sync.google.push import KnownEvent, PushResult, push
from calendar_sync.google_double import FaultKind, GoogleDouble
from tests.calendar_sync.google_support import (
    EVA,
    KEY,
    account_of,
    calls,
    endpoints_of,
    hour,
    mark,
    own_calendar,
    session_event,
)

MOVED = session_event(starts=datetime(2027, 3, 16, 9, 0), ends=datetime(2027, 3, 16, 9, 45), sequence=1)
LOSING = [FaultKind.ANSWER_LOST, FaultKind.ANSWER_TORN, FaultKind.ANSWER_DROPPED, FaultKind.SLOW]
LIMITING = [FaultKind.RATE_LIMIT, FaultKind.USER_RATE_LIMIT, FaultKind.QUOTA]
"""Ways to refuse that the Calendar API alone has."""
REFUSING = [
    FaultKind.RATE_LIMITED,
    FaultKind.BACKEND_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.UNAVAILABLE,
    FaultKind.GATEWAY_TIMEOUT,
    FaultKind.RESET,
    FaultKind.HTML,
    FaultKind.NONSENSE,
]


@dataclass
class World:
    """A coach's calendar, pushed to as the worker does it: the last result is what we know."""

    double: GoogleDouble
    calendar: GoogleCalendar
    known: KnownEvent | None = None
    failures: int = 0

    def hurry(self) -> None:
        """From now on an answer that takes more than half a second is too slow."""
        account = GoogleAccount(
            endpoints_of(self.double), self.calendar.account.refresh_token, timeout=timedelta(seconds=0.5)
        )
        self.calendar.account.close()
        self.calendar = account.calendar(self.calendar.calendar_id)

    def push(self, wanted: SessionEvent | None, *, known: KnownEvent | None = None) -> PushResult:
        """One attempt."""
        result = push(self.calendar, KEY, wanted, known or self.known)
        self.known = result.known
        return result

    def push_until_done(self, wanted: SessionEvent | None, *, attempts: int = 9) -> PushResult:
        """As often as it takes, a failed attempt leaving no record behind."""
        for _ in range(attempts):
            try:
                return self.push(wanted)
            except Transient:
                self.failures += 1
        raise AssertionError("the push was never done")

    @property
    def events(self) -> list[dict[str, Any]]:
        """What stands in the coach's calendars."""
        return self.double.events(EVA)

    @property
    def event(self) -> dict[str, Any]:
        """The one event that stands there."""
        (event,) = self.events
        return event


@pytest.fixture
def world(double: GoogleDouble) -> Iterator[World]:
    with closing(account_of(double, timeout=timedelta(seconds=10))) as account:
        world = World(double, own_calendar(account))
        yield world
        world.calendar.account.close()


def starts(event: dict[str, Any]) -> str:
    return event["start"]["dateTime"]


# -- the plain way ------------------------------------------------------------------------------------------------------


def test_a_new_session_is_one_call_and_one_event_with_a_meet_link(world: World):
    since = mark(world.double)
    result = world.push(session_event())
    assert calls(world.double, since=since) == ["events.insert"]
    assert world.event["id"] == result.known.event_id == KEY.event_id(0)
    assert (world.event["summary"], starts(world.event)) == ("Coaching call with Maya", "2027-03-15T09:00:00Z")
    assert result.known.hangout_link == world.event["hangoutLink"]
    assert (result.known.conference, result.poll_again) == (ConferenceStatus.SUCCESS, False)


def test_a_session_that_was_moved_moves_its_event(world: World):
    link = world.push(session_event()).known.hangout_link
    world.push(MOVED)
    assert (starts(world.event), world.event["sequence"]) == ("2027-03-16T09:00:00Z", 1)
    assert world.event["hangoutLink"] == link


def test_a_provisional_session_becomes_firm_under_the_same_event(world: World):
    world.push(session_event(status=EventStatus.TENTATIVE))
    assert world.event["status"] == "tentative"
    world.push(session_event(sequence=1))
    assert (world.event["status"], world.event["id"]) == ("confirmed", KEY.event_id(0))


def test_a_cancelled_session_leaves_the_calendar(world: World):
    world.push(session_event())
    result = world.push(None)
    assert world.events == []
    assert result.known.deleted


def test_a_push_that_changes_nothing_writes_nothing(world: World):
    world.push(session_event())
    since = mark(world.double)
    world.push(session_event())
    assert calls(world.double, since=since) == ["events.get"]


def test_a_session_without_a_meet_has_none(world: World):
    result = world.push(session_event(conference=False))
    assert "hangoutLink" not in world.event
    assert (result.known.conference, result.poll_again) == (ConferenceStatus.NONE, False)


# -- broken off ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        *product(["events.insert", "events.get", "events.patch"], [*REFUSING, *LIMITING, *LOSING]),
        *(("oauth.token", kind) for kind in [*REFUSING, *LOSING]),
    ],
    ids=str,
)
def test_a_fault_at_any_call_ends_in_the_same_single_event(world: World, call: str, kind: FaultKind):
    # The library itself repeats a call whose connection was closed without a word: two faults reach both.
    world.double.do("expire-access-tokens")
    world.double.fail_next(kind, call, times=2, seconds=2)
    if kind is FaultKind.SLOW:
        world.hurry()
    world.push_until_done(session_event())
    link = world.event["hangoutLink"]
    world.double.do("expire-access-tokens")
    world.push_until_done(MOVED)
    assert starts(world.event) == "2027-03-16T09:00:00Z"
    assert (world.event["id"], world.event["hangoutLink"]) == (KEY.event_id(0), link)
    assert world.failures > 0


@pytest.mark.parametrize("call", ["events.delete", "events.list"])
@pytest.mark.parametrize("kind", [*REFUSING, *LIMITING, *LOSING], ids=str)
def test_a_fault_at_any_call_of_a_removal_ends_without_the_event(world: World, call: str, kind: FaultKind):
    world.push(session_event())
    world.double.fail_next(kind, call, times=2, seconds=2)
    if kind is FaultKind.SLOW:
        world.hurry()
    world.push_until_done(None)
    assert world.events == []
    assert world.failures > 0


def test_an_insert_that_was_applied_and_never_answered_gives_exactly_one_event(world: World):
    world.double.fail_next(FaultKind.ANSWER_LOST, "events.insert")
    with pytest.raises(Transient, match="connectionLost"):
        world.push(session_event())
    made = world.event
    result = world.push(session_event())
    assert world.event == made
    assert result.known.hangout_link == made["hangoutLink"]
    assert len(world.double.events(EVA, deleted=True)) == 1


def test_an_insert_that_the_library_repeats_by_itself_gives_exactly_one_event(world: World):
    world.double.fail_next(FaultKind.ANSWER_DROPPED, "events.insert")
    since = mark(world.double)
    world.push(session_event())
    assert calls(world.double, since=since) == ["events.insert", "events.insert", "events.get"]
    assert len(world.double.events(EVA, deleted=True)) == 1


def test_a_session_moved_before_its_lost_insert_was_known_is_still_one_event(world: World):
    world.double.fail_next(FaultKind.ANSWER_LOST, "events.insert")
    with pytest.raises(Transient):
        world.push(session_event())
    world.push(MOVED)
    assert starts(world.event) == "2027-03-16T09:00:00Z"


def test_a_session_cancelled_before_its_lost_insert_was_known_leaves_nothing(world: World):
    world.double.fail_next(FaultKind.ANSWER_LOST, "events.insert")
    with pytest.raises(Transient):
        world.push(session_event())
    world.push(None)
    assert world.events == []


def test_an_hour_of_503_ends_in_one_event(world: World):
    with world.double.fail_while(FaultKind.UNAVAILABLE):
        for _ in range(20):
            with pytest.raises(Transient):
                world.push(session_event())
    world.push(session_event())
    assert len(world.events) == 1
    assert len(world.double.events(EVA, deleted=True)) == 1


def test_pushes_of_one_session_at_the_same_time_end_in_one_event(world: World, double: GoogleDouble):
    start, accounts = (
        Barrier(4),
        [GoogleAccount(endpoints_of(double), world.calendar.account.refresh_token) for _ in range(4)],
    )
    failures: list[GoogleFailure] = []

    def run(account: GoogleAccount, wanted: SessionEvent) -> None:
        start.wait()
        for _ in range(10):
            try:
                push(account.calendar(world.calendar.calendar_id), KEY, wanted, None)
            except Transient as failure:
                failures.append(failure)
            else:
                return

    threads = [Thread(target=run, args=(account, MOVED)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for account in accounts:
        account.close()
    assert starts(world.event) == "2027-03-16T09:00:00Z"
    assert len(world.double.events(EVA, deleted=True)) == 1


# -- the coach's own doings ---------------------------------------------------------------------------------------------


def test_an_event_that_the_coach_deleted_comes_back_in_the_next_generation(world: World):
    world.push(session_event())
    for generation in (1, 2):
        world.double.do("delete-event", email=EVA, event_id=world.event["id"])
        result = world.push(session_event())
        assert world.event["id"] == result.known.event_id == KEY.event_id(generation)
        assert result.known.generation == generation
    assert world.event["hangoutLink"]


def test_no_two_generations_share_a_meet_link(world: World):
    first = world.push(session_event()).known.hangout_link
    world.double.do("delete-event", email=EVA, event_id=world.event["id"])
    assert world.push(session_event()).known.hangout_link not in (None, first)


def test_a_session_is_left_alone_after_its_event_was_deleted_too_often(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("calendar_sync.google.push.GENERATIONS", 4)
    for generation in range(4):
        world.calendar.insert(new_event(session_event(conference=False), KEY, generation))
        world.calendar.delete(KEY.event_id(generation))
    with pytest.raises(Permanent, match="generationsExhausted"):
        world.push(session_event())


def test_a_move_by_the_coach_is_put_back_and_their_words_stay(world: World):
    world.push(session_event())
    away = {**hour("2027-03-15T15:00:00Z", "2027-03-15T15:45:00Z"), "summary": "My call", "colorId": "5"}
    world.double.do("edit-event", email=EVA, event_id=world.event["id"], fields=away)
    world.push(session_event())
    assert starts(world.event) == "2027-03-15T09:00:00Z"
    assert (world.event["summary"], world.event["colorId"]) == ("My call", "5")


def test_a_whole_day_made_by_the_coach_is_a_time_again(world: World):
    world.push(session_event())
    day = {"start": {"date": "2027-03-15", "dateTime": None}, "end": {"date": "2027-03-16", "dateTime": None}}
    world.double.do("edit-event", email=EVA, event_id=world.event["id"], fields=day)
    world.push(session_event())
    assert starts(world.event) == "2027-03-15T09:00:00Z"


def test_an_event_that_the_coach_made_repeat_stands_once_again(world: World):
    world.push(session_event())
    world.double.do("edit-event", email=EVA, event_id=world.event["id"], fields={"recurrence": ["RRULE:FREQ=DAILY"]})
    world.push(session_event())
    assert "recurrence" not in world.event


def test_an_edit_that_comes_between_reading_and_writing_is_weighed_again(world: World, monkeypatch: pytest.MonkeyPatch):
    world.push(session_event())
    get, edits = GoogleCalendar.get, iter([{"summary": "My call"}, {"description": "Mine"}])

    def get_then_edit(calendar: GoogleCalendar, event_id: str) -> dict[str, Any]:
        seen = get(calendar, event_id)
        if (edit := next(edits, None)) is not None:
            world.double.do("edit-event", email=EVA, event_id=event_id, fields=edit)
        return seen

    monkeypatch.setattr(GoogleCalendar, "get", get_then_edit)
    since = mark(world.double)
    world.push(MOVED)
    assert [line["status"] for line in world.double.log(since=since) if line["call"] == "events.patch"] == [
        412,
        412,
        200,
    ]
    assert (starts(world.event), world.event["summary"]) == ("2027-03-16T09:00:00Z", "My call")


def test_an_event_deleted_between_reading_and_writing_comes_back_with_the_next_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.push(session_event())
    get = GoogleCalendar.get

    def get_then_delete(calendar: GoogleCalendar, event_id: str) -> dict[str, Any]:
        seen = get(calendar, event_id)
        if seen["status"] != "cancelled":
            world.double.do("delete-event", email=EVA, event_id=event_id)
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(GoogleCalendar, "get", get_then_delete)
        with pytest.raises(Transient, match="deletedMeanwhile"):
            world.push(MOVED)
    world.push(MOVED)
    assert (world.event["id"], starts(world.event)) == (KEY.event_id(1), "2027-03-16T09:00:00Z")


def test_an_event_that_never_stops_changing_is_tried_again_later(world: World, monkeypatch: pytest.MonkeyPatch):
    world.push(session_event())
    get = GoogleCalendar.get

    def get_then_edit(calendar: GoogleCalendar, event_id: str) -> dict[str, Any]:
        seen = get(calendar, event_id)
        world.double.do("edit-event", email=EVA, event_id=event_id, fields={"colorId": "5"})
        return seen

    monkeypatch.setattr(GoogleCalendar, "get", get_then_edit)
    with pytest.raises(Transient, match="changedMeanwhile"):
        world.push(MOVED)


def test_a_foreign_event_under_our_id_is_left_alone(world: World):
    world.calendar.insert({**new_event(session_event(conference=False), KEY, 0), "extendedProperties": {}})
    result = world.push(session_event())
    assert result.known.generation == 1
    assert {event["id"] for event in world.events} == {KEY.event_id(0), KEY.event_id(1)}


def test_a_copy_that_the_coach_made_survives_the_session(world: World):
    world.push(session_event())
    copy = {**new_event(session_event(conference=False), KEY, 0), "id": "copied000"}
    world.calendar.insert(copy)
    world.push(None)
    assert [event["id"] for event in world.events] == ["copied000"]
    assert world.event["extendedProperties"]["private"][SESSION_PROPERTY] == KEY.value


def test_a_removal_takes_every_generation_of_ours(world: World):
    world.push(session_event())
    world.calendar.insert(new_event(session_event(conference=False), KEY, 1))
    world.push(None)
    assert world.events == []


def test_a_session_that_comes_back_takes_the_next_generation_at_once(world: World):
    world.push(session_event())
    world.push(None)
    since = mark(world.double)
    world.push(session_event())
    assert calls(world.double, since=since) == ["events.insert", "events.list"]
    assert world.event["id"] == KEY.event_id(1)


def test_a_calendar_that_is_gone_is_told_apart_and_holds_no_event_to_remove(world: World):
    world.push(session_event())
    world.double.do("delete-calendar", email=EVA, calendar_id=world.calendar.calendar_id)
    with pytest.raises(CalendarMissing):
        world.push(session_event())
    assert world.push(None).known.deleted


def test_the_sequence_never_falls(world: World):
    world.push(session_event(sequence=2))
    world.double.do(
        "edit-event", email=EVA, event_id=world.event["id"], fields=hour("2027-03-15T15:00:00Z", "2027-03-15T15:45:00Z")
    )
    seen = world.event["sequence"]
    world.push(session_event(sequence=2))
    assert world.event["sequence"] >= seen > 2


# -- Meet links ---------------------------------------------------------------------------------------------------------


def test_a_link_in_the_making_is_looked_at_again_until_it_is_there(world: World):
    world.double.fail_next(FaultKind.CONFERENCE_PENDING, reads=1)
    first = world.push(session_event())
    assert (first.known.conference, first.poll_again) == (ConferenceStatus.PENDING, True)
    second = world.push(session_event())
    assert (second.known.conference, second.poll_again) == (ConferenceStatus.PENDING, True)
    third = world.push(session_event())
    assert (third.known.conference, third.poll_again) == (ConferenceStatus.SUCCESS, False)
    assert third.known.hangout_link == world.event["hangoutLink"]


def test_a_session_moved_while_its_link_is_made_keeps_the_request(world: World):
    world.double.fail_next(FaultKind.CONFERENCE_PENDING)
    world.push(session_event())
    world.push(MOVED)
    world.double.do("settle-conferences", email=EVA)
    assert world.push(MOVED).known.hangout_link == world.event["hangoutLink"]
    requests = [
        line["body"]["conferenceData"] for line in world.double.log() if "conferenceData" in (line["body"] or {})
    ]
    assert len(requests) == 1


def test_a_failure_is_told_once_and_the_event_stands(world: World):
    world.double.fail_next(FaultKind.CONFERENCE_FAILURE)
    result = world.push(session_event())
    assert (result.known.conference, result.poll_again) == (ConferenceStatus.FAILURE, False)
    assert starts(world.event) == "2027-03-15T09:00:00Z"


def test_the_next_push_asks_again_with_another_request(world: World):
    world.double.fail_next(FaultKind.CONFERENCE_FAILURE)
    world.push(session_event())
    assert world.push(MOVED).known.conference is ConferenceStatus.SUCCESS
    requests = [
        line["body"]["conferenceData"]["createRequest"]["requestId"]
        for line in world.double.log()
        if "conferenceData" in (line["body"] or {})
    ]
    assert len(set(requests)) == 2


def test_a_pending_link_that_fails_is_not_asked_for_for_ever(world: World):
    world.double.fail_next(FaultKind.CONFERENCE_PENDING)
    pending = world.push(session_event()).known
    event = world.event
    world.calendar.patch(event["id"], {"conferenceData": None}, etag="*")
    since = mark(world.double)
    result = world.push(session_event(), known=pending)
    assert (result.known.conference, result.poll_again) == (ConferenceStatus.FAILURE, False)
    assert calls(world.double, since=since) == ["events.get"]


def test_a_link_that_the_coach_took_away_is_asked_for_again(world: World):
    first = world.push(session_event()).known.hangout_link
    world.calendar.patch(world.event["id"], {"conferenceData": None}, etag="*")
    assert world.push(session_event()).known.hangout_link not in (None, first)


@pytest.mark.parametrize("forgotten", [False, True])
def test_no_push_ever_loses_a_link(world: World, forgotten: bool):
    link = world.push(session_event()).known.hangout_link
    steps = [MOVED, replace(MOVED, title="Renamed"), replace(MOVED, status=EventStatus.TENTATIVE, sequence=2), MOVED]
    for wanted in steps:
        if forgotten:
            world.known = None
        assert world.push(wanted).known.hangout_link == world.event["hangoutLink"] == link
