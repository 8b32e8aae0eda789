"""Google Calendar through google-api-python-client, one call at a time.

The client repeats nothing by itself: an attempt that failed is due work again (CALENDAR 19). What httplib2 repeats
after a dropped connection is harmless, because every insert carries its own id (CALENDAR 1, 4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from calendar_sync.google import oauth
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import CalendarMissing, ConnectionBroken, Gone, Permanent, SyncExpired, Transient
from calendar_sync.google.mapping import Json
from calendar_sync.google.transport import NETWORK_FAILURES, open_http, refusal, unreachable
from calendar_sync.google.watched import asked_of_google

SEND_UPDATES: Final = "none"
"""Always explicit (CALENDAR 18): our events have no guests, and our own mails tell the people."""
PRIMARY: Final = "primary"
"""The calendar that everybody has."""
_PAGE: Final = 250
_GONE: Final = 410
_NO_TOKEN_OF_THIS: Final = 400


class GoogleAccount:
    """One person's Google, through their refresh token, or a service account that speaks for them. Not for two threads at a time."""

    def __init__(self, endpoints: GoogleEndpoints, refresh_token: str, *, timeout: timedelta | None = None) -> None:
        timeout = timeout or endpoints.timeout
        self._grant = _Grant(endpoints, refresh_token, timeout)
        credentials = Credentials(token=None, refresh_handler=self._grant, scopes=list(endpoints.scopes))
        # AuthorizedHttp has all of an Http that the client uses, without being one to a type checker.
        http: Any = AuthorizedHttp(credentials, http=open_http(endpoints.api_url, timeout))
        self._http = http
        api = _api(endpoints.api_url)
        self.calendars: Any = _Bound(api.calendars, http)
        self.channels: Any = _Bound(api.channels, http)
        self.events: Any = _Bound(api.events, http)
        self.freebusy: Any = _Bound(api.freebusy, http)

    @property
    def refresh_token(self) -> str:
        """The one that is good now: Google may have given another in place of ours, to be sealed and stored by the caller."""
        return self._grant.refresh_token

    def calendar(self, calendar_id: str) -> "GoogleCalendar":
        """The calendar of that id; nothing is asked of Google yet."""
        return GoogleCalendar(account=self, calendar_id=calendar_id)

    def create_calendar(self, *, title: str, zone: str, description: str) -> str:
        """The id of a new calendar that belongs to this application (scope `calendar.app.created`).

        Google takes no id of ours here: a lost answer leaves an empty calendar behind, never an event.
        """
        body = {"summary": title, "timeZone": zone, "description": description}
        return _text(execute(self.calendars.insert(body=body)), "id")

    def has_calendar(self, calendar_id: str) -> bool:
        """Whether the calendar still exists."""
        try:
            execute(self.calendars.get(calendarId=calendar_id))
        except Gone:
            return False
        return True

    def appointments(self, start: datetime, end: datetime) -> list[Json]:
        """What stands in the primary calendar in `[start, end)`, one by one, ours too (CALENDAR 25)."""
        found: list[Json] = []
        page: str | None = None
        while True:
            request = self.events.list(
                calendarId=PRIMARY,
                singleEvents=True,
                timeMin=start.isoformat(),
                timeMax=end.isoformat(),
                timeZone="UTC",
                maxResults=_PAGE,
                pageToken=page,
            )
            answer = execute(request)
            found.extend(_event(item) for item in answer.get("items", []))
            page = answer.get("nextPageToken")
            if page is None:
                return found

    def busy(self, calendar_ids: Sequence[str], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """When these calendars, 50 at most, are taken in `[start, end)`, 93 days at most, in UTC.

        Raises Permanent when Google cannot tell it of one of them: that is an error, never "free" (CALENDAR 25).
        """
        body = {
            "timeMin": start.isoformat(),
            "timeMax": end.isoformat(),
            "items": [{"id": calendar_id} for calendar_id in calendar_ids],
        }
        return busy_times(execute(self.freebusy.query(body=body)), calendar_ids)

    def stop_channel(self, channel_id: str, resource_id: str) -> None:
        """Nothing is told over the channel any more, also if it had ended before."""
        try:
            execute(self.channels.stop(body={"id": channel_id, "resourceId": resource_id}), empty=True)
        except Gone:
            return

    def close(self) -> None:
        """Its connections are closed."""
        self._http.close()


class _Grant:
    """What gives access tokens, and the refresh token that it takes. It knows nothing of the account, which ends when it is let go."""

    def __init__(self, endpoints: GoogleEndpoints, refresh_token: str, timeout: timedelta) -> None:
        self._endpoints = endpoints
        self._timeout = timeout
        self.refresh_token = refresh_token

    def __call__(self, request: object, scopes: Sequence[str]) -> tuple[str, datetime]:
        """An access token. Raises ConnectionBroken, Transient."""
        granted = oauth.access(self._endpoints, self.refresh_token, timeout=self._timeout)
        self.refresh_token = granted.refresh_token or self.refresh_token
        # No clock here: that the token has ended is told by a 401, upon which the library asks for the next one.
        return granted.access_token, datetime.max  # noqa: DTZ901  google-auth compares with naive UTC


class _Bound:
    """The methods of one kind with the connections of one account: what they make is sent over these and no others."""

    def __init__(self, methods: Any, http: Any) -> None:
        self._methods = methods
        self._http = http

    def __getattr__(self, name: str) -> Callable[..., HttpRequest]:
        """The method of that name."""
        method: Callable[..., HttpRequest] = getattr(self._methods, name)

        def call(**arguments: Any) -> HttpRequest:
            request = method(**arguments)
            request.http = self._http
            return request

        return call


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """The methods that we call, by kind. Each kind refers to itself in many ways: made for each call, it would wait to be collected."""

    calendars: Any
    channels: Any
    events: Any
    freebusy: Any


@lru_cache(maxsize=8)
def _api(api_url: str) -> _Api:
    """The API at this address, made once: reading its document takes longer than a call.

    It has no connections of its own that anybody used; requests are given an account's.
    """
    nobody = open_http(api_url)
    made: Any = build("calendar", "v3", http=nobody, static_discovery=True, client_options={"api_endpoint": api_url})
    return _Api(calendars=made.calendars(), channels=made.channels(), events=made.events(), freebusy=made.freebusy())


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

    def instances(
        self,
        event_id: str,
        *,
        first: datetime | None = None,
        last: datetime | None = None,
        originally: datetime | None = None,
    ) -> list[Json]:
        """The instances of a recurring event in `[first, last)`, deleted ones too; or the one that started `originally`. Raises Gone."""
        asked = {"timeMin": first, "timeMax": last, "originalStart": originally}
        bounds = {name: at.isoformat() for name, at in asked.items() if at is not None}
        found: list[Json] = []
        page: str | None = None
        while True:
            request = self._events.instances(
                calendarId=self.calendar_id,
                eventId=event_id,
                maxResults=_PAGE,
                showDeleted=True,
                pageToken=page,
                **bounds,
            )
            answer = execute(request)
            found.extend(_event(item) for item in answer.get("items", []))
            page = answer.get("nextPageToken")
            if page is None:
                return found

    def changes(self, sync_token: str | None) -> "Changes":
        """All events, or what changed since the token was given, deleted ones too. Raises SyncExpired, CalendarMissing.

        Nothing else is asked for: a list with a token bears no filter, and the first one must ask the same (CALENDAR 26).
        """
        found: list[Json] = []
        page: str | None = None
        while True:
            request = self._events.list(
                calendarId=self.calendar_id, maxResults=_PAGE, pageToken=page, syncToken=sync_token
            )
            answer = self._listed(request, incremental=sync_token is not None)
            found.extend(_listed_event(item) for item in answer.get("items", []))
            page = answer.get("nextPageToken")
            if page is None:
                # Only the last page carries the token.
                return Changes(events=found, sync_token=_text(answer, "nextSyncToken"))

    def watch(self, *, channel_id: str, token: str, address: str, lasts: timedelta) -> "Channel":
        """A channel over which the calendar's changes are told to `address` from now on (CALENDAR 28)."""
        body = {
            "id": channel_id,
            "type": "web_hook",
            "address": address,
            "token": token,
            "params": {"ttl": str(int(lasts.total_seconds()))},
        }
        answer = _in_calendar(self._events.watch(calendarId=self.calendar_id, body=body))
        expires = int(_text(answer, "expiration")) / 1000
        return Channel(resource_id=_text(answer, "resourceId"), expires_at=datetime.fromtimestamp(expires, UTC))

    @staticmethod
    def _listed(request: Any, *, incremental: bool) -> Json:
        try:
            return execute(request)
        except (Gone, Permanent) as failure:
            # 410: the token was forgotten; 400: it never was one of this calendar. Either way only a whole list helps.
            if incremental and failure.status in (_GONE, _NO_TOKEN_OF_THIS):
                raise SyncExpired("fullSyncRequired", status=failure.status) from None
            if isinstance(failure, Permanent):
                raise
            raise CalendarMissing("calendarNotFound", status=failure.status) from None

    @property
    def _events(self) -> Any:
        return self.account.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a list answered, and the token that leads to what changes from now on."""

    events: Sequence[Json]
    sync_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as Google made it."""

    resource_id: str
    expires_at: datetime


def busy_times(answer: Json, calendar_ids: Sequence[str]) -> list[tuple[datetime, datetime]]:
    """The taken times of a freeBusy answer, in order. Raises Permanent for a calendar with errors, or without an answer."""
    calendars = answer.get("calendars")
    found: list[tuple[datetime, datetime]] = []
    for calendar_id in calendar_ids:
        one = calendars.get(calendar_id) if isinstance(calendars, dict) else None
        if not isinstance(one, dict) or one.get("errors") or not isinstance(one.get("busy"), list):
            raise Permanent("busyTimesUnknown")
        found += [(_instant(taken, "start"), _instant(taken, "end")) for taken in one["busy"]]
    return sorted(found)


def _instant(taken: Json, side: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(taken, side))
    except ValueError:
        raise Transient("unreadableAnswer") from None
    if instant.tzinfo is None:
        raise Transient("unreadableAnswer")
    return instant.astimezone(UTC)


def _listed_event(item: Json) -> Json:
    """An event of a list; of a deleted one little more than its id is told."""
    _text(item, "id")
    return item


def execute(request: Any, *, empty: bool = False) -> Json:
    """The JSON object that Google answers; `empty` for calls that answer nothing. Raises a GoogleFailure.

    A 2xx with another body, such as a proxy's page, is Transient: the library would hand it on as text (CALENDAR 21).
    """
    with asked_of_google(_name(request)):
        return _executed(request.execute, empty=empty)


def _name(request: Any) -> str:
    """The method as its discovery document names it, such as `events.insert`."""
    return str(request.methodId).removeprefix("calendar.")


def _executed(run: Callable[..., object], *, empty: bool) -> Json:
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
