"""Accepting and declining by the link of a mail: shown first, done only by a form (T3, D-36, D-38)."""

from typing import Any

from notifications.links import LinkKind
from tests.pages.site import Page, Site, at

LATER = at("2027-03-25T10:00")
ASKS = """
extends = "mastered"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "ASK", reason = "CLIENT_CANCELLED_LATE"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "THEN", reason = "COACH_MOVED"},
]
"""


def asking(site: Site, then: str = "ASK") -> Site:
    """The same call, booked under rules by which the coach asks."""
    site.platform.cancel("Maya", site.session)
    site.platform.publish(ASKS.replace("THEN", then))
    site.session = site.platform.booked("Maya", "coaching", "Eva", at("2027-03-18T10:00"))
    return site


def proposed(site: Site, then: str = "ASK") -> str:
    """The address at which Maya answers what Eva proposes."""
    asking(site, then).platform.reschedule("Eva", site.session, LATER)
    return site.url(LinkKind.ANSWER)


def test_opening_the_page_answers_nothing(site: Site) -> None:
    url = proposed(site)
    site.keep()
    for address in (url, f"{url}?to=2027-03-26T10:00:00Z", f"{url}?after=2027-03-26T10:00:00Z"):
        site.browser.get(address)
        site.browser.head(address)
    assert site.nothing_happened()


def test_a_proposed_time_is_shown_and_accepted_by_the_form(site: Site) -> None:
    url = proposed(site)
    page = site.open(url)
    assert "Eva asks to move this session." in page.text
    assert "Thursday 25 March 2027, 10:00–10:45" in page.text
    site.keep()
    answer = press(site, url, page, "yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "?done")
    after = site.difference().after.one("session", id=site.session)
    assert after["starts_at"].startswith("2027-03-25T10:00:00")
    assert "Your answer is recorded." in site.open(f"{url}?done").text
    assert press(site, url, page, "yes").status_code == 303
    assert len(site.difference().added("session_move")) == 1
    assert "There is nothing to answer" in site.open(url).text


def test_a_proposed_time_is_declined_by_the_other_form(site: Site) -> None:
    url = proposed(site)
    page = site.open(url)
    site.keep()
    assert press(site, url, page, "no").status_code == 303
    assert site.difference().changed("session") == {}
    (changed,) = site.difference().changed("proposal").values()
    assert changed["status"] == ("PENDING", "DECLINED")


def test_of_an_offer_the_member_chooses_a_time_and_takes_it(site: Site) -> None:
    url = proposed(site, "OFFER")
    page = site.open(url)
    assert "Eva lets you choose another time." in page.text
    times = [href for href in page.hrefs if href.startswith("?to=")]
    assert len(times) > 10
    chosen = site.open(url + times[4])
    site.keep()
    assert press(site, url, chosen, "yes").status_code == 303
    after = site.difference().after.one("session", id=site.session)
    assert after["starts_at"][:16] == times[4][4:].replace("%3A", ":")[:16]


def test_a_time_that_is_gone_is_said_to_be_gone_and_others_are_shown(site: Site) -> None:
    url = proposed(site, "OFFER")
    page = site.open(f"{url}?to=2027-03-18T10:00:00Z")
    assert "The coach does not offer this time." in page.text
    assert [href for href in page.hrefs if href.startswith("?to=")]


def test_what_agreeing_costs_is_acknowledged_by_a_box(site: Site) -> None:
    asking(site)
    shown = site.platform.can_cancel("Maya", site.session).consequence
    assert shown is not None
    site.platform.cancel("Maya", site.session, acknowledge=shown.digest)
    url = site.url(LinkKind.ANSWER, who="Eva")
    page = site.open(url)
    assert "Maya asks to cancel this session." in page.text
    assert page.boxes
    site.keep()
    assert press(site, url, page, "yes").status_code == 409
    assert site.nothing_happened()
    assert press(site, url, page, "yes", tick=True).status_code == 303
    assert site.difference().after.one("session", id=site.session)["status"] == "CANCELLED"


def test_there_is_nothing_to_answer_for_who_asked_or_once_it_has_expired(site: Site) -> None:
    url = proposed(site)
    assert "There is nothing to answer" in site.open(site.url(LinkKind.ANSWER, who="Eva")).text
    page = site.open(url)
    site.platform.at(at("2027-03-18T10:00"))
    assert "There is nothing to answer" in site.open(url).text
    site.keep()
    assert press(site, url, page, "yes").status_code == 409
    assert site.nothing_happened()


def test_a_form_of_another_place_answers_nothing(site: Site) -> None:
    url = proposed(site)
    page = site.open(url)
    site.keep()
    page.fields["form"] = "0" * 64
    assert press(site, url, page, "yes").status_code == 403
    assert site.nothing_happened()
    page = site.open(url)
    page.fields["proposal"] = "x"
    assert press(site, url, page, "yes").status_code == 409
    assert site.nothing_happened()


def test_a_link_for_another_purpose_opens_nothing_here(site: Site) -> None:
    token = site.url(LinkKind.CANCEL).rsplit("/", 1)[1]
    site.open(f"http://127.0.0.1:8000/answer/{token}", status=404)


def press(site: Site, url: str, page: Page, say: str, *, tick: bool = False) -> Any:
    """The answer to one of the page's two forms, which differ in what they say."""
    page.fields["say"] = say
    return site.press(url, page, tick=tick)
