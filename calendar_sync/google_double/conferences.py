"""Meet links: asked for by a create request, made at once, later, or not at all (CALENDAR 13 to 16)."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.store import Books

MEET: Final = "hangoutsMeet"
_LETTERS: Final = "abcdefghijkmnopqrstuvwxyz"


class Outcome(StrEnum):
    """What becomes of a create request."""

    SUCCESS = "success"
    PENDING = "pending"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of the create requests of this call."""

    outcome: Outcome = Outcome.SUCCESS
    reads: int | None = None
    """After how many readings of the event a pending request succeeds; None: when told to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The body says nothing about a conference."""


def conference_after(
    books: Books, before: Json | None, sent: Json | Missing | None, *, put: bool, plan: Plan
) -> Json | None:
    """The conference of an event after a write with conferenceDataVersion=1; None: it has none.

    A PUT without conference data takes the conference away, a PATCH leaves it. Raises Refused (400).
    """
    match sent:
        case Missing():
            return None if put else before
        case {"createRequest": dict() as request}:
            return _requested(books, before, request, plan)
        case {"conferenceId": str(code)} if before is not None and before.get("code") == code:
            return before
        case None:
            return None
        case _:
            # Google lets a client copy the conference of another event here; no event of ours may ever do so.
            raise Refused(400, "invalid", "Invalid conference data: neither a create request nor this event's own.")


def settled(books: Books, conference: Json) -> Json:
    """The conference once Google has made it."""
    return conference | {"status": Outcome.SUCCESS, "code": _meeting_code(books)}


def link_of(conference: Json | None, base_url: str) -> str | None:
    """The address of the meeting: a page of the double, so that nobody is sent to a stranger's call."""
    return f"{base_url}/meet/{conference['code']}" if conference and conference.get("code") else None


def conference_data(conference: Json, base_url: str) -> Json:
    """The event's conferenceData as an answer gives it."""
    key = {"type": MEET}
    request = {
        "requestId": conference["requestId"],
        "conferenceSolutionKey": key,
        "status": {"statusCode": conference["status"]},
    }
    link = link_of(conference, base_url)
    if link is None:
        return {"createRequest": request}
    entry = {"entryPointType": "video", "uri": link, "label": link.partition("://")[2]}
    solution = {"key": key, "name": "Google Meet (demo)"}
    return {
        "createRequest": request,
        "entryPoints": [entry],
        "conferenceSolution": solution,
        "conferenceId": conference["code"],
    }


def _requested(books: Books, before: Json | None, request: Json, plan: Plan) -> Json:
    if not request.get("requestId"):
        raise Refused(400, "required", "Invalid conference request: requestId is missing.")
    if (request.get("conferenceSolutionKey") or {}).get("type") != MEET:
        raise Refused(400, "invalid", "Invalid conference type value.")
    if before is not None and before["requestId"] == request["requestId"]:
        return before
    asked = {"requestId": request["requestId"], "status": str(plan.outcome)}
    return settled(books, asked) if plan.outcome is Outcome.SUCCESS else asked


def _meeting_code(books: Books) -> str:
    """Ten letters in Meet's pattern; the n-th of a store is the same everywhere, so that a demo can be printed."""
    drawn = sha256(b"meet/%d" % books.next("meeting")).digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in drawn[:10])
    return f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
