"""Which lots pay for a session, and what becomes of the units that it held (MODEL 6, D-10, D-56)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from policy.effects import Credit, Effect, Grant, NewLot
from policy.facts import HeldUnit, Lot, SessionFacts
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.terms import Disposition, LedgerKind, LotSource, Rest, Use


def choose(lots: Iterable[Lot], start: datetime, units: int) -> tuple[HeldUnit, ...] | None:
    """The units that pay for a session that starts then; None where there are too few.

    The lot with the earliest end comes first, then the oldest; a session may be paid from several.
    """
    chosen: list[HeldUnit] = []
    missing = units
    for lot in sorted((lot for lot in lots if lot.covers(start)), key=_order):
        taken = min(lot.available, missing)
        if taken > 0:
            chosen.append(HeldUnit(lot=lot, units=taken))
            missing -= taken
    return tuple(chosen) if missing == 0 else None


WITHOUT_END = datetime.max.replace(tzinfo=UTC)


def _order(lot: Lot) -> tuple[datetime, int]:
    return (lot.closes_at or WITHOUT_END, lot.granted_order)


def hold(lots: Iterable[Lot], start: datetime, units: int) -> tuple[Credit, ...] | None:
    """The entries that hold the units for a session that starts then; None where there are too few."""
    chosen = choose(lots, start, units)
    return None if chosen is None else _entries(LedgerKind.HOLD, chosen)


def _entries(kind: LedgerKind, units: Iterable[HeldUnit]) -> tuple[Credit, ...]:
    return tuple(Credit(kind=kind, units=one.units, lot=one.lot) for one in units)


def units_lost(session: SessionFacts, terms: Terms) -> int:
    """How many of the session's units the reason takes. A part that is not whole is left to the member.

    Where the rest is refunded, the part is one of the price: no unit is lost, unless the whole is (MODEL 4).
    """
    if terms.rest is Rest.REFUNDED and terms.take < 1:
        return 0
    return int(terms.take * session.units)


def settle(policy: ResolvedPolicy, session: SessionFacts, terms: Terms, *, now: datetime) -> tuple[Credit, ...]:
    """The entries by which a session gives up its units: one that was held has used them; of one that ended some are forfeited,
    and the rest goes where the reason says. What is lost is taken from the lots that close first.
    """
    if terms.use is Use.HELD:
        return _entries(LedgerKind.CONSUME, session.held)
    lost, left = _split(sorted(session.held, key=lambda held: _order(held.lot)), units_lost(session, terms))
    return (*_entries(LedgerKind.FORFEIT, lost), *give_back(policy, left, terms.rest, now=now))


def _split(held: Iterable[HeldUnit], number: int) -> tuple[list[HeldUnit], list[HeldUnit]]:
    first: list[HeldUnit] = []
    others: list[HeldUnit] = []
    for one in held:
        taken = min(one.units, number)
        number -= taken
        first += [replace(one, units=taken)] if taken else []
        others += [replace(one, units=one.units - taken)] if taken < one.units else []
    return first, others


def give_back(policy: ResolvedPolicy, units: Iterable[HeldUnit], rest: Rest, *, now: datetime) -> tuple[Credit, ...]:
    """The entries by which these held units become available again, or leave with a refund.

    A unit that was not purchased is not refunded but returned. What is released or returned into a lot that has closed expires.
    """
    entries: list[Credit] = []
    for one in units:
        entries.append(Credit(kind=LedgerKind.RELEASE, units=one.units, lot=one.lot))
        entries += once_free(policy, one, rest, now=now)
    return tuple(entries)


def once_free(policy: ResolvedPolicy, one: HeldUnit, rest: Rest, *, now: datetime) -> Iterator[Credit]:
    """What becomes of units that are available again in their lot: they leave, are carried on, expire, or stay."""
    if rest is Rest.REFUNDED and one.lot.source is LotSource.PURCHASE:
        yield Credit(kind=LedgerKind.REVOKE, units=one.units, lot=one.lot)
    elif rest is not Rest.RELEASED and (lot := return_lot(policy, one.lot, now=now)) is not None:
        yield Credit(kind=LedgerKind.CARRY, units=one.units, lot=one.lot, to=lot)
    elif one.lot.closed(now=now):
        yield Credit(kind=LedgerKind.EXPIRE, units=one.units, lot=one.lot)


def return_lot(policy: ResolvedPolicy, lot: Lot, *, now: datetime) -> NewLot | None:
    """The lot to which a unit returned at `now` is carried; None where it may stay: its lot is open long enough (D-10)."""
    validity = policy.optional_duration("entitlement.returned_min_validity")
    until = None if validity is None else now + validity
    if lot.closes_at is None or (until is not None and (lot.closes_at >= until or until == now)):
        return None
    return NewLot(source=LotSource.RETURN, opens_at=now, closes_at=until)


def change_lots(
    policy: ResolvedPolicy, session: SessionFacts, lots: Sequence[Lot], to: datetime, *, returned: bool, now: datetime
) -> tuple[Credit, ...] | None:
    """The entries that make the session's credit fit its new start (D-43); None where no credit does.

    Units of a lot that covers the new start stay. The others are given back — returned, if the move is not the member's own
    (D-36) — and as many are held anew; the session's own units never stand in the way.
    """
    leaving = [one for one in session.held if not one.lot.covers(to)]
    number = sum(one.units for one in leaving)
    held = hold(lots, to, number)
    if held is None:
        return None
    return (*give_back(policy, leaving, Rest.RETURNED if returned else Rest.RELEASED, now=now), *held)


def disposition_of(session: SessionFacts, terms: Terms) -> Disposition:
    """What becomes of the session's units: the reason's disposition; a refund of what was not purchased is a return."""
    needs_credit = session.kind.units > 0
    if needs_credit and terms.rest is Rest.REFUNDED and terms.take < 1 and not _purchased(session):
        return Disposition.RETURNED
    return terms.disposition(needs_credit=needs_credit)


def _purchased(session: SessionFacts) -> bool:
    units = (*session.held, *session.settled.taken, *session.settled.returned)
    return any(one.lot.source is LotSource.PURCHASE for one in units)


def bonus(policy: ResolvedPolicy, terms: Terms, *, now: datetime) -> tuple[Grant, ...]:
    """The extra units that the reason gives the member, in a lot of their own (D-61)."""
    if terms.bonus == 0:
        return ()
    validity = policy.optional_duration("entitlement.bonus_validity")
    closes_at = None if validity is None else now + validity
    return (Grant(units=terms.bonus, to=NewLot(source=LotSource.BONUS, opens_at=now, closes_at=closes_at)),)


def after(lots: Iterable[Lot], effects: Iterable[Effect]) -> tuple[Lot, ...]:
    """The lots as they stand after these effects; a lot that an effect opens is among them, with the id 0, as the youngest."""
    left = {lot.id: lot for lot in lots}
    youngest = max((lot.granted_order for lot in left.values()), default=0)
    opened: list[Lot] = []
    for effect in effects:
        if not isinstance(effect, Credit):
            continue
        lot = left.get(effect.lot.id, effect.lot)
        left[lot.id] = replace(lot, available=lot.available + _CHANGE.get(effect.kind, 0) * effect.units)
        if effect.to is not None:
            opened.append(
                Lot(
                    id=0,
                    kind=lot.kind,
                    source=effect.to.source,
                    opens_at=effect.to.opens_at,
                    closes_at=effect.to.closes_at,
                    available=effect.units,
                    held=0,
                    granted_order=youngest + 1 + len(opened),
                )
            )
    return (*left.values(), *opened)


_CHANGE = {
    LedgerKind.HOLD: -1,
    LedgerKind.RELEASE: 1,
    LedgerKind.RESTORE: 1,
    LedgerKind.CARRY: -1,
    LedgerKind.EXPIRE: -1,
    LedgerKind.REVOKE: -1,
}


def next_bookable(lots: Sequence[Lot], units: int, *, now: datetime) -> datetime | None:
    """From when on sessions can be booked again: the earliest start for which the free credits are enough.

    Where none is granted yet: the start of the period after the last one that is; None where no period follows.
    """
    open_lots = [lot for lot in lots if lot.available > 0 and not lot.closed(now=now)]
    for at in sorted({max(lot.opens_at, now) for lot in open_lots}):
        if choose(open_lots, at, units) is not None:
            return at
    ends = [lot.closes_at for lot in lots if lot.source is LotSource.PERIOD and lot.closes_at is not None]
    return max((end for end in ends if end > now), default=None)


def next_after(lots: Sequence[Lot], effects: Sequence[Effect], units: int, *, now: datetime) -> datetime | None:
    """From when on sessions can be booked again after a loss; None where these effects lose nothing, or none is known."""
    lost = any(isinstance(one, Credit) and one.kind is LedgerKind.FORFEIT for one in effects)
    return next_bookable(after(lots, effects), units, now=now) if lost else None


def then_after(lots: Sequence[Lot], effects: Sequence[Effect], units: int, *, now: datetime) -> datetime | None:
    """From when on after the period that is lost, where sessions can be booked before it too: an earlier month is untouched (D-06)."""
    lost = [one.lot for one in effects if isinstance(one, Credit) and one.kind is LedgerKind.FORFEIT]
    ends = [lot.closes_at for lot in lost if lot.closes_at is not None]
    sooner = next_after(lots, effects, units, now=now)
    if sooner is None or not ends or sooner >= min(lot.opens_at for lot in lost):
        return None
    later = next_bookable(after(lots, effects), units, now=max(ends))
    # No later period is granted yet: it begins where the lost one ends.
    return max(ends) if later is None and any(lot.source is LotSource.PERIOD for lot in lost) else later
