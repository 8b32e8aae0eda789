"""A statement takes the place of an earlier one: the old terms are taken back, all of them, and the new ones apply (D-30, D-56)."""

from collections.abc import Iterator
from datetime import datetime

from policy.effects import Credit, Earn, Effect, GiveBackFee, KeepEarning, Refund, ReverseEarning
from policy.entitlement import disposition_of, once_free
from policy.facts import HeldUnit, SessionFacts, TakenUnit
from policy.money import Money
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.settlement import Settlement, fees_of, keeps_price, part_of_fee, refund_of
from policy.terms import Account, Disposition, LedgerKind, LotSource, PayRule, Rest, Side, Use


def settle_amended(
    policy: ResolvedPolicy,
    session: SessionFacts,
    terms: Terms,
    *,
    now: datetime,
    payable_at: datetime | None = None,
) -> Settlement | None:
    """The entries that take back what stands and write what the new terms say; None where a returned unit is used by now.

    What was used or forfeited is restored; what was returned is held again from the lot where it is, or leaves it with a refund.
    """
    credits = _credits(policy, session, terms, now=now)
    if credits is None:
        return None
    disposition = disposition_of(session, terms)
    refund = refund_of(session, terms, disposition)
    fees, costs_member, costs_coach = fees_of(session, terms)
    effects: tuple[Effect, ...] = (
        *credits,
        *_bonus_back(session),
        *_pay(session, terms, payable_at),
        *((Refund(amount=refund),) if refund else ()),
        *_fees_back(session),
        *fees,
    )
    loses = any(one.kind is LedgerKind.FORFEIT for one in credits) or keeps_price(session, terms, disposition)
    return Settlement(effects=effects, costs_member=loses or costs_member, costs_coach=costs_coach)


def _credits(
    policy: ResolvedPolicy, session: SessionFacts, terms: Terms, *, now: datetime
) -> tuple[Credit, ...] | None:
    restored = [HeldUnit(lot=one.lot, units=one.units) for one in session.settled.taken]
    wanted = _wanted(session, terms)
    again, left = _take(restored, wanted)
    more, _ = _take([one for one in session.settled.returned if one.units <= one.lot.available], wanted - _sum(again))
    leaving = _leaving(session, terms)
    if _sum(again) + _sum(more) < wanted or any(one.units > one.lot.available for one in leaving):
        return None
    taking = LedgerKind.CONSUME if terms.use is Use.HELD else LedgerKind.FORFEIT
    held = [*again, *more]
    return (
        *(_restore(one) for one in session.settled.taken),
        *(Credit(kind=LedgerKind.HOLD, units=one.units, lot=one.lot) for one in held),
        *(Credit(kind=taking, units=one.units, lot=one.lot) for one in held),
        *(entry for one in (*left, *leaving) for entry in once_free(policy, one, _rest(session, terms), now=now)),
    )


def _leaving(session: SessionFacts, terms: Terms) -> tuple[HeldUnit, ...]:
    """The units that were given back, where the new terms give back their price instead."""
    refunded = terms.rest is Rest.REFUNDED and disposition_of(session, terms) is not Disposition.RETURNED
    if not refunded or terms.take == 1:
        return ()
    return tuple(one for one in session.settled.returned if one.lot.source is LotSource.PURCHASE)


def _wanted(session: SessionFacts, terms: Terms) -> int:
    """How many units the new terms take: all of a session that was held, else the part of its kind's units that is lost."""
    if terms.use is Use.HELD:
        return session.kind.units
    if terms.rest is Rest.REFUNDED and terms.take < 1:
        return 0
    return int(terms.take * session.kind.units)


def _rest(session: SessionFacts, terms: Terms) -> Rest:
    return Rest.RELEASED if terms.use is Use.HELD else terms.rest


def _restore(one: TakenUnit) -> Credit:
    used = one.account is Account.USED
    return Credit(kind=LedgerKind.RESTORE, units=one.units, lot=one.lot, out_of=Account.USED if used else None)


def _take(units: list[HeldUnit], number: int) -> tuple[list[HeldUnit], list[HeldUnit]]:
    """So many of these units, as far as there are, and the others."""
    first: list[HeldUnit] = []
    others: list[HeldUnit] = []
    for one in units:
        taken = min(one.units, number)
        number -= taken
        first += [HeldUnit(lot=one.lot, units=taken)] if taken else []
        others += [HeldUnit(lot=one.lot, units=one.units - taken)] if taken < one.units else []
    return first, others


def _sum(units: list[HeldUnit]) -> int:
    return sum(one.units for one in units)


def _bonus_back(session: SessionFacts) -> Iterator[Credit]:
    """The unused units of a bonus are revoked; used ones are left (D-56)."""
    for one in session.settled.bonus:
        units = min(one.units, one.lot.available)
        if units:
            yield Credit(kind=LedgerKind.REVOKE, units=units, lot=one.lot)


def _pay(session: SessionFacts, terms: Terms, payable_at: datetime | None) -> Iterator[Effect]:
    """The same pay stays; any other is taken back and earned anew."""
    earned, pay = session.settled.earned, part_of_fee(session, terms)
    due = session.fee.times(pay)
    if earned is not None and (terms.pay is PayRule.UNCHANGED or earned == due):
        yield KeepEarning(amount=earned, payable_at=payable_at)
        return
    if earned is not None:
        yield ReverseEarning(amount=earned)
    if due:
        yield Earn(amount=due, fraction=pay, payable_at=payable_at)


def _fees_back(session: SessionFacts) -> Iterator[GiveBackFee]:
    yield from _back(session.settled.fee, Side.MEMBER)
    yield from _back(session.settled.coach_fee, Side.COACH)


def _back(amount: Money | None, to: Side) -> Iterator[GiveBackFee]:
    if amount:
        yield GiveBackFee(amount=amount, to=to)
