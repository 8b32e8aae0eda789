"""The join link leads to the conference, when there is one (M22)."""

from sqlalchemy import text

from notifications.links import LinkKind
from tests.pages.site import Site, at

EVENT = text("""
INSERT INTO google_event (organisation_id, session_id, person_id, event_id, generation, deleted, conference_url, conference_status, pushed_at)
VALUES (:organisation, :session, :person, 'e', 1, false, 'https://meet.example.com/abc', 'success', now())
""")


def give_a_room(site: Site) -> None:
    values = {
        "organisation": site.platform.organisation_id,
        "session": site.session,
        "person": site.platform.people["Eva"],
    }
    with site.owner.begin() as connection:
        connection.execute(EVENT, values)


def test_it_leads_both_to_the_room(site: Site) -> None:
    give_a_room(site)
    for who in ("Maya", "Eva"):
        answer = site.browser.get(site.url(LinkKind.JOIN, who=who), follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (302, "https://meet.example.com/abc")
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_until_google_has_made_the_room_it_asks_for_patience(site: Site) -> None:
    page = site.open(site.url(LinkKind.JOIN))
    assert "The room is being made" in page.text
    assert page.hrefs == ["?"]


def test_a_cancelled_session_has_no_room(site: Site) -> None:
    give_a_room(site)
    site.platform.cancel("Maya", site.session)
    assert "There is nothing to join." in site.open(site.url(LinkKind.JOIN), status=410).text


def test_an_old_join_link_leads_to_the_session_where_it_was_moved_to(site: Site) -> None:
    give_a_room(site)
    url = site.url(LinkKind.JOIN)
    site.platform.reschedule("Maya", site.session, at("2027-03-25T10:00"))
    site.platform.at(at("2027-03-25T09:44:59"))
    assert site.browser.get(url, follow_redirects=False).status_code == 302
    site.platform.at(at("2027-03-25T10:00"))
    assert "You can join now" in site.open(url).text
    site.platform.at(at("2027-03-25T10:45"))
    assert "This session is over" in site.open(url, status=410).text


def test_from_a_quarter_of_an_hour_before_the_start_joining_is_noted_by_the_button_alone(site: Site) -> None:
    """D-19, D-38, S-X-07."""
    give_a_room(site)
    site.platform.at(at("2027-03-18T09:45"))
    url = site.url(LinkKind.JOIN)
    site.keep()
    for _ in range(2):
        site.open(url)
        site.browser.head(url)
    assert site.nothing_happened()
    answer = site.browser.post(url, follow_redirects=False)
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=https://meet.example.com/abc")
    signs = [(row["person_id"], row["signal"]) for row in site.difference().added("presence")]
    assert signs == [(site.platform.people["Maya"], "JOIN_LINK")]


def test_without_a_room_it_is_noted_who_came_all_the_same(site: Site) -> None:
    site.platform.at(at("2027-03-18T10:00"))
    site.keep()
    assert "The room is being made" in site.browser.post(site.url(LinkKind.JOIN, who="Eva")).text
    assert len(site.difference().added("presence")) == 1
