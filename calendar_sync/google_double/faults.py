"""What goes wrong on demand: the next calls of a kind, or all of them for a while, fail in a chosen way."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from threading import Lock
from typing import Annotated, Any, ClassVar, Final

from pydantic import ConfigDict, Field, TypeAdapter

from calendar_sync.google_double.answers import HTML_TYPE, Answer, error_answer


class FaultKind(StrEnum):
    """How a call fails. What a kind cannot apply to, it lets pass."""

    RATE_LIMITED = "429 rateLimitExceeded"
    RATE_LIMIT = "403 rateLimitExceeded"
    USER_RATE_LIMIT = "403 userRateLimitExceeded"
    QUOTA = "403 quotaExceeded"
    FORBIDDEN = "403 forbidden"
    BACKEND_ERROR = "500 backendError"
    BAD_GATEWAY = "502 page"
    UNAVAILABLE = "503 backendError"
    GATEWAY_TIMEOUT = "504 page"
    SLOW = "slow"
    """Carried out and answered, but only after `seconds`."""
    RESET = "reset"
    """The connection is reset before anything was done."""
    ANSWER_LOST = "answer lost"
    """Everything was done, then the connection is reset."""
    ANSWER_DROPPED = "answer dropped"
    """Everything was done, then the connection is closed without a word: httplib2 sends such a call again by itself."""
    ANSWER_TORN = "answer torn"
    """Everything was done, and the answer breaks off in the middle."""
    HTML = "200 page"
    """A page in place of an answer, with status 200; nothing was done."""
    EMPTY = "200 empty"
    """An empty JSON object in place of an answer; nothing was done."""
    NONSENSE = "200 nonsense"
    """Bytes that are no text in place of an answer; nothing was done."""
    NOT_AUTHORISED = "401 authError"
    INVALID_GRANT = "invalid_grant"
    """The token URL knows neither code nor refresh token any more."""
    NEW_REFRESH_TOKEN = "new refresh token"  # noqa: S105  a name
    """Refreshing gives another refresh token, and the old one is dead."""
    NO_REFRESH_TOKEN = "no refresh token"  # noqa: S105  a name
    CONSENT_REFUSED = "consent refused"
    FEWER_SCOPES = "fewer scopes"
    """The consent grants all scopes but the last of those asked for."""
    PUSH_LOST = "push lost"
    """A notification never arrives."""
    PUSH_DOUBLED = "push doubled"
    """A notification arrives twice."""
    PUSH_LATE = "push late"
    """A notification arrives only after `seconds`."""
    CONFERENCE_PENDING = "conference pending"
    """The Meet link is made only after `reads` readings of the event, or when told to."""
    CONFERENCE_FAILURE = "conference failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order: which calls fail, how, and how often."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    kind: FaultKind
    call: str = "*"
    """A pattern for the call's name: `events.insert`, `events.*`, `oauth.token`, `*`."""
    account: str | None = None
    """Only calls for this account; None: for any."""
    times: Annotated[int, Field(ge=1)] | None = 1
    """How many calls; None: all, until the fault is taken back."""
    skip: Annotated[int, Field(ge=0)] = 0
    """How many matching calls pass first."""
    retry_after: str | None = None
    """A Retry-After header to send along: seconds, or an HTTP date."""
    seconds: Annotated[float, Field(ge=0)] = 1.0
    """How slow SLOW is."""
    reads: Annotated[int, Field(ge=0)] | None = None
    """How long CONFERENCE_PENDING lasts."""

    def matches(self, call: str, account: str | None) -> bool:
        """Whether this call is meant."""
        return fnmatchcase(call, self.call) and self.account in (None, account)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Fault":
        """The order written as JSON. Raises ValueError."""
        return _ORDERS.validate_python(dict(body))

    def to_json(self) -> dict[str, Any]:
        """The order as JSON."""
        return asdict(self) | {"kind": str(self.kind)}


_ORDERS: Final = TypeAdapter(Fault)


