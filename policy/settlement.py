"""What a reason costs whom, as effects: units, money and messages of a session that is cancelled or moved (MODEL 4, 7, 9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from policy.effects import Charge, Credit, Earn, Effect, GiveBackFee, Notify, Penalty, Refund
from policy.entitlement import bonus, disposition_of, settle
from policy.facts import SessionFacts
from policy.money import Money
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.terms import Disposition, LedgerKind, NoticeCode, PayRule, Rest, Side, TallyOf, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The effects of a reason's terms on one session, and whom they cost something."""

    effects: tuple[Effect, ...]
    costs_member: bool
    costs_coach: bool

    @property
    def costly(self) -> bool:
        """Whether somebody loses something, so that who acts must acknowledge it (D-58). The coach's pay is no loss."""
        return self.costs_member or self.costs_coach


def contestable_until(policy: ResolvedPolicy, *, now: datetime) -> datetime:
    """Until when the member may object to what a coach or staff state now (D-47)."""
    return now + policy.duration("case.contest_within")


def held_against_member(policy: ResolvedPolicy, code: str | None) -> bool:
    """Whether the reason stands against the member, whatever the kind of session: by what it takes or charges, or in a count of theirs.

    A session without credit loses nothing by it, but somebody may be stopped by the count (D-59).
    """
    terms = policy.reasons.get(code or "")
    if terms is None or terms.use is not Use.ENDED:
        return False
    counted = any(
        code in tally.counts for tally in policy.tallies.values() if tally.steps and tally.of is not TallyOf.COACH
    )
    return bool(terms.take or terms.fee) or counted


def settle_ended(
    policy: ResolvedPolicy,
    session: SessionFacts,
    terms: Terms,
    *,
    now: datetime,
    payable_at: datetime | None = None,
) -> Settlement:
    """The units, the bonus and the money of a session that is held, or ends by this reason.

    `payable_at`: until when what the coach earns may be objected to; None: payable at once.
    """
    credits = settle(policy, session, terms, now=now)
    disposition = disposition_of(session, terms)
    refund = refund_of(session, terms, disposition)
    pay = part_of_fee(session, terms)
    earned = session.fee.times(pay)
    fees, costs_member, costs_coach = fees_of(session, terms)
    effects: tuple[Effect, ...] = (
        *credits,
        *bonus(policy, terms, now=now),
        *((Earn(amount=earned, fraction=pay, payable_at=payable_at),) if earned else ()),
        *((Refund(amount=refund),) if refund else ()),
        *fees,
    )
    loses = any(one.kind is LedgerKind.FORFEIT for one in credits) or keeps_price(session, terms, disposition)
    return Settlement(effects=effects, costs_member=loses or costs_member, costs_coach=costs_coach)


def settle_moved(policy: ResolvedPolicy, session: SessionFacts, terms: Terms, *, now: datetime) -> Settlement:
    """The bonus and the fees of a move: it never takes units and never pays the coach (D-56)."""
    fees, costs_member, costs_coach = fees_of(session, terms)
    return Settlement(
        effects=(*bonus(policy, terms, now=now), *fees), costs_member=costs_member, costs_coach=costs_coach
    )


def refund_of(session: SessionFacts, terms: Terms, disposition: Disposition) -> Money | None:
    """What is due back: the price paid without the part that is kept, rounded once (D-52, D-56)."""
    if terms.rest is not Rest.REFUNDED or disposition is Disposition.RETURNED or session.price is None:
        return None
    return session.price.times(1 - terms.take)


def keeps_price(session: SessionFacts, terms: Terms, disposition: Disposition) -> bool:
    """Whether part of what was paid is not given back."""
    refunded = terms.rest is Rest.REFUNDED and disposition is not Disposition.RETURNED
    return refunded and terms.take > 0 and bool(session.price)


def part_of_fee(session: SessionFacts, terms: Terms) -> Fraction:
    """The part of the coach's fee that is earned: nothing where there was nothing to take (MODEL 4).

    Pay that is left as it was comes to nothing where nothing was earned before.
    """
    if terms.pay is PayRule.IF_COACH_PRESENT:
        return session.kind.pay if session.coach_present else Fraction(0)
    if isinstance(terms.pay, PayRule) or (session.kind.units == 0 and terms.take > 0):
        return Fraction(0)
    return terms.pay * session.kind.pay


