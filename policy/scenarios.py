"""What a policy answers in a situation that an operator describes: a trial before it is published (D-63).

The people are alone in their calendars, and wherever a credit is needed there is one: what is tried is the rule, not the week.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from policy.aftermath import absence_from
from policy.booking import decide_booking
from policy.changing import decide_cancel, decide_reschedule
from policy.decisions import Consequence, Decision, consequence_of
from policy.document import Policy, resolve
from policy.effects import Notify, NotifyStaff, TakeStep
from policy.facts import (
    Attempt,
    Availability,
    BookingFacts,
    ChangeFacts,
    HeldUnit,
    Interval,
    Lot,
    Move,
    SessionFacts,
    Statement,
    Zones,
)
from policy.limits import TICK
from policy.money import Money
from policy.outcomes import decide_outcome
from policy.periods import period_of
from policy.reading import STOPS
from policy.resolved import ResolvedPolicy
from policy.steps import with_steps_from
from policy.terms import Action, ActorKind, Basis, LotSource, Sanction, SessionStatus, Side

LONG_BEFORE = timedelta(days=30)
WIDE = timedelta(days=2)
FEE = 10_000
"""What the coach of a scenario gets for a session where none is named: 100.00, so that parts of it read as per cents."""
NOTE = "trial"


class ScenarioAct(StrEnum):
    """What is done in a scenario. MISS: who is named does not come; ENDED: it did not take place, for a reason that is stated."""

    BOOK = "BOOK"
    CANCEL = "CANCEL"
    MOVE = "MOVE"
    MISS = "MISS"
    HELD = "HELD"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Somebody does something about a session of this kind.

    `at`: when; None of an absence, or of what is stated afterwards: as soon as it can be said. `by`: who acts; of an absence, who
    does not come. `booked_at` None: thirty days before the start. `moves`: earlier ones. `tallies`: what has been counted by
    then. `zone`: of everybody. `paid`: what was paid for the booking; None: the kind's price, where sessions are purchased.
    `expected`: what is to come out, by the names of `answers`.
    """

    name: str
    kind: str
    act: ScenarioAct
    by: ActorKind
    starts_at: datetime
    at: datetime | None = None
    booked_at: datetime | None = None
    to: datetime | None = None
    reason: str | None = None
    claim: str | None = None
    on_behalf_of_member: bool = False
    moves: tuple[Move, ...] = ()
    tallies: Mapping[str, int] = field(default_factory=dict[str, int])
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    fee: Money | None = None
    paid: Money | None = None
    expected: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A scenario, what the policy decides in it, and what that leads to."""

    scenario: Scenario
    decision: Decision
    consequence: Consequence

    @property
    def answers(self) -> dict[str, str]:
        """What came out, in words and by name, without what is nothing."""
        said: dict[str, object] = {
            "row": self.decision.row,
            "refusal": self.decision.code,
            "reason": self.decision.reason if self.decision.allowed else None,
            "disposition": self.consequence.disposition,
            "credits": ", ".join(f"{one.kind} {one.units}" for one in self.consequence.credits),
            "fee": self.consequence.charge,
            "refund": self.consequence.refund,
            "coach_earns": self.consequence.earning,
            "coach_owes": self.consequence.penalty,
            "asks": self.consequence.waits_for,
            "steps": ", ".join(self.steps),
            "messages": ", ".join(self.messages),
        }
        return {name: str(value) for name, value in said.items() if value}

    @property
    def steps(self) -> tuple[str, ...]:
        """What tallies lead to by it: `BLOCK until 2027-04-01 10:10 UTC`."""
        return tuple(_step_in_words(one, what) for one in self.consequence.steps for what in one.then)

    @property
    def messages(self) -> tuple[str, ...]:
        """Who is told what: `LATE_LOSS to MEMBER`."""
        told = self.decision.all_effects
        return tuple(
            f"{one.code} to {one.to if isinstance(one, Notify) else ActorKind.STAFF}"
            for one in told
            if isinstance(one, (Notify, NotifyStaff))
        )

    @property
    def surprises(self) -> dict[str, tuple[str, str]]:
        """What was expected and did not come out, by name: what was expected, and what came; `-` for nothing."""
        came = self.answers
        return {
            name: (wanted, came.get(name, "-"))
            for name, wanted in self.scenario.expected.items()
            if came.get(name, "-") != wanted
        }


def _step_in_words(step: TakeStep, what: Sanction) -> str:
    if what is Sanction.CHARGE:
        return f"{what} {step.amount}"
    if what not in STOPS:
        return str(what)
    return f"{what} until {step.lasts}" if step.until is None else f"{what} until {step.until:%Y-%m-%d %H:%M} UTC"


def try_scenario(policy: Policy, scenario: Scenario) -> Tried:
    """The decision that the policy gives in the scenario, with what tallies make of it. Raises KeyError for a kind that it does not have."""
    rules = resolve(policy, scenario.kind)
    decision = _decide(rules, scenario)
    if scenario.act is not ScenarioAct.BOOK:
        session = _session(rules, scenario, decision.facts.now)
        decision = with_steps_from(rules, session, _zones(scenario), scenario.tallies, decision)
    standing = _status(rules, scenario, decision.facts.now)
    return Tried(scenario=scenario, decision=decision, consequence=consequence_of(decision, standing=standing))


def _decide(rules: ResolvedPolicy, scenario: Scenario) -> Decision:
    now = _instant(rules, scenario)
    match scenario.act:
        case ScenarioAct.BOOK:
            return decide_booking(rules, _booking(rules, scenario), now=now)
        case ScenarioAct.CANCEL:
            return decide_cancel(
                rules, _session(rules, scenario, now), _attempt(scenario, now), _facts(rules, scenario)
            )
        case ScenarioAct.MOVE:
            return decide_reschedule(
                rules, _session(rules, scenario, now), _attempt(scenario, now), _facts(rules, scenario)
            )
        case ScenarioAct.MISS | ScenarioAct.HELD | ScenarioAct.ENDED:
            return decide_outcome(
                rules, _session(rules, scenario, now), _statement(scenario, now), _facts(rules, scenario)
            )


def _instant(rules: ResolvedPolicy, scenario: Scenario) -> datetime:
    """When it is done: where nobody says so, a booking and a change a tick before the start, the rest as soon as it can be stated."""
    if scenario.at is not None:
        return scenario.at
    match scenario.act:
        case ScenarioAct.BOOK | ScenarioAct.CANCEL | ScenarioAct.MOVE:
            return scenario.starts_at - TICK
        case ScenarioAct.MISS if scenario.by is ActorKind.MEMBER:
            return absence_from(rules, scenario.starts_at, Side.MEMBER)
        case ScenarioAct.MISS | ScenarioAct.HELD | ScenarioAct.ENDED:
            return scenario.starts_at + rules.kind.duration


def _status(rules: ResolvedPolicy, scenario: Scenario, now: datetime) -> SessionStatus:
    ended = now >= scenario.starts_at + rules.kind.duration
    return SessionStatus.AWAITING_OUTCOME if ended else SessionStatus.SCHEDULED


def _zones(scenario: Scenario) -> Zones:
    return Zones(member=scenario.zone, coach=scenario.zone, organisation=scenario.zone, accounting=scenario.zone)


def _session(rules: ResolvedPolicy, scenario: Scenario, now: datetime) -> SessionFacts:
    kind = rules.kind
    first = min([scenario.starts_at, *(move.starts_at_before for move in scenario.moves)])
    held = (HeldUnit(lot=_lot(rules, scenario, scenario.starts_at, 1), units=kind.units),) if kind.units else ()
    paid = scenario.paid or (kind.price if rules.basis is Basis.PURCHASE else None)
    return SessionFacts(
        id=1,
        kind=kind,
        starts_at=scenario.starts_at,
        ends_at=scenario.starts_at + kind.duration,
        status=_status(rules, scenario, now),
        booked_at=scenario.booked_at or min(scenario.starts_at - LONG_BEFORE, now),
        first_starts_at=first,
        fee=scenario.fee or Money(minor_units=FEE, currency=rules.currency),
        price=paid,
        held=held,
        moves=scenario.moves,
    )


def _lot(rules: ResolvedPolicy, scenario: Scenario, start: datetime, number: int) -> Lot:
    """A lot that pays for a session at this start: of its period, where there are periods."""
    period = period_of(rules, _zones(scenario), start)
    source = {Basis.PACK: LotSource.PACK, Basis.PURCHASE: LotSource.PURCHASE}.get(rules.basis, LotSource.PERIOD)
    return Lot(
        id=number,
        kind=rules.kind.code,
        source=source,
        opens_at=start - LONG_BEFORE * 12 if period is None else period.start.astimezone(UTC),
        closes_at=None if period is None else period.end.astimezone(UTC),
        available=0,
        held=0,
        granted_order=number,
    )


def _free(rules: ResolvedPolicy, scenario: Scenario, start: datetime) -> tuple[Lot, ...]:
    lot = _lot(rules, scenario, start, 2)
    return (
        Lot(
            id=lot.id,
            kind=lot.kind,
            source=lot.source,
            opens_at=lot.opens_at,
            closes_at=lot.closes_at,
            available=max(rules.quantity, 1) * rules.kind.units,
            held=0,
            granted_order=lot.granted_order,
        ),
    )


def _always(start: datetime) -> Availability:
    return Availability(hours=(Interval(start=start - WIDE, end=start + WIDE),))


def _booking(rules: ResolvedPolicy, scenario: Scenario) -> BookingFacts:
    return BookingFacts(
        kind=rules.kind,
        actor=scenario.by,
        starts_at=scenario.starts_at,
        zones=_zones(scenario),
        availability=_always(scenario.starts_at),
        lots=_free(rules, scenario, scenario.starts_at),
        note=NOTE,
    )


def _facts(rules: ResolvedPolicy, scenario: Scenario) -> ChangeFacts:
    to = scenario.to
    return ChangeFacts(
        zones=_zones(scenario),
        lots=() if to is None else _free(rules, scenario, to),
        availability=None if to is None else _always(to),
        tallies=dict(scenario.tallies),
    )


def _attempt(scenario: Scenario, now: datetime) -> Attempt:
    return Attempt(
        action=Action.CANCEL if scenario.act is ScenarioAct.CANCEL else Action.MOVE,
        actor=scenario.by,
        now=now,
        to=scenario.to,
        claim=scenario.claim,
        on_behalf_of_member=scenario.on_behalf_of_member,
        override=scenario.reason if scenario.by is ActorKind.STAFF else None,
        note=NOTE,
    )


def _statement(scenario: Scenario, now: datetime) -> Statement:
    """The absence of the member is stated by the coach, that of the coach by the team; the rest by who acts."""
    absent = None
    actor = scenario.by
    if scenario.act is ScenarioAct.MISS:
        absent = Side.MEMBER if scenario.by is ActorKind.MEMBER else Side.COACH
        actor = ActorKind.COACH if absent is Side.MEMBER else ActorKind.STAFF
    return Statement(
        actor=actor,
        now=now,
        held=scenario.act is ScenarioAct.HELD,
        reason=scenario.reason,
        absent=absent,
        note=NOTE,
    )
