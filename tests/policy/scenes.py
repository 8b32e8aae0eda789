"""A scene: one wish at one instant, played by the rules of a policy, and what came of it as one line of text.

The line names the row or the parameter that decided, the state, the ledger, the money and the messages, as the columns of SCENARIOS.md do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from policy.booking import decide_booking
from policy.changing import decide_cancel, decide_reschedule
from policy.decisions import Decision
from policy.document import Policy, ResolvedPolicy, resolve
from policy.effects import (
    AskWhichToKeep,
    Book,
    Cancel,
    Charge,
    Conclude,
    ConfirmTime,
    Credit,
    Earn,
    Effect,
    Grant,
    Move,
    NewLot,
    Notify,
    Penalty,
    Propose,
    Refund,
    Undecided,
)
from policy.facts import (
    Attempt,
    Availability,
    BookingFacts,
    ChangeFacts,
    HeldUnit,
    Lot,
    OtherSession,
    Question,
    SessionFacts,
    Zones,
)
from policy.facts import Move as EarlierMove
from policy.matching import CHEMISTRY
from policy.stops import Stop
from policy.terms import Action, ActorKind, LotSource, RefusalCode, Sanction
from tests.policy.cast import ALWAYS, APRIL, MARCH, ZONES, at, lot, money, session

NAMES = {1: "2027-03", 2: "2027-04", 3: "pack", 4: "purchase", 5: "return"}
"""What the lots of a scene are called, by id."""


@dataclass(frozen=True)
class Rules:
    """A policy and what it comes to for each kind, worked out once."""

    policy: Policy
    known: dict[str, ResolvedPolicy] = field(default_factory=dict[str, ResolvedPolicy])

    def of(self, kind: str | None) -> ResolvedPolicy:
        """For sessions of this kind, or of the policy's first."""
        code = kind or next(iter(self.policy.kinds))
        if code not in self.known:
            self.known[code] = resolve(self.policy, code)
        return self.known[code]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Maya and Eva, and the session between them or the wish for one. `free`: lots by name, with the units that are free."""

    now: str
    start: str = "2027-03-18T10:00:00Z"
    to: str | None = None
    kind: str | None = None
    actor: ActorKind = ActorKind.MEMBER
    on_behalf: bool = False
    override: str | None = None
    note: str | None = None
    claim: str | None = None
    held: str | None = None
    free: dict[str, int] | None = None
    unconfirmed: bool = False
    moves: tuple[EarlierMove, ...] = ()
    first_start: str | None = None
    tallies: dict[str, int] | None = None
    availability: Availability = ALWAYS
    others: tuple[OtherSession, ...] = ()
    counted: tuple[str, ...] = ()
    arrears: str | None = None
    blocked: bool = False
    price: str | None = "60.00"
    zones: Zones = ZONES
    in_duplicate_case: bool = False
    rivals: tuple[str, ...] = ()

    def cancel(self, rules: Rules) -> str:
        """What becomes of the wish to cancel."""
        return line(self.cancelling(rules))

    def cancelling(self, rules: Rules) -> Decision:
        """The decision about the wish to cancel."""
        found = rules.of(self.kind)
        return decide_cancel(found, self.session(found), self.attempt(Action.CANCEL), self.facts())

    def move(self, rules: Rules) -> str:
        """What becomes of the wish to move."""
        return line(self.moving(rules))

    def moving(self, rules: Rules) -> Decision:
        """The decision about the wish to move."""
        found = rules.of(self.kind)
        return decide_reschedule(found, self.session(found), self.attempt(Action.MOVE), self.facts())

    def book(self, rules: Rules) -> str:
        """What becomes of the wish to book `start`."""
        return line(self.booking(rules))

    def booking(self, rules: Rules) -> Decision:
        """The decision about the wish to book `start`."""
        found = rules.of(self.kind)
        facts = BookingFacts(
            kind=found.kind,
            actor=self.actor,
            starts_at=at(self.start),
            zones=self.zones,
            availability=self.availability,
            lots=self.lots(),
            others=self.others,
            note=self.note,
            stops=(Stop(kind=Sanction.BLOCK, ends_at=at(self.start)),) if self.blocked else (),
            candidate=self.kind == CHEMISTRY,  # with a coach who is one of several (D-20)
            arrears=None if self.arrears is None else money(self.arrears),
            counted_starts=tuple(at(one) for one in self.counted),
            rivals=tuple(self.rival(found, start, number) for number, start in enumerate(self.rivals)),
        )
        return decide_booking(found, facts, now=at(self.now))

    def rival(self, rules: ResolvedPolicy, start: str, number: int) -> SessionFacts:
        """Another booking of the member, of which the first holds the credit."""
        held = (HeldUnit(lot=make_lot(self.held or "2027-03"), units=rules.kind.units),) if number == 0 else ()
        return session(rules.kind, *held, start=at(start), id=number + 2)

    def attempt(self, action: Action) -> Attempt:
        return Attempt(
            action=action,
            actor=self.actor,
            now=at(self.now),
            to=None if self.to is None else at(self.to),
            claim=self.claim,
            on_behalf_of_member=self.on_behalf,
            override=self.override,
            note=self.note,
        )

    def facts(self) -> ChangeFacts:
        return ChangeFacts(
            zones=self.zones,
            lots=self.lots(),
            others=self.others,
            availability=None if self.to is None else self.availability,
            tallies=self.tallies or {},
        )

    def lots(self) -> tuple[Lot, ...]:
        free = {"2027-03": 0, "2027-04": 1} if self.free is None else self.free
        return tuple(make_lot(name, free=units) for name, units in free.items())

    def session(self, rules: ResolvedPolicy) -> SessionFacts:
        units = rules.kind.units
        held = (HeldUnit(lot=make_lot(self.held or "2027-03"), units=units),) if units else ()
        start = at(self.start)
        return session(
            rules.kind,
            *held,
            start=start,
            first_starts_at=start if self.first_start is None else at(self.first_start),
            moves=self.moves,
            moved_by_other_unconfirmed=self.unconfirmed,
            price=None if self.price is None else money(self.price),
            question=Question(id=1, due_at=at(self.now), sessions=(1, 2)) if self.in_duplicate_case else None,
        )


def make_lot(name: str, *, free: int = 0) -> Lot:
    """A lot by the name that the lines use."""
    windows = {
        "2027-03": (1, MARCH, LotSource.PERIOD),
        "2027-04": (2, APRIL, LotSource.PERIOD),
        "pack": (3, (MARCH[0], None), LotSource.PACK),
        "purchase": (4, (MARCH[0], None), LotSource.PURCHASE),
        "return": (5, (MARCH[0], at("2027-04-17T07:00:00Z")), LotSource.RETURN),
    }
    number, window, source = windows[name]
    return lot(number, window, available=free, source=source)


def line(decision: Decision) -> str:
    """The decision in one line."""
    by = decision.row or decision.parameter
    if not decision.allowed:
        waiting = decision.code is RefusalCode.APPROVAL_REQUIRED and decision.answer is not None
        return f"{by}: refused {decision.code}" + (f", {decision.answer} {decision.reason}" if waiting else "")
    marks = [word for word, holds in (("late", decision.late), ("ack", decision.needs_acknowledgement)) if holds]
    if decision.next_bookable_from is not None:
        marks.append(f"next {decision.next_bookable_from:%Y-%m-%dT%H:%MZ}")
    told = ", ".join(f"{one.to.lower()} {one.code}" for one in decision.effects if isinstance(one, Notify))
    parts = [" ".join([f"{by}:", *marks]), *(text for one in decision.effects for text in _said(one)), told]
    return "; ".join(part for part in parts if part)


def _said(effect: Effect) -> Iterator[str]:  # noqa: PLR0912  one case per effect
    match effect:
        case Book():
            provisionally = " provisionally" if effect.provisional else ""
            yield f"BOOKED {_short(effect.starts_at)} to {effect.ends_at:%H:%M}{provisionally}"
        case AskWhichToKeep():
            yield f"ASKED until {effect.due_at:%Y-%m-%dT%H:%M:%SZ}"
        case Move():
            waits = " unconfirmed" if effect.unconfirmed else ""
            late = " late" if effect.late else ""
            yield f"MOVED by {effect.by} to {_short(effect.starts_at)} until {effect.ends_at:%H:%M} {effect.reason}{late}{waits}"
        case Cancel():
            whose = f" for {effect.on_behalf_of}" if effect.on_behalf_of else ""
            late = " late" if effect.late else ""
            yield f"CANCELLED by {effect.by}{whose} {effect.reason} {effect.fault} {effect.disposition}{late}"
        case Undecided():
            yield f"UNDECIDED by {effect.decided_by} until {effect.decide_by}, then {effect.on_silence}, {effect.claim}"
        case Conclude():
            yield f"{effect.status} by {effect.by} {effect.reason} {effect.fault} {effect.disposition}{' late' if effect.late else ''}"
        case ConfirmTime():
            yield f"CONFIRMED {_short(effect.starts_at)}"
        case Credit():
            yield f"{effect.kind} {effect.units} {NAMES[effect.lot.id]}{'' if effect.to is None else _new(effect.to)}"
        case Grant():
            yield f"GRANT {effect.units}{_new(effect.to)}"
        case Earn() | Charge() | Refund() | Penalty():
            yield f"{'EARNING' if isinstance(effect, Earn) else type(effect).__name__.upper()} {effect.amount}"
        case Propose(proposal=asked):
            to = "" if asked.starts_at is None else f" {_short(asked.starts_at)}"
            bound = "before" if asked.at_start else "until"
            yield f"{asked.kind} to {asked.answers}{to} {asked.reason} {bound} {asked.answer_until:%Y-%m-%dT%H:%M:%SZ}"
        case Notify():
            return
        case _:
            yield type(effect).__name__


def _new(opened: NewLot) -> str:
    end = "without end" if opened.closes_at is None else f"until {opened.closes_at:%Y-%m-%dT%H:%M:%SZ}"
    return f" -> {opened.source} from {opened.opens_at:%Y-%m-%dT%H:%M:%SZ} {end}"


def _short(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}"


def timeline(decision: Decision) -> str:
    """Until when the row decides, and which rows come after it."""
    steps = [
        f"{one.row} until {'-' if one.until_at is None else one.until_at.isoformat()}" for one in decision.timeline
    ]
    return ", ".join(steps)
