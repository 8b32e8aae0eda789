"""May it be booked, and if not, why and when instead (D-07, D-11, D-64, MODEL 14)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.booking import decide_booking, nearest
from policy.decisions import Objection, first_objection
from policy.effects import Book, Credit
from policy.facts import Availability, BookingFacts, Lot, OtherSession
from policy.openings import offered_starts
from policy.resolved import ResolvedPolicy
from policy.stops import Stop
from policy.terms import ActorKind, RefusalCode, Sanction
from tests.policy.cast import (
    ALWAYS,
    APRIL,
    DAY,
    HOUR,
    MARCH,
    START,
    TICK,
    ZONES,
    at,
    busy,
    lot,
    money,
    preset,
    resolved,
)
from tests.policy.scenes import Rules, Scene

NOW = at("2027-03-10T10:00:00Z")
RULES = resolved("mastered", "coaching")
FREE = (lot(1, MARCH, available=1), lot(2, APRIL, available=1))


def wish(rules: ResolvedPolicy = RULES, lots: tuple[Lot, ...] = FREE, **more: Any) -> BookingFacts:
    facts = BookingFacts(
        kind=rules.kind,
        actor=ActorKind.MEMBER,
        starts_at=START,
        zones=ZONES,
        availability=ALWAYS,
        lots=lots,
    )
    return replace(facts, **more)


def code(facts: BookingFacts, more: str = "", now: datetime = NOW) -> RefusalCode | None:
    rules = resolved("mastered", facts.kind.code, more) if more else RULES
    found = decide_booking(rules, facts, now=now)
    assert found.allowed == (found.code is None)
    assert found.allowed == bool(found.effects)
    return found.code


def test_a_booking_says_until_when_it_can_be_made_and_what_it_rests_on() -> None:
    found = decide_booking(RULES, wish(), now=NOW)
    assert (found.allowed, found.parameter, found.row, found.timeline) == (True, "entitlement.quantity", None, ())
    assert (found.policy, found.policy_version, found.actor) == ("Mastered", 1, ActorKind.MEMBER)
    assert (found.facts.now, found.facts.start, found.facts.notice) == (NOW, START, START - NOW)
    assert found.deadline_at == START - TICK
    assert isinstance(found.effects[0], Book)
    deadline = decide_booking(resolved("mastered", "coaching", "[booking]\ndeadline_day = 12\n"), wish(), now=NOW)
    assert deadline.deadline_at == at("2027-03-12T23:59:59.999999Z")
    notice = decide_booking(resolved("mastered", "coaching", "[booking]\nmin_notice = 'PT24H'\n"), wish(), now=NOW)
    assert notice.deadline_at == START - 24 * HOUR
    staff = decide_booking(RULES, wish(actor=ActorKind.STAFF, note="By phone."), now=NOW)
    assert staff.deadline_at == START - TICK


@pytest.mark.parametrize(
    ("more", "facts", "refused"),
    [
        ("", wish(), None),
        ("[booking]\nself_service = false\n", wish(), RefusalCode.FORBIDDEN),
        ("[booking]\nby_request = true\n", wish(), RefusalCode.APPROVAL_REQUIRED),
        ("", wish(stops=(Stop(kind=Sanction.BLOCK, ends_at=START),)), RefusalCode.BOOKING_BLOCKED),
        ("[booking]\nmax_arrears = '10.00'\n", wish(arrears=money("10.00")), None),
        ("[booking]\nmax_arrears = '10.00'\n", wish(arrears=money("10.01")), RefusalCode.ARREARS),
        ("[booking]\nmax_arrears = '10.00'\n", wish(), None),
        ("", wish(arrears=money("999.00")), None),
        ("[booking]\nmin_notice = 'P9D'\n", wish(), RefusalCode.NOTICE_TOO_SHORT),
        ("[booking]\ndeadline_day = 9\n", wish(), RefusalCode.BOOKING_DEADLINE_PASSED),
        ("", wish(availability=Availability(hours=())), RefusalCode.SLOT_UNAVAILABLE),
        (
            "",
            wish(availability=replace(ALWAYS, coach_busy=(busy("2027-03-18T09:30:00Z", "2027-03-18T10:01:00Z"),))),
            RefusalCode.SLOT_TAKEN,
        ),
        (
            "",
            wish(availability=replace(ALWAYS, member_busy=(busy("2027-03-18T10:44:00Z", "2027-03-18T11:00:00Z"),))),
            RefusalCode.SLOT_TAKEN,
        ),
        ("", wish(lots=()), RefusalCode.NO_CREDIT),
        ("[entitlement]\nbasis = 'PURCHASE'\n", wish(lots=()), RefusalCode.PAYMENT_REQUIRED),
        ("", wish(actor=ActorKind.COACH), RefusalCode.FORBIDDEN),
    ],
)
def test_a_booking_may_be_refused(more: str, facts: BookingFacts, refused: RefusalCode | None) -> None:
    assert code(facts, more) is refused


@pytest.mark.parametrize(
    ("limit", "others", "refused"),
    [
        ("{count = 1, per = 'DAY'}", ["2027-03-18T23:59:00Z"], True),
        ("{count = 1, per = 'DAY'}", ["2027-03-19T00:00:00Z", "2027-03-17T23:59:00Z"], False),
        ("{count = 2, per = 'WEEK'}", ["2027-03-15T00:00:00Z", "2027-03-21T23:59:00Z"], True),
        ("{count = 2, per = 'WEEK'}", ["2027-03-15T00:00:00Z", "2027-03-22T00:00:00Z"], False),
        ("{count = 2, per = 'WEEK'}", ["2027-03-14T23:59:00Z", "2027-03-16T00:00:00Z"], False),
        ("{count = 1, per = 'PERIOD'}", ["2027-03-31T22:59:00Z"], True),
        ("{count = 1, per = 'PERIOD'}", ["2027-03-31T23:00:00Z", "2027-02-28T23:59:00Z"], False),
    ],
)
def test_sessions_are_counted_by_day_week_from_monday_and_period_of_the_accounting_zone(
    limit: str, others: list[str], refused: bool
) -> None:
    facts = wish(counted_starts=tuple(at(one) for one in others))
    assert (code(facts, f"[booking]\nlimits = [{limit}]\n") is RefusalCode.BOOKING_LIMIT) == refused


def test_of_several_refusals_the_first_in_the_order_of_the_model_is_given() -> None:
    everything = "[booking]\nself_service = false\nby_request = true\nmin_notice = 'P9D'\nlimits = [{count = 1, per = 'DAY'}]\nmax_arrears = '0.00'\ndeadline_day = 9\n"
    facts = wish(
        lots=(),
        stops=(Stop(kind=Sanction.BLOCK, ends_at=START),),
        arrears=money("1.00"),
        counted_starts=(START,),
        availability=Availability(hours=()),
    )
    fixes = [
        ("self_service = false\n", RefusalCode.FORBIDDEN),
        ("by_request = true\n", RefusalCode.APPROVAL_REQUIRED),
        ("min_notice = 'P9D'\n", RefusalCode.NOTICE_TOO_SHORT),
        ("", RefusalCode.BOOKING_BLOCKED),
        ("limits = [{count = 1, per = 'DAY'}]\n", RefusalCode.BOOKING_LIMIT),
        ("max_arrears = '0.00'\n", RefusalCode.ARREARS),
        ("deadline_day = 9\n", RefusalCode.BOOKING_DEADLINE_PASSED),
    ]
    for line, expected in fixes:
        assert code(facts, everything) is expected
        everything = everything.replace(line, "")
        facts = replace(facts, stops=facts.stops if line else ())
    assert code(facts) is RefusalCode.SLOT_UNAVAILABLE
    taken = replace(
        facts, availability=replace(ALWAYS, coach_busy=(busy("2027-03-18T10:00:00Z", "2027-03-18T11:00:00Z"),))
    )
    assert code(taken) is RefusalCode.SLOT_TAKEN
    assert code(replace(taken, availability=ALWAYS)) is RefusalCode.NO_CREDIT


def test_nothing_objects_where_nothing_does() -> None:
    late = Objection(code=RefusalCode.NO_CREDIT, parameter="a")
    early = Objection(code=RefusalCode.FORBIDDEN, parameter="b")
    assert first_objection([]) is None
    assert first_objection([None, late, None, early]) == early


# -- staff -------------------------------------------------------------------------------------------------------------------------


def test_staff_book_outside_hours_grid_horizon_notice_and_stops_with_a_reason_in_words() -> None:
    strict = (
        "[booking]\nself_service = false\nmin_notice = 'P9D'\nlimits = [{count = 1, per = 'DAY'}]\ndeadline_day = 9\n"
    )
    facts = wish(
        actor=ActorKind.STAFF,
        note="Agreed by phone.",
        availability=Availability(hours=(), off=(busy("2027-03-18T00:00:00Z", "2027-03-19T00:00:00Z"),)),
        stops=(Stop(kind=Sanction.BLOCK, ends_at=START),),
        counted_starts=(START,),
        starts_at=at("2027-03-18T10:07:00Z"),
    )
    assert code(facts, strict) is None
    assert code(replace(facts, note=" "), strict) is RefusalCode.REASON_REQUIRED
    assert code(replace(facts, note=None), strict) is RefusalCode.REASON_REQUIRED


def test_staff_book_never_over_a_session_nor_without_credit_nor_in_the_past() -> None:
    staff = wish(actor=ActorKind.STAFF, note="Agreed by phone.")
    taken = replace(ALWAYS, member_busy=(busy("2027-03-18T10:30:00Z", "2027-03-18T11:00:00Z"),))
    assert code(replace(staff, availability=taken)) is RefusalCode.SLOT_TAKEN
    assert code(replace(staff, lots=())) is RefusalCode.NO_CREDIT
    assert code(staff, now=START) is RefusalCode.SLOT_UNAVAILABLE
    assert code(staff, now=START - TICK) is None
    assert code(replace(staff, starts_at=START + TICK)) is RefusalCode.SLOT_UNAVAILABLE


def test_the_system_books_without_words() -> None:
    assert code(wish(actor=ActorKind.SYSTEM)) is None


# -- credit and duplicates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "refused"),
    [
        ((OtherSession(id=9, starts_at=at("2027-03-25T10:00:00Z")),), RefusalCode.DUPLICATE_BOOKING),
        ((OtherSession(id=9, starts_at=MARCH[1] - TICK),), RefusalCode.DUPLICATE_BOOKING),
        ((OtherSession(id=9, starts_at=MARCH[1]),), RefusalCode.NO_CREDIT),
        ((OtherSession(id=9, starts_at=MARCH[0] - TICK),), RefusalCode.NO_CREDIT),
        ((OtherSession(id=9, starts_at=at("2027-03-25T10:00:00Z"), holds=False),), RefusalCode.NO_CREDIT),
        ((), RefusalCode.NO_CREDIT),
    ],
)
def test_a_second_booking_is_a_duplicate_while_another_session_of_the_period_holds_the_credit(
    others: tuple[OtherSession, ...], refused: RefusalCode
) -> None:
    spent = (lot(1, MARCH), lot(2, APRIL, available=1))
    assert code(wish(lots=spent, others=others)) is refused
    assert code(wish(lots=FREE, others=others)) is None
    pack = resolved("thrive", "session", "[booking]\nduplicate_policy = 'ASK'\n")
    assert decide_booking(pack, wish(pack, lots=(), others=others), now=NOW).code is RefusalCode.NO_CREDIT


def test_elsewhere_the_missing_credit_refuses_the_second_booking() -> None:
    rules = resolved("aceup", "session")
    others = (OtherSession(id=8, starts_at=START - DAY), OtherSession(id=9, starts_at=START + DAY))
    assert decide_booking(rules, wish(rules, lots=(), others=others), now=NOW).code is RefusalCode.NO_CREDIT


def test_a_refusal_for_want_of_credit_says_when_there_is_one() -> None:
    spent = (lot(1, MARCH), lot(2, APRIL, available=1))
    assert decide_booking(RULES, wish(lots=spent), now=NOW).next_bookable_from == APRIL[0]
    assert decide_booking(RULES, wish(lots=FREE), now=NOW).next_bookable_from is None
    assert (
        decide_booking(RULES, wish(lots=spent, starts_at=at("2030-03-18T10:00:00Z")), now=NOW).next_bookable_from
        is None
    )


def test_a_return_lot_pays_first_because_it_closes_first() -> None:
    scene = Scene(
        kind="coaching", now="2027-04-01T10:00:00Z", start="2027-04-10T15:00:00Z", free={"2027-04": 2, "return": 1}
    )
    assert "HOLD 1 return" in scene.book(Rules(preset("mastered")))


# -- alternatives ------------------------------------------------------------------------------------------------------------------


def test_a_refused_start_comes_with_the_nearest_that_can_be_booked() -> None:
    taken = replace(ALWAYS, coach_busy=(busy("2027-03-18T10:00:00Z", "2027-03-18T10:45:00Z"),))
    found = decide_booking(RULES, wish(availability=taken), now=NOW)
    assert found.alternatives == (at("2027-03-18T09:00:00Z"), at("2027-03-18T09:15:00Z"), at("2027-03-18T10:45:00Z"))
    assert decide_booking(RULES, wish(), now=NOW).alternatives == ()
    off_grid = decide_booking(RULES, wish(starts_at=at("2027-03-18T10:05:00Z")), now=NOW)
    assert off_grid.alternatives == (at("2027-03-18T09:45:00Z"), START, at("2027-03-18T10:15:00Z"))


def test_alternatives_have_a_credit_too() -> None:
    last = at("2027-03-31T22:45:00Z")
    taken = replace(ALWAYS, coach_busy=(busy("2027-03-31T22:45:00Z", "2027-03-31T23:00:00Z"),))
    spent = (lot(1, MARCH), lot(2, APRIL, available=1))
    found = decide_booking(RULES, wish(starts_at=last, availability=taken, lots=spent), now=NOW)
    assert found.alternatives == tuple(at(f"2027-03-31T23:{minute}:00Z") for minute in ("00", "15", "30"))
    nothing = decide_booking(RULES, wish(starts_at=last, availability=taken, lots=()), now=NOW)
    assert (nothing.code, nothing.alternatives) == (RefusalCode.SLOT_TAKEN, ())


def test_the_nearest_comes_first_and_of_two_the_earlier() -> None:
    assert nearest([START + HOUR, START - HOUR, START + TICK], START) == [START + TICK, START - HOUR, START + HOUR]


@given(st.integers(0, 3 * 96), st.lists(st.integers(0, 3 * 96), max_size=6))
def test_every_alternative_can_be_booked(quarter: int, taken: list[int]) -> None:
    first = at("2027-03-30T00:00:00Z")
    quarters = [first + one * HOUR / 4 for one in taken]
    busy_times = tuple(busy(one.isoformat(), (one + HOUR).isoformat()) for one in quarters)
    facts = wish(starts_at=first + quarter * HOUR / 4, availability=replace(ALWAYS, coach_busy=busy_times))
    found = decide_booking(RULES, facts, now=NOW)
    for start in found.alternatives:
        assert decide_booking(RULES, replace(facts, starts_at=start), now=NOW).allowed
    if found.code in (RefusalCode.SLOT_TAKEN, RefusalCode.SLOT_UNAVAILABLE):
        around = offered_starts(
            RULES, ZONES, facts.availability, start=facts.starts_at - DAY, end=facts.starts_at + DAY, now=NOW
        )
        assert len(found.alternatives) == min(3, len(around))


def test_a_kind_without_credit_can_be_booked_as_often_as_one_likes() -> None:
    rules = resolved("mastered", "engagement_manager")
    others = (OtherSession(id=9, starts_at=START - DAY),)
    found = decide_booking(rules, wish(rules, lots=(), others=others), now=NOW)
    assert (found.allowed, found.parameter) == (True, "kinds.engagement_manager.units")
    assert not any(isinstance(one, Credit) for one in found.effects)
