"""Decisions in words: what was done, which row or rule decided from when to when, what followed (MODEL 14, S-Y-12)."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from policy.changing import decide_confirm
from policy.decisions import Decision, decision_to_json
from policy.effects import effects_to_json
from policy.explain import sentence_of, why
from policy.terms import ActorKind
from tests.policy.cast import START, TICK, preset, session
from tests.policy.scenes import Rules, Scene

MEMBER, COACH, STAFF, SYSTEM = ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM
MASTERED, ACEUP, SIXTH, TOPMATE = (Rules(preset(name)) for name in ("mastered", "aceup", "sixth", "topmate"))
CALL = Scene(kind="coaching", now="2027-03-10T10:00:00Z", price=None)
LATE = replace(CALL, now="2027-03-17T10:00:01Z")
PACK = Scene(now="2027-03-10T10:00:00Z", held="pack", free={"pack": 6}, price=None)
LATER = "2027-03-25T10:00:00Z"


def told(decision: Decision, reader: ActorKind = MEMBER) -> str:
    return why(decision, decision.effects, reader=reader)


@pytest.mark.parametrize(
    ("decision", "reader", "expected"),
    [
        # The example of MODEL 14.
        (
            replace(PACK, now="2027-03-17T10:00:01Z").cancelling(Rules(preset("thrive"))),
            MEMBER,
            "cancelled 23 h 59 min 59 s before the start; row `cancel-late` applies from 24 h before; the session counts as used",
        ),
        (
            replace(PACK, now="2027-03-17T20:00:01Z").cancelling(SIXTH),
            STAFF,
            "cancelled 13 h 59 min 59 s before the start; row `cancel-late` applies from 20:00 on the day before; "
            "the session counts as used; the coach is paid 100.00 EUR",
        ),
        (
            replace(PACK, now="2027-03-17T20:00:00Z").cancelling(SIXTH),
            COACH,
            "cancelled 14 h before the start; row `cancel-half` applies from 72 h before until 20:00 on the day before; "
            "1 unit of the session counts as used; the coach is paid 50.00 EUR",
        ),
        (
            PACK.cancelling(SIXTH),
            MEMBER,
            "cancelled 192 h before the start; row `cancel` applies until 72 h before; its credit can be used again",
        ),
        (
            replace(LATE, to=LATER).moving(MASTERED),
            MEMBER,
            "asked to move the session, which was cancelled, 23 h 59 min 59 s before the start; "
            "row `move-late` applies from 48 h before; the session counts as used",
        ),
        (
            replace(CALL, to=LATER).moving(MASTERED),
            MEMBER,
            "moved the session to 2027-03-25 10:00 UTC, 192 h before the start; row `move` applies until 48 h before",
        ),
        (
            replace(CALL, to="2027-04-06T09:00:00Z").moving(MASTERED),
            MEMBER,
            "asked to move the session 192 h before the start; row `move-elsewhere` applies until 48 h before; nothing changed",
        ),
        (
            replace(LATE, actor=COACH).cancelling(MASTERED),
            MEMBER,
            "cancelled 23 h 59 min 59 s before the start; row `coach-cancel` applies at any notice; it is given back",
        ),
        (
            replace(LATE, actor=COACH, on_behalf=True).cancelling(MASTERED),
            COACH,
            "cancelled on the member's behalf 23 h 59 min 59 s before the start; row `cancel-late` applies from 48 h before; "
            "the session counts as used; the coach is paid 100.00 EUR",
        ),
        (
            replace(LATE, unconfirmed=True).cancelling(MASTERED),
            MEMBER,
            "cancelled 23 h 59 min 59 s before the start; row `unconfirmed-move` applies until the member agrees to the new time "
            "or moves the session; it is given back",
        ),
        (
            replace(CALL, now=START.isoformat()).cancelling(MASTERED),
            MEMBER,
            "asked to cancel 0 s before the start; row `started` applies from the start; nothing changed",
        ),
        (
            replace(LATE, actor=STAFF, note="x", override="CLIENT_CANCELLED").cancelling(MASTERED),
            MEMBER,
            "cancelled 23 h 59 min 59 s before the start; staff act outside the table, by the reason CLIENT_CANCELLED (D-55); "
            "its credit can be used again",
        ),
        (
            replace(LATE, actor=STAFF).cancelling(MASTERED),
            STAFF,
            "asked to cancel 23 h 59 min 59 s before the start; decided by M23; nothing changed",
        ),
        (
            replace(CALL, kind="engagement_manager").cancelling(MASTERED),
            MEMBER,
            "cancelled 192 h before the start; row `cancel` applies until 48 h before; it costs nothing",
        ),
        (
            replace(CALL, free={"2027-03": 1}).booking(MASTERED),
            MEMBER,
            "booked the session of 2027-03-18 10:00 UTC, 192 h before the start; decided by entitlement.quantity",
        ),
        (
            CALL.booking(MASTERED),
            MEMBER,
            "asked to book the session 192 h before the start; decided by entitlement.quantity; nothing changed",
        ),
        (
            replace(PACK, held="purchase", price="60.00", now="2027-03-18T09:50:00Z", actor=COACH).cancelling(TOPMATE),
            MEMBER,
            "cancelled 10 min before the start; row `coach-cancel` applies at any notice; its price is refunded; 60.00 EUR is refunded",
        ),
        (
            replace(PACK, held="purchase", price="60.00", now="2027-03-18T09:50:00Z", actor=COACH).cancelling(TOPMATE),
            COACH,
            "cancelled 10 min before the start; row `coach-cancel` applies at any notice; its price is refunded",
        ),
        (
            replace(PACK, now="2027-03-18T09:50:00Z", actor=COACH).cancelling(SIXTH),
            MEMBER,
            "cancelled 10 min before the start; row `coach-late` applies from 24 h before; it is given back; "
            "the member gets 2 units as a bonus",
        ),
        (
            replace(PACK, now="2027-03-18T09:50:00Z", actor=STAFF, note="x", override="CLIENT_NO_SHOW").cancelling(
                SIXTH
            ),
            MEMBER,
            "cancelled 10 min before the start; staff act outside the table, by the reason CLIENT_NO_SHOW (D-55); "
            "the session counts as used; a fee of 20.00 EUR is due",
        ),
        (
            replace(CALL, in_duplicate_case=True).cancelling(MASTERED),
            MEMBER,
            "cancelled 192 h before the start; row `duplicate` applies while it is asked which booking to keep; "
            "its credit can be used again",
        ),
    ],
)
def test_why(decision: Decision, reader: ActorKind, expected: str) -> None:
    assert told(decision, reader) == expected


def test_a_part_of_a_price_that_is_kept_is_named() -> None:
    rules = Rules(preset("topmate", "[reasons]\nCOACH_CANCELLED = {take = '1/2', coach_fee = '5.00'}\n"))
    scene = replace(PACK, held="purchase", price="60.00", actor=COACH)
    assert told(scene.cancelling(rules), COACH).endswith("; a part of the price is kept; the coach owes 5.00 EUR")
    assert told(scene.cancelling(rules), MEMBER).endswith("; a part of the price is kept; 30.00 EUR is refunded")


def test_a_decision_that_rests_on_nothing_says_only_what_was_done() -> None:
    found = replace(CALL.booking(MASTERED), parameter=None)
    assert told(found) == "asked to book the session 192 h before the start; nothing changed"
    assert told(replace(LATE.cancelling(MASTERED), effects=())) == (
        "cancelled 23 h 59 min 59 s before the start; row `cancel-late` applies from 48 h before"
    )


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event as the log keeps it."""

    name: str
    actor_kind: ActorKind
    actor_name: str | None
    decision: dict[str, Any] | None = None
    effects: list[Any] | None = None
    policy_number: int | None = None


