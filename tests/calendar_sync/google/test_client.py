"""The client, one call at a time, against the double: what each answer and each fault comes out as."""

import gc
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import Resource
from googleapiclient.http import HttpRequest

from calendar_sync.google.client import GoogleAccount, GoogleCalendar, execute
from calendar_sync.google.endpoints import EVENTS_OWNED, GoogleEndpoints
from calendar_sync.google.failures import (
    CalendarMissing,
    Changed,
    ConnectionBroken,
    Duplicate,
    Gone,
    GoogleFailure,
    Permanent,
    Transient,
)
from calendar_sync.google.mapping import new_event
from calendar_sync.google_double import FaultKind, GoogleDouble
from tests.calendar_sync.google_support import EVA, KEY, account_of, calls, endpoints_of, granted, mark, session_event
from tests.support.collecting import uncollected

BODY = new_event(session_event(), KEY, 0)
ID = KEY.event_id(0)

FAULTS = [
    (FaultKind.RATE_LIMITED, Transient, "rateLimitExceeded (HTTP 429)"),
    (FaultKind.RATE_LIMIT, Transient, "rateLimitExceeded (HTTP 403)"),
    (FaultKind.USER_RATE_LIMIT, Transient, "userRateLimitExceeded (HTTP 403)"),
    (FaultKind.QUOTA, Transient, "quotaExceeded (HTTP 403)"),
    (FaultKind.FORBIDDEN, Permanent, "forbidden (HTTP 403)"),
    (FaultKind.BACKEND_ERROR, Transient, "backendError (HTTP 500)"),
    (FaultKind.BAD_GATEWAY, Transient, "unavailable (HTTP 502)"),
    (FaultKind.UNAVAILABLE, Transient, "backendError (HTTP 503)"),
    (FaultKind.GATEWAY_TIMEOUT, Transient, "unavailable (HTTP 504)"),
    (FaultKind.SLOW, Transient, "timeout"),
    (FaultKind.RESET, Transient, "connectionLost"),
    (FaultKind.ANSWER_LOST, Transient, "connectionLost"),
    (FaultKind.ANSWER_DROPPED, Transient, "connectionLost"),
    (FaultKind.ANSWER_TORN, Transient, "connectionLost"),
    (FaultKind.HTML, Transient, "unreadableAnswer"),
    (FaultKind.NONSENSE, Transient, "unreadableAnswer"),
    (FaultKind.NOT_AUTHORISED, ConnectionBroken, "authError (HTTP 401)"),
]


def act(calendar: GoogleCalendar, name: str) -> Any:
    match name:
        case "insert":
            return calendar.insert(BODY)
        case "get":
            return calendar.get(ID)
        case "patch":
            return calendar.patch(ID, {"summary": "New"}, etag="*")
        case "delete":
            return calendar.delete(ID)
        case _:
            return calendar.find("fortnightSession", KEY.value)


@pytest.mark.parametrize("name", ["insert", "get", "patch", "delete", "list"])
@pytest.mark.parametrize(("kind", "expected", "said"), FAULTS, ids=str)
def test_a_fault_has_its_name(
    double: GoogleDouble,
    calendar: GoogleCalendar,
    name: str,
    kind: FaultKind,
    expected: type[GoogleFailure],
    said: str,
):
    if name != "insert":
        calendar.insert(BODY)
    patience = timedelta(seconds=0.5 if kind is FaultKind.SLOW else 10)
    account = GoogleAccount(endpoints_of(double), calendar.account.refresh_token, timeout=patience)
    # An answer to a deletion has no body, so that nothing of it can be torn.
    empty = name == "delete" and kind is FaultKind.ANSWER_TORN
    with closing(account), double.fail_while(kind, f"events.{name}", seconds=2), pytest.raises(expected) as caught:
        act(account.calendar(calendar.calendar_id), name)
    assert str(caught.value) == ("connectionLost" if empty else said)


@pytest.mark.parametrize("name", ["insert", "get", "patch"])
def test_an_answer_without_an_event_in_it_is_unreadable(double: GoogleDouble, calendar: GoogleCalendar, name: str):
    if name != "insert":
        calendar.insert(BODY)
    with double.fail_while(FaultKind.EMPTY, f"events.{name}"), pytest.raises(Transient, match="unreadableAnswer"):
        act(calendar, name)


