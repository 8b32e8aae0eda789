"""A coach's browser to Google and back; the cookie ties the return to the browser that began (CALENDAR 23)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from api.auth import Bearer
from api.google_ticket import start_url
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google_double import FaultKind, GoogleDouble, consent
from commands.notices import NoticeFacts
from models.keyring import Keyring
from models.unit import Database
from notifications.links import LinkKind
from policy.calendars import CalendarPlace
from tests.calendar_sync.google_support import robot
from tests.pages.site import REAL_NOW, Page, Site, open_site


@pytest.fixture(scope="module")
def double() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        yield double


@pytest.fixture
def site(database: Database, owner: Engine, keyring: Keyring, double: GoogleDouble) -> Iterator[Site]:
    google = GoogleSettings(live=None, sandbox=GoogleEndpoints.loopback(double.url), keyring=keyring)
    site = open_site(database, owner, keyring, google)
    with site.browser:
        yield site


def begin(site: Site, who: str = "Eva") -> str:
    """The address of the consent page to which our start page leads."""
    bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people[who])
    answer = site.browser.get(start_url(site.services, bearer), follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def connections(site: Site) -> list[str]:
    with site.owner.connect() as connection:
        return list(connection.execute(text("SELECT status FROM google_connection")).scalars())


def test_consent_connects_the_coach_and_says_so(site: Site, double: GoogleDouble) -> None:
    page = site.open(consent(begin(site)))
    assert "Your Google Calendar is connected" in page.text
    assert connections(site) == ["CONNECTED"]


def test_the_start_page_leaves_a_cookie_that_comes_back_from_google_and_nowhere_else(site: Site) -> None:
    begin(site)
    bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people["Eva"])
    answer = site.browser.get(start_url(site.services, bearer), follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/google" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=600" in cookie
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_return_in_another_browser_connects_nothing(site: Site) -> None:
    callback = consent(begin(site))
    site.browser.cookies.clear()
    assert "This did not begin in this browser" in site.open(callback, status=403).text
    assert connections(site) == []


def test_a_return_with_the_state_of_another_beginning_connects_nothing(site: Site) -> None:
    callback = consent(begin(site))
    begin(site)
    site.open(callback, status=403)
    assert connections(site) == []


def test_a_return_connects_once(site: Site) -> None:
    callback = consent(begin(site))
    site.open(callback)
    site.open(callback, status=403)
    assert connections(site) == ["CONNECTED"]


def test_a_coach_who_does_not_allow_it_is_told_that_nothing_was_connected(site: Site) -> None:
    page = site.open(consent(begin(site), allow=False))
    assert "You did not allow it" in page.text
    assert connections(site) == []


def test_a_coach_who_unticks_a_box_is_told_to_tick_all(site: Site) -> None:
    page = site.open(consent(begin(site), scopes=("https://www.googleapis.com/auth/calendar.freebusy",)), status=403)
    assert "Not everything was allowed" in page.text
    assert connections(site) == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [(FaultKind.UNAVAILABLE, 503), (FaultKind.RESET, 503), (FaultKind.INVALID_GRANT, 502)],
)
def test_a_fault_of_google_is_a_clear_page(site: Site, double: GoogleDouble, kind: FaultKind, status: int) -> None:
    callback = consent(begin(site))
    with double.fail_while(kind, "oauth.token"):
        page = site.open(callback, status=status)
    assert "Please begin again from your calendar settings." in page.text
    assert connections(site) == []


@pytest.mark.parametrize("query", ["", "state=x&code=y", "error=server_error", "state=%00&code=%ff"])
def test_a_return_that_makes_no_sense_connects_nothing(site: Site, query: str) -> None:
    assert site.browser.get(f"/google/callback?{query}").status_code in (403, 502)
    assert connections(site) == []


def test_a_start_address_is_good_for_ten_minutes(site: Site) -> None:
    bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people["Eva"])
    url = start_url(site.services, bearer)
    later = site.served_with(real_now=lambda: REAL_NOW + timedelta(minutes=10))
    assert "not good any more" in later.open(url, status=410).text


@pytest.mark.parametrize("ticket", ["", "x", "MS4x"])
def test_an_altered_start_address_begins_nothing(site: Site, ticket: str) -> None:
    site.open(f"/google/start?ticket={ticket}", status=410)


def test_members_connect_theirs_and_the_team_has_none_to_connect(site: Site) -> None:
    site.open(consent(begin(site, "Maya")))
    assert connections(site) == ["CONNECTED"]
    bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people["Sam"])
    site.open(start_url(site.services, bearer), status=404)


def test_which_calendar_was_chosen_goes_all_the_way(site: Site) -> None:
    bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people["Eva"])
    url = start_url(site.services, bearer, CalendarPlace.PRIMARY)
    answer = site.browser.get(url, follow_redirects=False)
    site.open(consent(answer.headers["location"]))
    with site.owner.connect() as connection:
        assert connection.execute(text("SELECT place, calendar_id FROM google_connection")).one() == (
            "PRIMARY",
            "primary",
        )


def test_where_a_service_account_speaks_for_everybody_nobody_is_asked(site: Site) -> None:
    account, delegate = robot()
    with GoogleDouble(delegates={account.email: delegate}) as workspace:
        endpoints = replace(GoogleEndpoints.loopback(workspace.url), service_account=account)
        google = GoogleSettings(live=None, sandbox=endpoints, keyring=site.services.keyring)
        bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people["Eva"])
        served = site.served_with(google=google)
        assert "Your Google Calendar is connected" in served.open(start_url(site.services, bearer)).text
        with workspace.fail_while(FaultKind.UNAVAILABLE, "oauth.token"):
            served.open(start_url(site.services, bearer), status=503)
    assert connections(site) == ["CONNECTED"]


def test_without_google_there_is_nothing_to_connect(site: Site) -> None:
    none = GoogleSettings(live=None, sandbox=None, keyring=site.services.keyring)
    bearer = Bearer(organisation_id=site.platform.organisation_id, person_id=site.platform.people["Eva"])
    assert "not set up" in site.served_with(google=none).open(start_url(site.services, bearer), status=404).text


def test_nothing_of_the_handshake_shows_on_a_page(site: Site) -> None:
    callback = consent(begin(site))
    answer = site.browser.get(callback)
    assert not any(part in answer.text for part in callback.partition("?")[2].split("&"))
    assert Page(answer.text).hrefs == []


def broken(site: Site) -> str:
    """Eva's connection has been found to be broken; the link of the message about it."""
    site.open(consent(begin(site)))
    with site.owner.begin() as connection:
        connection.execute(text("UPDATE google_connection SET status = 'BROKEN'"))
    facts = NoticeFacts(
        kind_code="", kind_name="Google Calendar", coach_name="Eva", member_name="", accounting_zone="UTC",
        starts_at=site.platform.now, ends_at=site.platform.now, sequence=0, news="BROKEN", for_coach=True, connect_link=True,
    )  # fmt: skip
    eva = site.platform.people["Eva"]
    (link,) = site.addresses.links_of(
        facts, organisation_id=site.platform.organisation_id, recipient_id=eva, session_id=None
    )
    assert link.kind is LinkKind.CONNECT
    return link.url


