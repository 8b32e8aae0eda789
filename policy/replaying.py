"""A session as it stands after the effects of a decision, in memory: what `apply` does to rows, for a session that is replayed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from policy.effects import (
    Cancel,
    Charge,
    Conclude,
    ConfirmTime,
    Credit,
    Earn,
    Effect,
    EndProposal,
    Grant,
    KeepEarning,
    LiftSteps,
    Move,
    NewLot,
    Penalty,
    Propose,
    Refund,
    SetCompletion,
    TakeStep,
    Undecided,
)
from policy.facts import HeldUnit, Lot, Sanctioned, SessionFacts, Settled, TakenUnit
from policy.facts import Move as EarlierMove
from policy.money import Money
from policy.reading import STOPS
from policy.terms import Account, LedgerKind, Sanction, SessionStatus, Side


def after_effects(session: SessionFacts, effects: tuple[Effect, ...], *, now: datetime) -> SessionFacts:
    """The session with everything that these effects, of one decision at `now`, do to it."""
    found = replace(session, held=tuple(_held(session.held, effects)))
    for effect in effects:
        found = _with(found, effect, now)
    if any(isinstance(one, (Cancel, Conclude)) for one in effects):
        found = replace(found, settled=_settled(effects, kind=session.kind.code))
    return replace(found, settled=_with_steps(session.settled, found.settled, effects))


def _with_steps(before: Settled, after: Settled, effects: Iterable[Effect]) -> Settled:
    """What a tally has led to by the session stays with it, until it is lifted; ids count within the session."""
    stand = list(before.sanctions)
    owed = {Side.MEMBER: before.charge, Side.COACH: before.penalty}
    for effect in effects:
        match effect:
            case LiftSteps():
                stand = [one for one in stand if one.id not in effect.sanctions]
                back = {Side.MEMBER: effect.charge, Side.COACH: effect.penalty}
                owed = {side: None if back[side] is not None else amount for side, amount in owed.items()}
            case TakeStep():
                stand += (
                    [_sanctioned(effect, max((one.id for one in stand), default=0) + 1)]
                    if STOPS.intersection(effect.then)
                    else []
                )
                if effect.amount is not None and Sanction.CHARGE in effect.then:
                    owed[effect.to] = _sum(owed[effect.to], effect.amount)
            case _:
                continue
    return replace(after, sanctions=tuple(stand), charge=owed[Side.MEMBER], penalty=owed[Side.COACH])


def _sanctioned(step: TakeStep, number: int) -> Sanctioned:
    return Sanctioned(id=number, tally=step.tally, step=step.step, to=step.to, ends_at=step.until)


def _sum(amount: Money | None, more: Money) -> Money:
    return Money(minor_units=more.minor_units + (0 if amount is None else amount.minor_units), currency=more.currency)


def _with(session: SessionFacts, effect: Effect, now: datetime) -> SessionFacts:
    match effect:
        case Move():
            moved = EarlierMove(by=effect.by, at=now, starts_at_before=effect.starts_at_before)
            return replace(
                session,
                starts_at=effect.starts_at,
                ends_at=effect.ends_at,
                first_starts_at=min(session.first_starts_at, effect.starts_at),
                moves=(*session.moves, moved),
                moved_by_other_unconfirmed=effect.unconfirmed,
            )
        case ConfirmTime():
            return replace(session, moved_by_other_unconfirmed=False)
        case Cancel() | Undecided() | Conclude() | SetCompletion():
            return _ended(session, effect, now)
        case Propose():
            return replace(session, proposals=(*session.proposals, replace(effect.proposal, id=_next_id(session))))
        case EndProposal():
            left = tuple(one for one in session.proposals if one.id != effect.proposal.id)
            return replace(session, proposals=left)
        case _:
            return session


def _ended(session: SessionFacts, effect: Cancel | Undecided | Conclude | SetCompletion, now: datetime) -> SessionFacts:
    if isinstance(effect, SetCompletion):
        return replace(session, completes_at=effect.at)
    if isinstance(effect, Undecided):
        return replace(
            session,
            undecided=True,
            decided_by=effect.decided_by,
            decide_by=effect.decide_by,
            on_silence=effect.on_silence,
            recorded_at=None,
        )
    ended = replace(
        session,
        status=SessionStatus.CANCELLED if isinstance(effect, Cancel) else effect.status,
        reason=effect.reason,
        disposition=effect.disposition,
        late=effect.late,
        stated_by=effect.by,
        stated_at=now,
        recorded_at=session.recorded_at or now,
    )
    if isinstance(effect, Cancel):
        return ended
    return replace(ended, undecided=False, decided_by=None, decide_by=None, completes_at=None)


def _next_id(session: SessionFacts) -> int:
    return max((one.id for one in session.proposals), default=0) + 1


def _held(held: tuple[HeldUnit, ...], effects: Iterable[Effect]) -> Iterator[HeldUnit]:
    """The units that the session still holds."""
    lots = {one.lot.id: one.lot for one in held}
    units = Counter({one.lot.id: one.units for one in held})
    for entry in (one for one in effects if isinstance(one, Credit)):
        match entry.kind:
            case LedgerKind.HOLD:
                lots.setdefault(entry.lot.id, entry.lot)
                units[entry.lot.id] += entry.units
            case LedgerKind.RELEASE | LedgerKind.CONSUME | LedgerKind.FORFEIT:
                units[entry.lot.id] -= entry.units
            case _:
                continue
    return (HeldUnit(lot=lots[key], units=number) for key, number in units.items() if number > 0)


def _settled(effects: tuple[Effect, ...], *, kind: str) -> Settled:
    """What the statement that stands now has cost, so that it can be taken back."""
    credits = [one for one in effects if isinstance(one, Credit)]
    taken = tuple(
        TakenUnit(lot=one.lot, units=one.units, account=_TAKEN[one.kind]) for one in credits if one.kind in _TAKEN
    )
    granted = [one for one in effects if isinstance(one, Grant)]
    return Settled(
        taken=taken,
        returned=tuple(_returned(credits)),
        bonus=tuple(HeldUnit(lot=_opened(one.to, one.units, -1, kind), units=one.units) for one in granted),
        earned=_earned(effects),
        fee=_owed(effects, Charge),
        coach_fee=_owed(effects, Penalty),
        refunded=any(isinstance(one, Refund) for one in effects),
    )


_TAKEN = {LedgerKind.CONSUME: Account.USED, LedgerKind.FORFEIT: Account.FORFEITED}


def _returned(credits: Iterable[Credit]) -> Iterator[HeldUnit]:
    """The units that became available by it, in the lots where they are now."""
    left: Counter[int] = Counter()
    lots: dict[int, Lot] = {}
    for number, one in enumerate(credits, start=2):
        match one.kind:
            case LedgerKind.RELEASE | LedgerKind.RESTORE:
                left[one.lot.id] += one.units
                lots[one.lot.id] = one.lot
            case LedgerKind.CARRY if one.to is not None:
                left[one.lot.id] -= one.units
                left[-number] += one.units
                lots[-number] = _opened(one.to, one.units, -number, one.lot.kind)
            case LedgerKind.HOLD | LedgerKind.EXPIRE | LedgerKind.REVOKE:
                left[one.lot.id] -= one.units
            case _:
                continue
    return (HeldUnit(lot=replace(lots[key], available=units), units=units) for key, units in left.items() if units > 0)


def _opened(to: NewLot, units: int, number: int, kind: str) -> Lot:
    return Lot(
        id=number,
        kind=kind,
        source=to.source,
        opens_at=to.opens_at,
        closes_at=to.closes_at,
        available=units,
        held=0,
        granted_order=-number,
    )


def _earned(effects: Iterable[Effect]) -> Money | None:
    """What the coach has of it: earned by it, or kept from before. A waiver is no decision about the session."""
    for one in effects:
        if isinstance(one, (Earn, KeepEarning)):
            return one.amount
    return None


def _owed(effects: Iterable[Effect], kind: type[Charge] | type[Penalty]) -> Money | None:
    return next((one.amount for one in effects if isinstance(one, kind)), None)
