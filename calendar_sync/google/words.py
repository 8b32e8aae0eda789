"""What went wrong with a connected calendar, in words for its owner. Pure."""

from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    "invalid_grant": "Google no longer accepts your consent. Please connect your calendar again; nothing is lost meanwhile.",
    "authError": "Google no longer accepts your consent. Please connect your calendar again; nothing is lost meanwhile.",
    "insufficientPermissions": "Google says that something was not allowed. Please connect again and tick all boxes.",
    "tokenUnreadable": "Your consent cannot be read here any more. Please connect your calendar again.",
    "credentialsRefused": "Google did not accept who we are. Please connect your calendar again.",
    "delegationEnded": "Your organisation no longer lets us write to its calendars. Please tell your team; nothing is lost meanwhile.",
    "calendarNotFound": "The calendar was not found. It is made anew with the next session.",
    "googleNotConfigured": "Google Calendar is not set up for your organisation at the moment. Please tell your team.",
    "generationsExhausted": "An event was deleted so often that it is left alone now.",
    "busyTimesUnknown": "Google did not say when you are taken elsewhere.",
}
_LIMITED: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
LATER: Final = (
    "Google could not be reached, or could not do it. It is tried again by itself; your sessions stand as booked."
)
FOR_GOOD: Final = "Google refused it. Your sessions stand as booked; please tell your team if it goes on."
TOO_MANY: Final = "Google asked us to slow down. It is tried again by itself; your sessions stand as booked."
_LASTING: Final = ("HTTP 400", "HTTP 403", "HTTP 404")


def in_words(error: str | None) -> str | None:
    """A stored error, a code perhaps followed by a status, as its owner may read it; None for none."""
    if error is None:
        return None
    code = error.partition(" ")[0]
    if code in _WORDS:
        return _WORDS[code]
    if code in _LIMITED:
        return TOO_MANY
    return FOR_GOOD if any(status in error for status in _LASTING) else LATER
