"""What the rules answer: one decision, and its consequence as a fold over its effects."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from policy.effects import (
    Acquire,
    AskWhichToKeep,
    Book,
    Cancel,
    Charge,
    Conclude,
    ConfirmTime,
    Credit,
    Earn,
    Effect,
    EndProposal,
    GiveBackFee,
    Grant,
    Keep,
    KeepEarning,
    LiftSteps,
    Move,
    NewLot,
    Penalty,
    Propose,
    Refund,
    ReverseEarning,
    SplitSeries,
    TakeStep,
    Undecided,
)
from policy.facts import Lot, OtherSession
from policy.facts import Move as EarlierMove
from policy.money import Money
from policy.reasons import Terms
from policy.step_words import steps_in_words
from policy.terms import Action, ActorKind, Answer, Disposition, LedgerKind, RefusalCode, SessionStatus, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFact:
    """A limit of notice that a row of this side and action names, as an instant, and whether it was kept."""

    row: str
    limit: str
    at: datetime
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """What the decision saw (MODEL 14). `notice`: from `now` to `start`, the start that the notice runs to (D-44).

    `others`: the member's other bookings that stand in its way, or compete with it for one credit (D-11).
    """

    now: datetime
    start: datetime
    notice: timedelta
    booked_at: datetime | None = None
    limits: tuple[LimitFact, ...] = ()
    moves: tuple[EarlierMove, ...] = ()
    to: datetime | None = None
    claim: str | None = None
    tallies: dict[str, int] = field(default_factory=dict)
    others: tuple[OtherSession, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineStep:
    """From `from_at` on, until and including `until_at` (None: from then on), this row would decide the same request."""

    from_at: datetime
    until_at: datetime | None
    row: str
    answer: Answer
    reason: str | None
    code: RefusalCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why something may not be done: the code, the parameter or rule that it rests on, and from when on it may, if ever."""

    code: RefusalCode
    parameter: str
    possible_from: datetime | None = None


