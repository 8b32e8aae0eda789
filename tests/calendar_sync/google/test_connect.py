"""Connecting and giving up a calendar, with all that a browser, a coach or Google may do wrong (CALENDAR 23, 24)."""

from datetime import timedelta

import pytest

from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.connect import CONSENT_LASTS, NotOffered
from calendar_sync.google.endpoints import APP_CREATED, FREE_BUSY
from calendar_sync.google.failures import GoogleFailure, Permanent, ScopesMissing, Transient
from calendar_sync.google.handshake import StateRefused
from calendar_sync.google_double import FaultKind
from tests.calendar_sync.google.world import TENTH, World
from tests.calendar_sync.google_support import EVA, brought_back, calls, mark


def no_connection(world: World) -> bool:
    return world.one("SELECT count(*) AS n FROM google_connection WHERE organisation_id = :organisation").n == 0


def test_a_coach_who_allowed_it_is_connected_with_a_calendar_of_ours(world: World):
    world.connect()
    row = world.connection
    assert (row.status, row.scopes.split(), row.last_error) == ("CONNECTED", [APP_CREATED, FREE_BUSY], None)
    assert row.connected_at == world.platform.now
    assert row.calendar_id.endswith("@group.calendar.google.com")
    assert calls(world.double)[:2] == ["oauth.consent", "calendars.insert"]
    assert world.logged("CALENDAR_CONNECTED") == 1


def test_connecting_pushes_what_is_coming_up(world: World):
    world.book("Maya", "coaching", TENTH)
    gone = world.book("Leo", "coaching", TENTH + timedelta(hours=2))
    world.cancel(gone, who="Leo")
    world.connect()
    assert (world.problems, len(world.events)) == ([], 1)


def test_the_consent_page_is_asked_for_the_coachs_own_account(world: World):
    asked = brought_back(world.begin().url)
    assert (asked["login_hint"], asked["prompt"], asked["access_type"]) == (EVA, "consent", "offline")


def test_only_coaches_and_members_have_a_calendar_to_connect(world: World):
    with pytest.raises(NotOffered):
        world.begin("Sam")


def test_nobody_finishes_what_another_browser_began(world: World):
    begun = world.begin()
    back = brought_back(world.double.consent(begun.url))
    for cookie in ("", world.begin().handshake.state):
        with pytest.raises(StateRefused):
            world.finish(begun, back, cookie=cookie)
    assert no_connection(world)


def test_a_consent_that_took_too_long_is_refused(world: World):
    begun = world.begin()
    back = brought_back(world.double.consent(begun.url))
    with pytest.raises(StateRefused):
        world.finish(begun, back, after=CONSENT_LASTS)
    assert no_connection(world)


def test_a_code_is_worth_nothing_under_another_handshake(world: World):
    """PKCE: a stolen code does not connect the thief."""
    stolen = brought_back(world.double.consent(world.begin().url))["code"]
    thief = world.begin()
    with pytest.raises(Permanent, match="codeRefused"):
        world.finish(thief, {"state": thief.handshake.state, "code": stolen})
    assert no_connection(world)


def test_the_same_callback_twice_connects_once(world: World):
    begun = world.begin()
    back = brought_back(world.double.consent(begun.url))
    world.finish(begun, back)
    with pytest.raises(Permanent, match="codeRefused"):
        world.finish(begun, back)
    assert (world.connection.status, world.logged("CALENDAR_CONNECTED")) == ("CONNECTED", 1)


def test_a_coach_who_allowed_less_is_not_connected(world: World):
    begun = world.begin()
    back = brought_back(world.double.consent(begun.url, scopes=(FREE_BUSY,)))
    with pytest.raises(ScopesMissing) as caught:
        world.finish(begun, back)
    assert caught.value.missing == {APP_CREATED}
    assert no_connection(world)


def test_a_consent_without_a_refresh_token_does_not_connect(world: World):
    world.double.fail_next(FaultKind.NO_REFRESH_TOKEN, "oauth.token")
    begun = world.begin()
    with pytest.raises(Permanent, match="noRefreshToken"):
        world.finish(begun, brought_back(world.double.consent(begun.url)))
    assert no_connection(world)


@pytest.mark.parametrize("call", ["oauth.token", "calendars.insert"])
@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.HTML, FaultKind.ANSWER_LOST], ids=str)
def test_trouble_on_the_way_leaves_no_half_connection(world: World, call: str, kind: FaultKind):
    begun = world.begin()
    back = brought_back(world.double.consent(begun.url))
    with world.double.fail_while(kind, call), pytest.raises(Transient):
        world.finish(begun, back)
    assert no_connection(world)
    world.connect()
    assert world.connection.status == "CONNECTED"


