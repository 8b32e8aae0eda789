"""Cancelling, moving, confirming: who may, what it costs, and that more notice never costs more (D-36, D-37, D-43, D-55 … D-58)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.changing import decide_cancel, decide_confirm, decide_reschedule
from policy.decisions import Decision, consequence_of
from policy.effects import Charge, Credit, Move
from policy.facts import Availability, OtherSession
from policy.presets import PRESETS
from policy.terms import Action, ActorKind, Answer, LedgerKind, RefusalCode, SessionStatus, Side
from tests.policy.cast import ALWAYS, DAY, HOUR, SECOND, START, TICK, at, busy, preset, resolved, session
from tests.policy.scenes import Rules, Scene

MEMBER, COACH, STAFF, SYSTEM = ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM
MASTERED, ACEUP, MENTO, THRIVE = (Rules(preset(name)) for name in ("mastered", "aceup", "mento", "thrive"))
LATER = "2027-03-25T10:00:00Z"
CALL = Scene(kind="coaching", now="2027-03-10T10:00:00Z")
SESSION = Scene(now="2027-03-10T10:00:00Z")


def of(scene: Scene, rules: Rules = MASTERED) -> Decision:
    """The decision about a move, where a new time is named, else about a cancellation."""
    return scene.cancelling(rules) if scene.to is None else scene.moving(rules)


# -- what is asked first -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [one for one in SessionStatus if one is not SessionStatus.SCHEDULED])
@pytest.mark.parametrize("now", ["2027-03-10T10:00:00Z", "2027-03-18T10:30:00Z"])
def test_only_a_scheduled_session_is_changed(status: SessionStatus, now: str) -> None:
    rules = resolved("mastered", "coaching")
    scene = replace(CALL, now=now, to=LATER)
    for decide, action in ((decide_cancel, Action.CANCEL), (decide_reschedule, Action.MOVE)):
        found = decide(rules, session(rules.kind, status=status), scene.attempt(action), scene.facts())
        assert (found.code, found.parameter, found.row) == (RefusalCode.WRONG_STATE, "MODEL 5.1", None)


@pytest.mark.parametrize("note", [None, "", "  \n"])
@pytest.mark.parametrize("more", [{}, {"on_behalf": True}, {"override": "CLIENT_CANCELLED"}, {"to": LATER}])
def test_staff_give_a_reason_in_words_whatever_they_do(note: str | None, more: dict[str, Any]) -> None:
    found = of(replace(CALL, actor=STAFF, note=note, **more))
    assert (found.code, found.effects) == (RefusalCode.REASON_REQUIRED, ())


@pytest.mark.parametrize("actor", [MEMBER, COACH, SYSTEM])
def test_only_staff_override(actor: ActorKind) -> None:
    assert of(replace(CALL, actor=actor, override="OTHER", note="x")).code is RefusalCode.FORBIDDEN


def test_the_first_of_several_objections_is_given() -> None:
    assert of(replace(CALL, actor=STAFF, override="NOTHING")).code is RefusalCode.REASON_REQUIRED
    assert of(replace(CALL, actor=COACH, override="NOTHING")).code is RefusalCode.FORBIDDEN
    started = replace(CALL, now=START.isoformat(), actor=STAFF, note="x")
    assert of(replace(started, override="NOTHING")).code is RefusalCode.REASON_NOT_ALLOWED
    assert of(started).code is RefusalCode.SESSION_STARTED
    assert of(started).row == "started"


def test_a_move_is_overridden_by_a_reason_for_moves_and_a_cancellation_by_one_for_ends() -> None:
    staff = replace(CALL, actor=STAFF, note="x")
    assert of(replace(staff, override="CLIENT_CANCELLED", to=LATER)).code is RefusalCode.REASON_NOT_ALLOWED
    assert of(replace(staff, override="CLIENT_MOVED")).code is RefusalCode.REASON_NOT_ALLOWED
    assert of(replace(staff, override="CLIENT_MOVED", to=LATER)).allowed


def test_the_system_acts_for_the_platform_without_words() -> None:
    found = of(replace(CALL, actor=SYSTEM))
    assert (found.allowed, found.reason, found.parameter, found.row) == (True, "PLATFORM_CANCELLED", "D-55", None)


def test_what_staff_do_by_override_is_never_late_and_needs_an_acknowledgement_if_it_costs() -> None:
    found = of(replace(CALL, now="2027-03-18T00:00:00Z", actor=STAFF, note="x", override="CLIENT_CANCELLED_LATE"))
    assert (found.late, found.costly, found.needs_acknowledgement) == (False, True, True)
    free = of(replace(CALL, now="2027-03-18T00:00:00Z", actor=STAFF, note="x", override="CLIENT_CANCELLED"))
    assert (free.late, free.costly, free.needs_acknowledgement) == (False, False, False)
    assert free.deadline_at == START - TICK


def test_staff_may_state_the_members_change_then_the_members_row_decides() -> None:
    found = of(replace(CALL, now="2027-03-18T00:00:00Z", actor=STAFF, on_behalf=True, note="She called."))
    assert (found.row, found.on_behalf_of, found.late, found.costly) == ("cancel-late", Side.MEMBER, True, True)
    unmoved = replace(CALL, actor=STAFF, on_behalf=True, note="She called.", to=LATER)
    move = next(one for one in of(unmoved).effects if isinstance(one, Move))
    assert (move.by, move.unconfirmed, move.on_behalf_of) == (Side.MEMBER, False, Side.MEMBER)


def test_a_member_acts_for_nobody_else() -> None:
    assert of(replace(CALL, on_behalf=True)).on_behalf_of is None
    assert of(replace(CALL, actor=COACH)).on_behalf_of is None


# -- acknowledgement ---------------------------------------------------------------------------------------------------------------


def test_a_costly_change_needs_an_acknowledgement_unless_the_policy_waives_it() -> None:
    late = replace(CALL, now="2027-03-18T00:00:00Z")
    assert of(late).needs_acknowledgement
    waived = Rules(preset("mastered", "[change]\nlate_ack_required = false\n"))
    assert (of(late, waived).costly, of(late, waived).needs_acknowledgement) == (True, False)


def test_a_refusal_costs_nothing_and_keeps_the_row_and_the_timeline() -> None:
    found = of(replace(SESSION, now="2027-03-18T00:00:00Z", to=LATER), ACEUP)
    assert (found.code, found.row, found.answer) == (RefusalCode.NOTICE_TOO_SHORT, "move-late", Answer.REFUSE)
    assert (found.late, found.costly, found.needs_acknowledgement, found.effects) == (False, False, False, ())
    assert (found.deadline_at, [step.row for step in found.timeline]) == (START - TICK, ["move-late", "started"])
    started = of(replace(CALL, now=START.isoformat()))
    assert (started.deadline_at, started.code) == (None, RefusalCode.SESSION_STARTED)


# -- where a session may be moved --------------------------------------------------------------------------------------------------


def test_a_member_moves_to_an_opening_the_coach_to_any_free_time() -> None:
    closed = replace(CALL, to=LATER, availability=Availability(hours=()))
    assert of(closed).code is RefusalCode.SLOT_UNAVAILABLE
    assert of(replace(closed, actor=COACH)).allowed
    assert of(replace(closed, actor=COACH, on_behalf=True)).allowed
    assert of(replace(closed, actor=STAFF, note="x")).allowed
    assert of(replace(CALL, actor=COACH, to="2027-03-25T10:07:00Z")).allowed
    assert of(replace(CALL, to="2027-03-25T10:07:00Z")).parameter == "booking.start_grid"
    assert of(replace(CALL, actor=COACH, to="2027-03-10T10:00:00Z")).code is RefusalCode.SLOT_UNAVAILABLE


@pytest.mark.parametrize("actor", [MEMBER, COACH, STAFF])
def test_nobody_moves_over_a_session_of_either(actor: ActorKind) -> None:
    taken = busy("2027-03-25T10:30:00Z", "2027-03-25T11:00:00Z")
    for facts in (replace(ALWAYS, coach_busy=(taken,)), replace(ALWAYS, member_busy=(taken,))):
        found = of(replace(CALL, actor=actor, note="x", to=LATER, availability=facts))
        assert found.code is RefusalCode.SLOT_TAKEN
        assert found.alternatives[-1] == at("2027-03-25T09:45:00Z")


def test_the_time_that_a_session_has_is_no_new_time() -> None:
    for actor in (MEMBER, COACH, STAFF):
        found = of(replace(CALL, actor=actor, note="x", to=START.isoformat()))
        assert found.code is RefusalCode.SLOT_UNAVAILABLE
        assert START not in found.alternatives
    late = of(replace(CALL, now="2027-03-18T00:00:00Z", to=START.isoformat()))
    assert (late.code, late.row, late.effects, late.alternatives) == (RefusalCode.SLOT_UNAVAILABLE, "move-late", (), ())


def test_a_time_about_which_nothing_is_known_is_refused() -> None:
    scene = replace(CALL, to=LATER)
    facts = replace(scene.facts(), availability=None)
    rules = resolved("mastered", "coaching")
    found = decide_reschedule(rules, scene.session(rules), scene.attempt(Action.MOVE), facts)
    assert (found.code, found.alternatives) == (RefusalCode.SLOT_UNAVAILABLE, ())


def test_a_late_wish_to_move_cancels_whatever_the_new_time() -> None:
    late = replace(CALL, now="2027-03-18T00:00:00Z", to=LATER, availability=Availability(hours=()))
    found = of(late)
    assert (found.row, found.allowed, found.costly) == ("move-late", True, True)


def test_alternatives_are_times_to_which_the_same_request_is_carried_out() -> None:
    taken = replace(ALWAYS, coach_busy=(busy("2027-03-31T22:00:00Z", "2027-03-31T23:00:00Z"),))
    found = of(replace(CALL, to="2027-03-31T22:30:00Z", availability=taken))
    assert found.alternatives == tuple(at(f"2027-03-31T{clock}:00Z") for clock in ("20:45", "21:00", "21:15"))
    assert of(replace(CALL, to="2027-04-06T09:00:00Z", availability=taken)).alternatives == ()


def test_without_a_new_time_the_answer_is_about_the_right_to_move_at_all() -> None:
    found = CALL.moving(MASTERED)
    assert (found.allowed, found.row, found.facts.to) == (True, "move", None)
    assert not any(isinstance(one, Move | Credit) for one in found.effects)
    assert consequence_of(found).summary == "The session can be moved."
    late = replace(CALL, now="2027-03-18T00:00:00Z").moving(MASTERED)
    assert (late.allowed, late.row, late.costly) == (True, "move-late", True)
    assert not replace(SESSION, now="2027-03-18T00:00:00Z").moving(ACEUP).allowed
    fee = Rules(preset("mastered", "[reasons]\nCLIENT_MOVED = {fee = '5.00'}\n"))
    assert any(isinstance(one, Charge) for one in CALL.moving(fee).effects)


# -- credit between periods --------------------------------------------------------------------------------------------------------

APRIL = "2027-04-06T09:00:00Z"


def ledger(found: Decision) -> list[str]:
    return [f"{one.kind} {one.lot.id}" for one in found.effects if isinstance(one, Credit)]


def test_a_move_into_another_period_needs_that_periods_credit() -> None:
    scene = replace(SESSION, to=APRIL)
    assert ledger(of(scene, MENTO)) == ["RELEASE 1", "HOLD 2"]
    assert of(replace(scene, free={"2027-03": 5, "2027-04": 0}), MENTO).code is RefusalCode.NO_CREDIT
    assert of(replace(scene, free={}), MENTO).code is RefusalCode.NO_CREDIT
    assert ledger(of(replace(scene, held="pack"), MENTO)) == []


def test_a_coachs_move_into_a_period_whose_credit_another_session_holds_is_a_duplicate() -> None:
    scene = replace(CALL, actor=COACH, to=APRIL, free={"2027-04": 0})
    other = OtherSession(id=9, starts_at=at("2027-04-20T10:00:00Z"))
    assert of(replace(scene, others=(other,))).code is RefusalCode.DUPLICATE_BOOKING
    assert of(scene).code is RefusalCode.NO_CREDIT


def test_its_own_slot_and_credit_never_stand_in_its_way() -> None:
    """A session of a full month is moved by a quarter of an hour: it overlaps itself and its credit is its own (PEERS 15)."""
    scene = replace(CALL, to="2027-03-18T10:15:00Z", free={"2027-03": 0, "2027-04": 0})
    found = of(scene)
    assert found.allowed
    assert ledger(found) == []


def test_limits_stops_and_deadlines_of_booking_do_not_bind_a_move() -> None:
    stops = "[booking]\nself_service = false\nby_request = true\ndeadline_day = 9\nlimits = [{count = 1, per = 'DAY'}]\nmax_arrears = '0.00'\n"
    assert of(replace(CALL, to=LATER), Rules(preset("mastered", stops))).allowed
    far = of(replace(SESSION, held="pack", free={}, to="2027-06-10T10:00:00Z"), THRIVE)
    assert (far.code, far.parameter) == (RefusalCode.SLOT_UNAVAILABLE, "booking.horizon")


def test_what_an_unconfirmed_move_frees_is_returned_also_when_the_member_moves_on() -> None:
    scene = replace(CALL, now="2027-03-18T07:00:00Z", unconfirmed=True, to=APRIL)
    assert ledger(of(scene)) == ["RELEASE 1", "CARRY 1", "HOLD 2"]


def test_the_end_follows_the_kind_and_a_direct_move_waits_to_be_confirmed() -> None:
    move = next(one for one in of(replace(CALL, actor=COACH, to=LATER)).effects if isinstance(one, Move))
    assert (move.starts_at_before, move.starts_at, move.ends_at) == (START, at(LATER), at("2027-03-25T10:45:00Z"))
    assert (move.by, move.unconfirmed, move.late) == (Side.COACH, True, False)


# -- confirming --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "status", "unconfirmed", "now", "code"),
    [
        (MEMBER, SessionStatus.SCHEDULED, True, START - TICK, None),
        (MEMBER, SessionStatus.SCHEDULED, True, START, RefusalCode.SESSION_STARTED),
        (MEMBER, SessionStatus.SCHEDULED, False, START - TICK, RefusalCode.NOT_PENDING),
        (MEMBER, SessionStatus.SCHEDULED, False, START, RefusalCode.NOT_PENDING),
        (MEMBER, SessionStatus.CANCELLED, True, START - TICK, RefusalCode.WRONG_STATE),
        (MEMBER, SessionStatus.CANCELLED, False, START, RefusalCode.WRONG_STATE),
        (COACH, SessionStatus.SCHEDULED, True, START - TICK, RefusalCode.FORBIDDEN),
        (STAFF, SessionStatus.CANCELLED, True, START - TICK, RefusalCode.FORBIDDEN),
    ],
)
def test_the_member_agrees_to_a_time_that_the_other_side_has_set(
    actor: ActorKind, status: SessionStatus, unconfirmed: bool, now: datetime, code: RefusalCode | None
) -> None:
    rules = resolved("mastered", "coaching")
    subject = session(rules.kind, status=status, moved_by_other_unconfirmed=unconfirmed)
    found = decide_confirm(rules, subject, actor=actor, now=now)
    assert (found.code, found.allowed, bool(found.effects)) == (code, code is None, code is None)
    assert found.parameter is not None
    if code is None:
        assert (found.parameter, found.deadline_at, found.costly) == ("D-36", START - TICK, False)
        assert "ordinary notice applies again" in consequence_of(found).summary


# -- more notice never costs more --------------------------------------------------------------------------------------------------

RANK = {None: 2, Answer.DO: 2, Answer.DECIDE: 2, Answer.ASK: 1, Answer.OFFER: 1, Answer.REFUSE: 0, Answer.CANCEL: 0}


def cost(found: Decision) -> tuple[int, int]:
    """What the member loses: units, then money."""
    units = sum(one.units for one in found.effects if isinstance(one, Credit) and one.kind is LedgerKind.FORFEIT)
    return units, sum(one.amount.minor_units for one in found.effects if isinstance(one, Charge))


@given(
    name=st.sampled_from([*PRESETS, "sixth"]),
    to=st.sampled_from([None, LATER]),
    notices=st.tuples(st.integers(1, 10 * 86_400 * 10**6), st.integers(1, 10 * 86_400 * 10**6)),
    start=st.sampled_from(["2027-03-18T10:00:00Z", "2027-03-29T09:00:00+01:00", "2027-11-01T00:30:00Z"]),
    graces=st.integers(0, 1),
)
def test_more_notice_never_costs_more_nor_allows_less(
    name: str, to: str | None, notices: tuple[int, int], start: str, graces: int
) -> None:
    rules, held = Rules(preset(name)), "purchase" if name == "topmate" else "pack"
    less, more = sorted(notices)
    late, early = (
        of(
            Scene(
                start=start,
                now=(at(start) - notice * TICK).isoformat(),
                held=held,
                free={"pack": 6},
                to=None if to is None else (at(start) + 2 * DAY).isoformat(),
                tallies={"graces": graces},
            ),
            rules,
        )
        for notice in (less, more)
    )
    assert cost(early) <= cost(late)
    assert RANK[early.answer] >= RANK[late.answer]


REQUESTS = st.builds(
    Scene,
    now=st.integers(-3600, 10 * 86_400).map(lambda seconds: (START - seconds * SECOND).isoformat()),
    actor=st.sampled_from(ActorKind),
    to=st.none() | st.integers(-2 * 96, 40 * 96).map(lambda quarters: (START + quarters * HOUR / 4).isoformat()),
    on_behalf=st.booleans(),
    override=st.none() | st.sampled_from(["CLIENT_CANCELLED", "CLIENT_MOVED", "CLIENT_NO_SHOW", "NOTHING"]),
    unconfirmed=st.booleans(),
    note=st.sampled_from([None, "Because."]),
    free=st.just({"2027-03": 1, "2027-04": 2}),
)


@given(name=st.sampled_from([*PRESETS, "sixth"]), scene=REQUESTS)
def test_every_request_has_an_answer_and_a_refusal_has_no_effect(name: str, scene: Scene) -> None:
    for found in (scene.cancelling(Rules(preset(name))), scene.moving(Rules(preset(name)))):
        assert found.allowed == (found.code is None)
        assert found.allowed or (found.effects, found.late, found.costly) == ((), False, False)
        assert found.row is not None or found.parameter is not None
        assert consequence_of(found).costly == found.costly