def first_objection(objections: Iterable[Objection | None]) -> Objection | None:
    """The one that is given when several apply (MODEL 14), or None."""
    return min((one for one in objections if one is not None), key=lambda one: one.code.rank, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What the same cause does to another session; `first`: before it does its own part."""

    session: int
    decision: "Decision"
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the rules say to one request at one instant.

    `row`: the row of the change table that decided, where it was asked; `parameter`: else the parameter or rule that did.
    `deadline_at`: the last instant at which the same row decides. `possible_from`: where it is too early, the first instant at
    which it is not. `price`: what has to be paid before it is allowed. `also`: what happens to other sessions with it. `costly`: somebody loses something by it;
    `needs_acknowledgement`: who acts must say that they know (D-58). `binding`: what is agreed to can no longer be given up at no cost (D-39). `effects` is empty where it is not allowed.
    """

    allowed: bool
    facts: DecisionFacts
    action: Action | None = None
    actor: ActorKind = ActorKind.SYSTEM
    on_behalf_of: Side | None = None
    code: RefusalCode | None = None
    late: bool = False
    costly: bool = False
    needs_acknowledgement: bool = False
    answer: Answer | None = None
    row: str | None = None
    parameter: str | None = None
    reason: str | None = None
    terms: Terms | None = None
    policy: str = ""
    policy_version: int = 0
    deadline_at: datetime | None = None
    possible_from: datetime | None = None
    timeline: tuple[TimelineStep, ...] = ()
    effects: tuple[Effect, ...] = ()
    also: tuple[Along, ...] = ()
    next_bookable_from: datetime | None = None
    then_bookable_from: datetime | None = None
    alternatives: tuple[datetime, ...] = ()
    price: Money | None = None
    binding: bool = False

    @property
    def all_effects(self) -> tuple[Effect, ...]:
        """What happens to this session and to the others, in the order in which it happens."""
        first = [effect for one in self.also if one.first for effect in one.decision.effects]
        then = [effect for one in self.also if not one.first for effect in one.decision.effects]
        return (*first, *self.effects, *then)

    def refused(self, code: RefusalCode, *, parameter: str | None = None) -> "Decision":
        """The same decision, but refused with this code: nothing happens."""
        return replace(
            self,
            allowed=False,
            code=code,
            late=False,
            costly=False,
            needs_acknowledgement=False,
            effects=(),
            also=(),
            next_bookable_from=None,
            then_bookable_from=None,
            parameter=parameter or self.parameter,
        )


_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """The decision as the session and the log keep it; its effects are kept beside it."""
    return _DECISION.dump_python(replace(decision, effects=(), also=()), mode="json")


def decision_from_json(stored: dict[str, Any]) -> Decision:
    """A decision that was kept, without its effects."""
    return _DECISION.validate_python(stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditChange:
    """One planned ledger entry. `lot` is None where the lot does not exist yet: one that a bonus, what is acquired at no price, or a
    credit that is returned on the way opens."""

    kind: LedgerKind
    units: int
    lot: Lot | None
    to: NewLot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What will happen, for who has to agree to it; `digest` covers the cost only (GRAPHQL 2).

    `summary` leaves money out, because not everybody may read it: `summary_for` says it to whom it concerns. `waits_for`: who has
    to agree before anything happens.
    """

    digest: str
    costly: bool
    summary: str
    disposition: Disposition | None
    credits: tuple[CreditChange, ...]
    charge: Money | None
    refund: Money | None
    earning: Money | None
    penalty: Money | None
    resulting_status: SessionStatus
    next_bookable_from: datetime | None
    reversed_earning: Money | None = None
    fee_given_back: Money | None = None
    coach_fee_given_back: Money | None = None
    waits_for: ActorKind | None = None
    steps: tuple[TakeStep, ...] = ()
    lifted: LiftSteps | None = None

    def all_given_back(self, to: Side) -> Money | None:
        """What this side gets back: the fee of the reason, and what a tally had charged."""
        own = self.fee_given_back if to is Side.MEMBER else self.coach_fee_given_back
        lifted = None if self.lifted is None else self.lifted.charge if to is Side.MEMBER else self.lifted.penalty
        found = [one for one in (own, lifted) if one is not None]
        return Money(minor_units=sum(one.minor_units for one in found), currency=found[0].currency) if found else None


def consequence_of(decision: Decision, *, standing: SessionStatus = SessionStatus.SCHEDULED) -> Consequence:
    """The decision's effects as their consequence; a session whose status they do not change keeps the one in which it stands."""
    credits: list[CreditChange] = []
    disposition: Disposition | None = None
    status = standing
    sums: dict[type, Money | None] = {Charge: None, Refund: None, Earn: None, Penalty: None, ReverseEarning: None}
    given_back: dict[str, Money] = {}
    asked: Propose | None = None
    steps: list[TakeStep] = []
    lifted: LiftSteps | None = None
    credits += [
        CreditChange(kind=one.kind, units=one.units, lot=one.lot if one.lot.id else None, to=one.to)
        for one in decision.all_effects
        if isinstance(one, Credit)
    ]
    for effect in decision.effects:
        match effect:
            case Acquire():
                credits += [_acquired(effect, kind) for kind in (LedgerKind.GRANT, LedgerKind.HOLD)]
            case Grant():
                credits.append(CreditChange(kind=LedgerKind.GRANT, units=effect.units, lot=None, to=effect.to))
            case Cancel():
                disposition, status = effect.disposition, SessionStatus.CANCELLED
            case Conclude():
                disposition, status = effect.disposition, effect.status
            case Charge() | Refund() | Earn() | Penalty() | ReverseEarning():
                sums[type(effect)] = effect.amount
            case KeepEarning():
                sums[Earn] = effect.amount
            case GiveBackFee():
                given_back[effect.to] = effect.amount
            case TakeStep():
                steps.append(effect)
            case LiftSteps():
                lifted = effect
            case Propose():
                asked = effect
            case _:
                pass
    return Consequence(
        digest=_digest(disposition, credits, sums, given_back, "" if asked is None else asked.costs, (steps, lifted)),
        costly=decision.costly,
        summary=_summary(decision, disposition, credits),
        disposition=disposition,
        credits=tuple(credits),
        charge=sums[Charge],
        refund=sums[Refund],
        earning=sums[Earn],
        penalty=sums[Penalty],
        reversed_earning=sums[ReverseEarning],
        fee_given_back=given_back.get(Side.MEMBER),
        coach_fee_given_back=given_back.get(Side.COACH),
        resulting_status=status,
        next_bookable_from=decision.next_bookable_from,
        waits_for=None if asked is None else asked.proposal.answers,
        steps=tuple(steps),
        lifted=lifted,
    )


def _acquired(effect: Acquire, kind: LedgerKind) -> CreditChange:
    return CreditChange(kind=kind, units=effect.units, lot=None, to=effect.to)


def _digest(
    disposition: Disposition | None,
    credits: list[CreditChange],
    sums: dict[type, Money | None],
    given_back: dict[str, Money],
    asked: str,
    followed: tuple[list[TakeStep], LiftSteps | None],
) -> str:
    steps, lifted = followed
    cost: dict[str, Any] = {
        "disposition": disposition,
        "credits": sorted(
            [change.kind, change.units, 0 if change.lot is None else change.lot.id] for change in credits
        ),
        "money": {kind.__name__: None if sum_ is None else str(sum_) for kind, sum_ in sums.items()},
        "given back": {side: str(amount) for side, amount in given_back.items()},
        "asked": asked,
    }
    if steps or lifted:
        # Of each step what it is, never its number or its last instant: who lets a second pass agrees to the same.
        cost["steps"] = [[one.tally, one.step, *one.then, str(one.amount)] for one in steps]
        cost["lifted"] = None if lifted is None else [*lifted.sanctions, str(lifted.charge), str(lifted.penalty)]
    return hashlib.sha256(json.dumps(cost, sort_keys=True).encode()).hexdigest()


def _summary(decision: Decision, disposition: Disposition | None, credits: list[CreditChange]) -> str:
    """The consequence in plain words but for its money, one sentence each."""
    said = [_head(decision, disposition)]
    others = sum(isinstance(effect, Cancel) for one in decision.also for effect in one.decision.effects)
    if others:
        them = "booking of this kind is" if others == 1 else f"{others} bookings of this kind are"
        said.append(f"The member's other {them} cancelled at no cost.")
    returned = next(
        (change.to for change in credits if change.kind is LedgerKind.CARRY and change.to is not None), None
    )
    if returned is not None and returned.closes_at is not None:
        said.append(f"The returned credit can be used until {_minute(returned.closes_at)}.")
    if decision.binding:
        said.append("It begins so soon that it can no longer be cancelled at no cost.")
    bonus = sum(effect.units for effect in decision.effects if isinstance(effect, Grant))
    if bonus:
        said.append(f"The member gets {_units(bonus)} as a bonus.")
    return " ".join(said)


def summary_for(consequence: Consequence, reader: ActorKind) -> str:
    """The consequence in plain words as its reader may know it: nobody reads of the other side's money (MODEL 10)."""
    amounts: dict[str, Money | None] = {}
    if reader is not ActorKind.COACH:
        amounts |= {
            "A fee of {} is due.": consequence.charge,
            "{} is refunded.": consequence.refund,
            "The fee of {} is given back.": consequence.fee_given_back,
        }
    if reader is not ActorKind.MEMBER:
        amounts |= {
            "The coach is paid {}.": consequence.earning,
            "The coach owes {}.": consequence.penalty,
            "The coach's {} are taken back.": consequence.reversed_earning,
            "The coach's fee of {} is given back.": consequence.coach_fee_given_back,
        }
    money = [words.format(amount) for words, amount in amounts.items() if amount is not None]
    followed = steps_in_words(consequence.steps, consequence.lifted, reader)
    return " ".join([consequence.summary, *money, *followed])


def _head(decision: Decision, disposition: Disposition | None) -> str:
    if disposition is None:
        return _kept(decision)
    end = _EXPIRED if expires(disposition, decision.effects) else _ENDS[disposition]
    return f"The session {_states(decision)} {end}."


def _states(decision: Decision) -> str:
    """What the session is by the decision, in a word or two."""
    for effect in decision.effects:
        if isinstance(effect, Conclude):
            return _STATES.get(effect.status, "is cancelled")
    return "is cancelled"


def expires(disposition: Disposition, effects: Iterable[Effect]) -> bool:
    """Whether what is given back is over at once, because its period has ended (MODEL 6)."""
    over = any(isinstance(one, Credit) and one.kind is LedgerKind.EXPIRE for one in effects)
    return over and disposition in (Disposition.RELEASED, Disposition.RETURNED)


_STATES = {SessionStatus.COMPLETED: "was held", SessionStatus.MISSED: "was missed"}


_ENDS = {
    Disposition.CONSUMED: "and counts as used",
    Disposition.COUNTED: "and counts as used",
    Disposition.PART_COUNTED: "and counts in part as used",
    Disposition.RELEASED: "and its credit can be used again",
    Disposition.RETURNED: "and given back",
    Disposition.REFUNDED: "and its price is refunded",
    Disposition.NONE: "at no cost",
}
_EXPIRED = "at no cost, but its credit has expired with its period"


def _kept(decision: Decision) -> str:
    for effect in decision.effects:
        if isinstance(effect, Propose):
            return _asks(effect)
        if isinstance(effect, EndProposal) and effect.proposal.is_invite:
            return "No session is booked."
        if isinstance(effect, AskWhichToKeep):
            return f"The session is booked for now: the member chooses until {_minute(effect.due_at)} which booking is kept."
        if isinstance(effect, Book) and effect.provisional:
            continue
        if type(effect) in _KEPT:
            return _KEPT[type(effect)]
    if decision.allowed and decision.action is Action.MOVE:
        return "The session can be moved."
    return "Nothing changes."


_KEPT: dict[type, str] = {
    Book: "The session is booked.",
    SplitSeries: "The series is split: the first of the three sessions is dropped, and the others are a week earlier.",
    Keep: "The session is kept.",
    Move: "The session is moved.",
    ConfirmTime: "The session stays at its new time, and the ordinary notice applies again.",
    EndProposal: "The session stays as it is.",
    Undecided: "The session is cancelled; its reason, and so its cost, is stated afterwards.",
}


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _asks(effect: Propose) -> str:
    if effect.proposal.is_invite:
        return f"{_ANSWERERS[effect.proposal.answers]} asked; no credit is held until there is an answer."
    costs = f" If it is accepted, {effect.costs}." if effect.costs else ""
    return f"{_ANSWERERS[effect.proposal.answers]} asked; until there is an answer the session stays as it is.{costs}"


_ANSWERERS = {
    ActorKind.MEMBER: "The member is",
    ActorKind.COACH: "The coach is",
    ActorKind.STAFF: "The team is",
    ActorKind.SYSTEM: "Nobody is",
}


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"