def test_the_refresh_token_that_google_gave_last_is_the_one_that_is_sealed(world: World):
    # The first call that needs an access token renews the refresh token as well.
    world.double.fail_next(FaultKind.NEW_REFRESH_TOKEN, "oauth.token", skip=1)
    world.connect()
    world.book()
    assert (world.connection.status, world.problems, len(world.events)) == ("CONNECTED", [], 1)


def test_reconnecting_goes_on_in_the_same_calendar(world: World):
    world.connect()
    world.book()
    before = world.connection.calendar_id
    world.double.do("withdraw-consent", email=EVA)
    world.connect()
    assert (world.connection.calendar_id, len(world.events), world.problems) == (before, 1, [])


def test_reconnecting_with_another_account_begins_a_calendar_there(world: World):
    world.connect()
    session = world.book()
    before = world.connection.calendar_id
    world.connect(email="eva@example.net")
    assert world.connection.calendar_id != before
    assert [event["summary"] for event in world.double.events("eva@example.net")] == ["Coaching call with Maya"]
    world.cancel(session)
    assert world.double.events("eva@example.net") == []


def test_a_calendar_deleted_meanwhile_is_made_anew_on_reconnecting(world: World):
    world.connect()
    world.book()
    before = world.connection.calendar_id
    world.double.do("delete-calendar", email=EVA, calendar_id=before)
    world.connect()
    assert (world.connection.calendar_id != before, len(world.events), world.problems) == (True, 1, [])


def test_disconnecting_forgets_the_token_and_revokes_the_grant(world: World):
    world.connect()
    world.disconnect()
    row = world.connection
    assert (row.status, row.sealed_token, row.last_error) == ("DISCONNECTED", None, None)
    assert [(line["call"], line["status"]) for line in world.double.log()][-1] == ("oauth.revoke", 200)
    since = mark(world.double)
    world.book()
    world.live_through(timedelta(hours=1))
    assert world.double.log(since=since) == []


@pytest.mark.parametrize("trouble", ["dead", "away", "unreadable"])
def test_disconnecting_works_whatever_google_says(world: World, trouble: str, monkeypatch: pytest.MonkeyPatch):
    world.connect()
    if trouble == "dead":
        world.double.do("withdraw-consent", email=EVA)
    if trouble == "unreadable":
        with world.owner.begin() as connection:
            connection.exec_driver_sql("UPDATE google_connection SET sealed_token = 'nonsense'")
    kind = FaultKind.RESET if trouble == "away" else FaultKind.SLOW
    with world.double.fail_while(kind, "oauth.revoke", seconds=0):
        world.disconnect()
    assert (world.connection.status, world.connection.sealed_token) == ("DISCONNECTED", None)


def test_disconnecting_what_was_never_connected_asks_google_nothing(world: World):
    world.disconnect()
    assert (no_connection(world), world.double.log()) == (True, [])


def test_disconnecting_works_where_google_is_no_longer_set_up(world: World):
    world.connect()
    world.google = GoogleSettings(live=None, sandbox=None, keyring=world.google.keyring)
    since = mark(world.double)
    world.disconnect()
    assert (world.connection.status, world.double.log(since=since)) == ("DISCONNECTED", [])


def test_where_google_is_not_set_up_there_is_nothing_to_connect(world: World):
    world.google = GoogleSettings(live=world.google.sandbox, sandbox=None, keyring=world.google.keyring)
    with pytest.raises(NotOffered):
        world.begin()


def test_connecting_again_after_disconnecting_catches_up(world: World):
    world.connect()
    gone = world.book("Maya", "coaching", TENTH)
    world.disconnect()
    world.cancel(gone)
    world.book("Leo", "coaching", TENTH + timedelta(hours=2))
    world.connect()
    assert ([event["summary"] for event in world.events], world.problems) == (["Coaching call with Leo"], [])


def test_a_refused_consent_brings_no_code(world: World):
    back = brought_back(world.double.consent(world.begin().url, allow=False))
    assert back.keys() == {"state", "error"}


def test_a_failure_while_connecting_is_a_google_failure_and_says_no_secret(world: World):
    begun = world.begin()
    back = brought_back(world.double.consent(begun.url))
    world.double.fail_next(FaultKind.FORBIDDEN, "calendars.insert")
    with pytest.raises(GoogleFailure) as caught:
        world.finish(begun, back)
    assert str(caught.value) == "forbidden (HTTP 403)"
    assert begun.handshake.code_verifier not in repr(begun)
