"""Choosing which of two bookings is kept by the link of a mail: shown first, done only by the form (M12, D-14, D-38)."""

import pytest

from notifications.links import LinkKind
from tests.pages.site import Site, at

ASKED = at("2027-03-10T09:00")


@pytest.fixture
def doubled(site: Site) -> tuple[Site, int]:
    """Maya has booked a second coaching call in March, on the 25th."""
    site.platform.at(ASKED)
    return site, site.platform.booked("Maya", "coaching", "Eva", at("2027-03-25T10:00"))


def test_opening_the_page_keeps_nothing(doubled: tuple[Site, int]) -> None:
    site, other = doubled
    url = site.url(LinkKind.KEEP)
    site.keep()
    for address in (url, f"{url}?keep={other}", f"{url}?keep={site.session}"):
        site.browser.get(address)
        site.browser.head(address)
    assert site.nothing_happened()


def test_it_lists_the_bookings_and_until_when_one_is_chosen(doubled: tuple[Site, int]) -> None:
    site, other = doubled
    page = site.open(site.url(LinkKind.KEEP))
    assert page.hrefs == [f"?keep={site.session}", f"?keep={other}"]
    assert "18 March 2027, 10:00–10:45" in page.text
    assert "25 March 2027, 10:00–10:45" in page.text
    assert "until Thursday 11 March 2027, 09:00" in page.text


@pytest.mark.parametrize("which", [0, 1])
def test_it_shows_what_a_choice_leads_to_and_the_form_makes_it(doubled: tuple[Site, int], which: int) -> None:
    site, other = doubled
    kept, given_up = [(site.session, other), (other, site.session)][which]
    url = f"{site.url(LinkKind.KEEP)}?keep={kept}"
    page = site.open(url)
    assert "If you keep this one" in page.text
    site.keep()
    answer = site.press(url, page)
    assert (answer.status_code, answer.headers["location"]) == (303, "?done")
    after = site.difference().after
    assert after.one("session", id=kept)["status"] == "SCHEDULED"
    assert after.one("session", id=given_up)["reason"] == "DUPLICATE_RESOLVED"
    assert "the others are cancelled at no cost" in site.open(f"{site.url(LinkKind.KEEP)}?done").text
    again = site.press(url, page)
    assert again.status_code == 409
    assert "There is nothing to choose" in site.open(site.url(LinkKind.KEEP)).text


def test_a_booking_that_is_not_asked_about_is_not_kept_here(doubled: tuple[Site, int]) -> None:
    site, other = doubled
    mentor = site.platform.booked("Maya", "mentor", "Eva", at("2027-03-19T10:00"))
    url = f"{site.url(LinkKind.KEEP)}?keep={other}"
    page = site.open(url)
    site.keep()
    page.fields["keep"] = str(mentor)
    assert site.press(url, page).status_code == 409
    assert site.nothing_happened()


def test_a_form_of_another_place_keeps_nothing(doubled: tuple[Site, int]) -> None:
    site, other = doubled
    url = f"{site.url(LinkKind.KEEP)}?keep={other}"
    page = site.open(url)
    site.keep()
    page.fields["form"] = "0" * 64
    assert site.press(url, page).status_code == 403
    assert site.nothing_happened()


def test_after_the_deadline_there_is_nothing_to_choose(doubled: tuple[Site, int]) -> None:
    site, _ = doubled
    site.platform.at(at("2027-03-11T09:00:01"))
    assert "There is nothing to choose" in site.open(site.url(LinkKind.KEEP)).text


def test_the_coach_has_nothing_to_choose_and_another_kind_of_link_opens_nothing(doubled: tuple[Site, int]) -> None:
    site, _ = doubled
    assert "There is nothing to choose" in site.open(site.url(LinkKind.KEEP, who="Eva")).text
    url = site.url(LinkKind.CANCEL).replace("/change/", "/keep/")
    assert "This link is not valid" in site.open(url, status=404).text
