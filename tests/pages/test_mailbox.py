"""A sandbox's mailbox: every message, newest first, as text and as fenced HTML with working links; no live organisation has one."""

from sqlalchemy import text

from api.pages import mailbox_url
from notifications.capability import seal
from tests.pages.site import BASE_URL, Page, Site, at


def url_of(site: Site) -> str:
    return mailbox_url(site.services.keyring, BASE_URL, site.platform.organisation_id)


def mails(page: Page, url: str) -> list[str]:
    return [href for href in page.hrefs if href.startswith(f"{url}/")]


def test_it_lists_the_messages_newest_first_and_says_that_none_was_sent(site: Site) -> None:
    site.platform.at(at("2027-03-02T09:00")).cancel("Maya", site.session)
    url = url_of(site)
    page = site.open(url)
    assert page.text.startswith("Sandbox mailbox. These messages were never sent")
    ids = [int(href.rpartition("/")[2]) for href in mails(page, url)]
    assert len(ids) == 4
    assert ids == sorted(ids, reverse=True)
    assert page.text.index("Cancelled: Coaching call") < page.text.index("Booked: Coaching call")


def test_a_message_stands_there_as_text_and_in_a_frame_that_runs_nothing(site: Site) -> None:
    url = url_of(site)
    page = site.open(mails(site.open(url), url)[-1])
    (frame,) = page.frames
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert "Your Coaching call with" in (frame["srcdoc"] or "")
    assert "Your Coaching call with Eva is booked." in page.text
    assert "maya@example.com" in page.text


def test_its_links_work(site: Site) -> None:
    url = url_of(site)
    page = site.open(mails(site.open(url), url)[-1])
    change = [href for href in page.hrefs if "/change/" in href]
    assert len(change) == 2
    titles = [site.open(href).text for href in change]
    assert any("Cancel this session?" in words for words in titles)
    assert any("Choose another time" in words for words in titles)


def test_what_no_worker_has_delivered_yet_says_so(site: Site) -> None:
    page = site.open(url_of(site))
    assert page.text.count("not delivered yet") == 2
    with site.owner.begin() as connection:
        connection.execute(text("UPDATE notification SET sent_at = created_at"))
    assert "not delivered yet" not in site.open(url_of(site)).text


def test_many_messages_are_turned_over_page_by_page(site: Site) -> None:
    copy = text("""
        INSERT INTO notification (organisation_id, code, recipient_id, session_id, event_id, channel, facts, created_at)
        SELECT organisation_id, code, recipient_id, session_id, event_id, channel, facts, created_at
        FROM notification CROSS JOIN generate_series(1, 60)
    """)
    with site.owner.begin() as connection:
        connection.execute(copy)
    url, seen = url_of(site), list[str]()
    address = url
    while address:
        page = site.open(address)
        seen += mails(page, url)
        address = next((href for href in page.hrefs if "?before=" in href), "")
    assert len(seen) == len(set(seen)) == 122


def test_opening_it_changes_nothing(site: Site) -> None:
    url = url_of(site)
    site.keep()
    site.open(mails(site.open(url), url)[0])
    assert site.nothing_happened()


def test_there_is_none_for_an_altered_address_or_a_message_of_nobody(site: Site) -> None:
    url = url_of(site)
    site.open(url + "A", status=404)
    site.open(f"{url}/999999", status=404)
    site.open(f"{url}/99999999999999999999999", status=404)
    site.open(f"{BASE_URL}/mailbox/{seal(site.services.keyring, 'links/change', '1')}", status=404)


def test_a_live_organisation_has_none(site: Site) -> None:
    with site.owner.begin() as connection:
        connection.execute(text("UPDATE organisation SET is_sandbox = false, clock_at = NULL"))
    assert "There is no such mailbox" in site.open(url_of(site), status=404).text


def test_a_strange_page_number_is_the_first_page(site: Site) -> None:
    for before in ("x", "-1", "²", "9" * 40, ""):
        assert len(mails(site.open(f"{url_of(site)}?before={before}"), url_of(site))) == 2


def test_only_where_a_mail_is_shown_its_styles_are_let_in_and_nothing_else(site: Site) -> None:
    url = url_of(site)
    answer = site.browser.get(mails(site.open(url), url)[0])
    policy = answer.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "sha256-" in site.browser.get(url).headers["content-security-policy"]


def test_hostile_words_stay_inside_the_frame(site: Site) -> None:
    with site.owner.begin() as connection:
        hostile = '\'{"coach_name": "\\"></iframe><script>alert(1)</script>"}\''
        connection.execute(text(f"UPDATE notification SET facts = facts || {hostile}::jsonb"))
    url = url_of(site)
    answer = site.browser.get(mails(site.open(url), url)[-1])
    assert "<script" not in answer.text
    assert answer.text.count("</iframe>") == 1


def test_while_the_sandbox_is_catching_up_nothing_stale_is_shown(site: Site) -> None:
    many = text("""
        INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank)
        SELECT organisation_id, 'SESSION_END', 'more:' || n, ARRAY[coach_id, member_id], id, '2027-02-01', '2027-02-01', false, true, 8
        FROM session CROSS JOIN generate_series(1, 201) AS n
    """)
    with site.owner.begin() as connection:
        connection.execute(many)
    answer = site.browser.get(url_of(site))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert site.browser.get(url_of(site)).status_code == 200
