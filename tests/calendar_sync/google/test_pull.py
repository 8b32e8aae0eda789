"""A connected calendar is read: told or not, whole or in part, with and without faults (CALENDAR 25 to 29)."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from calendar_sync.google.busy import AHEAD, BEHIND, LONGEST, PAUSE, freshen, merged, parts
from calendar_sync.google.client import PRIMARY, busy_times
from calendar_sync.google.endpoints import EVENTS_OWNED
from calendar_sync.google.failures import Permanent, Transient
from calendar_sync.google.pull import POLL_EVERY, read_calendar
from calendar_sync.google.watching import LASTS
from calendar_sync.google_double import FaultKind
from commands.outcome import Refused
from commands.read_calendar import hear, look
from policy.calendars import CalendarPlace
from policy.terms import RefusalCode
from tests.calendar_sync.google.world import OPENS, TENTH, World
from tests.calendar_sync.google_support import EVA, account_of, calls, hour, mark
from worker.polling import poll

HOUR = timedelta(hours=1)
DENTIST = hour("2027-03-10T08:30:00Z", "2027-03-10T10:00:00Z")


def reading(world: World) -> Any:
    return world.one("SELECT * FROM google_reading WHERE organisation_id = :organisation AND person_id = :eva")


def asked(world: World) -> int:
    return world.one("SELECT count(*) AS n FROM calendar_question WHERE organisation_id = :organisation").n


def read(world: World, *, real_now: datetime | None = None) -> None:
    """The calendar is read now, without a message."""
    read_calendar(
        world.database,
        world.google,
        organisation_id=world.organisation,
        person_id=world.eva,
        attempt=1,
        now=world.platform.now,
        real_now=real_now or datetime.now(UTC),  # noqa: TID251  channels of the double live in real time
    )
    world.work()


def works(world: World) -> int:
    return world.one(
        "SELECT count(*) AS n FROM due_work WHERE organisation_id = :organisation AND kind = 'GOOGLE_SYNC'"
    ).n


def test_connecting_opens_a_channel_and_reads_everything_once(world: World):
    world.connect()
    found = reading(world)
    assert found.calendar_id == world.connection.calendar_id
    assert None not in (found.sync_token, found.channel_id, found.busy_at, found.poll_at, found.pulled_at)
    asked_of_google = calls(world.double)
    assert asked_of_google.index("events.watch") < asked_of_google.index("events.list")
    assert [one["id"] for one in world.double.do("channels")] == [found.channel_id]


def test_what_changed_is_read_by_the_token_of_the_last_page_and_nothing_else_is_asked(world: World):
    world.connect()
    for number, member in enumerate(("Maya", "Leo", "Nora")):
        world.book(member, starts_at=TENTH + number * HOUR)
    before = mark(world.double)
    read(world)
    (listed,) = [line for line in world.double.log(since=before) if line["call"] == "events.list"]
    assert set(listed["query"]) == {"syncToken", "maxResults", "alt"}


def test_our_own_writes_are_no_edits(world: World):
    world.connect()
    session = world.book()
    world.move(session, TENTH + 3 * HOUR)
    world.tell()
    world.work()
    assert (asked(world), world.problems) == (0, [])


def test_a_message_that_comes_twice_and_several_at_once_make_one_reading(world: World):
    world.connect()
    world.book()
    assert world.tell() >= 2
    waiting = works(world)
    assert waiting == 2
    world.double.fail_next(FaultKind.PUSH_DOUBLED, "push", times=3)
    world.double.do("edit-event", email=EVA, event_id=world.events[0]["id"], fields={"summary": "Mine"})
    assert world.tell() == 2
    assert works(world) == waiting


def test_a_lost_message_is_made_good_by_the_poll(world: World):
    world.connect()
    world.book()
    world.tell()
    world.work()
    with world.double.fail_while(FaultKind.PUSH_LOST, "push"):
        world.double.do("delete-event", email=EVA, event_id=world.events[0]["id"])
        assert world.tell() == 0
    assert (poll(world.database), asked(world)) == (0, 0)
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE google_reading SET poll_at = clock_timestamp()"))
    assert poll(world.database) >= 1
    assert poll(world.database) == 0
    world.work()
    assert (asked(world), world.problems, len(world.events)) == (1, [], 1)


def test_the_next_poll_comes_a_quarter_sooner_or_later_than_planned(world: World):
    world.connect()
    at = datetime(2030, 1, 1, tzinfo=UTC)
    found: list[timedelta] = []
    for _ in range(12):
        read(world, real_now=at)
        found.append(reading(world).poll_at - at)
    assert all(POLL_EVERY * 0.75 <= one < POLL_EVERY * 1.25 for one in found)
    assert len(set(found)) > 6


def test_a_channel_is_renewed_before_it_ends_and_the_old_one_is_stopped(world: World):
    world.connect()
    first = reading(world)
    read(world, real_now=first.channel_expires_at - LASTS / 2)
    assert reading(world).channel_id == first.channel_id
    read(world, real_now=first.channel_expires_at - timedelta(hours=23))
    second = reading(world)
    assert second.channel_id != first.channel_id
    assert [one["id"] for one in world.double.do("channels")] == [second.channel_id]
    assert not hear(
        world.database, world.organisation, world.eva, channel=first.channel_id, resource=first.resource_id, number="9"
    )


def test_a_message_after_disconnecting_makes_no_work(world: World):
    world.connect()
    found, before = reading(world), works(world)
    world.disconnect()
    resource = {"channel": found.channel_id, "resource": found.resource_id}
    assert not hear(world.database, world.organisation, world.eva, number="9", **resource)
    assert not look(world.database, world.organisation, world.eva, cause="poll")
    assert works(world) == before


def test_a_forgotten_token_leads_to_a_whole_list_that_is_held_against_what_we_know(world: World):
    world.connect()
    kept, gone = world.book("Maya"), world.book("Leo", starts_at=TENTH + 2 * HOUR)
    read(world)
    world.double.do("delete-event", email=EVA, event_id=world.known(gone).event_id)
    world.double.do("forget-sync-tokens")
    before = world.known(kept)
    read(world)
    assert (asked(world), world.problems, len(world.events)) == (1, [], 2)
    assert world.known(kept) == before
    assert world.known(gone).generation == 1


@pytest.mark.parametrize("place", list(CalendarPlace))
def test_an_event_that_comes_back_out_of_the_trash_does_not_stand_beside_the_one_made_in_its_place(
    world: World, place: CalendarPlace
):
    world.connect(place=place)
    session = world.book()
    first = world.known(session).event_id
    world.double.do("delete-event", email=EVA, event_id=first)
    read(world)
    second = world.known(session).event_id
    assert (second != first, asked(world)) == (True, 1)
    world.double.do("restore-event", email=EVA, event_id=first)
    read(world)
    assert ([event["id"] for event in world.events], world.problems) == ([second], [])
    world.double.do("restore-event", email=EVA, event_id=first)
    world.move(session, TENTH + 3 * HOUR)
    assert ([event["id"] for event in world.events], world.problems, asked(world)) == ([second], [], 1)


def test_an_event_that_comes_back_out_of_the_trash_before_it_was_missed_is_the_same_event(world: World):
    world.connect()
    session = world.book()
    first = world.known(session).event_id
    world.double.do("delete-event", email=EVA, event_id=first)
    world.double.do("restore-event", email=EVA, event_id=first)
    read(world)
    assert ([event["id"] for event in world.events], asked(world), world.problems) == ([first], 0, [])


def test_the_primary_calendar_of_another_account_is_read_and_watched_from_the_beginning(world: World):
    """Both are called `primary`: how far one was read, and the channel on it, say nothing of the other."""
    world.connect(place=CalendarPlace.PRIMARY)
    world.book()
    read(world)
    other = "eva@example.net"
    before = mark(world.double)
    world.connect(place=CalendarPlace.PRIMARY, email=other)
    listed = [line for line in world.double.log(since=before) if line["call"] == "events.list"]
    assert ("syncToken" in listed[0]["query"], reading(world).pull_error, asked(world)) == (False, None, 0)
    (event,) = world.double.events(other)
    world.tell()
    world.work()
    world.double.do("delete-event", email=other, event_id=event["id"])
    assert world.tell() == 1, "its channel tells of it"
    world.work()
    assert (asked(world), len(world.double.events(other))) == (1, 1)


def test_a_token_that_is_none_of_this_calendar_leads_to_a_whole_list(world: World):
    world.connect()
    session = world.book()
    with closing(account_of(world.double, scopes=(EVENTS_OWNED,))) as account:
        foreign = account.calendar(PRIMARY).changes(None).sync_token
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE google_reading SET sync_token = :token WHERE organisation_id = :organisation"),
            {"token": foreign, "organisation": world.organisation},
        )
    world.double.do("delete-event", email=EVA, event_id=world.known(session).event_id)
    read(world)
    assert (asked(world), reading(world).pull_error, world.problems) == (1, None, [])


def test_a_calendar_that_the_coach_deleted_is_made_anew_by_the_reading(world: World):
    world.connect()
    world.book()
    old = world.connection.calendar_id
    world.double.do("delete-calendar", email=EVA, calendar_id=old)
    world.tell()
    world.work()
    assert world.connection.calendar_id != old
    assert (world.problems, len(world.events), asked(world)) == ([], 1, 0)
    read(world)
    assert reading(world).calendar_id == world.connection.calendar_id


@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.RESET, FaultKind.HTML, FaultKind.ANSWER_LOST])
@pytest.mark.parametrize("call", ["events.list", "events.watch", "freebusy.query"])
def test_whatever_breaks_off_is_read_again(world: World, kind: FaultKind, call: str):
    world.connect()
    world.book()
    world.double.do("delete-event", email=EVA, event_id=world.events[0]["id"])
    world.double.do("expire-channels")
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE google_reading SET channel_expires_at = NULL"))
    look(world.database, world.organisation, world.eva, cause="test")
    world.double.fail_next(kind, call, times=2)
    world.work()
    world.live_through(HOUR)
    assert (asked(world), world.problems, len(world.events)) == (1, [], 1)


def test_a_dead_grant_is_told_once_and_nothing_is_read_any_more(world: World):
    world.connect()
    world.double.do("withdraw-consent", email=EVA)
    read(world)
    assert (world.connection.status, world.logged("CALENDAR_BROKEN")) == ("BROKEN", 1)
    before = mark(world.double)
    read(world)
    assert calls(world.double, since=before) == []


def test_where_google_does_not_want_to_call_us_the_calendar_is_read_all_the_same(world: World):
    world = replace(world, google=replace(world.google, sandbox_notify_url="ftp://127.0.0.1/told"))
    world.connect()
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE google_reading SET channel_id = NULL, channel_expires_at = NULL"))
    world.book()
    world.double.do("delete-event", email=EVA, event_id=world.events[0]["id"])
    read(world)
    assert (world.connection.status, reading(world).channel_id) == ("CONNECTED", None)
    assert (asked(world), world.problems, len(world.events)) == (1, [], 1)


# -- busy times -------------------------------------------------------------------------------------------------------------


def appointment(world: World, **at: Any) -> str:
    world.double.do("open-account", email=EVA)
    return world.double.do("add-event", email=EVA, fields={"summary": "Dentist", **(at or DENTIST)})


def fresh(world: World, *, closed: bool = False) -> None:
    settings = replace(world.google, closed_when_unknown=closed)
    row = reading(world)
    later = max(row.busy_at, row.busy_failed_at or row.busy_at) + timedelta(minutes=1)
    freshen(world.database, settings, world.organisation, frozenset({world.eva}), real_now=later)


def attempt(world: World, starts_at: datetime = TENTH) -> Any:
    return world.platform.book("Maya", "coaching", "Eva", starts_at)


def test_a_private_appointment_is_no_time_for_a_session(world: World):
    appointment(world)
    world.connect()
    refused = attempt(world)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.SLOT_UNAVAILABLE
    assert not isinstance(attempt(world, TENTH + HOUR), Refused), "intervals are half-open"


def test_our_own_events_never_count_as_taken(world: World):
    world.connect()
    session = world.book()
    fresh(world)
    assert world.one("SELECT count(*) AS n FROM google_busy WHERE organisation_id = :organisation").n == 0
    world.move(session, TENTH + timedelta(minutes=15))
    assert world.problems == []


def test_what_was_read_a_moment_ago_serves_and_what_is_older_is_asked_for_anew(world: World):
    world.connect()
    appointment(world)
    before, now = mark(world.double), reading(world).busy_at
    only = frozenset({world.eva})
    freshen(world.database, world.google, world.organisation, only, real_now=now + world.google.busy_lasts / 2)
    assert calls(world.double, since=before) == []
    freshen(world.database, world.google, world.organisation, only, real_now=now + world.google.busy_lasts)
    assert set(calls(world.double, since=before)) == {"freebusy.query"}
    assert isinstance(attempt(world), Refused)


def test_a_cancelled_appointment_is_free_again(world: World):
    event = appointment(world)
    world.connect()
    world.double.do("delete-event", email=EVA, event_id=event)
    fresh(world)
    assert not isinstance(attempt(world), Refused)


def test_while_google_cannot_say_the_known_appointments_go_on(world: World):
    appointment(world)
    world.connect()
    with world.double.fail_while(FaultKind.UNAVAILABLE, "freebusy.query"):
        fresh(world)
    assert isinstance(attempt(world), Refused)
    assert not isinstance(attempt(world, TENTH + 5 * HOUR), Refused)
    assert reading(world).busy_error == "backendError (HTTP 503)"


def test_where_it_is_set_so_nothing_is_open_while_google_cannot_say(world: World):
    world.connect()
    with world.double.fail_while(FaultKind.UNAVAILABLE, "freebusy.query"):
        fresh(world, closed=True)
        fresh(world, closed=True)
    assert world.one("SELECT count(*) AS n FROM google_busy WHERE organisation_id = :organisation").n == 1
    refused = attempt(world)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.SLOT_UNAVAILABLE
    fresh(world, closed=True)
    assert not isinstance(attempt(world), Refused)


def test_after_a_failure_nobody_waits_for_google_again_at_once(world: World):
    world.connect()
    only, later = frozenset({world.eva}), reading(world).busy_at + timedelta(minutes=1)
    with world.double.fail_while(FaultKind.UNAVAILABLE, "freebusy.query"):
        freshen(world.database, world.google, world.organisation, only, real_now=later)
        before = mark(world.double)
        freshen(world.database, world.google, world.organisation, only, real_now=later + PAUSE / 2)
        assert calls(world.double, since=before) == []
        freshen(world.database, world.google, world.organisation, only, real_now=later + PAUSE)
        assert calls(world.double, since=before) == ["freebusy.query"]


def test_an_error_of_one_calendar_is_an_error_and_never_free():
    free = {"calendars": {"primary": {"busy": []}}}
    assert busy_times(free, ["primary"]) == []
    for answer in (
        {},
        {"calendars": {}},
        {"calendars": {"primary": {"errors": [{"reason": "notFound"}], "busy": []}}},
        {"calendars": {"primary": {}}},
        {"calendars": {"another": {"busy": []}}},
    ):
        with pytest.raises(Permanent):
            busy_times(answer, ["primary"])
    with pytest.raises(Transient):
        busy_times({"calendars": {"primary": {"busy": [{"start": "2027-03-10T09:00:00", "end": "soon"}]}}}, ["primary"])


def test_a_long_range_is_asked_for_in_parts_to_its_very_end(world: World):
    found = list(parts(OPENS - BEHIND, OPENS + AHEAD))
    assert found[0][0] == OPENS - BEHIND
    assert found[-1][1] == OPENS + AHEAD
    assert all(end - start <= LONGEST for start, end in found)
    assert all(one[1] == two[0] for one, two in pairwise(found))
    last = OPENS + AHEAD - HOUR
    appointment(world, **hour(f"{last:%Y-%m-%dT%H:%M:%SZ}", f"{last + HOUR:%Y-%m-%dT%H:%M:%SZ}"))
    world.connect()
    row = world.one("SELECT lower(during) AS start FROM google_busy WHERE organisation_id = :organisation")
    assert row.start == last


def test_times_that_touch_or_overlap_are_one():
    times = [(TENTH + i * HOUR, TENTH + (i + 1) * HOUR) for i in (0, 3, 1)]
    assert merged([*times, (TENTH + HOUR / 2, TENTH + HOUR), (TENTH, TENTH)]) == [
        (TENTH, TENTH + 2 * HOUR),
        (TENTH + 3 * HOUR, TENTH + 4 * HOUR),
    ]
