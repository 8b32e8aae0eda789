"""One way out to Google: httplib2 with a time limit, and every refusal given its name.

What a failure means is decided here alone, for API and OAuth, so that no caller looks at status codes.
"""

import http.client
import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

import httplib2

from calendar_sync.google.endpoints import is_loopback
from calendar_sync.google.failures import (
    Changed,
    ConnectionBroken,
    Duplicate,
    Gone,
    GoogleFailure,
    Permanent,
    Transient,
)

Json = dict[str, Any]
Headers = Mapping[str, Any]

TIMEOUT: Final = timedelta(seconds=20)
NETWORK_FAILURES: Final = (OSError, httplib2.HttpLib2Error, http.client.HTTPException)
_LIMITS: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
_LONGEST_WAIT: Final = timedelta(days=1)
_LOST_RIGHTS: Final = frozenset({"insufficientPermissions", "authError"})


def open_http(url: str, timeout: timedelta = TIMEOUT) -> httplib2.Http:
    """A connection holder for `url` that gives up after `timeout`, follows no redirect and never proxies the loopback."""
    proxy = None if is_loopback(url) else httplib2.proxy_info_from_environment
    http_ = httplib2.Http(timeout=timeout.total_seconds(), proxy_info=proxy)
    http_.follow_redirects = False
    return http_


def post_form(url: str, form: Mapping[str, str], *, timeout: timedelta = TIMEOUT) -> tuple[int, Headers, Json]:
    """Status, headers and JSON object of a form sent to `url`; an unreadable body of a refusal counts as empty.

    Raises Transient when no answer came, or a 200 that is not a JSON object (CALENDAR 21).
    """
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    http_ = open_http(url, timeout)
    try:
        response, content = http_.request(url, "POST", body=urlencode(form), headers=headers)
    except NETWORK_FAILURES as error:
        raise unreachable(error) from None
    finally:
        http_.close()
    body = _json_object(content)
    if body is None and response.status < 300:
        raise Transient("unreadableAnswer", status=response.status)
    return response.status, response, body or {}


def unreachable(error: BaseException) -> Transient:
    """The failure for a call that brought no answer; whether it was applied is unknown."""
    return Transient("timeout" if isinstance(error, TimeoutError) else "connectionLost")


def refusal(status: int, headers: Headers, content: bytes) -> GoogleFailure:
    """The failure that an answer of the Calendar API other than 2xx stands for (CALENDAR 19, 20)."""
    reason = _reason(content)
    if is_passing(status) or (status == 403 and reason in _LIMITS):
        return Transient(reason or "unavailable", status=status, retry_after=retry_after(headers))
    # With `push.` it is not our grant that is at fault, but the address at which we want to be told.
    if (status == 401 and not reason.startswith("push.")) or (status == 403 and reason in _LOST_RIGHTS):
        return ConnectionBroken(reason or "unauthorised", status=status)
    if status in (404, 410):
        return Gone(reason or "notFound", status=status)
    if status == 409:
        return (
            Duplicate(reason, status=status)
            if reason == "duplicate"
            else Transient(reason or "conflict", status=status)
        )
    if status == 412:
        return Changed(reason or "conditionNotMet", status=status)
    return Permanent(reason or "refused", status=status)


def is_passing(status: int) -> bool:
    """Whether the status tells of trouble that passes; Google never redirects a call, so that a 3xx is a network's page."""
    return 300 <= status < 400 or status in (408, 429) or status >= 500


def retry_after(headers: Headers) -> timedelta | None:
    """How long Google asks to wait: in seconds, or as a date seen from the answer's own `Date`; None if it does not say."""
    value = str(headers.get("retry-after", "")).strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(str(headers.get("date", "")))
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)


def _reason(content: bytes) -> str:
    error = (_json_object(content) or {}).get("error")
    if not isinstance(error, dict):
        return ""
    match error.get("errors"):
        case [{"reason": str(reason)}, *_]:
            return reason
        case _:
            return ""


def _json_object(content: bytes) -> Json | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
