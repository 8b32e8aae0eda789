"""Accepting and declining an invite by the link of its mail: shown first, done only by a form (V6, D-38)."""

from typing import Any

import pytest

from commands.invite import SendInvite, propose_session
from notifications.links import ChangeLink, LinkKind, seal_link
from policy.facts import Interval
from tests.pages.site import Page, Site, at
from tests.support.platform import done

SLOT = at("2027-03-24T18:00")
EVENING = Interval(start=at("2027-03-24T18:00"), end=at("2027-03-24T20:00"))


def invited(site: Site, *slots: Any, within: tuple[Interval, ...] = ()) -> str:
    """The address at which Maya answers Eva's invite."""
    platform = site.platform
    platform.cancel("Maya", site.session)
    platform.publish('extends = "mastered"\n[invite]\nenabled = true\n')
    command = SendInvite(
        kind_id=platform.kinds["coaching"],
        coach_id=platform.people["Eva"],
        member_id=platform.people["Maya"],
        slots=slots,
        ranges=within,
    )
    number = done(propose_session(platform.database, platform.request("Eva"), command)).object_id
    link = ChangeLink(
        organisation_id=platform.organisation_id,
        person_id=platform.people["Maya"],
        session_id=number,
        kind=LinkKind.INVITE,
        expires_at=SLOT,
    )
    return f"/invite/{seal_link(site.services.keyring, link)}"


def press(site: Site, url: str, page: Page, say: str) -> Any:
    fields = {**page.fields, "say": say}
    return site.browser.post(url, data=fields, follow_redirects=False)


def test_opening_the_page_answers_nothing(site: Site) -> None:
    url = invited(site, SLOT)
    site.keep()
    for address in (url, f"{url}?to=2027-03-26T10:00:00Z", f"{url}?to=nonsense"):
        for _ in range(2):
            assert site.browser.get(address).status_code == 200
            site.browser.head(address)
    assert site.nothing_happened()


def test_the_one_time_of_an_invite_is_shown_and_accepted_by_the_form(site: Site) -> None:
    url = invited(site, SLOT)
    page = site.open(url)
    assert "You are invited" in page.text
    assert "Wednesday 24 March 2027, 18:00–18:45" in page.text
    site.keep()
    assert press(site, url, page, "yes").headers["location"] == "?done"
    (booked,) = site.difference().added("session")
    assert booked["starts_at"].startswith("2027-03-24T18:00:00")
    assert press(site, url, page, "yes").status_code == 303
    assert len(site.difference().added("session")) == 1
    assert "There is nothing to answer" in site.open(url).text


def test_an_invite_is_declined_by_the_other_form(site: Site) -> None:
    url = invited(site, SLOT)
    page = site.open(url)
    site.keep()
    assert press(site, url, page, "no").status_code == 303
    (changed,) = site.difference().changed("proposal").values()
    assert changed["status"] == ("PENDING", "DECLINED")


def test_within_a_range_the_member_chooses_a_time(site: Site) -> None:
    url = invited(site, within=(EVENING,))
    times = [href for href in site.open(url).hrefs if href.startswith("?to=")]
    assert len(times) == 6
    chosen = site.open(url + times[2])
    site.keep()
    assert press(site, url, chosen, "yes").status_code == 303
    (booked,) = site.difference().added("session")
    assert booked["starts_at"].startswith("2027-03-24T18:30:00")


@pytest.mark.parametrize("token", ["x", "MS4yLjUuSU5WSVRF"])
def test_a_broken_link_leads_nowhere(site: Site, token: str) -> None:
    assert site.browser.get(f"/invite/{token}").status_code == 404
