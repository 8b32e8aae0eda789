"""The pages: clearly a demo's, safe to show whatever an event says, and reached from this machine alone."""

import re
from html import unescape

import httpx2 as httpx
import pytest

from calendar_sync.google_double import FaultKind, GoogleDouble, Handle, RemoteDouble
from tests.calendar_sync.google_support import (
    EVA,
    MEET,
    MORNING,
    Raw,
    consent_url,
    endpoints_of,
    hour,
    plain_http,
)


def page(double: Handle, path: str = "", *, status: int = 200) -> str:
    with plain_http() as client:
        answer = client.get(f"{double.url}/{path}")
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


@pytest.mark.parametrize(
    "path", ["", f"calendar/{EVA}", "meet/abc-defg-hij", "calendar/nobody@example.com", "o/oauth2/v2/auth"]
)
def test_every_page_says_that_it_is_not_google(raw: Raw, path: str):
    html = page(raw.double, path, status=404 if "nobody" in path else 400 if "oauth" in path else 200)
    assert "Demo: this is not Google." in html


def test_the_consent_page_says_who_asks_for_what(double: GoogleDouble):
    url = consent_url(endpoints_of(double))
    shown = page(double, url.removeprefix(f"{double.url}/"))
    assert f'value="{EVA}"' in shown
    assert "Fortnight asks to use your calendar" in shown
    assert "<code>demo-client</code>" in shown
    assert "Make secondary Google calendars, and see, create, change, and delete events on them" in shown
    assert shown.count('type="checkbox"') == 2


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1:1"])
def test_a_consent_that_another_page_sent_is_refused(double: GoogleDouble, origin: str):
    with plain_http() as client:
        answer = client.post(
            consent_url(endpoints_of(double)),
            data={"email": EVA, "decision": "allow"},
            headers={"origin": origin},
        )
    assert answer.status_code == 403


def test_a_consent_of_nobody_is_refused(double: GoogleDouble):
    with plain_http() as client:
        answer = client.post(consent_url(endpoints_of(double)), data={"email": "", "decision": "allow"})
    assert answer.status_code == 400


def test_the_calendar_shows_events_by_week_and_day_in_its_zone(raw: Raw):
    raw("POST", body={**MORNING, "summary": "Coaching call with Maya", "conferenceData": MEET}, conferenceDataVersion=1)
    raw(
        "POST",
        body={**hour("2027-06-22T22:30:00Z", "2027-06-22T23:15:00Z"), "summary": "Late call", "status": "tentative"},
    )
    shown = text(page(raw.double, f"calendar/{EVA}"))
    assert re.search(
        r"Week of 15 March 2027 Mon 15 Mar Coaching call with Maya confirmed 09:00 – 09:45 Europe/London", shown
    )
    assert re.search(
        r"Week of 21 June 2027 Tue 22 Jun Late call on hold 23:30 – 00:15 \(\+1 day\) Europe/London", shown
    )


def test_the_link_on_the_page_leads_to_the_demos_meeting(raw: Raw):
    made = raw("POST", body={**MORNING, "conferenceData": MEET}, conferenceDataVersion=1).json()
    assert f'href="{made["hangoutLink"]}"' in page(raw.double, f"calendar/{EVA}")
    assert "Here the call would take place." in page(raw.double, made["hangoutLink"].removeprefix(f"{raw.double.url}/"))


def test_a_link_that_is_not_made_yet_is_said_so(raw: Raw):
    raw.double.fail_next(FaultKind.CONFERENCE_PENDING)
    raw("POST", body={**MORNING, "conferenceData": MEET}, conferenceDataVersion=1)
    assert "Meeting link: pending" in page(raw.double, f"calendar/{EVA}")


def test_deleted_events_stand_apart(raw: Raw):
    made = raw("POST", body={**MORNING, "summary": "Gone call"}).json()
    raw("DELETE", f"/{made['id']}")
    shown = text(page(raw.double, f"calendar/{EVA}"))
    assert "0 events." in shown
    assert "Deleted (1) Gone call" in shown


def test_looking_at_the_calendar_makes_no_pending_link(raw: Raw):
    raw.double.fail_next(FaultKind.CONFERENCE_PENDING, reads=1)
    made = raw("POST", body={**MORNING, "conferenceData": MEET}, conferenceDataVersion=1).json()
    for _ in range(3):
        page(raw.double, f"calendar/{EVA}")
    assert raw("GET", f"/{made['id']}").json()["conferenceData"]["createRequest"]["status"]["statusCode"] == "pending"


def test_what_an_event_says_is_shown_and_never_run(raw: Raw):
    nasty = "<script>alert(1)</script>\"'&"
    raw("POST", body={**MORNING, "summary": nasty, "description": nasty})
    html = page(raw.double, f"calendar/{EVA}")
    assert "<script" not in html
    assert nasty in unescape(html)


def test_whole_days_are_shown_as_such(raw: Raw):
    raw("POST", body={"start": {"date": "2027-06-15"}, "end": {"date": "2027-06-16"}, "summary": "Day off"})
    assert "Day off confirmed all day" in text(page(raw.double, f"calendar/{EVA}"))


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1.example.com", "127.0.0.2", ""])
def test_a_page_of_the_web_does_not_reach_the_double_by_a_name_of_its_own(double: GoogleDouble, host: str):
    with plain_http() as client:
        assert client.get(f"{double.url}/control/log", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_the_web_cannot_tell_the_double_anything(double: GoogleDouble, kind: str):
    with plain_http() as client:
        answer = client.post(f"{double.url}/control/clear-faults", content="{}", headers={"content-type": kind})
    assert answer.status_code == 415


def test_the_control_desk_tells_and_does_what_the_handle_does(raw: Raw):
    remote = RemoteDouble(raw.double.url)
    made = raw("POST", body=MORNING).json()
    assert remote.log() == raw.double.log()
    assert remote.log(since=2) == raw.double.log(since=2)
    assert remote.events(EVA) == raw.double.events(EVA)
    remote.do("delete-event", email=EVA, event_id=made["id"])
    assert (remote.events(EVA), len(remote.events(EVA, deleted=True))) == ([], 1)
    with pytest.raises(ValueError, match="no such event"):
        remote.do("delete-event", email=EVA, event_id=made["id"])
    with remote.fail_while(FaultKind.UNAVAILABLE):
        assert raw("GET").status_code == 503
    assert raw("GET").status_code == 200


def test_the_control_desk_says_what_it_did_not_understand(double: GoogleDouble):
    def tell(name: str, body: object) -> tuple[int, str]:
        with plain_http() as client:
            answer: httpx.Response = client.post(f"{double.url}/control/{name}", json=body)
        return answer.status_code, answer.json()["error"]

    assert tell("fly", {})[0] == 404
    assert tell("open-account", {"mail": EVA})[0] == 400
    assert tell("add-fault", {"kind": "thunder"})[0] == 400
    assert "'503 backendError'" in tell("add-fault", {"kind": "thunder"})[1]
    assert tell("add-fault", [1])[0] == 400


def test_only_the_loopback_is_listened_on(double: GoogleDouble):
    assert double.url.startswith("http://127.0.0.1:")
