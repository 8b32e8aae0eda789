"""Moving by the link of a mail: a time is chosen, what follows is shown, the form does it; too late, it says so (M7)."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from notifications.links import LinkKind
from tests.pages.site import Page, Site, at


def offered(page: Page) -> list[str]:
    """The times to choose from."""
    found = [parse_qs(urlsplit(href).query).get("to", [""])[0] for href in page.hrefs]
    return [to for to in found if to]


def all_offered(site: Site, url: str) -> list[str]:
    """The times of all pages of the list."""
    times: list[str] = []
    address = url
    while address:
        page = site.open(address)
        times += offered(page)
        address = next((url + href for href in page.hrefs if href.startswith("?after=")), "")
    return times


def test_only_times_to_which_the_rules_let_the_session_go_are_offered(site: Site) -> None:
    """D-43: a session stays in its month."""
    times = all_offered(site, site.url(LinkKind.RESCHEDULE))
    assert times[0] == "2027-03-01T09:15:00Z"
    assert times[-1] == "2027-03-31T22:45:00Z"
    assert "2027-03-18T10:00:00Z" not in times
    assert len(times) == len(set(times)) == len(sorted(times))


def test_every_time_that_is_offered_is_accepted(site: Site) -> None:
    url = site.url(LinkKind.RESCHEDULE)
    times = all_offered(site, url)
    for to in (times[0], times[len(times) // 2], times[-1]):
        assert "Nothing is lost by it." in site.open(f"{url}?to={to}").text


def test_the_chosen_time_is_shown_beside_the_present_one_and_the_form_moves_the_session(site: Site) -> None:
    """M4, D-46: the same session at the new time."""
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(f"{url}?to=2027-03-25T10:00:00Z")
    assert re.search(r"18 March 2027, 10:00–10:45 .* New time Thursday 25 March 2027, 10:00–10:45", page.text)
    site.keep()
    answer = site.press(url, page)
    assert (answer.status_code, answer.headers["location"]) == (303, "?done")
    (changed,) = site.difference().changed("session").values()
    assert changed["starts_at"][1].startswith("2027-03-25T10:00:00")
    assert changed["sequence"] == (0, 1)
    assert "Thursday 25 March 2027" in site.open(f"{url}?done").text


def test_a_double_click_moves_once(site: Site) -> None:
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(f"{url}?to=2027-03-25T10:00:00Z")
    site.keep()
    assert [site.press(url, page).status_code for _ in range(2)] == [303, 303]
    assert len(site.difference().added("event")) == 1


def test_a_time_that_somebody_took_meanwhile_is_refused_with_others_to_choose_from(site: Site) -> None:
    """D-49."""
    site.platform.member("Leo", "Eva")
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(f"{url}?to=2027-03-25T10:00:00Z")
    site.platform.booked("Leo", "coaching", "Eva", at("2027-03-25T10:00"))
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 409
    assert "This time is taken." in answer.text
    assert offered(Page(answer.text))
    assert site.nothing_happened()


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("2027-04-06T09:00:00Z", "only within its own month"),
        ("2027-03-25T10:01:00Z", "This time is not offered."),
        ("2027-03-18T10:00:00Z", "This time is not offered."),
        ("2027-02-25T10:00:00Z", "only within its own month"),
    ],
)
def test_a_time_that_is_not_possible_is_answered_with_why_and_the_list(site: Site, to: str, why: str) -> None:
    page = site.open(f"{site.url(LinkKind.RESCHEDULE)}?to={to}")
    assert why in page.text
    assert offered(page)


@pytest.mark.parametrize("to", ["", "tomorrow", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2027-03-25", "%00"])
def test_what_is_no_time_is_no_choice(site: Site, to: str) -> None:
    page = site.open(f"{site.url(LinkKind.RESCHEDULE)}?to={to}&after={to}")
    assert offered(page)
    assert page.fields == {}


def test_a_form_without_a_chosen_time_moves_nothing(site: Site) -> None:
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(f"{url}?to=2027-03-25T10:00:00Z")
    del page.fields["to"]
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 409
    assert offered(Page(answer.text))
    assert site.nothing_happened()


def test_too_late_the_page_offers_no_times_but_says_what_a_request_would_do(site: Site) -> None:
    """M7: the call is cancelled and lost, and only with the explicit tick (D-04)."""
    site.platform.at(at("2027-03-16T10:00:01"))
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(url)
    assert "It is too late to move this session" in page.text
    assert "1 credit of March 2027 is lost." in page.text
    assert offered(page) == []
    site.keep()
    assert site.press(url, page).status_code == 409
    assert site.nothing_happened()
    assert site.press(url, page, tick=True).status_code == 303
    difference = site.difference()
    assert [row["kind"] for row in difference.added("ledger_entry")] == ["FORFEIT"]
    assert sorted(row["code"] for row in difference.added("notification")) == ["CANCELLED", "LATE_LOSS"]
    assert [row["status"] for row in difference.after.of("session")] == ["CANCELLED"]


def test_a_double_click_on_giving_up_is_one_act(site: Site) -> None:
    site.platform.at(at("2027-03-17T10:00"))
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(url)
    site.keep()
    assert [site.press(url, page, tick=True).status_code for _ in range(2)] == [303, 303]
    assert len(site.difference().added("event")) == 1


def test_a_time_chosen_in_time_and_confirmed_too_late_is_shown_as_the_loss_that_it_would_be(site: Site) -> None:
    site.platform.at(at("2027-03-16T10:00"))
    url = site.url(LinkKind.RESCHEDULE)
    page = site.open(f"{url}?to=2027-03-25T10:00:00Z")
    site.platform.at(at("2027-03-16T10:00:01"))
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 409
    assert "It is too late to move this session" in answer.text
    assert site.nothing_happened()


def test_a_session_that_the_coach_moved_can_still_be_moved_or_declined_without_loss(site: Site) -> None:
    """D-36, until the member agrees."""
    site.platform.at(at("2027-03-17T12:00"))
    site.platform.reschedule("Eva", site.session, at("2027-03-18T12:00"))
    assert offered(site.open(site.url(LinkKind.RESCHEDULE)))
    page = site.open(site.url(LinkKind.CANCEL))
    assert "nobody loses anything by it" in page.text
    assert "until the session starts" in page.text
    assert page.boxes == {}
