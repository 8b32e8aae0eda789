"""What can go wrong between us and Google, told apart by what to do next.

No failure carries a token, an address or the body of an answer: only a short code and the status (CALENDAR 24).
"""

from datetime import timedelta


class GoogleFailure(Exception):
    """Google did not do what was asked."""

    def __init__(self, code: str, *, status: int | None = None) -> None:
        super().__init__(code if status is None else f"{code} (HTTP {status})")
        self.code = code
        self.status = status


class Transient(GoogleFailure):
    """Try again later, not before `retry_after` when Google named it (CALENDAR 19)."""

    def __init__(self, code: str, *, status: int | None = None, retry_after: timedelta | None = None) -> None:
        super().__init__(code, status=status)
        self.retry_after = retry_after


class Permanent(GoogleFailure):
    """Repeating changes nothing: to be shown to the coach (CALENDAR 20)."""


class CalendarMissing(Permanent):
    """The calendar that we write to is no longer there."""


class ScopesMissing(Permanent):
    """The coach did not grant all that was asked for (CALENDAR 23)."""

    def __init__(self, missing: frozenset[str]) -> None:
        super().__init__("scopesMissing")
        self.missing = missing


class ConnectionBroken(GoogleFailure):
    """The grant is dead: no more calls until the coach connects again (CALENDAR 24)."""


class SyncExpired(GoogleFailure):
    """The sync token is forgotten: everything has to be listed anew, without word of what was deleted (CALENDAR 27)."""


class Gone(GoogleFailure):
    """There is no such event (any more): 404 or 410."""


class Duplicate(GoogleFailure):
    """The id is taken, perhaps by a deleted event (CALENDAR 2, 3)."""


class Changed(GoogleFailure):
    """Somebody changed the event since we read it (CALENDAR 12)."""
