"""A decision, what is kept of it, and its consequence as a fold over its effects (MODEL 14, GRAPHQL 2)."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.changing import decide_cancel
from policy.decisions import Decision, consequence_of, decision_from_json, decision_to_json, summary_for
from policy.effects import (
    Book,
    Cancel,
    Charge,
    ConfirmTime,
    Credit,
    Earn,
    Effect,
    Grant,
    Move,
    NewLot,
    Penalty,
    Refund,
    effects_from_json,
    effects_to_json,
)
from policy.facts import Move as EarlierMove
from policy.presets import PRESETS
from policy.terms import (
    Action,
    ActorKind,
    Disposition,
    Fault,
    LedgerKind,
    LotSource,
    RefusalCode,
    SessionStatus,
    Side,
)
from tests.policy.cast import HOUR, MARCH, START, at, lot, money, preset
from tests.policy.scenes import Rules, Scene

MASTERED, SIXTH, TOPMATE = (Rules(preset(name)) for name in ("mastered", "sixth", "topmate"))
LATE = Scene(kind="coaching", now="2027-03-17T10:00:00Z")
NOW = at("2027-03-18T07:00:00Z")


def decided(*effects: Effect, allowed: bool = True, action: Action | None = Action.CANCEL) -> Decision:
    """A decision with these effects and nothing else to say."""
    found = LATE.cancelling(MASTERED)
    return replace(found, effects=effects, allowed=allowed, action=action)


def ending(disposition: Disposition) -> Cancel:
    return Cancel(
        reason="OTHER", fault=Fault.NONE, disposition=disposition, late=False, by=ActorKind.MEMBER, on_behalf_of=None
    )


BOOK = Book(kind="coaching", starts_at=START, ends_at=START + HOUR)
MOVE = Move(
    by=Side.MEMBER,
    starts_at_before=START,
    starts_at=START + HOUR,
    ends_at=START + 2 * HOUR,
    reason="CLIENT_MOVED",
    late=False,
    unconfirmed=False,
    on_behalf_of=None,
)
FORFEIT = Credit(kind=LedgerKind.FORFEIT, units=1, lot=lot(1, MARCH))
CARRY = Credit(
    kind=LedgerKind.CARRY, units=1, lot=lot(1, MARCH), to=NewLot(source=LotSource.RETURN, opens_at=NOW, closes_at=START)
)
FOR_EVER = replace(CARRY, to=NewLot(source=LotSource.RETURN, opens_at=NOW, closes_at=None))
BONUS = Grant(units=2, to=NewLot(source=LotSource.BONUS, opens_at=NOW, closes_at=None))


@pytest.mark.parametrize(
    ("decision", "summary"),
    [
        (decided(ending(Disposition.COUNTED), FORFEIT), "The session is cancelled and counts as used."),
        (decided(ending(Disposition.CONSUMED)), "The session is cancelled and counts as used."),
        (decided(ending(Disposition.PART_COUNTED)), "The session is cancelled and counts in part as used."),
        (decided(ending(Disposition.RELEASED)), "The session is cancelled and its credit can be used again."),
        (
            decided(ending(Disposition.RETURNED), CARRY),
            "The session is cancelled and given back. The returned credit can be used until 2027-03-18 10:00 UTC.",
        ),
        (decided(ending(Disposition.RETURNED), FOR_EVER), "The session is cancelled and given back."),
        (decided(ending(Disposition.REFUNDED)), "The session is cancelled and its price is refunded."),
        (
            decided(ending(Disposition.NONE), BONUS),
            "The session is cancelled at no cost. The member gets 2 units as a bonus.",
        ),
        (
            decided(ending(Disposition.NONE), replace(BONUS, units=1)),
            "The session is cancelled at no cost. The member gets 1 unit as a bonus.",
        ),
        (decided(BOOK, action=None), "The session is booked."),
        (decided(FORFEIT, MOVE, action=Action.MOVE), "The session is moved."),
        (
            decided(ConfirmTime(starts_at=START), action=None),
            "The session stays at its new time, and the ordinary notice applies again.",
        ),
        (decided(action=Action.MOVE), "The session can be moved."),
        (decided(action=Action.MOVE, allowed=False), "Nothing changes."),
        (decided(action=None, allowed=False), "Nothing changes."),
    ],
)
def test_the_consequence_in_words(decision: Decision, summary: str) -> None:
    assert consequence_of(decision).summary == summary


def test_nobody_reads_of_the_other_sides_money() -> None:
    found = consequence_of(
        decided(
            ending(Disposition.COUNTED),
            Charge(amount=money("20.00")),
            Refund(amount=money("30.00")),
            Earn(amount=money("100.00"), fraction=Fraction(1)),
            Penalty(amount=money("5.00")),
        )
    )
    used = "The session is cancelled and counts as used."
    due, back = "A fee of 20.00 EUR is due.", "30.00 EUR is refunded."
    paid, owes = "The coach is paid 100.00 EUR.", "The coach owes 5.00 EUR."
    assert summary_for(found, ActorKind.MEMBER) == f"{used} {due} {back}"
    assert summary_for(found, ActorKind.COACH) == f"{used} {paid} {owes}"
    assert summary_for(found, ActorKind.STAFF) == f"{used} {due} {back} {paid} {owes}"
    assert (found.charge, found.refund, found.earning, found.penalty) == (
        money("20.00"),
        money("30.00"),
        money("100.00"),
        money("5.00"),
    )


def test_a_consequence_says_what_becomes_of_the_session() -> None:
    late = consequence_of(LATE.cancelling(MASTERED))
    assert (late.disposition, late.resulting_status, late.costly) == (
        Disposition.COUNTED,
        SessionStatus.CANCELLED,
        True,
    )
    assert [(one.kind, one.units, one.lot and one.lot.id) for one in late.credits] == [(LedgerKind.FORFEIT, 1, 1)]
    assert late.next_bookable_from == at("2027-03-31T23:00:00Z")
    bonus = consequence_of(decided(ending(Disposition.NONE), BONUS)).credits
    assert [(one.kind, one.units, one.lot, one.to) for one in bonus] == [(LedgerKind.GRANT, 2, None, BONUS.to)]
    assert consequence_of(decided(BOOK)).resulting_status is SessionStatus.SCHEDULED
    told = consequence_of(decided(action=None), standing=SessionStatus.AWAITING_OUTCOME)
    assert told.resulting_status is SessionStatus.AWAITING_OUTCOME


def test_units_of_an_entitlement_that_does_not_exist_yet_name_none() -> None:
    """A credit that is returned on the way opens a lot of its own, from which the next session is paid."""
    not_yet = replace(FORFEIT, kind=LedgerKind.HOLD, lot=replace(FORFEIT.lot, id=0))
    assert [one.lot for one in consequence_of(decided(not_yet, BOOK)).credits] == [None]


def digest(scene: Scene, rules: Rules = MASTERED) -> str:
    return consequence_of(scene.cancelling(rules)).digest


def test_the_digest_covers_the_cost_and_nothing_else() -> None:
    a_minute_later = replace(LATE, now="2027-03-17T10:01:00Z")
    assert digest(a_minute_later) == digest(LATE)
    assert digest(replace(LATE, free={"2027-04": 0})) == digest(LATE)
    assert digest(replace(LATE, now="2027-03-10T10:00:00Z")) != digest(LATE)
    assert digest(replace(LATE, held="pack")) != digest(LATE)
    fee = Rules(preset("mastered", "[reasons]\nCLIENT_CANCELLED_LATE = {fee = '5.00'}\n"))
    less = Rules(preset("mastered", "[reasons]\nCLIENT_CANCELLED_LATE = {fee = '4.99'}\n"))
    pay = Rules(preset("mastered", "[reasons]\nCLIENT_CANCELLED_LATE = {pay = '1/2'}\n"))
    assert len({digest(LATE), digest(LATE, fee), digest(LATE, less), digest(LATE, pay)}) == 4


def test_a_return_lot_is_the_same_cost_a_minute_later() -> None:
    first = replace(LATE, actor=ActorKind.COACH)
    assert digest(replace(first, now="2027-03-17T10:01:00Z")) == digest(first)


@given(
    name=st.sampled_from([*PRESETS, "sixth"]),
    actor=st.sampled_from(ActorKind),
    hours=st.integers(-1, 240),
    claim=st.none() | st.just("EMERGENCY"),
)
def test_what_is_kept_of_a_decision_is_what_was_decided(
    name: str, actor: ActorKind, hours: int, claim: str | None
) -> None:
    earlier = EarlierMove(by=Side.COACH, at=NOW - 90 * HOUR, starts_at_before=START - HOUR)
    scene = Scene(
        now=(START - hours * HOUR).isoformat(),
        actor=actor,
        claim=claim,
        note="x",
        moves=(earlier,),
        tallies={"graces": 1},
        price="60.00",
    )
    found = scene.cancelling(Rules(preset(name)))
    stored = json.loads(json.dumps(decision_to_json(found)))
    assert decision_from_json(stored) == replace(found, effects=())
    effects = json.loads(json.dumps(effects_to_json(found.effects)))
    assert effects_from_json(effects) == found.effects


def test_every_kind_of_effect_is_kept_and_read_again() -> None:
    effects = (
        BOOK,
        MOVE,
        ending(Disposition.NONE),
        ConfirmTime(starts_at=START),
        FORFEIT,
        CARRY,
        FOR_EVER,
        BONUS,
        *LATE.cancelling(MASTERED).effects,
        Charge(amount=money("1.00")),
        Refund(amount=money("1.00")),
        Penalty(amount=money("1.00")),
    )
    stored = json.loads(json.dumps(effects_to_json(effects)))
    assert {one["effect"] for one in stored} == {
        "Book",
        "Move",
        "Cancel",
        "ConfirmTime",
        "Credit",
        "Grant",
        "Earn",
        "Charge",
        "Refund",
        "Penalty",
        "Notify",
    }
    assert effects_from_json(stored) == effects


def test_a_decision_can_be_turned_into_a_refusal() -> None:
    found = LATE.cancelling(MASTERED).refused(RefusalCode.NO_CREDIT)
    assert (found.allowed, found.code, found.parameter) == (False, RefusalCode.NO_CREDIT, None)
    assert (found.effects, found.next_bookable_from, found.late, found.costly, found.needs_acknowledgement) == (
        (),
        None,
        False,
        False,
        False,
    )
    assert found.row == "cancel-late"


def test_a_decision_of_an_older_record_is_read_without_what_it_did_not_know() -> None:
    rules = MASTERED.of("coaching")
    found = decide_cancel(rules, LATE.session(rules), LATE.attempt(Action.CANCEL), LATE.facts())
    stored = decision_to_json(found)
    del stored["needs_acknowledgement"]
    assert decision_from_json(stored).needs_acknowledgement is False