def fees_of(session: SessionFacts, terms: Terms) -> tuple[tuple[Effect, ...], bool, bool]:
    """The member's fee and the coach's, and whether either is due. A fee is part of the price paid, else of the kind's."""
    fee = _amount(terms.fee, session.price or session.kind.price)
    coach_fee = _amount(terms.coach_fee, session.fee)
    effects: tuple[Effect, ...] = (
        *((Charge(amount=fee),) if fee else ()),
        *((Penalty(amount=coach_fee),) if coach_fee else ()),
    )
    return effects, bool(fee), bool(coach_fee)


def _amount(fee: Money | Fraction | None, whole: Money | None) -> Money | None:
    if isinstance(fee, Fraction):
        return None if whole is None else whole.times(fee)
    return fee


def notices_of_cancelling(
    session: SessionFacts, terms: Terms, settlement: Settlement, *, by_coach: bool
) -> Iterator[Notify]:
    """Who is told what about a cancellation; `by_coach`: it was the coach's own act (MODEL 9)."""
    yield Notify(code=NoticeCode.LATE_LOSS if settlement.costs_member else NoticeCode.CANCELLED, to=Side.MEMBER)
    yield Notify(code=NoticeCode.CANCELLED, to=Side.COACH)
    yield from _notices_of_the_rest(session, terms, settlement, by_coach=by_coach)


def notices_of_stating(
    session: SessionFacts, terms: Terms, settlement: Settlement, *, absence_before_end: bool, by_coach: bool
) -> Iterator[Notify]:
    """Who is told what about a statement of what became of a session; of one that was held nobody is (MODEL 9)."""
    if absence_before_end:
        yield Notify(code=NoticeCode.NO_SHOW_RECORDED, to=Side.MEMBER)
    elif settlement.costs_member:
        yield Notify(code=NoticeCode.OUTCOME_COUNTED, to=Side.MEMBER)
    yield from _notices_of_the_rest(session, terms, settlement, by_coach=by_coach)
    if any(isinstance(effect, GiveBackFee) and effect.to is Side.MEMBER for effect in settlement.effects):
        yield Notify(code=NoticeCode.REFUNDED, to=Side.MEMBER)


def _notices_of_the_rest(
    session: SessionFacts, terms: Terms, settlement: Settlement, *, by_coach: bool
) -> Iterator[Notify]:
    """Who is told of what is returned, refunded or charged because a session ended."""
    if terms.rest is not Rest.RELEASED:
        yield from notices_of_return(settlement.effects)
    if session.kind.units == 0 and disposition_of(session, terms) is Disposition.RETURNED:
        yield Notify(code=NoticeCode.BOOK_AGAIN, to=Side.MEMBER)
    if any(isinstance(effect, Refund) for effect in settlement.effects):
        yield Notify(code=NoticeCode.REFUNDED, to=Side.MEMBER)
        if not by_coach:
            yield Notify(code=NoticeCode.REFUNDED, to=Side.COACH)
    yield from notices_of_fees(settlement)


def notices_of_return(effects: tuple[Effect, ...]) -> Iterator[Notify]:
    """The member is told of units that can be used again; those that left with a refund or expired at once cannot."""
    credits = [effect for effect in effects if isinstance(effect, Credit)]
    released = sum(one.units for one in credits if one.kind in (LedgerKind.RELEASE, LedgerKind.RESTORE))
    away = {LedgerKind.REVOKE, LedgerKind.EXPIRE}
    if any(one.kind is LedgerKind.RESTORE for one in credits):
        # What an amendment restores it holds again at once, as far as the new terms take it.
        away.add(LedgerKind.HOLD)
    gone = sum(one.units for one in credits if one.kind in away)
    if released > gone:
        yield Notify(code=NoticeCode.CREDIT_RETURNED, to=Side.MEMBER)


def notices_of_fees(settlement: Settlement) -> Iterator[Notify]:
    """Whoever owes a fee is told."""
    for effect in settlement.effects:
        match effect:
            case Charge():
                yield Notify(code=NoticeCode.FEE_CHARGED, to=Side.MEMBER)
            case Penalty():
                yield Notify(code=NoticeCode.FEE_CHARGED, to=Side.COACH)
            case _:
                continue
