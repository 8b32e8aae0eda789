"""What serving one call needs: the open transaction, who calls, when and where."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calendar_sync.google_double.answers import Refused
from calendar_sync.google_double.conferences import Plan
from calendar_sync.google_double.discovery import Method
from calendar_sync.google_double.store import Books

APP_CREATED: Final = "https://www.googleapis.com/auth/calendar.app.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose data an access token opens, for which application, and how far."""

    email: str
    client_id: str
    scopes: frozenset[str]

    def allowed(self, method: Method) -> frozenset[str]:
        """The granted scopes that allow this method. Raises Refused (403) when there are none."""
        if not (allowed := method.scopes & self.scopes):
            raise Refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        return allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One call being served."""

    books: Books
    caller: Caller
    only_own_calendars: bool
    """The call is allowed by `calendar.app.created` alone: for calendars that this application made."""
    now: datetime
    base_url: str
    if_match: str | None
    plan: Plan
