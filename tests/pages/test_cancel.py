"""Cancelling by the link of a mail: shown first, done only by the form, and never at a cost that was not agreed to."""

import pytest

from notifications.links import LinkKind
from tests.pages.site import Site, at

LIMIT = at("2027-03-16T10:00")


def statuses(site: Site) -> list[str]:
    return [row["status"] for row in site.difference().after.of("session")]


def codes(site: Site) -> list[str]:
    return sorted(row["code"] for row in site.difference().added("notification"))


def test_opening_the_page_changes_nothing_however_often(site: Site) -> None:
    """D-38, S-X-07."""
    site.keep()
    for kind in (LinkKind.CANCEL, LinkKind.RESCHEDULE, LinkKind.JOIN):
        for _ in range(2):
            site.browser.get(site.url(kind))
            site.browser.head(site.url(kind))
    assert site.nothing_happened()


def test_the_page_shows_the_session_what_follows_and_until_when_in_the_members_zone(site: Site) -> None:
    page = site.open(site.url(LinkKind.CANCEL))
    assert "Coaching call with Eva Thursday 18 March 2027, 10:00–10:45 Europe/London, UTC+0 · 45 minutes" in page.text
    assert "The session is cancelled, in time. 1 credit of March 2027 is free again." in page.text
    assert "This is so until Tuesday 16 March 2027, 10:00 (Europe/London, UTC+0)." in page.text
    assert page.boxes == {}


def test_the_form_cancels_in_time_exactly_on_the_limit(site: Site) -> None:
    """M4, D-01."""
    site.platform.at(LIMIT)
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.keep()
    answer = site.press(url, page)
    assert (answer.status_code, answer.headers["location"]) == (303, "?done")
    assert [row["kind"] for row in site.difference().added("ledger_entry")] == ["RELEASE"]
    assert (statuses(site), codes(site)) == (["CANCELLED"], ["CANCELLED", "CANCELLED"])
    assert "The session is cancelled" in site.open(f"{url}?done").text


def test_a_late_cancellation_names_the_loss_and_the_next_month_but_not_the_coachs_pay(site: Site) -> None:
    """M8, D-04, MODEL 10."""
    site.platform.at(at("2027-03-16T10:00:01"))
    page = site.open(site.url(LinkKind.CANCEL))
    assert "The session is cancelled and counts as used. 1 credit of March 2027 is lost." in page.text
    assert "The next Coaching call that can be booked is one in April 2027." in page.text
    assert "100.00" not in page.text
    assert list(page.boxes) == ["acknowledge"]


def test_a_late_cancellation_without_the_tick_changes_nothing(site: Site) -> None:
    site.platform.at(at("2027-03-16T10:00:01"))
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 409
    assert "please tick the box" in answer.text
    assert site.nothing_happened()


def test_a_late_cancellation_with_the_tick_loses_the_call(site: Site) -> None:
    site.platform.at(at("2027-03-16T10:00:01"))
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.keep()
    assert site.press(url, page, tick=True).status_code == 303
    assert [row["kind"] for row in site.difference().added("ledger_entry")] == ["FORFEIT"]
    assert (statuses(site), codes(site)) == (["CANCELLED"], ["CANCELLED", "LATE_LOSS"])


def test_what_was_free_when_shown_and_costs_something_when_clicked_is_shown_anew(site: Site) -> None:
    site.platform.at(LIMIT)
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.platform.at(at("2027-03-16T10:00:01"))
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 409
    assert "what this means has changed" in answer.text
    assert "1 credit of March 2027 is lost" in answer.text
    assert site.nothing_happened()


def test_a_session_that_was_moved_since_is_shown_anew(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.platform.reschedule("Eva", site.session, at("2027-03-19T10:00"))
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 409
    assert "the session has changed" in answer.text
    assert "Friday 19 March 2027" in answer.text
    assert site.nothing_happened()


def test_a_double_click_is_one_act(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.keep()
    assert [site.press(url, page).status_code for _ in range(2)] == [303, 303]
    assert len(site.difference().added("event")) == 1


def test_an_acknowledgement_of_something_else_changes_nothing(site: Site) -> None:
    site.platform.at(at("2027-03-17T10:00"))
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    page.boxes["acknowledge"] = "0" * 64
    site.keep()
    assert site.press(url, page, tick=True).status_code == 409
    assert site.nothing_happened()


def test_a_done_link_says_so(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    site.press(url, site.open(url))
    assert "It is cancelled already." in site.open(url, status=410).text
    assert "It is cancelled already." in site.open(site.url(LinkKind.RESCHEDULE), status=410).text


def test_a_form_of_a_session_that_was_cancelled_otherwise_says_so(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.platform.cancel("Eva", site.session)
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 410
    assert site.nothing_happened()


@pytest.mark.parametrize("kind", [LinkKind.CANCEL, LinkKind.RESCHEDULE])
def test_a_link_expires_when_the_session_that_it_came_with_begins(site: Site, kind: LinkKind) -> None:
    """D-38: also where the session was moved to a later time since."""
    site.platform.reschedule("Eva", site.session, at("2027-03-25T10:00"))
    url = site.url(kind)
    site.platform.at(at("2027-03-18T09:59:59"))
    page = site.open(url)
    site.platform.at(at("2027-03-18T10:00"))
    assert "This link has expired" in site.open(url, status=410).text
    site.keep()
    assert site.press(url, page).status_code == 410
    assert site.nothing_happened()


ASKS = """
extends = "mastered"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "ASK", reason = "CLIENT_CANCELLED"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "REFUSE"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},
]
"""


def test_what_needs_the_consent_of_the_coach_is_asked_and_what_is_refused_has_no_button(site: Site) -> None:
    site.platform.cancel("Maya", site.session)
    site.platform.publish(ASKS)
    site.session = site.platform.booked("Maya", "coaching", "Eva", at("2027-03-18T10:00"))
    url = site.url(LinkKind.CANCEL)
    cancel, move = site.open(url), site.open(site.url(LinkKind.RESCHEDULE))
    assert "Ask to cancel this session?" in cancel.text
    assert "This needs the consent of your coach." in cancel.text
    site.keep()
    answer = site.press(url, cancel)
    assert (answer.status_code, answer.headers["location"]) == (303, "?done")
    assert [row["status"] for row in site.difference().added("proposal")] == ["PENDING"]
    assert site.difference().changed("session") == {}
    assert "Your request is on its way" in site.open(f"{url}?done").text
    assert "This session cannot be moved here" in move.text
    assert "The notice is too short" in move.text
    assert move.fields == {}


def test_mails_and_pushes_that_the_form_causes_name_its_request(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.keep()
    answer = site.press(url, page, headers={"x-request-id": "request-0001"})
    assert answer.headers["x-request-id"] == "request-0001"
    works = site.difference().added("due_work")
    assert {(row["kind"], row["request_id"]) for row in works} == {
        ("MAIL", "request-0001"),
        ("GOOGLE_PUSH", "request-0001"),
    }
