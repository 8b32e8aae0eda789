"""The life of one session under one policy: what people did is decided anew, deed by deed, and deadlines act by themselves (D-42, D-63).

Nobody else's session stands in its way, and a credit is there wherever one is needed: what is replayed is the rules, not the week.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from policy.aftermath import completes_at
from policy.bills import Bill, Item, add_to
from policy.booking import decide_booking
from policy.changing import decide_cancel, decide_confirm, decide_reschedule
from policy.counting import Present, Recorded, tally_values
from policy.deciding import decide_reason, decide_silence
from policy.decisions import Decision
from policy.deeds import Deed, DeedKind, NotRepeatable
from policy.effects import Cancel, LiftSteps, Move, Propose, TakeStep
from policy.facts import (
    Attempt,
    Availability,
    BookingFacts,
    ChangeFacts,
    HeldUnit,
    Interval,
    Lot,
    Proposal,
    SessionFacts,
    Statement,
    Zones,
)
from policy.outcomes import decide_completion, decide_outcome
from policy.periods import period_of
from policy.proposals import Reply, decide_acceptance, decide_decline, decide_expiry, decide_withdrawal
from policy.rebooking import decide_early_offer, replaces
from policy.releasing import decide_release
from policy.replaying import after_effects
from policy.reports import lapsed
from policy.resolved import ResolvedPolicy
from policy.steps import Counted, with_steps
from policy.stops import Stop
from policy.terms import Action, ActorKind, Basis, LotSource, ProposalKind, RefusalCode, SessionStatus

WIDE = timedelta(days=2)
LONG = timedelta(days=366)
NOTE = "trial"


class Verdict(StrEnum):
    """What came of a deed. INSTEAD: a session that was to be moved was cancelled; VOID: there was nothing to answer or to confirm."""

    DONE = "DONE"
    ASKED = "ASKED"
    INSTEAD = "INSTEAD"
    REFUSED = "REFUSED"
    VOID = "VOID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a deed, by which row, or why not."""

    deed: DeedKind
    verdict: Verdict
    row: str | None = None
    code: RefusalCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the deeds of others have led to when something is done. `record`: what tallies count, without this session's present event.

    `counted`: starts of the member's sessions, for `booking.limits`. `stops`: what tallies have stopped for the two; `met_before`:
    they have had a session; `enrolled`: the membership has not ended.
    """

    record: Sequence[Recorded] = ()
    counted: Sequence[datetime] = ()
    stops: tuple[Stop, ...] = ()
    met_before: bool = False
    enrolled: bool = True


Follow = Callable[["Life", Decision, datetime], Decision]
"""The decision about a session, before it is carried out, with what tallies make of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose session it is, and where days are counted for it."""

    member_id: int
    coach_id: int
    zones: Zones


@dataclass(slots=True, kw_only=True)
class Life:
    """A session as far as it has been replayed. `booked`: there is one; `answers`: one for each deed.

    `paid_from`: the units that its booking held. `same_credits`: credits come as they came in the record; else those of the record are none under these rules.
    `follow`: what tallies make of its decisions; `led_to`: the steps that this has come to and that nobody has looked at yet.
    """

    rules: ResolvedPolicy
    place: Place
    session: SessionFacts
    same_credits: bool = True
    booked: bool = False
    paid_from: tuple[HeldUnit, ...] = ()
    last_move_reason: str = ""
    answers: list[Answered] = field(default_factory=list[Answered])
    bill: Bill = field(default_factory=Counter[tuple[Item, str]])
    follow: Follow | None = None
    led_to: list[tuple[datetime, TakeStep | LiftSteps]] = field(
        default_factory=list[tuple[datetime, TakeStep | LiftSteps]]
    )

    def due_at(self) -> datetime | None:
        """When the next deadline acts, unless somebody does something before; None: there is none."""
        session = self.session
        if not self.booked:
            return None
        dates = [one.answer_until for one in session.proposals]
        match session.status:
            case SessionStatus.SCHEDULED:
                dates.append(session.ends_at)
            case SessionStatus.AWAITING_OUTCOME if session.completes_at is not None:
                dates.append(session.completes_at)
            case SessionStatus.CANCELLED if session.undecided and session.decide_by and session.on_silence:
                dates.append(session.decide_by)
            case _:
                pass
        return min(dates, default=None)

    def pass_time(self, now: datetime) -> None:
        """Every deadline that has passed by `now` has acted, in order."""
        while (due := self.due_at()) is not None and self._is_over(due, now):
            self._fire(due)

    def _is_over(self, due: datetime, now: datetime) -> bool:
        """Strict where the instant itself still belongs to somebody's answer (MODEL 8)."""
        ends = self.session.status is SessionStatus.SCHEDULED and due == self.session.ends_at
        starts = any(one.answer_until == due and one.at_start for one in self.session.proposals)
        return now >= due if ends or starts else now > due

    def _fire(self, due: datetime) -> None:
        session = self.session
        lapsing = next((one for one in session.proposals if one.answer_until == due), None)
        if lapsing is not None:
            self._carry_out(self._ended(lapsing, decide_expiry(self.rules, session, lapsing, now=due), due), due)
        elif session.status is SessionStatus.SCHEDULED:
            ends = None if session.offer is not None else completes_at(self.rules, session.ends_at)
            self.session = replace(session, status=SessionStatus.AWAITING_OUTCOME, completes_at=ends)
        elif session.status is SessionStatus.AWAITING_OUTCOME:
            self._carry_out(decide_completion(self.rules, session, now=due), due)
        else:
            self._carry_out(decide_silence(self.rules, session, now=due), due)

    def _ended(self, proposal: Proposal, decision: Decision, now: datetime) -> Decision:
        """The decision that ends a proposal without acceptance, with what follows where an offer has outlived the start."""
        if not decision.allowed or not replaces(self.session, proposal, now=now):
            return decision
        return lapsed(self.rules, self.session, ChangeFacts(zones=self.place.zones), decision, now=now)

    def do(self, deed: Deed, world: World) -> None:
        """The deed is decided at its instant, and what follows has happened. Raises NotRepeatable."""
        self.pass_time(deed.at)
        if deed.kind is DeedKind.BOOK:
            self._book(deed, world)
        elif not self.booked:
            self.answers.append(Answered(deed=deed.kind, verdict=Verdict.VOID))
        else:
            self._decide(deed, world.record)

    def release(self, record: Sequence[Recorded], *, rule: str, now: datetime, of_coach: bool | None = None) -> None:
        """The session is cancelled because something else has ended it. `of_coach`: by a step, of the coach or the member; None: the
        membership has ended."""
        facts = ChangeFacts(
            zones=self.place.zones,
            tallies=tally_values(self.rules, self.place.zones, record, self._present(self.session.starts_at)),
        )
        decision = decide_release(
            self.rules,
            self.session,
            facts,
            actor=ActorKind.SYSTEM,
            rule=rule,
            now=now,
            paid_if_late=of_coach is False,
            returned=of_coach is True,
        )
        self._carry_out(decision, now)

    def _book(self, deed: Deed, world: World) -> None:
        if not world.enrolled:
            self.answers.append(Answered(deed=deed.kind, verdict=Verdict.REFUSED, code=RefusalCode.NOT_FOUND))
            return
        decision = decide_booking(self.rules, self._booking(deed, world), now=deed.at)
        self._answer(deed, decision)
        self.booked = decision.allowed
        if decision.allowed:
            self.paid_from = self._units(deed.held, self.session.starts_at)
            self.session = replace(self.session, held=self.paid_from)

    def _decide(self, deed: Deed, record: Sequence[Recorded]) -> None:
        decision = self._decision(deed, record)
        if decision is None:
            self.answers.append(Answered(deed=deed.kind, verdict=Verdict.VOID))
            return
        self._answer(deed, decision)
        if decision.allowed:
            self._carry_out(decision, deed.at)

    def _answer(self, deed: Deed, decision: Decision) -> None:
        verdict = _verdict(deed, decision)
        self.answers.append(Answered(deed=deed.kind, verdict=verdict, row=decision.row, code=decision.code))

    def _carry_out(self, decision: Decision, now: datetime) -> None:
        if self.follow is not None:
            decision = self.follow(self, decision, now)
        self.led_to += [(now, one) for one in decision.effects if isinstance(one, TakeStep | LiftSteps)]
        self.session = after_effects(self.session, decision.effects, now=now)
        if any(isinstance(one, Move) for one in decision.effects):
            self.last_move_reason = decision.reason or ""
        add_to(self.bill, decision.effects)

    def _decision(self, deed: Deed, record: Sequence[Recorded]) -> Decision | None:
        """What the rules say to the deed now; None where there is nothing to answer or to confirm."""
        match deed.kind:
            case DeedKind.CHANGE:
                return self._changed(deed, record)
            case DeedKind.CONFIRM:
                return self._confirmed(deed)
            case DeedKind.OUTCOME | DeedKind.REASON:
                decide = decide_outcome if deed.kind is DeedKind.OUTCOME else decide_reason
                return decide(self.rules, self.session, _statement(deed), self._facts(deed, record))
            case DeedKind.ACCEPT | DeedKind.DECLINE | DeedKind.WITHDRAW:
                return self._answered(deed, record)
            case DeedKind.BOOK:
                raise ValueError("a session is booked once")

    def _changed(self, deed: Deed, record: Sequence[Recorded]) -> Decision:
        facts = self._facts(deed, record)
        if deed.offers:
            return decide_early_offer(self.rules, self.session, _statement(deed), facts)
        decide = decide_cancel if deed.action is Action.CANCEL else decide_reschedule
        return decide(self.rules, self.session, _attempt(deed), facts)

    def _confirmed(self, deed: Deed) -> Decision | None:
        if not self.session.moved_by_other_unconfirmed:
            return None
        return decide_confirm(self.rules, self.session, actor=deed.actor, now=deed.at)

    def _answered(self, deed: Deed, record: Sequence[Recorded]) -> Decision | None:
        proposal = self._proposal(deed)
        if proposal is None:
            return None
        to = deed.to if proposal.kind is ProposalKind.REBOOK_OFFER else proposal.starts_at
        reply = Reply(actor=deed.actor, now=deed.at, to=to, note=NOTE)
        match deed.kind:
            case DeedKind.DECLINE:
                return self._ended(proposal, decide_decline(self.rules, self.session, proposal, reply), deed.at)
            case DeedKind.WITHDRAW:
                return self._ended(proposal, decide_withdrawal(self.rules, self.session, proposal, reply), deed.at)
            case _ if replaces(self.session, proposal, now=deed.at):
                # Another session would take its place, for which the record has no life of its own.
                raise NotRepeatable
            case _:
                return decide_acceptance(self.rules, self.session, proposal, reply, self._facts(deed, record))

    def _proposal(self, deed: Deed) -> Proposal | None:
        """What the deed answers: a proposal of the kind that the record has, else one that is for the same person to answer."""
        pending = self.session.proposals
        same = (one for one in pending if one.kind is deed.proposal)
        theirs = (one for one in pending if deed.actor is (one.by if deed.kind is DeedKind.WITHDRAW else one.answers))
        return next(same, None) or next(theirs, None)

    def _booking(self, deed: Deed, world: World) -> BookingFacts:
        start = self.session.starts_at
        held = self._units(deed.held, start)
        return BookingFacts(
            kind=self.rules.kind,
            actor=deed.actor,
            starts_at=start,
            zones=self.place.zones,
            availability=_always(start),
            lots=tuple(replace(one.lot, available=one.units) for one in held),
            note=NOTE,
            counted_starts=tuple(world.counted),
            stops=world.stops,
            met_before=world.met_before,
            agreed=deed.agreed,
        )

    def _facts(self, deed: Deed, record: Sequence[Recorded]) -> ChangeFacts:
        moves = deed.action is Action.MOVE or deed.kind is DeedKind.ACCEPT
        to = deed.to if moves else None
        free = () if to is None else self._units(deed.held, to)
        present = self._present(deed.at if moves else self.session.starts_at)
        return ChangeFacts(
            zones=self.place.zones,
            lots=tuple(replace(one.lot, available=one.units) for one in free),
            availability=None if to is None else _always(to),
            tallies=tally_values(self.rules, self.place.zones, record, present),
        )

    def _present(self, at: datetime) -> Present:
        return Present(
            session_id=self.session.id,
            member_id=self.place.member_id,
            coach_id=self.place.coach_id,
            at=at,
            lots=frozenset(one.lot.id for one in self.session.held),
        )

    def followed(self, record: Sequence[Recorded], decision: Decision, *, now: datetime) -> Decision:
        """The decision with the steps of tallies that it takes the two to (D-59)."""
        counted = Counted(zones=self.place.zones, record=record, present=self._present(self.session.starts_at))
        return with_steps(self.rules, self.session, counted, decision, now=now)

    def _units(self, held: tuple[HeldUnit, ...], start: datetime) -> tuple[HeldUnit, ...]:
        """What pays for a start under these rules: the lots that the record held for it, or one that is there."""
        wanted = self.rules.kind.units
        if wanted == 0:
            return ()
        fitting = [one for one in held if self.same_credits and one.lot.covers(start)]
        if sum(one.units for one in fitting) == wanted:
            return tuple(fitting)
        lot = fitting[0].lot if fitting else self._lot(start)
        return (HeldUnit(lot=lot, units=wanted),)

    def _lot(self, start: datetime) -> Lot:
        period = period_of(self.rules, self.place.zones, start)
        sources = {Basis.PACK: LotSource.PACK, Basis.PURCHASE: LotSource.PURCHASE}
        return Lot(
            id=-1_000_000,
            kind=self.rules.kind.code,
            source=sources.get(self.rules.basis, LotSource.PERIOD),
            opens_at=start - LONG if period is None else period.start.astimezone(UTC),
            closes_at=None if period is None else period.end.astimezone(UTC),
            available=0,
            held=0,
            granted_order=0,
        )


def _verdict(deed: Deed, decision: Decision) -> Verdict:
    if not decision.allowed:
        return Verdict.REFUSED
    if any(isinstance(one, Propose) for one in decision.effects):
        return Verdict.ASKED
    if deed.action is Action.MOVE and any(isinstance(one, Cancel) for one in decision.effects):
        return Verdict.INSTEAD
    return Verdict.DONE


def _always(start: datetime) -> Availability:
    return Availability(hours=(Interval(start=start - WIDE, end=start + WIDE),))


def _attempt(deed: Deed) -> Attempt:
    return Attempt(
        action=deed.action or Action.CANCEL,
        actor=deed.actor,
        now=deed.at,
        to=deed.to,
        claim=deed.claim,
        on_behalf_of_member=deed.on_behalf_of_member,
        override=deed.override,
        note=NOTE,
    )


def _statement(deed: Deed) -> Statement:
    return Statement(
        actor=deed.actor, now=deed.at, held=deed.was_held, reason=deed.reason, absent=deed.absent, note=NOTE
    )
