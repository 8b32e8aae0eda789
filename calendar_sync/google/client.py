"""Google Calendar through google-api-python-client, one call at a time.

The client repeats nothing by itself: an attempt that failed is due work again (CALENDAR 19). What httplib2 repeats
after a dropped connection is harmless, because every insert carries its own id (CALENDAR 1, 4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from calendar_sync.google import oauth
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import CalendarMissing, ConnectionBroken, Gone, Transient
from calendar_sync.google.mapping import Json
from calendar_sync.google.transport import NETWORK_FAILURES, open_http, refusal, unreachable

SEND_UPDATES: Final = "none"
"""Always explicit (CALENDAR 18): our events have no guests, and our own mails tell the people."""
_PAGE: Final = 250


class GoogleAccount:
    """One person's Google, through their refresh token. Not for two threads at a time."""

    def __init__(self, endpoints: GoogleEndpoints, refresh_token: str, *, timeout: timedelta | None = None) -> None:
        self._endpoints = endpoints
        self.refresh_token = refresh_token
        """The one that is good now: Google may have given another in place of ours, to be sealed and stored by the caller."""
        self._timeout = timeout or endpoints.timeout
        credentials = Credentials(token=None, refresh_handler=self._access_token, scopes=list(endpoints.scopes))
        # AuthorizedHttp has all of an Http that the client uses, without being one to a type checker.
        self._http: Any = AuthorizedHttp(credentials, http=open_http(endpoints.api_url, self._timeout))
        self.service: Any = build(
            "calendar", "v3", http=self._http, static_discovery=True, client_options={"api_endpoint": endpoints.api_url}
        )

    def calendar(self, calendar_id: str) -> "GoogleCalendar":
        """The calendar of that id; nothing is asked of Google yet."""
        return GoogleCalendar(account=self, calendar_id=calendar_id)

    def create_calendar(self, *, title: str, zone: str, description: str) -> str:
        """The id of a new calendar that belongs to this application (scope `calendar.app.created`).

        Google takes no id of ours here: a lost answer leaves an empty calendar behind, never an event.
        """
        body = {"summary": title, "timeZone": zone, "description": description}
        return _text(execute(self.service.calendars().insert(body=body)), "id")

    def has_calendar(self, calendar_id: str) -> bool:
        """Whether the calendar still exists."""
        try:
            execute(self.service.calendars().get(calendarId=calendar_id))
        except Gone:
            return False
        return True

    def close(self) -> None:
        """Its connections are closed."""
        self._http.close()

    def _access_token(self, request: object, scopes: Sequence[str]) -> tuple[str, datetime]:
        granted = oauth.refresh(self._endpoints, self.refresh_token, timeout=self._timeout)
        self.refresh_token = granted.refresh_token or self.refresh_token
        # No clock here: that the token has ended is told by a 401, upon which the library asks for the next one.
        return granted.access_token, datetime.max  # noqa: DTZ901  google-auth compares with naive UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleCalendar:
    """One calendar of an account: the events in it."""

    account: GoogleAccount
    calendar_id: str

    def insert(self, body: Json) -> Json:
        """The new event. Raises Duplicate when its id is taken, CalendarMissing."""
        request = self._events.insert(
            calendarId=self.calendar_id, body=body, conferenceDataVersion=1, sendUpdates=SEND_UPDATES
        )
        return _event(_in_calendar(request))

    def get(self, event_id: str) -> Json:
        """The event; a deleted one has the status `cancelled`. Raises Gone."""
        return _event(execute(self._events.get(calendarId=self.calendar_id, eventId=event_id)))

    def patch(self, event_id: str, body: Json, *, etag: str) -> Json:
        """The event after the change. Raises Changed unless it is still as `etag` says (CALENDAR 12), Gone."""
        request = self._events.patch(
            calendarId=self.calendar_id, eventId=event_id, body=body, conferenceDataVersion=1, sendUpdates=SEND_UPDATES
        )
        request.headers["If-Match"] = etag
        return _event(execute(request))

    def delete(self, event_id: str) -> None:
        """The event is not in the calendar, also if it never was: 204, 404 and 410 all mean done (CALENDAR 20)."""
        request = self._events.delete(calendarId=self.calendar_id, eventId=event_id, sendUpdates=SEND_UPDATES)
        try:
            execute(request, empty=True)
        except Gone:
            return

    def find(self, name: str, value: str) -> list[Json]:
        """All events with that private property, deleted ones left out (CALENDAR 17). Raises CalendarMissing."""
        found: list[Json] = []
        page: str | None = None
        while True:
            request = self._events.list(
                calendarId=self.calendar_id, privateExtendedProperty=f"{name}={value}", maxResults=_PAGE, pageToken=page
            )
            answer = _in_calendar(request)
            found.extend(_event(item) for item in answer.get("items", []))
            page = answer.get("nextPageToken")
            if page is None:
                return found

    @property
    def _events(self) -> Any:
        return self.account.service.events()


def execute(request: Any, *, empty: bool = False) -> Json:
    """The JSON object that Google answers; `empty` for calls that answer nothing. Raises a GoogleFailure.

    A 2xx with another body, such as a proxy's page, is Transient: the library would hand it on as text (CALENDAR 21).
    """
    run: Callable[..., object] = request.execute
    try:
        answer = run(num_retries=0)
    except HttpError as error:
        raise refusal(error.resp.status, error.resp, error.content) from None
    except NETWORK_FAILURES as error:
        raise unreachable(error) from None
    except GoogleAuthError:
        raise ConnectionBroken("credentialsRefused") from None
    except UnicodeDecodeError:
        raise Transient("unreadableAnswer") from None
    if not isinstance(answer, dict):
        if empty and answer == "":
            return {}
        raise Transient("unreadableAnswer")
    return answer


def _in_calendar(request: Any) -> Json:
    try:
        return execute(request)
    except Gone as failure:
        raise CalendarMissing("calendarNotFound", status=failure.status) from None


def _event(answer: Json) -> Json:
    for name in ("id", "etag", "status"):
        _text(answer, name)
    return answer


def _text(answer: Json, name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise Transient("unreadableAnswer")
    return value