def test_a_new_calendar_without_an_id_is_unreadable(double: GoogleDouble, account: GoogleAccount):
    with double.fail_while(FaultKind.EMPTY, "calendars.insert"), pytest.raises(Transient, match="unreadableAnswer"):
        account.create_calendar(title="Coaching", zone="UTC", description="")


def test_credentials_that_the_library_refuses_are_a_broken_connection():
    class Request:
        methodId = "calendar.events.get"  # noqa: N815  the library's name

        def execute(self, **_: object) -> object:
            raise RefreshError("planted detail")

    with pytest.raises(ConnectionBroken) as caught:
        execute(Request())
    assert str(caught.value) == "credentialsRefused"


def test_when_to_come_back_is_handed_on(double: GoogleDouble, calendar: GoogleCalendar):
    double.fail_next(FaultKind.RATE_LIMIT, "events.insert", retry_after="17")
    with pytest.raises(Transient) as caught:
        calendar.insert(BODY)
    assert caught.value.retry_after == timedelta(seconds=17)


def test_nothing_is_tried_again_by_itself(double: GoogleDouble, calendar: GoogleCalendar):
    since = mark(double)
    double.fail_next(FaultKind.UNAVAILABLE, "events.insert")
    with pytest.raises(Transient):
        calendar.insert(BODY)
    assert calls(double, since=since) == ["events.insert"]


def test_an_expired_access_token_is_renewed_without_anybody_noticing(double: GoogleDouble, calendar: GoogleCalendar):
    calendar.insert(BODY)
    double.do("expire-access-tokens")
    assert calendar.get(ID)["id"] == ID
    lines = double.log()[-3:]
    assert [(line["call"], line["status"]) for line in lines] == [
        ("events.get", 401),
        ("oauth.token", 200),
        ("events.get", 200),
    ]


def test_a_grant_that_died_between_two_calls_is_a_broken_connection(double: GoogleDouble, calendar: GoogleCalendar):
    calendar.insert(BODY)
    double.do("withdraw-consent", email=EVA)
    with pytest.raises(ConnectionBroken, match="invalid_grant"):
        calendar.get(ID)


def test_trouble_at_the_token_address_is_not(double: GoogleDouble, calendar: GoogleCalendar):
    double.do("expire-access-tokens")
    with double.fail_while(FaultKind.UNAVAILABLE, "oauth.token"), pytest.raises(Transient):
        calendar.insert(BODY)
    calendar.insert(BODY)


def test_an_account_knows_the_refresh_token_that_is_good_now(double: GoogleDouble, account: GoogleAccount):
    before = account.refresh_token
    double.fail_next(FaultKind.NEW_REFRESH_TOKEN, "oauth.token")
    calendar = account.calendar(account.create_calendar(title="Coaching", zone="UTC", description=""))
    assert account.refresh_token != before
    double.do("expire-access-tokens")
    calendar.insert(BODY)


def test_a_taken_id_is_a_duplicate_also_of_a_deleted_event(calendar: GoogleCalendar):
    calendar.insert(BODY)
    with pytest.raises(Duplicate):
        calendar.insert(BODY)
    calendar.delete(ID)
    with pytest.raises(Duplicate):
        calendar.insert(BODY)


def test_a_deleted_event_reads_as_cancelled_and_one_that_never_was_is_gone(calendar: GoogleCalendar):
    with pytest.raises(Gone):
        calendar.get(ID)
    calendar.insert(BODY)
    calendar.delete(ID)
    assert calendar.get(ID)["status"] == "cancelled"


def test_deleting_is_done_when_the_event_is_not_there(calendar: GoogleCalendar):
    calendar.delete(ID)
    calendar.insert(BODY)
    calendar.delete(ID)
    calendar.delete(ID)


def test_a_change_on_an_older_state_is_refused(calendar: GoogleCalendar):
    etag = calendar.insert(BODY)["etag"]
    calendar.patch(ID, {"summary": "First"}, etag=etag)
    with pytest.raises(Changed):
        calendar.patch(ID, {"summary": "Second"}, etag=etag)


