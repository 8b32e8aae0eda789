"""What a reason costs whom, in money and messages (MODEL 4, 7, 9, D-21, D-56, D-58)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from policy.effects import Charge, Earn, Effect, Penalty, Refund
from policy.facts import HeldUnit, Kind, SessionFacts
from policy.reasons import Terms
from policy.settlement import notices_of_cancelling, settle_ended, settle_moved
from policy.terms import Disposition, LotSource, PayRule, Rest, Use
from tests.policy.cast import MARCH, at, lot, money, resolved, session

RULES = resolved("mastered", "coaching")
NOW = at("2027-03-18T07:00:00Z")
ENDED = Terms(use=Use.ENDED)
WHOLE, HALF = Fraction(1), Fraction(1, 2)
CREDIT = replace(RULES.kind, price=money("80.00"))
FREE = replace(RULES.kind, units=0, pay=HALF)


def of(kind: Kind = CREDIT, price: str | None = "60.00", source: LotSource = LotSource.PURCHASE) -> SessionFacts:
    held = (HeldUnit(lot=lot(1, (MARCH[0], None), source=source), units=1),) if kind.units else ()
    return session(kind, *held, price=None if price is None else money(price))


def amounts(effects: tuple[Effect, ...]) -> list[str]:
    return [
        f"{type(one).__name__} {one.amount.minor_units / 100:.2f}"
        for one in effects
        if isinstance(one, Charge | Earn | Penalty | Refund)
    ]


@pytest.mark.parametrize(
    ("terms", "session_", "expected"),
    [
        (ENDED, of(), []),
        (replace(ENDED, pay=WHOLE), of(), ["Earn 100.00"]),
        (replace(ENDED, pay=HALF), of(), ["Earn 50.00"]),
        (replace(ENDED, pay=PayRule.UNCHANGED), of(), []),
        (replace(ENDED, pay=PayRule.IF_COACH_PRESENT), of(), []),
        # The pay of the kind counts as well; where there is nothing to take, a loss pays nobody (MODEL 4).
        (replace(ENDED, pay=WHOLE), of(FREE), ["Earn 50.00"]),
        (replace(ENDED, pay=WHOLE, take=WHOLE), of(FREE), []),
        # A fee is part of what was paid, else of the price of the kind; without a price there is none.
        (replace(ENDED, fee=money("20.00")), of(), ["Charge 20.00"]),
        (replace(ENDED, fee=HALF), of(), ["Charge 30.00"]),
        (replace(ENDED, fee=HALF), of(price=None), ["Charge 40.00"]),
        (replace(ENDED, fee=HALF), of(RULES.kind, price=None), []),
        (replace(ENDED, fee=money("0.00")), of(), []),
        (replace(ENDED, coach_fee=money("15.00")), of(), ["Penalty 15.00"]),
        (replace(ENDED, coach_fee=HALF), of(), ["Penalty 50.00"]),
        # A refund is the price without the part that is kept.
        (replace(ENDED, rest=Rest.REFUNDED), of(), ["Refund 60.00"]),
        (replace(ENDED, rest=Rest.REFUNDED, take=Fraction(1, 3)), of(), ["Refund 40.00"]),
        (replace(ENDED, rest=Rest.REFUNDED, take=WHOLE), of(), []),
        (replace(ENDED, rest=Rest.REFUNDED), of(price=None), []),
        (replace(ENDED, rest=Rest.REFUNDED), of(price="0.00"), []),
        (replace(ENDED, rest=Rest.REFUNDED), of(source=LotSource.PACK), []),
        (replace(ENDED, rest=Rest.RETURNED), of(), []),
    ],
)
def test_money_of_an_ended_session(terms: Terms, session_: SessionFacts, expected: list[str]) -> None:
    assert amounts(settle_ended(RULES, session_, terms, now=NOW).effects) == expected


@pytest.mark.parametrize(
    ("terms", "costs"),
    [
        (ENDED, ""),
        (replace(ENDED, pay=WHOLE), ""),
        (replace(ENDED, bonus=2), ""),
        (replace(ENDED, take=WHOLE), "member"),
        (replace(ENDED, take=WHOLE, rest=Rest.REFUNDED), "member"),
        (replace(ENDED, take=HALF, rest=Rest.REFUNDED), "member"),
        (replace(ENDED, rest=Rest.REFUNDED), ""),
        (replace(ENDED, fee=money("0.01")), "member"),
        (replace(ENDED, coach_fee=money("0.01")), "coach"),
        (replace(ENDED, take=WHOLE, coach_fee=HALF), "member coach"),
    ],
)
def test_units_fees_and_parts_of_a_price_cost_and_the_coachs_pay_does_not(terms: Terms, costs: str) -> None:
    found = settle_ended(RULES, of(), terms, now=NOW)
    named = [who for who, holds in (("member", found.costs_member), ("coach", found.costs_coach)) if holds]
    assert " ".join(named) == costs
    assert found.costly == bool(costs)


def test_a_part_of_a_price_that_was_not_paid_is_no_cost() -> None:
    kept = replace(ENDED, take=HALF, rest=Rest.REFUNDED)
    assert not settle_ended(RULES, of(price=None), kept, now=NOW).costly
    assert not settle_ended(RULES, of(source=LotSource.PACK), kept, now=NOW).costly


def test_a_move_takes_no_units_and_pays_nobody_but_may_cost_a_fee() -> None:
    moved = Terms(use=Use.MOVED, fee=HALF, coach_fee=money("5.00"), bonus=1)
    found = settle_moved(RULES, of(), moved, now=NOW)
    assert amounts(found.effects) == ["Charge 30.00", "Penalty 5.00"]
    assert (found.costs_member, found.costs_coach, len(found.effects)) == (True, True, 3)
    assert not settle_moved(RULES, of(), Terms(use=Use.MOVED), now=NOW).costly


@pytest.mark.parametrize(
    ("terms", "session_", "by_coach", "expected"),
    [
        (ENDED, of(), False, "MEMBER CANCELLED, COACH CANCELLED"),
        (replace(ENDED, take=WHOLE), of(), False, "MEMBER LATE_LOSS, COACH CANCELLED"),
        (replace(ENDED, rest=Rest.RETURNED), of(), True, "MEMBER CANCELLED, COACH CANCELLED, MEMBER CREDIT_RETURNED"),
        (replace(ENDED, rest=Rest.RETURNED), of(FREE), True, "MEMBER CANCELLED, COACH CANCELLED, MEMBER BOOK_AGAIN"),
        (replace(ENDED, take=WHOLE), of(FREE), False, "MEMBER CANCELLED, COACH CANCELLED, MEMBER BOOK_AGAIN"),
        (replace(ENDED, rest=Rest.REFUNDED), of(), True, "MEMBER CANCELLED, COACH CANCELLED, MEMBER REFUNDED"),
        (
            replace(ENDED, rest=Rest.REFUNDED),
            of(),
            False,
            "MEMBER CANCELLED, COACH CANCELLED, MEMBER REFUNDED, COACH REFUNDED",
        ),
        (replace(ENDED, rest=Rest.REFUNDED), of(price="0.00"), True, "MEMBER CANCELLED, COACH CANCELLED"),
        (
            replace(ENDED, fee=money("1.00"), coach_fee=money("2.00")),
            of(),
            False,
            "MEMBER LATE_LOSS, COACH CANCELLED, MEMBER FEE_CHARGED, COACH FEE_CHARGED",
        ),
        (replace(ENDED, coach_fee=money("2.00")), of(), True, "MEMBER CANCELLED, COACH CANCELLED, COACH FEE_CHARGED"),
    ],
)
def test_who_is_told_what(terms: Terms, session_: SessionFacts, by_coach: bool, expected: str) -> None:
    found = settle_ended(RULES, session_, terms, now=NOW)
    told = notices_of_cancelling(session_, terms, found, by_coach=by_coach)
    assert ", ".join(f"{one.to} {one.code}" for one in told) == expected


def test_a_credit_that_expired_at_once_is_not_said_to_be_returned() -> None:
    rules = resolved("mastered", "coaching", '[entitlement]\nreturned_min_validity = "PT0S"\n')
    closed = session(rules.kind, HeldUnit(lot=lot(1, (MARCH[0], NOW)), units=1))
    terms = replace(ENDED, rest=Rest.RETURNED)
    found = settle_ended(rules, closed, terms, now=NOW)
    assert [str(one.code) for one in notices_of_cancelling(closed, terms, found, by_coach=True)] == [
        "CANCELLED",
        "CANCELLED",
    ]


@pytest.mark.parametrize(
    ("terms", "needs_credit", "expected"),
    [
        (Terms(use=Use.HELD), True, Disposition.CONSUMED),
        (Terms(use=Use.HELD), False, Disposition.NONE),
        (ENDED, True, Disposition.RELEASED),
        (ENDED, False, Disposition.NONE),
        (replace(ENDED, rest=Rest.RETURNED), True, Disposition.RETURNED),
        (replace(ENDED, rest=Rest.RETURNED), False, Disposition.RETURNED),
        (replace(ENDED, rest=Rest.REFUNDED), True, Disposition.REFUNDED),
        (replace(ENDED, rest=Rest.REFUNDED), False, Disposition.RETURNED),
        (replace(ENDED, take=HALF), True, Disposition.PART_COUNTED),
        (replace(ENDED, take=HALF), False, Disposition.RETURNED),
        (replace(ENDED, take=WHOLE), True, Disposition.COUNTED),
        (replace(ENDED, take=WHOLE), False, Disposition.RETURNED),
    ],
)
def test_the_disposition_of_terms(terms: Terms, needs_credit: bool, expected: Disposition) -> None:
    assert terms.disposition(needs_credit=needs_credit) is expected
