"""The feed of a coach and of a member, over a real database (MODEL 11, CALENDAR 31–43)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from sqlalchemy import create_engine

from calendar_sync.feed import FeedOptions, Names, SessionLinks, feed_url
from models.unit import Database, count_statements
from tests.calendar_sync.feed.reading import assert_golden, events, parsed, starts
from tests.calendar_sync.feed.world import BASE, NOW, World, links_of

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MEET = "https://meet.google.com/abc-defg-hij"


def read(world: World, who: str) -> httpx.Response:
    """A reading by a program that has nothing yet, at a server that has written nothing yet."""
    answer = world.reader().get(world.url(who))
    assert answer.status_code == 200
    return answer


def test_a_coach_and_a_member_see_their_call_each_in_their_own_zone(world: World) -> None:
    session = world.session("Eva", "Maya", CALL)
    world.conference(session, "Eva", MEET)
    assert_golden("35-coach-in-the-zone-of-the-hours", read(world, "Eva").content)
    assert_golden("35-member-in-the-own-zone", read(world, "Maya").content)


def test_a_coach_who_is_also_a_member_has_both_sides_in_one_feed(world: World) -> None:
    world.coach("Mona", "America/New_York", hours_zone="America/New_York")
    world.session("Eva", "Maya", CALL)
    world.session("Mona", "Eva", CALL + DAY)
    content = read(world, "Eva").content
    assert starts(content) == [CALL, CALL + DAY]
    assert [str(event["SUMMARY"]) for event in events(content)] == [
        "Coaching call with Maya",
        "Coaching call with Mona",
    ]
    zones = {event["DTSTART"].params["TZID"] for event in events(content)}
    assert zones == {str(zone["TZID"]) for zone in parsed(content).timezones} == {"Europe/Berlin", "Europe/London"}


def test_an_empty_feed_is_still_a_calendar(world: World) -> None:
    content = read(world, "Maya").content
    assert_golden("42-empty", content)
    assert events(content) == []


def test_two_readings_are_the_same_to_the_octet_whatever_time_it_is(world: World) -> None:
    for week in range(20):
        world.session("Eva", "Maya", CALL + 7 * week * DAY)
    first = read(world, "Eva")
    world.clock(NOW + DAY)
    second = read(world, "Eva")
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]


def test_the_zone_of_the_server_and_of_its_connections_is_nothing_to_a_feed(world: World) -> None:
    world.session("Eva", "Maya", CALL)
    readings: list[tuple[bytes, str]] = []
    for zone in ("UTC", "Asia/Kolkata"):
        options = {"options": f"-c role=fortnight_app -c timezone={zone}"}
        engine = create_engine(world.owner.url, isolation_level="AUTOCOMMIT", connect_args=options)
        world.database = Database(engine)
        answer = read(world, "Eva")
        readings.append((answer.content, answer.headers["etag"]))
        engine.dispose()
    assert readings[0] == readings[1]


def test_a_cancelled_session_leaves_for_good_and_the_etag_differs(world: World) -> None:
    session = world.session("Eva", "Maya", CALL)
    before = read(world, "Eva")
    world.cancel(session, at=NOW)
    for at in (NOW, NOW + 19 * DAY, NOW + 50 * DAY):
        world.clock(at)
        after = read(world, "Eva")
        assert events(after.content) == []
        assert after.headers["etag"] != before.headers["etag"]


def test_a_moved_session_keeps_its_uid_and_its_sequence_rises_by_one(world: World) -> None:
    session = world.session("Eva", "Maya", CALL)
    (before,) = events(read(world, "Maya").content)
    world.move(session, CALL + DAY, at=NOW + SECOND)
    (after,) = events(read(world, "Maya").content)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == CALL + DAY
    assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt == NOW + SECOND
    assert before["DTSTAMP"].dt == before["CREATED"].dt == NOW


@pytest.mark.parametrize("status", ["AWAITING_OUTCOME", "COMPLETED", "MISSED"])
def test_what_took_place_or_was_missed_stays_as_it_was(world: World, status: str) -> None:
    session = world.session("Eva", "Maya", CALL)
    before = read(world, "Eva")
    world.run(
        "UPDATE session SET status = :status, version = version + 1, changed_at = :at WHERE id = :id",
        status=status,
        at=CALL,
        id=session,
    )
    after = read(world, "Eva")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])


def test_a_provisional_session_is_tentative_until_it_is_confirmed(world: World) -> None:
    session = world.session("Eva", "Maya", CALL, provisional=True)
    (before,) = events(read(world, "Maya").content)
    world.run("UPDATE session SET provisional = false, sequence = sequence + 1 WHERE id = :id", id=session)
    (after,) = events(read(world, "Maya").content)
    assert (before["STATUS"], after["STATUS"]) == ("TENTATIVE", "CONFIRMED")
    assert (before["UID"], before["SEQUENCE"] + 1) == (after["UID"], after["SEQUENCE"])


def test_only_members_get_change_links(world: World) -> None:
    session = world.session("Eva", "Maya", CALL)
    assert f"{BASE}/change/{session}/cancel" in str(events(read(world, "Maya").content)[0]["DESCRIPTION"])
    assert b"/change/" not in read(world, "Eva").content


def test_there_is_no_address_of_a_person_and_no_note_in_a_feed(world: World) -> None:
    world.session("Eva", "Maya", CALL, reason="CLIENT_CANCELLED", decision='{"note": "a secret"}')
    for who in ("Eva", "Maya"):
        content = read(world, who).content
        assert content.count(b"@") == content.count(b"@fortnight\r\n") == 1
        assert b"secret" not in content
        assert not {"ATTENDEE", "ORGANIZER", "COMMENT", "CONTACT"} & set(events(content)[0])


@pytest.mark.parametrize(
    ("options", "title"),
    [
        (FeedOptions(), "Coaching call with Maya Lewis"),
        (FeedOptions(names=Names.INITIALS), "Coaching call with M. L."),
        (FeedOptions(names=Names.HIDDEN), "Coaching call"),
    ],
)
def test_the_member_is_called_as_the_coach_chooses(world: World, options: FeedOptions, title: str) -> None:
    world.person("Maya Lewis", "Europe/London")
    world.session("Eva", "Maya Lewis", CALL)
    answer = world.reader().get(world.url("Eva", options=options))
    assert [str(event["SUMMARY"]) for event in events(answer.content)] == [title]


def test_a_bell_rings_only_in_the_feed_whose_reader_chose_it(world: World) -> None:
    world.session("Eva", "Maya", CALL)
    quiet, loud = (
        world.reader().get(world.url("Eva", options=FeedOptions(alarm=alarm)))
        for alarm in (None, timedelta(minutes=10))
    )
    assert b"VALARM" not in quiet.content
    assert b"TRIGGER:-PT10M" in loud.content
    assert quiet.headers["etag"] != loud.headers["etag"]


def test_a_feed_reaches_as_far_as_its_reader_chose(world: World) -> None:
    for start in (NOW, NOW + 7 * DAY - SECOND, NOW + 7 * DAY):
        world.session("Eva", "Maya", start, minutes=1)
    answer = world.reader().get(world.url("Eva", options=FeedOptions(days_ahead=7)))
    assert starts(answer.content) == [NOW, NOW + 7 * DAY - SECOND]


def test_a_feed_shows_the_kinds_that_its_reader_chose(world: World) -> None:
    coaching = world.kind
    world.session("Eva", "Maya", CALL)
    world.kind = world.insert(
        "session_kind (organisation_id, code, name)", o=world.organisation, code="m", name="Mentor"
    )
    world.session("Eva", "Maya", CALL + DAY)

    def shown(*kinds: int) -> list[datetime]:
        return starts(world.reader().get(world.url("Eva", options=FeedOptions(kinds=tuple(sorted(kinds))))).content)

    assert shown() == shown(coaching, world.kind) == [CALL, CALL + DAY]
    assert shown(coaching) == [CALL]
    assert shown(world.kind) == [CALL + DAY]
    assert shown(world.kind + 1) == []


# -- the window --------------------------------------------------------------------------------------------------------


def test_the_window_reaches_from_90_days_ago_to_400_days_ahead(world: World) -> None:
    inside = [NOW - 90 * DAY, NOW, NOW + 400 * DAY - SECOND]
    for start in [NOW - 90 * DAY - SECOND, *inside, NOW + 400 * DAY]:
        world.session("Eva", "Maya", start, minutes=1)
    assert starts(read(world, "Eva").content) == inside
    assert starts(read(world, "Maya").content) == inside


def test_a_live_organisation_has_the_clock_of_the_database(world: World) -> None:
    world.run("UPDATE organisation SET is_sandbox = false, clock_at = NULL WHERE id = :o")
    now = world.value("SELECT date_trunc('minute', now())")
    assert isinstance(now, datetime)
    inside = [now - 89 * DAY, now + 399 * DAY]
    for start in [now - 91 * DAY, *inside, now + 401 * DAY]:
        world.session("Eva", "Maya", start)
    assert starts(read(world, "Eva").content) == inside


def test_time_alone_changes_the_etag_exactly_when_it_changes_the_text(world: World) -> None:
    for start in (NOW - 90 * DAY, NOW, NOW + 400 * DAY):
        world.session("Eva", "Maya", start)
    seen: list[tuple[bytes, str]] = []
    for at in (NOW, NOW + SECOND, NOW + 2 * SECOND, NOW + 89 * DAY, NOW + 90 * DAY, NOW + 90 * DAY + SECOND):
        world.clock(at)
        answer = read(world, "Eva")
        seen.append((answer.content, answer.headers["etag"]))
    # Gone after 90 days: at once the oldest, at the end the one of NOW; the newest came in between.
    assert [len(events(text)) for text, _ in seen] == [2, 2, 2, 2, 2, 1]
    assert seen[0] != seen[1] == seen[2] == seen[3] == seen[4] != seen[5]
    assert len({text for text, _ in seen}) == len({tag for _, tag in seen}) == 3


# -- what changes the version, and what does not -----------------------------------------------------------------------

TOLD: dict[str, str] = {
    "start and end": "UPDATE session SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
    "end": "UPDATE session SET ends_at = ends_at + interval '15 minutes'",
    "provisional": "UPDATE session SET provisional = true",
    "sequence": "UPDATE session SET sequence = sequence + 1",
    "calendar change": "UPDATE session SET calendar_changed_at = calendar_changed_at + interval '1 second'",
    "booking": "UPDATE session SET booked_at = booked_at + interval '1 second'",
    "uid": "UPDATE session SET uid = 'another-one-of-length@fortnight'",
    "kind": "UPDATE session_kind SET name = 'Mentor call'",
    "name of the other": "UPDATE person SET name = name || ' Lewis' WHERE id <> :reader",
    "conference": "UPDATE google_event SET conference_url = 'https://meet.google.com/another'",
    "organisation": "UPDATE organisation SET name = 'Another'",
    "zone": "UPDATE coach SET hours_zone = 'Asia/Tokyo'",
    "cancellation": "UPDATE session SET status = 'CANCELLED'",
}
UNTOLD: dict[str, str] = {
    "version": "UPDATE session SET version = version + 1, changed_at = changed_at + interval '1 second'",
    "terms": "UPDATE session SET late = true, reason = 'X', fault = 'MEMBER', fee_minor_units = 7, decision = '{}'",
    "unconfirmed": "UPDATE session SET moved_by_other_unconfirmed = true, first_starts_at = first_starts_at - interval '1 day'",
    "own name": "UPDATE person SET name = 'Somebody' WHERE id = :reader",
    "mail address": "UPDATE person SET email = 'new' || id || '@example.com'",
    "log": "UPDATE person SET event_number = event_number + 1",
    "push": "UPDATE google_event SET pushed_at = pushed_at + interval '1 hour', etag = 'x', generation = 2",
    "clock": "UPDATE organisation SET clock_at = clock_at + interval '1 hour'",
}


def _change(world: World, statement: str) -> tuple[httpx.Response, httpx.Response]:
    world.conference(world.session("Eva", "Maya", CALL), "Eva", MEET)
    before = read(world, "Eva")
    world.run(statement, reader=world.people["Eva"])
    return before, read(world, "Eva")


@pytest.mark.parametrize("statement", TOLD.values(), ids=TOLD.keys())
def test_whatever_the_text_tells_changes_the_etag(world: World, statement: str) -> None:
    before, after = _change(world, statement)
    assert after.content != before.content
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("statement", UNTOLD.values(), ids=UNTOLD.keys())
def test_nothing_else_does(world: World, statement: str) -> None:
    before, after = _change(world, statement)
    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]


def test_calls_of_others_change_nothing(world: World) -> None:
    world.coach("Cora", "Europe/Berlin", hours_zone="Europe/Berlin")
    world.person("Leo", "Europe/Berlin")
    before = read(world, "Eva").headers["etag"]
    world.session("Cora", "Leo", CALL)
    assert read(world, "Eva").headers["etag"] == before


def test_other_addresses_of_our_pages_change_the_etag(world: World) -> None:
    world.session("Eva", "Maya", CALL)
    one = world.reader().get(world.url("Maya"))
    other = world.reader(lambda session: _elsewhere(session.session_id)).get(world.url("Maya"))
    assert one.content != other.content
    assert one.headers["etag"] != other.headers["etag"]


def _elsewhere(session: int) -> SessionLinks:
    return SessionLinks(cancel=f"https://elsewhere.example.com/{session}")


# -- reading again -----------------------------------------------------------------------------------------------------


def test_a_server_that_has_read_before_answers_like_one_that_has_not(world: World) -> None:
    """Whatever happens in between, kept texts are never seen to be old."""
    reader = world.reader()
    sessions = [world.session("Eva", "Maya", CALL + n * DAY) for n in range(8)]
    steps: list[Callable[[], object]] = [
        lambda: world.cancel(sessions[0], at=NOW),
        lambda: world.move(sessions[1], CALL + 100 * DAY, at=NOW),
        lambda: world.conference(sessions[2], "Eva", MEET),
        lambda: world.run("UPDATE session_kind SET name = 'Renamed'"),
        lambda: world.run("UPDATE coach SET hours_zone = 'Asia/Tokyo'"),
        lambda: world.session("Eva", "Maya", CALL + 50 * DAY),
        lambda: world.run("UPDATE person SET name = 'Maya Lewis' WHERE name = 'Maya'"),
    ]
    seen: set[str] = set()
    for step in steps:
        for who in ("Eva", "Maya"):
            warm, cold = reader.get(world.url(who)), world.reader().get(world.url(who))
            assert (warm.content, warm.headers["etag"]) == (cold.content, cold.headers["etag"])
            seen.add(warm.headers["etag"])
        step()
    assert len(seen) == 2 * len(steps) - 1  # the zone of the coach's hours is nothing to the member


def test_one_statement_answers_an_unchanged_feed_and_at_most_two_any_other(world: World) -> None:
    sessions = [world.session("Eva", "Maya", CALL + n * DAY) for n in range(30)]
    reader, url = world.reader(), world.url("Eva")
    statements = count_statements(world.database.engine)

    def cost(**headers: str) -> tuple[int, int]:
        statements.clear()
        return reader.get(url, **headers).status_code, len(statements)

    tag = read(world, "Eva").headers["etag"]
    assert cost(if_none_match=tag) == (304, 1)
    assert cost() == (200, 2)
    assert cost() == (200, 1)
    world.cancel(sessions[0], at=NOW)
    assert cost(if_none_match=tag) == (200, 1)
    world.move(sessions[1], CALL + 100 * DAY, at=NOW)
    assert cost(if_none_match=tag) == (200, 2)


def test_an_unchanged_feed_is_not_written_again(world: World) -> None:
    world.session("Eva", "Maya", CALL)
    tag = read(world, "Maya").headers["etag"]
    asked: list[int] = []
    reader = world.reader(lambda session: asked.append(session.session_id) or links_of(session))
    assert reader.get(world.url("Maya"), if_none_match=tag).status_code == 304
    assert set(asked) == {0}  # the sample alone


# -- settle, then answer -----------------------------------------------------------------------------------------------


def test_what_was_due_is_settled_before_the_feed_is_read_without_any_worker(world: World) -> None:
    session = world.session("Eva", "Maya", CALL)
    before = read(world, "Eva")
    end = CALL + timedelta(minutes=45)
    world.due("SESSION_END", session, ("Eva", "Maya"), at=end)
    world.clock(end - SECOND)
    assert read(world, "Eva").content == before.content
    assert world.status(session) == "SCHEDULED"
    world.clock(end)
    after = world.reader().get(world.url("Eva"), if_none_match=before.headers["etag"])
    assert after.status_code == 304
    assert world.status(session) == "AWAITING_OUTCOME"


def test_deadlines_of_strangers_are_left_alone(world: World) -> None:
    world.coach("Cora", "Europe/Berlin", hours_zone="Europe/Berlin")
    world.person("Leo", "Europe/Berlin")
    session = world.session("Cora", "Leo", CALL)
    world.due("SESSION_END", session, ("Cora", "Leo"), at=CALL + timedelta(minutes=45))
    world.clock(CALL + DAY)
    read(world, "Eva")
    assert world.status(session) == "SCHEDULED"


def test_the_feed_of_another_organisation_is_nobodys(world: World) -> None:
    other = World(world.database, world.owner, world.keyring)
    other.person("Nora", "America/New_York")
    crossed = feed_url(
        world.keyring, BASE, organisation_id=world.organisation, person_id=other.people["Nora"], generation=1
    )
    assert world.reader().get(crossed).status_code == 404
    assert world.reader().get(other.url("Nora")).status_code == 200
