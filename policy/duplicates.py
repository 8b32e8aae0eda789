"""Several bookings that compete for one credit: one is kept, by the member's choice or by the rule (M12 … M14, D-11 … D-14)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from policy.decisions import Along, Decision, DecisionFacts
from policy.effects import (
    AskUntil,
    AskWhichToKeep,
    Book,
    Cancel,
    Credit,
    Effect,
    Firm,
    GivenUpFor,
    Keep,
    LeaveQuestion,
    Notify,
)
from policy.entitlement import change_lots, give_back, hold
from policy.facts import HeldUnit, Lot, OtherSession, Question, SessionFacts, Zones
from policy.periods import period_of
from policy.reasons import RESOLVED, Terms
from policy.resolved import ResolvedPolicy
from policy.terms import (
    ActorKind,
    Disposition,
    DuplicateKeep,
    DuplicatePolicy,
    Fault,
    LedgerKind,
    NoticeCode,
    Rest,
    Side,
)

RULE = "booking.duplicate_policy"
NEW = 0
"""The id of a session that is only being booked."""


def competing(
    policy: ResolvedPolicy, zones: Zones, rivals: Iterable[SessionFacts], start: datetime
) -> tuple[SessionFacts, ...]:
    """The bookings with which one at this start would share a credit: those of an open question, else the one that holds it.

    Of several that hold a credit which could pay for this start, the one that begins last: it leaves the most time to choose.
    """
    period = period_of(policy, zones, start)
    if policy.duplicate_policy is not DuplicatePolicy.ASK or period is None:
        return ()
    near = [one for one in rivals if period.start <= one.starts_at < period.end]
    holders = [one for one in near if one.held and _pays(one, start)]
    if not holders:
        return ()
    holder = max(holders, key=lambda one: (one.question is not None, one.starts_at, one.id))
    if holder.question is None:
        return (holder,)
    return tuple(one for one in near if one.id in holder.question.sessions)


def _pays(holder: SessionFacts, start: datetime) -> bool:
    """Whether the credit that one session holds could pay for another at this start."""
    return all(one.lot.covers(start) for one in holder.held)


def as_others(rivals: Iterable[SessionFacts]) -> tuple[OtherSession, ...]:
    """The sessions as a decision names them."""
    return tuple(OtherSession(id=one.id, starts_at=one.starts_at, holds=bool(one.held)) for one in rivals)


def is_refused(policy: ResolvedPolicy, rivals: Sequence[SessionFacts], start: datetime, *, now: datetime) -> bool:
    """Whether it is too late to ask, and the new booking would not be the one that is kept (M14, D-14)."""
    return _locked(policy, rivals, start, now=now) and not _is_kept(policy, rivals, start)


def _locked(policy: ResolvedPolicy, rivals: Sequence[SessionFacts], start: datetime, *, now: datetime) -> bool:
    earliest = min(start, *(one.starts_at for one in rivals))
    return earliest - now < policy.duration("booking.duplicate_lock")


def _is_kept(policy: ResolvedPolicy, rivals: Sequence[SessionFacts], start: datetime) -> bool:
    """A new booking is kept unasked only where the earliest start counts; of two equal starts the older booking is kept."""
    return policy.duplicate_keep is DuplicateKeep.EARLIEST_START and all(start < one.starts_at for one in rivals)


def booked_beside(
    policy: ResolvedPolicy, rivals: Sequence[SessionFacts], book: Book, decision: Decision, *, now: datetime
) -> Decision:
    """The booking, for which there is no credit of its own: the member is asked, or it takes the place of the others at once."""
    decision = replace(decision, parameter=RULE, facts=replace(decision.facts, others=as_others(rivals)))
    if _locked(policy, rivals, book.starts_at, now=now):
        return _in_place_of(policy, rivals, book, decision, now=now)
    question = next((one.question for one in rivals if one.question is not None), None)
    asked = AskWhichToKeep(
        question=0 if question is None else question.id,
        sessions=tuple(one.id for one in rivals),
        due_at=_due(policy, question, (book.starts_at, *(one.starts_at for one in rivals)), now=now),
    )
    effects = (
        replace(book, provisional=True),
        asked,
        Notify(code=NoticeCode.DUPLICATE_QUESTION, to=Side.MEMBER),
        Notify(code=NoticeCode.BOOKED, to=Side.COACH),
    )
    return replace(decision, effects=effects)


def _due(policy: ResolvedPolicy, question: Question | None, starts: Iterable[datetime], *, now: datetime) -> datetime:
    """Until when the member answers: never later than before, never before now (D-14)."""
    before_lock = min(starts) - policy.duration("booking.duplicate_lock")
    latest = now + policy.duration("booking.duplicate_reply_within") if question is None else question.due_at
    return max(now, min(latest, before_lock))


def _in_place_of(
    policy: ResolvedPolicy, rivals: Sequence[SessionFacts], book: Book, decision: Decision, *, now: datetime
) -> Decision:
    also = tuple(_given_up(policy, one, kept=NEW, actor=decision.actor, by=ActorKind.SYSTEM, now=now) for one in rivals)
    question = next((one.question for one in rivals if one.question is not None), None)
    effects = (
        book,
        *_held_anew(unit for one in rivals for unit in one.held),
        *(() if question is None else (Keep(question=question.id),)),
        Notify(code=NoticeCode.BOOKED, to=Side.MEMBER),
        Notify(code=NoticeCode.BOOKED, to=Side.COACH),
    )
    return replace(decision, effects=effects, also=also)


def _held_anew(units: Iterable[HeldUnit]) -> tuple[Credit, ...]:
    return tuple(Credit(kind=LedgerKind.HOLD, units=one.units, lot=one.lot) for one in units)


def _given_up(
    policy: ResolvedPolicy, session: SessionFacts, *, kept: int, actor: ActorKind, by: ActorKind, now: datetime
) -> Along:
    """One of the bookings is cancelled without loss, because another is kept."""
    disposition = Disposition.RELEASED if session.kind.units else Disposition.NONE
    cancel = Cancel(reason=RESOLVED, fault=Fault.NONE, disposition=disposition, late=False, by=by, on_behalf_of=None)
    decision = Decision(
        allowed=True,
        facts=_facts(session, now=now),
        actor=actor,
        parameter=RULE,
        reason=RESOLVED,
        terms=policy.reasons[RESOLVED],
        policy=policy.name,
        policy_version=policy.version,
        effects=(
            cancel,
            GivenUpFor(kept=kept),
            *give_back(policy, session.held, Rest.RELEASED, now=now),
            Notify(code=NoticeCode.DUPLICATE_CANCELLED, to=Side.MEMBER),
            Notify(code=NoticeCode.DUPLICATE_CANCELLED, to=Side.COACH),
        ),
    )
    return Along(session=session.id, decision=decision, first=True)


def _facts(session: SessionFacts, *, now: datetime) -> DecisionFacts:
    return DecisionFacts(now=now, start=session.starts_at, notice=session.starts_at - now, booked_at=session.booked_at)


def kept_without_answer(policy: ResolvedPolicy, sessions: Sequence[SessionFacts]) -> SessionFacts:
    """The booking that is kept when nobody chooses (D-13)."""
    match policy.duplicate_keep:
        case DuplicateKeep.EARLIEST_START:
            return min(sessions, key=lambda one: (one.starts_at, one.booked_at, one.id))
        case DuplicateKeep.FIRST_BOOKED:
            return min(sessions, key=lambda one: (one.booked_at, one.id))


def keep(
    policy: ResolvedPolicy,
    session: SessionFacts,
    rivals: Sequence[SessionFacts],
    *,
    actor: ActorKind,
    now: datetime,
    on_behalf_of: Side | None = None,
) -> Decision:
    """This booking keeps or gets the credit, and all others of the question are cancelled without loss (M12)."""
    question = session.question
    if question is None:
        raise ValueError("a booking is kept where it is asked which one is")
    also = tuple(_given_up(policy, one, kept=session.id, actor=actor, by=actor, now=now) for one in rivals)
    taken = () if session.held else _held_anew(unit for one in rivals for unit in one.held)
    firm: tuple[Effect, ...] = (Firm(),) if session.provisional else ()
    return Decision(
        allowed=True,
        facts=replace(_facts(session, now=now), others=as_others(rivals)),
        actor=actor,
        on_behalf_of=on_behalf_of,
        parameter=RULE,
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=question.due_at,
        effects=(Keep(question=question.id), *firm, *taken),
        also=also,
    )


def without_loss(terms: Terms) -> Terms:
    """What a reason costs while it is asked which booking is kept: the member loses nothing, and the unit passes on (5.5)."""
    return replace(terms, late=False, take=Fraction(0), rest=Rest.RELEASED, fee=None, pay=Fraction(0))


def left_behind(
    policy: ResolvedPolicy, session: SessionFacts, rivals: Sequence[SessionFacts], *, actor: ActorKind, now: datetime
) -> tuple[tuple[Effect, ...], tuple[Along, ...]]:
    """What follows when one of the bookings leaves the question: its credit passes on; where only one is left, it is kept."""
    question = session.question
    if question is None or not rivals:
        return (), ()
    heirs = sorted((one for one in rivals if _pays(session, one.starts_at)), key=lambda one: (one.starts_at, one.id))
    only = len(rivals) == 1
    if not session.held or not heirs:
        return ((Keep(question=question.id),) if only else ()), ()
    effects: list[Effect] = [Keep(question=question.id)] if only else []
    effects += [Firm(), *_held_anew(session.held)]
    effects += [Notify(code=NoticeCode.BOOKED, to=Side.MEMBER)] if only else []
    decision = Decision(
        allowed=True,
        facts=_facts(heirs[0], now=now),
        actor=actor,
        parameter="MODEL 5.5",
        policy=policy.name,
        policy_version=policy.version,
        effects=tuple(effects),
    )
    return (), (Along(session=heirs[0].id, decision=decision, first=False),)


def credits_of_moving(
    policy: ResolvedPolicy,
    session: SessionFacts,
    rivals: Sequence[SessionFacts],
    lots: Sequence[Lot],
    to: datetime,
    *,
    returned: bool,
    now: datetime,
) -> tuple[Credit, ...] | None:
    """The entries that make the credit fit the new start; None where none does. A booking that leaves the question needs its own."""
    if session.question is None:
        return change_lots(policy, session, lots, to, returned=returned, now=now)
    if _stays(session, rivals, to):
        return ()
    own = hold(lots, to, session.kind.units)
    return None if own is None else (*give_back(policy, session.held, Rest.RELEASED, now=now), *own)


def _stays(session: SessionFacts, rivals: Sequence[SessionFacts], to: datetime) -> bool:
    return all(_pays(one, to) for one in (session, *rivals))


def moved_among(
    policy: ResolvedPolicy,
    session: SessionFacts,
    rivals: Sequence[SessionFacts],
    to: datetime,
    *,
    actor: ActorKind,
    now: datetime,
) -> tuple[tuple[Effect, ...], tuple[Along, ...]]:
    """What a move does to the question: less time to choose, or the others are left behind."""
    question = session.question
    if question is None:
        return (), ()
    if not _stays(session, rivals, to):
        own, also = left_behind(policy, session, rivals, actor=actor, now=now)
        firm: tuple[Effect, ...] = (Firm(),) if session.provisional else ()
        return (LeaveQuestion(question=question.id), *firm, *own), also
    due = _due(policy, question, (to, *(one.starts_at for one in rivals)), now=now)
    return ((AskUntil(question=question.id, due_at=due),) if due != question.due_at else ()), ()