def test_events_are_found_by_their_key_over_pages(
    double: GoogleDouble, calendar: GoogleCalendar, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("calendar_sync.google.client._PAGE", 2)
    for generation in range(5):
        calendar.insert(new_event(session_event(conference=False), KEY, generation))
    calendar.delete(KEY.event_id(3))
    since = mark(double)
    found = {event["id"] for event in calendar.find("fortnightSession", KEY.value)}
    assert found == {KEY.event_id(generation) for generation in (0, 1, 2, 4)}
    assert calls(double, since=since) == ["events.list"] * 2
    assert calendar.find("fortnightSession", "another") == []


@pytest.mark.parametrize("name", ["insert", "list"])
def test_a_calendar_that_is_gone_is_missing(double: GoogleDouble, calendar: GoogleCalendar, name: str):
    double.do("delete-calendar", email=EVA, calendar_id=calendar.calendar_id)
    with pytest.raises(CalendarMissing):
        act(calendar, name)
    assert not calendar.account.has_calendar(calendar.calendar_id)


def test_every_write_says_explicitly_that_no_guest_is_told(double: GoogleDouble, calendar: GoogleCalendar):
    etag = calendar.insert(BODY)["etag"]
    calendar.patch(ID, {"summary": "New"}, etag=etag)
    calendar.delete(ID)
    writes = [
        line["query"] for line in double.log() if line["call"] in ("events.insert", "events.patch", "events.delete")
    ]
    assert [query["sendUpdates"] for query in writes] == ["none"] * 3


def test_no_event_is_ever_written_whole(double: GoogleDouble, calendar: GoogleCalendar):
    """What a PUT leaves out is gone, recurrence included."""
    etag = calendar.insert(BODY)["etag"]
    calendar.patch(ID, {"summary": "New"}, etag=etag)
    calendar.delete(ID)
    methods = [line["method"] for line in double.log() if (line["call"] or "").startswith("events.")]
    assert methods == ["POST", "PATCH", "DELETE"]


def test_a_primary_calendar_can_be_written_to_with_the_scope_for_it(double: GoogleDouble):
    with closing(account_of(double, scopes=(EVENTS_OWNED,))) as account:
        assert account.calendar("primary").insert(BODY)["organizer"]["email"] == EVA


def test_a_scope_that_was_never_granted_breaks_the_connection(account: GoogleAccount):
    with pytest.raises(ConnectionBroken, match="insufficientPermissions"):
        account.calendar("primary").insert(BODY)


def test_a_server_that_is_not_there_is_unreachable(double: GoogleDouble):
    refresh_token = granted(double).refresh_token or ""
    nowhere = GoogleAccount(GoogleEndpoints.loopback("http://127.0.0.1:9"), refresh_token)
    with closing(nowhere), pytest.raises(Transient, match="connectionLost"):
        nowhere.has_calendar("primary")


@pytest.mark.parametrize("moment", [datetime(2027, 3, 15, 9, 0), datetime(2027, 7, 1, 23, 30)])
def test_google_takes_what_we_write(calendar: GoogleCalendar, moment: datetime):
    event = session_event(starts=moment, ends=moment + timedelta(minutes=45), zone="America/New_York")
    assert calendar.insert(new_event(event, KEY, 0))["start"]["timeZone"] == "America/New_York"


def test_what_a_push_takes_is_given_back_with_it(double: GoogleDouble, calendar: GoogleCalendar):
    """No circle is left to be collected: of those a worker gathered 30 KB with each push until the collector came by."""
    kinds = (GoogleAccount, GoogleCalendar, AuthorizedHttp, Resource, HttpRequest)
    calendar.insert(BODY)
    with uncollected():
        before = [sum(type(each) is kind for each in gc.get_objects()) for kind in kinds]
        for number in range(3):
            with closing(account_of(double)) as account:
                again = account.calendar(calendar.calendar_id)
                again.patch(ID, {"summary": f"Session {number}"}, etag=again.get(ID)["etag"])
            del account, again
        after = [sum(type(each) is kind for each in gc.get_objects()) for kind in kinds]
    assert after == before
