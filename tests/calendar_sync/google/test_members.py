"""Members have their sessions in a Google calendar of theirs too, and ask for no more rights than that needs."""

from datetime import timedelta

import pytest

from calendar_sync.google.endpoints import APP_CREATED
from calendar_sync.google_double import FaultKind
from commands.read_calendar import look
from tests.calendar_sync.google.world import TENTH, Json, World
from tests.calendar_sync.google_support import hour

MAYA, HOUR = "maya@example.com", timedelta(hours=1)
AWAY = hour("2027-03-20T15:00:00Z", "2027-03-20T15:45:00Z")


def mayas(world: World) -> list[Json]:
    return world.double.events(MAYA)


def test_a_session_stands_in_both_calendars_each_in_the_words_and_zone_of_its_reader(world: World):
    world.connect()
    world.connect("Maya")
    world.book()
    (hers,), (evas,) = mayas(world), world.events
    assert (hers["summary"], evas["summary"]) == ("Coaching call with Eva", "Coaching call with Maya")
    assert hers["id"] != evas["id"]
    assert "/join/" in hers["description"]
    assert "hangoutLink" not in hers
    assert world.problems == []


def test_a_member_follows_whether_their_coach_is_connected_or_not(world: World):
    world.connect("Maya")
    session = world.book()
    world.move(session, TENTH + 5 * HOUR)
    (hers,) = mayas(world)
    assert hers["start"]["dateTime"] == "2027-03-10T14:00:00Z"
    world.cancel(session)
    assert (mayas(world), world.problems) == ([], [])


def test_connecting_brings_in_what_was_booked_before(world: World):
    world.book()
    assert mayas(world) == []
    world.connect("Maya")
    assert (len(mayas(world)), world.problems) == (1, [])


def test_a_coachs_google_that_is_away_keeps_nothing_from_the_member(world: World):
    world.connect()
    world.connect("Maya")
    world.double.do("add-fault", kind=FaultKind.UNAVAILABLE, call="events.*", account="eva@example.com", times=None)
    world.book()
    assert (len(mayas(world)), world.events) == (1, [])


def test_a_member_is_asked_for_their_own_calendar_alone(world: World):
    consent = world.begin("Maya")
    assert f"scope={APP_CREATED.replace(':', '%3A').replace('/', '%2F')}&" in consent.url
    assert "freebusy" not in consent.url


def test_nobody_asks_google_when_a_member_is_taken(world: World):
    world.connect("Maya")
    world.book()
    look(world.database, world.organisation, world.platform.people["Maya"], cause="now")
    world.work()
    assert [line for line in world.double.log() if line["call"] == "freebusy.query"] == []


@pytest.mark.parametrize("by", ["delete", "drag"])
def test_a_member_who_edits_the_event_changes_nothing_and_is_asked_once(world: World, by: str):
    world.connect()
    world.connect("Maya")
    session = world.book()
    before = world.one("SELECT status, starts_at, version FROM session WHERE id = :session", session=session)
    (hers,) = mayas(world)
    if by == "delete":
        world.double.do("delete-event", email=MAYA, event_id=hers["id"])
    else:
        world.double.do("edit-event", email=MAYA, event_id=hers["id"], fields=AWAY)
    for _ in range(2):
        world.tell()
        look(world.database, world.organisation, world.platform.people["Maya"], cause=world.platform.key())
        world.work()
    assert world.one("SELECT status, starts_at, version FROM session WHERE id = :session", session=session) == before
    asked = world.one(
        "SELECT count(*) AS n, min(person_id) AS who FROM calendar_question WHERE organisation_id = :organisation"
    )
    assert (asked.n, asked.who) == (1, world.platform.people["Maya"])
    assert (world.problems, len(mayas(world)), len(world.events)) == ([], 1, 1)


def test_a_dead_grant_of_a_member_is_theirs_alone(world: World):
    world.connect()
    world.connect("Maya")
    world.double.do("withdraw-consent", email=MAYA)
    world.double.do("expire-access-tokens", email=MAYA)
    world.book()
    assert world.news() == [("Maya", "BROKEN")]
    assert world.connection.status == "CONNECTED"
    world.connect("Maya")
    assert (world.news()[-1], len(mayas(world)), world.problems) == (("Maya", "CONNECTED"), 1, [])


def test_the_same_account_may_be_a_coachs_and_a_members(world: World):
    """Two people of one address book never mix: the keys of their events differ."""
    world.connect(email="both@example.com")
    world.connect("Maya", email="both@example.com")
    world.book()
    assert len(world.double.events("both@example.com")) == 2


def test_disconnecting_is_the_members_own_act(world: World):
    world.connect("Maya")
    world.disconnect("Maya")
    world.book()
    assert mayas(world) == []
    assert (
        world.one(
            "SELECT actor_kind FROM event WHERE organisation_id = :organisation AND name = 'CALENDAR_DISCONNECTED'"
        ).actor_kind
        == "MEMBER"
    )