def test_the_link_of_a_broken_connection_leads_to_consent_and_ends_with_it(site: Site) -> None:
    url = broken(site)
    site.keep()
    page = site.open(url)
    (way,) = [one for one in page.hrefs if "/google/start?" in one]
    assert site.nothing_happened()
    started = site.browser.get(way, follow_redirects=False)
    assert "Your Google Calendar is connected" in site.open(consent(started.headers["location"])).text
    assert connections(site) == ["CONNECTED"]
    assert "There is nothing to mend" in site.open(url).text


def test_the_link_of_a_broken_connection_is_good_for_ninety_days_and_not_after_disconnecting(site: Site) -> None:
    url = broken(site)
    site.platform.at(site.platform.now + timedelta(days=90), run_timers=False)
    assert "no longer good" in site.open(url, status=410).text
    with site.owner.begin() as connection:
        connection.execute(text("DELETE FROM google_event"))
        connection.execute(text("DELETE FROM google_connection"))
    assert "no longer good" in site.open(url, status=410).text


def test_no_other_link_leads_to_consent_and_this_one_nowhere_else(site: Site) -> None:
    url = broken(site)
    other = site.url(LinkKind.CANCEL, who="Eva").replace("/change/", "/calendar/")
    assert "not valid" in site.open(other, status=404).text
    assert "not valid" in site.open(url.replace("/calendar/", "/change/"), status=404).text
    assert "not valid" in site.open(f"{url}x", status=404).text
