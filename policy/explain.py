"""A decision in words: what was done how long before the start, which row or rule decided, and what followed (MODEL 14)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from policy.decisions import Decision, LimitFact, decision_from_json, expires
from policy.effects import (
    Book,
    Cancel,
    ChangeCase,
    Charge,
    Conclude,
    ConfirmTime,
    Credit,
    Earn,
    Effect,
    EndProposal,
    Firm,
    GiveBackFee,
    Grant,
    Keep,
    LiftSteps,
    Move,
    Penalty,
    Propose,
    Refund,
    ReverseEarning,
    TakeStep,
    Undecided,
    effects_from_json,
)
from policy.facts import Case, Proposal
from policy.releasing import RELEASED
from policy.rows import DUPLICATE, STARTED, UNCONFIRMED_MOVE
from policy.step_words import steps_in_words
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    CaseResult,
    CaseStatus,
    Disposition,
    LedgerKind,
    ProposalKind,
    ProposalStatus,
    SessionStatus,
    Side,
)
from policy.words import duration_words, instant_words, limit_words, units_words


def why(decision: Decision, effects: Iterable[Effect], *, reader: ActorKind) -> str:
    """The answer to "Why was I charged?", as far as it concerns the reader.

    *cancelled 23 h 59 min 59 s before the start; row `cancel-late` applies from 24 h before; the session counts as used*.
    """
    known = tuple(effects)
    said = [_deed(decision, known), _ground(decision, known), *_outcome(decision, known, reader)]
    return "; ".join(part for part in said if part)


def sentence_of(event: Any, reader: ActorKind) -> str:
    """What the log says of one event of a session: who did it, and why it led to what it led to.

    `event` is a row of the log with its actor's name: `name`, `actor_kind`, `actor_name`, `decision`, `effects`,
    `policy_number`. Money of the other side is left out (MODEL 10).
    """
    who = _who(ActorKind(event.actor_kind), event.actor_name)
    if event.decision is None:
        return f"{who}: {_NAMES.get(event.name) or _plain(event.name)}."
    decision = decision_from_json(event.decision)
    told = why(decision, effects_from_json(event.effects or []), reader=reader)
    return f"{who} {told} ({decision.policy}, version {event.policy_number or decision.policy_version})."


def _who(kind: ActorKind, name: str | None) -> str:
    match kind:
        case ActorKind.SYSTEM:
            return "The system"
        case ActorKind.STAFF:
            return f"{name or 'Somebody'} (staff)"
        case ActorKind.MEMBER | ActorKind.COACH:
            return name or "Somebody"


_NAMES = {
    "SESSION_ENDED": "the session reached its end and awaits its outcome",
    "SESSION_REMINDED": "both sides were reminded of the session",
    "QUESTIONNAIRE_REMINDED": "the member was reminded of the questionnaire",
    "QUESTIONNAIRE_SKIPPED": "skipped the questionnaire for now",
    "QUESTIONNAIRE_SUBMITTED": "answered the questionnaire",
    "ABSENT_NUDGED": "whoever had not appeared was nudged",
    "OUTCOME_ASKED": "the coach was asked whether the session took place",
    "EARNING_PAYABLE": "what the coach earned became payable",
    "EARNING_WAIVED": "the coach waived the earning",
    "EARNING_PAID": "what the coach earned was marked as paid",
    "CHECKED_IN": "said to be there",
    "JOINED": "used the join link",
}


def _plain(name: str) -> str:
    return name.lower().replace("_", " ")


def _deed(decision: Decision, effects: tuple[Effect, ...]) -> str:
    """What was done, or asked for, and how long before the start that is."""
    stated = next((effect for effect in effects if isinstance(effect, Conclude)), None)
    if stated is not None:
        return _stated(stated)
    about = next((effect for effect in effects if isinstance(effect, ChangeCase)), None)
    if about is not None and not isinstance(effects[0], Propose):
        return _of_case(about.case, decision.actor)
    for_whom = " on the member's behalf" if decision.on_behalf_of is not None else ""
    return f"{_verb(decision, effects)}{for_whom} {_when(decision.facts.notice)}"


def _when(notice: timedelta) -> str:
    if notice < timedelta(0):
        return f"{duration_words(-notice)} after the start"
    return f"{duration_words(notice)} before the start"


def _of_case(case: Case, actor: ActorKind) -> str:
    """What became of a report or a contest."""
    match case.status:
        case CaseStatus.CLOSED:
            return f"closed the case: {_RESULTS.get(case.result, 'as it was')}"
        case CaseStatus.INVESTIGATING if actor is ActorKind.SYSTEM:
            return "left it to the team to decide"
        case CaseStatus.INVESTIGATING if case.id and case.asked:
            return "answered the questions"
        case CaseStatus.INVESTIGATING:
            return "contested what was recorded"
        case CaseStatus.OPEN if case.contradicted:
            return "contradicted the report: the member was absent"
        case CaseStatus.OPEN | CaseStatus.ANSWERED:
            return "reported that the coach did not come"


_RESULTS: dict[CaseResult | None, str] = {
    CaseResult.WITHDRAWN: "the report was taken back",
    CaseResult.REJECTED: "what was recorded stands",
    CaseResult.UPHELD: "the member was right",
}


def _stated(said: Conclude) -> str:
    """What was said of the session: that it was held, or why it was not."""
    verb = "amended the outcome: the session" if said.amends else "stated that the session"
    if said.status is SessionStatus.COMPLETED:
        return f"{verb} was held" if said.reason == "HELD" else f"{verb} was held ({said.reason})"
    return (
        f"{verb} was {'cancelled' if said.status is SessionStatus.CANCELLED else 'missed'} for the reason {said.reason}"
    )


def _verb(decision: Decision, effects: tuple[Effect, ...]) -> str:
    if not decision.allowed:
        return f"asked to {_WISHES[decision.action]}"
    match effects[0] if effects else None:
        case Propose(proposal=proposal):
            return _proposing(proposal)
        # A proposal that fell with the session stands further back: the deed is another one then.
        case EndProposal(status=status):
            return _ENDINGS[status]
        case _:
            pass
    agreed = "agreed to what was asked: " if _accepted(effects) else ""
    said = (_done(effect, decision, agreed) for effect in effects)
    return next((one for one in said if one is not None), f"{agreed}cancelled")


def _done(effect: Effect, decision: Decision, agreed: str) -> str | None:
    """What the effect says was done; None where it is not the deed itself."""
    match effect:
        case Book(provisional=True):
            return f"booked for now, beside another booking, the session of {instant_words(effect.starts_at)},"
        case Book():
            return f"booked the session of {instant_words(effect.starts_at)},"
        case Move():
            return f"{agreed}moved the session to {instant_words(effect.starts_at)},"
        case Cancel() if decision.answer is Answer.CANCEL:
            return "asked to move the session, which was cancelled,"
        case _:
            return _DEEDS.get(type(effect))


_DEEDS: dict[type, str] = {
    ConfirmTime: "agreed to the new time",
    Keep: "kept this of several bookings",
    Firm: "kept this booking, to which the credit of another one passed,",
}


def _accepted(effects: tuple[Effect, ...]) -> bool:
    return any(isinstance(one, EndProposal) and one.status is ProposalStatus.ACCEPTED for one in effects)


def _proposing(proposal: Proposal) -> str:
    """What was asked or offered, and of whom."""
    asked = {ActorKind.STAFF: "the team"}.get(proposal.answers, "the other side")
    if proposal.kind is ProposalKind.NEW_SESSION:
        return "invited the member to a session"
    if proposal.kind is ProposalKind.BOOKING_REQUEST:
        return "asked the coach for a session"
    if proposal.kind is ProposalKind.REBOOK_OFFER:
        return "offered the member another time of their choice"
    if proposal.action is Action.CANCEL:
        return f"asked {asked} to cancel the session"
    to = "" if proposal.starts_at is None else f" to {instant_words(proposal.starts_at)},"
    return f"asked {asked} to move the session{to}"


_ENDINGS = {
    ProposalStatus.DECLINED: "declined what was proposed",
    ProposalStatus.EXPIRED: "let what was proposed expire",
    ProposalStatus.WITHDRAWN: "withdrew what was proposed",
}


_WISHES = {
    None: "book the session",
    Action.CANCEL: "cancel",
    Action.MOVE: "move the session",
    Action.MISS: "state an absence",
}


def _ground(decision: Decision, effects: tuple[Effect, ...]) -> str:
    """The row that decided and from when to when it applies, or the rule that did."""
    match decision.row:
        case str() if _accepted(effects):
            return f"row `{decision.row}` applied when it was asked"
        case None:
            return _rule(decision)
        case str() if decision.row in _FIXED:
            return f"row `{decision.row}` applies {_FIXED[decision.row]}"
        case _:
            return f"row `{decision.row}` applies {_range(decision)}"


_FIXED = {
    STARTED: "from the start",
    DUPLICATE: "while it is asked which booking to keep",
    UNCONFIRMED_MOVE: "until the member agrees to the new time or moves the session",
}


def _rule(decision: Decision) -> str:
    if decision.parameter is None:
        return ""
    if decision.action is not None and decision.allowed:
        released = decision.actor is ActorKind.SYSTEM or decision.reason == RELEASED
        who = "it follows from another rule" if released else "staff act outside the table"
        return f"{who}, by the reason {decision.reason} ({decision.parameter})"
    return f"decided by {decision.parameter}"


def _range(decision: Decision) -> str:
    """`from 24 h before`, `until 48 h before`, or both."""
    missed = [limit for limit in decision.facts.limits if not limit.kept]
    own = [limit for limit in decision.facts.limits if limit.row == decision.row]
    since = [f"from {limit_words(max(missed, key=_at).limit)}"] if missed else []
    until = [f"until {limit_words(limit.limit)}" for limit in own]
    return " ".join([*since, *until]) or "at any notice"


def _at(limit: LimitFact) -> datetime:
    return limit.at


def _outcome(decision: Decision, effects: tuple[Effect, ...], reader: ActorKind) -> Iterator[str]:
    """What followed, as far as it concerns the reader."""
    if not decision.allowed:
        yield "nothing changed"
        return
    steps = tuple(effect for effect in effects if isinstance(effect, TakeStep))
    lifted = next((effect for effect in effects if isinstance(effect, LiftSteps)), None)
    yield from _costs(effects, reader)
    yield from (f"{said[0].lower()}{said[1:-1]}" for said in steps_in_words(steps, lifted, reader))


def _costs(effects: tuple[Effect, ...], reader: ActorKind) -> Iterator[str]:
    for effect in effects:
        match effect:
            case Cancel() | Conclude() if effect.disposition is not None:
                yield _fate(effect.disposition, effects)
            case Undecided():
                yield "its reason, and so its cost, is stated afterwards"
            case Grant():
                yield f"the member gets {units_words(effect.units)} as a bonus"
            case Charge() if reader is not ActorKind.COACH:
                yield f"a fee of {effect.amount} is due"
            case Refund() if reader is not ActorKind.COACH:
                yield f"{effect.amount} is refunded"
            case Earn() if reader is not ActorKind.MEMBER:
                yield f"the coach is paid {effect.amount}"
            case Penalty() if reader is not ActorKind.MEMBER:
                yield f"the coach owes {effect.amount}"
            case ReverseEarning() if reader is not ActorKind.MEMBER:
                yield f"the coach's {effect.amount} are taken back"
            case GiveBackFee() if reader is not (ActorKind.COACH if effect.to is Side.MEMBER else ActorKind.MEMBER):
                yield f"a fee of {effect.amount} is given back"
            case _:
                continue


def _fate(disposition: Disposition, effects: tuple[Effect, ...]) -> str:
    if disposition is Disposition.PART_COUNTED:
        lost = sum(one.units for one in effects if isinstance(one, Credit) and one.kind is LedgerKind.FORFEIT)
        return f"{units_words(lost)} of the session counts as used" if lost else "a part of the price is kept"
    return "its credit has expired with its period" if expires(disposition, effects) else _FATES[disposition]


_FATES = {
    Disposition.CONSUMED: "the session counts as used",
    Disposition.COUNTED: "the session counts as used",
    Disposition.RELEASED: "its credit can be used again",
    Disposition.RETURNED: "it is given back",
    Disposition.REFUNDED: "its price is refunded",
    Disposition.NONE: "it costs nothing",
}
