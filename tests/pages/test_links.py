"""Links that are not ours, not theirs or not for this; forms that are not from our page; and what every page forbids."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from models.keyring import Keyring
from notifications.links import ChangeLink, LinkKind, read_link, seal_link
from tests.pages.site import BASE_URL, Site, at


def link_of(site: Site, kind: LinkKind = LinkKind.CANCEL) -> ChangeLink:
    return read_link(site.services.keyring, site.url(kind).rpartition("/")[2])


def address(site: Site, link: ChangeLink, keyring: Keyring | None = None, page: str = "change") -> str:
    return f"{BASE_URL}/{page}/{seal_link(keyring or site.services.keyring, link)}"


def test_an_altered_link_is_not_found(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    for broken in (
        url[:-1],
        url + "A",
        url.replace("/change/", "/change/A"),
        f"{BASE_URL}/change/x",
        f"{BASE_URL}/join/x",
    ):
        assert "This link is not valid" in site.open(broken, status=404).text


def test_a_link_signed_with_another_secret_is_not_found(site: Site) -> None:
    forged = address(site, link_of(site), Keyring(b"another secret of thirty-two bytes."))
    site.open(forged, status=404)


def test_a_link_of_somebody_who_has_nothing_to_do_with_the_session_is_not_found(site: Site) -> None:
    site.platform.member("Leo", "Eva")
    for person in (site.platform.people["Leo"], site.platform.people["Sam"], 10**6):
        site.open(address(site, replace(link_of(site), person_id=person)), status=404)


def test_a_link_into_another_organisation_is_not_found(site: Site) -> None:
    site.open(address(site, replace(link_of(site), organisation_id=10**6)), status=404)
    site.open(address(site, replace(link_of(site), session_id=10**6)), status=404)


def test_a_join_link_changes_nothing_and_a_change_link_does_not_join(site: Site) -> None:
    site.open(address(site, link_of(site, LinkKind.JOIN)), status=404)
    site.open(address(site, link_of(site), page="join"), status=404)


def test_the_links_of_somebody_who_was_deactivated_are_not_found(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    with site.owner.begin() as connection:
        connection.execute(text("UPDATE person SET deactivated_at = now() WHERE name = 'Maya'"))
    site.open(url, status=404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_only_get_head_and_post_are_known(site: Site, method: str) -> None:
    answer = site.browser.request(method, site.url(LinkKind.CANCEL))
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_form_from_another_browser_changes_nothing(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.browser.cookies.clear()
    site.keep()
    answer = site.press(url, page)
    assert answer.status_code == 403
    assert "Please look again." in answer.text
    assert site.nothing_happened()


def test_a_form_of_another_link_changes_nothing(site: Site) -> None:
    page = site.open(site.url(LinkKind.RESCHEDULE) + "?to=2027-03-25T10:00:00Z")
    site.keep()
    assert site.press(site.url(LinkKind.CANCEL), page).status_code == 403
    assert site.nothing_happened()


def test_a_form_on_another_site_changes_nothing(site: Site) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    site.keep()
    for where in ("cross-site", "same-site"):
        assert site.press(url, page, headers={"Sec-Fetch-Site": where}).status_code == 403
    assert site.nothing_happened()
    assert site.press(url, page, headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"}).status_code == 303


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"form=x", "text/plain"),
        (b"x" * 9000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a=b" for _ in range(100)), "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_of_ours_changes_nothing(site: Site, body: bytes, kind: str) -> None:
    url = site.url(LinkKind.CANCEL)
    site.open(url)
    site.keep()
    assert site.browser.post(url, content=body, headers={"content-type": kind}).status_code == 403
    assert site.nothing_happened()


@pytest.mark.parametrize("version", ["", "-1", "x", "²", "9" * 40])
def test_a_form_without_a_version_that_was_read_changes_nothing(site: Site, version: str) -> None:
    url = site.url(LinkKind.CANCEL)
    page = site.open(url)
    page.fields["version"] = version
    site.keep()
    assert site.press(url, page).status_code == 403
    assert site.nothing_happened()


def test_the_cookie_is_for_our_forms_alone(site: Site) -> None:
    cookie = site.browser.get(site.url(LinkKind.CANCEL)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/change" in cookie


def test_two_tabs_of_one_browser_do_not_spoil_each_others_forms(site: Site) -> None:
    cancel, move = site.url(LinkKind.CANCEL), site.url(LinkKind.RESCHEDULE) + "?to=2027-03-25T10:00:00Z"
    first = site.open(cancel)
    site.open(move)
    assert site.press(cancel, first).status_code == 303


@pytest.mark.parametrize("kind", list(LinkKind))
def test_a_page_runs_nothing_loads_nothing_is_kept_by_nobody_and_does_not_leak_its_address(
    site: Site, kind: LinkKind
) -> None:
    answer = site.browser.get(site.url(kind))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert "<script" not in answer.text
    assert " style=" not in answer.text


def test_names_stay_words_on_the_pages_too(site: Site) -> None:
    with site.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE person SET name = '<img src=x onerror=alert(1)>\u202eevil' WHERE name = 'Eva'"
        )
    answer = site.browser.get(site.url(LinkKind.CANCEL))
    assert "<bdi>&lt;img src=x onerror=alert(1)&gt;evil</bdi>" in answer.text


def test_a_deadline_that_passed_unseen_is_settled_before_the_page_is_shown(site: Site) -> None:
    """The session's end has passed and no worker ran."""
    site.platform.at(at("2027-03-18T11:00"), run_timers=False)
    assert "It is over." in site.open(site.url(LinkKind.CANCEL), status=410).text