def event(decision: Decision, kind: ActorKind, name: str | None, number: int | None = 3) -> Event:
    return Event(
        name="SESSION_CHANGED",
        actor_kind=kind,
        actor_name=name,
        decision=decision_to_json(decision),
        effects=effects_to_json(decision.effects),
        policy_number=number,
    )


@pytest.mark.parametrize(
    ("kind", "name", "who"),
    [
        (MEMBER, "Maya", "Maya"),
        (COACH, "Eva", "Eva"),
        (STAFF, "Sam", "Sam (staff)"),
        (STAFF, None, "Somebody (staff)"),
        (MEMBER, None, "Somebody"),
        (SYSTEM, None, "The system"),
    ],
)
def test_the_log_says_who_did_it_and_under_which_version(kind: ActorKind, name: str | None, who: str) -> None:
    assert sentence_of(event(LATE.cancelling(MASTERED), kind, name), MEMBER) == (
        f"{who} cancelled 23 h 59 min 59 s before the start; row `cancel-late` applies from 48 h before; "
        "the session counts as used (Mastered, version 3)."
    )


def test_a_version_that_the_log_does_not_name_is_the_decisions() -> None:
    assert sentence_of(event(LATE.cancelling(MASTERED), MEMBER, "Maya", None), STAFF).endswith("(Mastered, version 1).")


def test_an_event_without_a_decision_is_named() -> None:
    ended = Event(name="SESSION_ENDED", actor_kind=SYSTEM, actor_name=None)
    assert sentence_of(ended, MEMBER) == "The system: the session reached its end and awaits its outcome."
    other = Event(name="CALENDAR_RESTORED", actor_kind=SYSTEM, actor_name=None)
    assert sentence_of(other, MEMBER) == "The system: calendar restored."


def test_an_agreement_to_a_new_time_is_said() -> None:
    rules = MASTERED.of("coaching")
    moved = session(rules.kind, moved_by_other_unconfirmed=True)
    found = decide_confirm(rules, moved, actor=MEMBER, now=START - TICK)
    assert told(found) == "agreed to the new time 0.000001 s before the start; decided by D-36"
