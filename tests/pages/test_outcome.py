"""Saying what became of a session by the link of a mail: shown first, recorded only by the form (A9, A15, D-38)."""

from notifications.links import LinkKind
from tests.pages.site import Site, at

OVER = at("2027-03-18T10:45")


def test_opening_the_page_records_nothing(site: Site) -> None:
    site.platform.at(OVER)
    url = site.url(LinkKind.OUTCOME, who="Eva")
    site.keep()
    for address in (url, f"{url}?say=HELD", f"{url}?say=CLIENT_NO_SHOW"):
        site.browser.get(address)
        site.browser.head(address)
    assert site.nothing_happened()


def test_it_lists_what_the_coach_may_say_that_it_was_held_first(site: Site) -> None:
    site.platform.at(OVER)
    page = site.open(site.url(LinkKind.OUTCOME, who="Eva"))
    assert page.hrefs[0] == "?say=HELD"
    assert "?say=CLIENT_NO_SHOW" in page.hrefs
    assert not {"?say=MOVE_DECLINED", "?say=PLATFORM_CANCELLED", "?say=CLIENT_MOVED"} & set(page.hrefs)


def test_before_the_end_only_an_absence_can_be_stated(site: Site) -> None:
    site.platform.at(at("2027-03-18T10:09:59"))
    url = site.url(LinkKind.OUTCOME, who="Eva")
    assert "There is nothing to say about it here, now." in site.open(url).text
    site.platform.at(at("2027-03-18T10:10"))
    assert site.open(url).hrefs == ["?say=CLIENT_NO_SHOW"]


def test_it_shows_what_an_answer_leads_to_and_the_form_records_it(site: Site) -> None:
    site.platform.at(OVER)
    url = f"{site.url(LinkKind.OUTCOME, who='Eva')}?say=CLIENT_NO_SHOW"
    page = site.open(url)
    assert "The member did not come" in page.text
    assert "The session was missed and counts as used." in page.text
    site.keep()
    answer = site.press(url, page)
    assert (answer.status_code, answer.headers["location"]) == (303, "?done")
    after = site.difference().after.one("session", id=site.session)
    assert (after["status"], after["reason"]) == ("MISSED", "CLIENT_NO_SHOW")
    assert "Your answer is recorded." in site.open(f"{site.url(LinkKind.OUTCOME, who='Eva')}?done").text
    assert site.press(url, page).status_code == 303
    assert len(site.difference().added("earning")) == 1


def test_a_form_of_another_place_records_nothing(site: Site) -> None:
    site.platform.at(OVER)
    url = f"{site.url(LinkKind.OUTCOME, who='Eva')}?say=HELD"
    page = site.open(url)
    site.keep()
    page.fields["form"] = "0" * 64
    assert site.press(url, page).status_code == 403
    assert site.nothing_happened()


def test_the_member_has_nothing_to_say_here(site: Site) -> None:
    site.platform.at(OVER)
    assert "There is nothing to say about it here, now." in site.open(site.url(LinkKind.OUTCOME)).text


def test_the_link_expires(site: Site) -> None:
    site.platform.at(at("2027-06-16T10:45"))
    assert "There is nothing to say" in site.open(site.url(LinkKind.OUTCOME, who="Eva")).text


def test_another_kind_of_link_opens_nothing(site: Site) -> None:
    url = site.url(LinkKind.JOIN).replace("/join/", "/outcome/")
    assert "This link is not valid" in site.open(url, status=404).text
