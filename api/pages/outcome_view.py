"""What a coach may say of a session, each answer with what it leads to; asked of the same twins as the API (A15)."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.pages.asking import Visit
from commands.change import check_cases
from commands.outcome import ActionCheck
from commands.record_outcome import RecordOutcome
from commands.record_outcome import deciding as deciding_outcome
from commands.state_reason import StateReason
from commands.state_reason import deciding as deciding_reason
from policy.decisions import summary_for
from policy.terms import ActorKind, SessionStatus, Use

WORDS = {
    "HELD": "It took place",
    "HELD_ELSEWHERE": "It took place elsewhere",
    "CLIENT_NO_SHOW": "The member did not come",
    "CLIENT_CANCELLED_LATE": "The member cancelled at the last minute",
    "CLIENT_CANCELLED": "The member cancelled in time",
    "CLIENT_EMERGENCY": "The member had an emergency",
    "COACH_EMERGENCY": "I had an emergency",
    "COACH_MISSED": "I missed it",
    "COACH_CANCELLED": "I cancelled it",
    "BOTH_ABSENT": "Nobody came",
    "WAIVED": "The member is to blame, and I forgive it",
    "JOIN_INSTRUCTIONS_NOT_FOLLOWED": "The instructions for joining were not followed",
    "BOOKED_WRONG_TIME": "It was booked at a wrong time",
    "PLATFORM_FAILURE": "The platform failed",
    "OTHER": "Another reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing to say; `summary`: what it leads to, as its reader may know it."""

    code: str
    words: str
    summary: str


def answers(visit: Visit) -> tuple[Answer, ...]:
    """Everything that the visitor may say now, that it was held first."""
    return tuple(_possible(visit))


def _possible(visit: Visit) -> Iterator[Answer]:
    reasons = visit.case.policy.reasons
    for code in sorted(reasons, key=lambda code: (reasons[code].use is not Use.HELD, list(reasons).index(code))):
        found = answer_of(visit, code)
        if found is not None:
            yield found


def answer_of(visit: Visit, code: str) -> Answer | None:
    """What saying this would lead to; None where it may not be said now."""
    if code not in visit.case.policy.reasons:
        return None
    check = _check(visit, code)
    if check.consequence is None:
        return None
    summary = summary_for(check.consequence, _reader(visit))
    return Answer(code=code, words=WORDS.get(code, code.capitalize().replace("_", " ")), summary=summary)


def _reader(visit: Visit) -> ActorKind:
    return ActorKind.COACH if visit.link.person_id == visit.case.subject.coach_id else ActorKind.MEMBER


def wish(visit: Visit, code: str, version: int) -> RecordOutcome | StateReason:
    """The command that says this of the session: of a cancelled one its reason, of any other its outcome."""
    session = visit.link.session_id
    if visit.case.facts.status is SessionStatus.CANCELLED:
        return StateReason(session_id=session, if_version=version, reason=code)
    terms = visit.case.policy.reasons.get(code)
    held = terms is not None and terms.use is Use.HELD
    return RecordOutcome(session_id=session, if_version=version, held=held, reason=code)


def _check(visit: Visit, code: str) -> ActionCheck:
    command = wish(visit, code, visit.case.subject.version)
    known = isinstance(command, RecordOutcome)
    decide = deciding_outcome(command, now=visit.now) if known else deciding_reason(command, now=visit.now)
    cases = {visit.link.session_id: visit.case}
    return check_cases(visit.unit, visit.actor, cases, decide, now=visit.now)[visit.link.session_id]
