"""Which lots pay, and what becomes of the units a session held (MODEL 6, D-10, D-43, D-56)."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.effects import Credit
from policy.entitlement import (
    after,
    bonus,
    change_lots,
    choose,
    disposition_of,
    give_back,
    hold,
    next_bookable,
    return_lot,
    settle,
    units_lost,
)
from policy.facts import HeldUnit, Lot, SessionFacts
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.terms import Account, Disposition, LedgerKind, LotSource, Rest, Use
from tests.policy.cast import APRIL, DAY, HOUR, MARCH, START, TICK, at, lot, resolved, session

RULES = resolved("mastered", "coaching")
NOW = at("2027-03-18T07:00:00Z")
LATE = at("2027-04-17T07:00:00Z")
FOREVER = (MARCH[0], None)


def entries(credits: tuple[Credit, ...] | None) -> list[str]:
    assert credits is not None
    return [
        f"{one.kind} {one.units} {one.lot.id}{'' if one.to is None else f' to {one.to.closes_at}'}" for one in credits
    ]


def holding(*held: tuple[Lot, int]) -> SessionFacts:
    return session(RULES.kind, *(HeldUnit(lot=one, units=units) for one, units in held))


# -- which lot pays ----------------------------------------------------------------------------------------------------------------


def test_the_lot_that_closes_first_pays_then_the_oldest() -> None:
    lots = (
        lot(1, FOREVER, available=1),
        lot(2, APRIL, available=1),
        lot(4, (MARCH[0], LATE), available=1, source=LotSource.RETURN),
        lot(3, (MARCH[0], LATE), available=1),
    )
    april = at("2027-04-10T15:00:00Z")
    assert entries(hold(lots, april, 1)) == ["HOLD 1 3"]
    assert entries(hold(lots, april, 4)) == ["HOLD 1 3", "HOLD 1 4", "HOLD 1 2", "HOLD 1 1"]
    assert hold(lots, april, 5) is None


@pytest.mark.parametrize(
    ("start", "covered"),
    [
        (MARCH[0] - TICK, False),
        (MARCH[0], True),
        (MARCH[1] - TICK, True),
        (MARCH[1], False),
    ],
)
def test_a_window_is_for_the_start_of_the_session_and_half_open(start: datetime, covered: bool) -> None:
    assert (choose((lot(1, MARCH, available=1),), start, 1) is not None) == covered


def test_a_session_may_be_paid_from_several_lots_and_an_empty_lot_pays_nothing() -> None:
    lots = (lot(1, MARCH, available=1), lot(2, MARCH), lot(3, FOREVER, available=5))
    assert entries(hold(lots, START, 3)) == ["HOLD 1 1", "HOLD 2 3"]
    assert hold((lot(2, MARCH),), START, 1) is None
    assert hold((), START, 0) == ()


# -- what becomes of the units -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Terms(use=Use.ENDED), ["RELEASE 1 1", "RELEASE 2 2"]),
        (Terms(use=Use.ENDED, take=Fraction(1)), ["FORFEIT 1 1", "FORFEIT 2 2"]),
        (Terms(use=Use.ENDED, take=Fraction(1, 3)), ["FORFEIT 1 1", "RELEASE 2 2"]),
        (Terms(use=Use.ENDED, take=Fraction(2, 3)), ["FORFEIT 1 1", "FORFEIT 1 2", "RELEASE 1 2"]),
        # A part that is not whole is left to the member.
        (Terms(use=Use.ENDED, take=Fraction(1, 2)), ["FORFEIT 1 1", "RELEASE 2 2"]),
        (Terms(use=Use.ENDED, rest=Rest.RETURNED), ["RELEASE 1 1", f"CARRY 1 1 to {LATE}", "RELEASE 2 2"]),
        (Terms(use=Use.ENDED, take=Fraction(1, 3), rest=Rest.RETURNED), ["FORFEIT 1 1", "RELEASE 2 2"]),
        # Where the rest is refunded, the part is one of the price; what was not purchased is returned.
        (
            Terms(use=Use.ENDED, take=Fraction(1, 3), rest=Rest.REFUNDED),
            ["RELEASE 1 1", f"CARRY 1 1 to {LATE}", "RELEASE 2 2"],
        ),
        (Terms(use=Use.ENDED, take=Fraction(1), rest=Rest.REFUNDED), ["FORFEIT 1 1", "FORFEIT 2 2"]),
    ],
)
def test_what_is_lost_comes_from_the_lot_that_closes_first(terms: Terms, expected: list[str]) -> None:
    of = holding((lot(2, FOREVER), 2), (lot(1, MARCH), 1))
    assert entries(settle(RULES, of, terms, now=NOW)) == expected


def test_a_purchased_unit_leaves_with_its_refund_and_others_are_returned() -> None:
    of = holding((lot(1, MARCH, source=LotSource.PURCHASE), 1), (lot(2, FOREVER), 1))
    refunded = Terms(use=Use.ENDED, rest=Rest.REFUNDED)
    assert entries(settle(RULES, of, refunded, now=NOW)) == ["RELEASE 1 1", "REVOKE 1 1", "RELEASE 1 2"]
    assert disposition_of(of, refunded) is Disposition.REFUNDED
    assert disposition_of(holding((lot(2, FOREVER), 1)), refunded) is Disposition.RETURNED
    kept = Terms(use=Use.ENDED, rest=Rest.REFUNDED, take=Fraction(1, 2))
    assert disposition_of(of, kept) is Disposition.PART_COUNTED
    assert disposition_of(holding((lot(2, FOREVER), 1)), kept) is Disposition.RETURNED
    assert disposition_of(holding((lot(2, FOREVER), 1)), replace(kept, take=Fraction(1))) is Disposition.COUNTED
    assert units_lost(of, kept) == 0


def test_a_session_that_holds_nothing_gives_nothing_back() -> None:
    assert settle(RULES, holding(), Terms(use=Use.ENDED, take=Fraction(1)), now=NOW) == ()
    assert settle(RULES, holding(), Terms(use=Use.ENDED), now=NOW) == ()


# -- the return rule ---------------------------------------------------------------------------------------------------------------


def rules_with(validity: str) -> ResolvedPolicy:
    return resolved("mastered", "coaching", f'[entitlement]\nreturned_min_validity = "{validity}"\n')


@pytest.mark.parametrize(
    ("validity", "closes_at", "until"),
    [
        ("P30D", NOW + 30 * DAY - TICK, LATE),
        ("P30D", NOW + 30 * DAY, None),
        ("P30D", NOW - DAY, LATE),
        ("P30D", None, None),
        ("PT0S", NOW + TICK, None),
        ("PT0S", NOW, None),
        ("PT0S", NOW - DAY, None),
    ],
)
def test_a_returned_unit_is_usable_for_the_least_time_a_lot_that_is_open_long_enough_keeps_it(
    validity: str, closes_at: datetime | None, until: datetime | None
) -> None:
    opened = return_lot(rules_with(validity), lot(1, (MARCH[0], closes_at)), now=NOW)
    assert (None if opened is None else opened.closes_at) == until
    if opened is not None:
        assert (opened.source, opened.opens_at) == (LotSource.RETURN, NOW)


def test_a_validity_without_end_makes_a_return_lot_without_end() -> None:
    opened = return_lot(rules_with("NONE"), lot(1, MARCH), now=NOW)
    assert opened is not None
    assert opened.closes_at is None
    assert return_lot(rules_with("NONE"), lot(1, FOREVER), now=NOW) is None


def test_a_unit_that_goes_back_into_a_closed_lot_expires_unless_it_is_carried() -> None:
    closed = HeldUnit(lot=lot(1, (MARCH[0] - DAY, MARCH[0])), units=1)
    assert entries(give_back(RULES, [closed], Rest.RELEASED, now=NOW)) == ["RELEASE 1 1", "EXPIRE 1 1"]
    assert entries(give_back(rules_with("PT0S"), [closed], Rest.RETURNED, now=NOW)) == ["RELEASE 1 1", "EXPIRE 1 1"]
    assert entries(give_back(RULES, [closed], Rest.RETURNED, now=NOW)) == ["RELEASE 1 1", f"CARRY 1 1 to {LATE}"]


# -- moving between lots -----------------------------------------------------------------------------------------------------------

IN_APRIL = at("2027-04-06T09:00:00Z")


def test_a_unit_of_a_lot_that_covers_the_new_start_stays() -> None:
    of = holding((lot(1, MARCH), 1))
    assert change_lots(RULES, of, (), MARCH[1] - HOUR, returned=False, now=NOW) == ()
    assert change_lots(RULES, holding((lot(1, FOREVER), 1)), (), IN_APRIL, returned=False, now=NOW) == ()
    assert change_lots(RULES, holding(), (), IN_APRIL, returned=False, now=NOW) == ()


def test_another_period_takes_its_own_credit_or_none_is_there() -> None:
    of = holding((lot(1, MARCH), 1))
    lots = (lot(1, MARCH), lot(2, APRIL, available=1))
    assert entries(change_lots(RULES, of, lots, IN_APRIL, returned=False, now=NOW)) == ["RELEASE 1 1", "HOLD 1 2"]
    assert (
        change_lots(RULES, of, (lot(1, MARCH, available=3), lot(2, APRIL)), IN_APRIL, returned=False, now=NOW) is None
    )


def test_only_units_of_lots_that_do_not_cover_the_new_start_are_exchanged() -> None:
    of = holding((lot(1, MARCH), 1), (lot(3, FOREVER), 1))
    lots = (lot(2, APRIL, available=1),)
    assert entries(change_lots(RULES, of, lots, IN_APRIL, returned=False, now=NOW)) == ["RELEASE 1 1", "HOLD 1 2"]


def test_what_a_move_of_the_other_side_frees_is_returned() -> None:
    of = holding((lot(1, MARCH), 1))
    lots = (lot(2, APRIL, available=1),)
    found = change_lots(RULES, of, lots, IN_APRIL, returned=True, now=NOW)
    assert entries(found) == ["RELEASE 1 1", f"CARRY 1 1 to {LATE}", "HOLD 1 2"]


# -- bonus, and when the next one can be booked ------------------------------------------------------------------------------------


def test_a_bonus_has_a_lot_of_its_own_without_end_unless_the_policy_says_otherwise() -> None:
    terms = Terms(use=Use.ENDED, bonus=2)
    (grant,) = bonus(RULES, terms, now=NOW)
    assert (grant.units, grant.to.source, grant.to.opens_at, grant.to.closes_at) == (2, LotSource.BONUS, NOW, None)
    limited = resolved("mastered", "coaching", '[entitlement]\nbonus_validity = "P60D"\n')
    assert bonus(limited, terms, now=NOW)[0].to.closes_at == NOW + 60 * DAY
    assert bonus(RULES, Terms(use=Use.ENDED), now=NOW) == ()


@pytest.mark.parametrize(
    ("lots", "units", "expected"),
    [
        ((lot(1, MARCH), lot(2, APRIL, available=1)), 1, APRIL[0]),
        ((lot(1, MARCH, available=1), lot(2, APRIL, available=1)), 1, NOW),
        ((lot(1, MARCH, available=1), lot(2, APRIL, available=2)), 2, APRIL[0]),
        ((lot(1, FOREVER, available=1), lot(2, APRIL, available=1)), 2, APRIL[0]),
        # None granted yet: the start of the period after the last one that is.
        ((lot(1, MARCH), lot(2, APRIL)), 1, APRIL[1]),
        ((lot(1, MARCH), lot(2, APRIL, available=1)), 2, APRIL[1]),
        # No period follows.
        ((lot(3, FOREVER, source=LotSource.PACK),), 1, None),
        ((), 1, None),
        # A lot that has closed pays for nothing any more.
        ((lot(1, (MARCH[0], NOW), available=1),), 1, None),
        ((lot(1, (MARCH[0], NOW + TICK), available=1),), 1, NOW),
    ],
)
def test_when_a_session_can_be_booked_again(lots: tuple[Lot, ...], units: int, expected: datetime | None) -> None:
    assert next_bookable(lots, units, now=NOW) == expected


def test_lots_are_known_as_they_stand_after_the_effects() -> None:
    held = lot(1, MARCH)
    of = holding((held, 1))
    effects = settle(RULES, of, Terms(use=Use.ENDED, rest=Rest.RETURNED), now=NOW)
    left = after((lot(2, APRIL, available=1),), (*effects, *bonus(RULES, Terms(use=Use.ENDED, bonus=1), now=NOW)))
    assert [(one.id, one.available, one.source) for one in left] == [
        (2, 1, LotSource.PERIOD),
        (1, 0, LotSource.PERIOD),
        (0, 1, LotSource.RETURN),
    ]
    spent = hold((lot(2, APRIL, available=1),), IN_APRIL, 1) or ()
    assert [one.available for one in after((lot(2, APRIL, available=1),), spent)] == [0]


def test_a_lot_that_an_effect_opens_is_younger_than_all_that_were_there() -> None:
    """Whoever is shown a unit returned and another one held is shown the one that will be held."""
    there = lot(2, (MARCH[0], LATE), available=1)
    effects = settle(RULES, holding((lot(1, MARCH), 1)), Terms(use=Use.ENDED, rest=Rest.RETURNED), now=NOW)
    left = after((there,), effects)
    assert {(one.id, one.closes_at) for one in left if one.available} == {(2, LATE), (0, LATE)}
    assert entries(hold(left, IN_APRIL, 2)) == ["HOLD 1 2", "HOLD 1 0"]


# -- no unit is made or lost -------------------------------------------------------------------------------------------------------

ENDS = st.sampled_from([None, NOW - DAY, NOW, NOW + DAY, MARCH[1], NOW + 30 * DAY, LATE + DAY])
HELD = st.lists(
    st.tuples(ENDS, st.integers(1, 4), st.sampled_from([LotSource.PERIOD, LotSource.PURCHASE, LotSource.RETURN])),
    max_size=4,
)
TERMS = st.builds(
    Terms, use=st.just(Use.ENDED), take=st.sampled_from([Fraction(n, 4) for n in range(5)]), rest=st.sampled_from(Rest)
)


@given(held=HELD, terms=TERMS, validity=st.sampled_from(["PT0S", "P30D", "NONE"]))
def test_every_unit_that_was_held_ends_in_one_account_and_none_is_taken_twice(
    held: list[tuple[datetime | None, int, LotSource]], terms: Terms, validity: str
) -> None:
    units = tuple(
        HeldUnit(lot=lot(number, (MARCH[0] - 60 * DAY, end), held=count, source=source), units=count)
        for number, (end, count, source) in enumerate(held, 1)
    )
    of = session(RULES.kind, *units)
    balances = {(one.lot.id, Account.HELD): one.units for one in units}
    for credit in settle(rules_with(validity), of, terms, now=NOW):
        assert credit.units > 0
        source, target = credit.kind.from_account, credit.kind.to_account
        assert source is not None
        assert target is not None
        balances[credit.lot.id, source] = balances.get((credit.lot.id, source), 0) - credit.units
        where = (0 if credit.to is not None else credit.lot.id, target)
        balances[where] = balances.get(where, 0) + credit.units
        assert all(value >= 0 for value in balances.values())
    assert sum(value for (_, account), value in balances.items() if account is Account.HELD) == 0
    assert sum(balances.values()) == of.units
    lost = sum(value for (_, account), value in balances.items() if account is Account.FORFEITED)
    assert lost == units_lost(of, terms) <= terms.take * of.units
    open_ends = {one.lot.id: one.lot.closes_at for one in units}
    for (number, account), value in balances.items():
        if account is Account.AVAILABLE and value and number:
            end = open_ends[number]
            assert end is None or end > NOW


def test_ledger_kinds_that_free_a_unit_are_counted() -> None:
    held = HeldUnit(lot=lot(1, MARCH, source=LotSource.PURCHASE), units=2)
    effects = give_back(RULES, [held], Rest.REFUNDED, now=NOW)
    assert [one.kind for one in effects] == [LedgerKind.RELEASE, LedgerKind.REVOKE]
    assert [one.available for one in after((), effects)] == [0]