@dataclass(slots=True)
class _Order:
    fault: Fault
    number: int
    skip: int
    left: int | None


@dataclass(slots=True)
class Faults:
    """The orders that stand, oldest first; the first that matches a call has it."""

    _orders: list[_Order] = field(default_factory=list["_Order"])
    _given: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, fault: Fault) -> int:
        """The fault stands; returns the number by which it is taken back."""
        with self._lock:
            self._given += 1
            self._orders.append(_Order(fault, self._given, fault.skip, fault.times))
            return self._given

    def remove(self, number: int) -> None:
        """The fault stands no more, also if it is used up."""
        with self._lock:
            self._orders = [order for order in self._orders if order.number != number]

    def clear(self) -> None:
        """No fault stands."""
        with self._lock:
            self._orders.clear()

    def standing(self) -> list[Fault]:
        """The faults that stand."""
        with self._lock:
            return [order.fault for order in self._orders]

    def take(self, call: str, account: str | None, kinds: frozenset[FaultKind]) -> Fault | None:
        """The fault that this call meets, one of these kinds; it is counted as used."""
        with self._lock:
            for order in self._orders:
                if order.fault.kind not in kinds or not order.fault.matches(call, account):
                    continue
                if order.skip > 0:
                    order.skip -= 1
                    continue
                if order.left is not None:
                    order.left -= 1
                    if order.left <= 0:
                        self._orders.remove(order)
                return order.fault
        return None


ANYWHERE: Final = frozenset({
    FaultKind.RATE_LIMITED, FaultKind.BACKEND_ERROR, FaultKind.BAD_GATEWAY, FaultKind.UNAVAILABLE, FaultKind.GATEWAY_TIMEOUT,
    FaultKind.SLOW, FaultKind.RESET, FaultKind.ANSWER_LOST, FaultKind.ANSWER_DROPPED, FaultKind.ANSWER_TORN, FaultKind.HTML,
    FaultKind.EMPTY, FaultKind.NONSENSE,
})  # fmt: skip
"""Kinds that any call to the API or to the token and revoke URLs can meet."""
CALENDAR_ONLY: Final = frozenset({
    FaultKind.RATE_LIMIT, FaultKind.USER_RATE_LIMIT, FaultKind.QUOTA, FaultKind.FORBIDDEN, FaultKind.NOT_AUTHORISED,
})  # fmt: skip
CONFERENCES: Final = frozenset({FaultKind.CONFERENCE_PENDING, FaultKind.CONFERENCE_FAILURE})
CONSENT: Final = frozenset({FaultKind.CONSENT_REFUSED, FaultKind.FEWER_SCOPES})
PUSHES: Final = frozenset({FaultKind.PUSH_LOST, FaultKind.PUSH_DOUBLED, FaultKind.PUSH_LATE})
"""Kinds that a notification can meet; its call is named `push`."""
TOKEN: Final = frozenset({FaultKind.INVALID_GRANT, FaultKind.NEW_REFRESH_TOKEN, FaultKind.NO_REFRESH_TOKEN})

_PAGE: Final = (
    b"<!DOCTYPE html><html><title>Error</title><p><b>Sorry.</b> The server is busy. That is all we know.</html>"
)
_MESSAGES: Final = {
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
    "quotaExceeded": "Calendar usage limits exceeded.",
    "forbidden": "Forbidden",
    "backendError": "Backend Error",
    "authError": "Invalid Credentials",
}


def refusal_of(fault: Fault) -> Answer | None:
    """The answer in place of doing what was asked; None: the fault is of another sort."""
    headers = {} if fault.retry_after is None else {"retry-after": fault.retry_after}
    status, _, reason = fault.kind.partition(" ")
    if not status.isdigit():
        return None
    if reason == "page":
        return Answer(status=int(status), body=_PAGE, media_type=HTML_TYPE, headers=headers)
    return error_answer(int(status), reason, _MESSAGES[reason], headers=headers)
