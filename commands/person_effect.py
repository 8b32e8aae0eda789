"""What changing a person touches, shown before it is done: nothing is cancelled by it, but something may stop or move."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from policy.terms import RefusalCode


class PersonEffectKind(StrEnum):
    """One thing that stops, begins again or moves when a person is changed."""

    SIGN_IN_STOPS = "SIGN_IN_STOPS"
    FEED_STOPS = "FEED_STOPS"
    OPENINGS_STOP = "OPENINGS_STOP"
    BOOKING_STOPS = "BOOKING_STOPS"
    SIGN_IN_RESUMES = "SIGN_IN_RESUMES"
    FEED_RESUMES = "FEED_RESUMES"
    OPENINGS_RESUME = "OPENINGS_RESUME"
    BOOKING_RESUMES = "BOOKING_RESUMES"
    TEAM_RIGHTS_CHANGE = "TEAM_RIGHTS_CHANGE"
    MAIL_GOES_ELSEWHERE = "MAIL_GOES_ELSEWHERE"
    SIGN_IN_ADDRESS_CHANGES = "SIGN_IN_ADDRESS_CHANGES"
    TIMES_SHOWN_ELSEWHERE = "TIMES_SHOWN_ELSEWHERE"
    DAY_LIMITS_MOVE = "DAY_LIMITS_MOVE"
    START_GRID_MOVES = "START_GRID_MOVES"


SENTENCES: Final = {
    PersonEffectKind.SIGN_IN_STOPS: "{name} cannot sign in any more; tokens in use stop working.",
    PersonEffectKind.FEED_STOPS: "The calendar feed of {name} answers 404.",
    PersonEffectKind.OPENINGS_STOP: "Times of {name} are offered to nobody.",
    PersonEffectKind.BOOKING_STOPS: "No session can be booked for {name}.",
    PersonEffectKind.SIGN_IN_RESUMES: "{name} can sign in again.",
    PersonEffectKind.FEED_RESUMES: "The calendar feed of {name} can be read again.",
    PersonEffectKind.OPENINGS_RESUME: "Published hours of {name} are offered again.",
    PersonEffectKind.BOOKING_RESUMES: "Sessions can be booked for {name} again.",
    PersonEffectKind.TEAM_RIGHTS_CHANGE: "What {name} may do as one of the team changes at once.",
    PersonEffectKind.MAIL_GOES_ELSEWHERE: "Mails to {name} go to the new address, also those that are waiting.",
    PersonEffectKind.SIGN_IN_ADDRESS_CHANGES: "The old address of {name} signs nobody in; identities that are linked still do.",
    PersonEffectKind.TIMES_SHOWN_ELSEWHERE: "Times are shown to {name} in the new zone; no session moves.",
    PersonEffectKind.DAY_LIMITS_MOVE: "Limits by time of day of standing sessions are read in the new zone of {name}.",
    PersonEffectKind.START_GRID_MOVES: "Starts that members may choose with {name} are counted in the new zone.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEffect:
    """What follows for a person, and the sessions that stand for them and stay. `digest` goes back as acknowledgement.

    `summary`: the same in words. Without `kinds` nothing needs to be acknowledged.
    """

    kinds: tuple[PersonEffectKind, ...]
    sessions: tuple[int, ...]
    summary: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCheck:
    """What the twin of a change of a person answers; `effect` is None where the change may not be made."""

    allowed: bool
    code: RefusalCode | None
    message: str | None
    effect: PersonEffect | None
    checked_at: datetime


def person_effect(name: str, kinds: list[PersonEffectKind], sessions: list[int], *, wanted: object) -> PersonEffect:
    """The effect with its words; `wanted` is what was asked for, so that a digest acknowledges nothing else."""
    said = [SENTENCES[kind].format(name=name) for kind in kinds]
    if kinds and sessions:
        count = "1 session stands" if len(sessions) == 1 else f"{len(sessions)} sessions stand"
        said.append(f"{count} and will stay: cancel or move them yourself where that is meant.")
    covered = json.dumps([kinds, sessions, wanted], sort_keys=True, default=str)
    return PersonEffect(
        kinds=tuple(kinds),
        sessions=tuple(sessions),
        summary=" ".join(said),
        digest=hashlib.sha256(covered.encode()).hexdigest(),
    )
