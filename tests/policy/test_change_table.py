"""The first row that matches decides, and the timeline says which ones come after it (D-55, D-57, D-60, MODEL 14)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.change_table import anchor_of, limits_of, row_for, timeline_of
from policy.document import load_policy, resolve
from policy.facts import Attempt, ChangeFacts, Move, Question, SessionFacts
from policy.presets import PRESETS
from policy.resolved import ResolvedPolicy
from policy.rows import FIXED
from policy.terms import Action, ActorKind, Answer, Side
from tests.policy.cast import BERLIN, DAY, HOUR, NEW_YORK, SECOND, START, TICK, ZONES, at, preset, resolved, session
from tests.policy.neighbours import toml

FACTS = ChangeFacts(zones=ZONES)


def table(*rows: dict[str, object], more: str = "", **change: str) -> ResolvedPolicy:
    """Mastered with these rows for a member's cancellation (unless they say otherwise) and one that always matches."""
    plain = {"by": "MEMBER", "action": "CANCEL", "then": "DO", "reason": "CLIENT_CANCELLED"}
    rest = [
        {"id": f"{by}-{action}".lower(), "by": by, "action": action, "then": "DO", "reason": reason}
        for by in ("MEMBER", "COACH")
        for action, reason in (("CANCEL", "OTHER"), ("MOVE", "CLIENT_MOVED"))
    ]
    rules = {"change": {"rules": [*({**plain, **row} for row in rows), *rest], **change}}
    return resolve(load_policy(f'extends = "mastered"\n{more}{toml(rules)}'), "coaching")


def ask(
    rules: ResolvedPolicy,
    now: str | datetime,
    *,
    action: Action = Action.CANCEL,
    actor: ActorKind = ActorKind.MEMBER,
    facts: ChangeFacts = FACTS,
    of: SessionFacts | None = None,
    to: str | None = None,
    claim: str | None = None,
) -> str:
    """The name of the row that decides."""
    instant = at(now) if isinstance(now, str) else now
    attempt = Attempt(action=action, actor=actor, now=instant, to=None if to is None else at(to), claim=claim)
    return row_for(rules, of or session(rules.kind), attempt, facts, now=instant).id


@pytest.mark.parametrize(
    ("boundary", "decides"), [("INCLUSIVE", "early member-cancel"), ("EXCLUSIVE", "member-cancel member-cancel")]
)
def test_a_limit_reached_exactly_is_kept_unless_the_policy_says_otherwise(boundary: str, decides: str) -> None:
    rules = table({"id": "early", "notice": "PT24H"}, boundary=boundary)
    exact, late = decides.split()
    assert ask(rules, START - 24 * HOUR - TICK) == "early"
    assert ask(rules, START - 24 * HOUR) == exact
    assert ask(rules, START - 24 * HOUR + TICK) == late


def test_the_notice_may_run_to_the_earliest_start_the_session_ever_had() -> None:
    rules = table({"id": "early", "notice": "PT24H"}, anchor="EARLIEST_START")
    moved = session(rules.kind, first_starts_at=START - 7 * DAY)
    assert anchor_of(rules, moved) == START - 7 * DAY
    assert ask(rules, START - 8 * DAY, of=moved) == "early"
    assert ask(rules, START - 8 * DAY + TICK, of=moved) == "member-cancel"


@pytest.mark.parametrize(
    ("zone", "limit"),
    [("COACH", "2027-03-17T20:00Z"), ("MEMBER", "2027-03-17T19:00Z"), ("ORGANISATION", "2027-03-18T00:00Z")],
)
def test_a_time_of_day_is_read_in_the_zone_that_the_policy_names(zone: str, limit: str) -> None:
    rules = table({"id": "early", "notice": "1d 20:00"}, limit_zone=zone)
    facts = ChangeFacts(zones=replace(ZONES, member=BERLIN, organisation=NEW_YORK))
    assert ask(rules, limit, facts=facts) == "early"
    assert ask(rules, at(limit) + TICK, facts=facts) == "member-cancel"


def test_holidays_lengthen_a_limit_in_business_days() -> None:
    rules = table({"id": "early", "notice": "1bd 20:00"})
    facts = ChangeFacts(zones=replace(ZONES, holidays=frozenset({date(2027, 3, 17)})))
    assert ask(rules, "2027-03-17T20:00:00Z") == "early"
    assert ask(rules, "2027-03-16T20:00:00Z", facts=facts) == "early"
    assert ask(rules, "2027-03-16T20:00:01Z", facts=facts) == "member-cancel"


def test_a_young_booking_may_be_cancelled_and_moving_does_not_make_it_younger() -> None:
    rules = table({"id": "young", "booked_within": "PT1H"})
    booked = at("2027-03-01T09:00:00Z")
    assert ask(rules, booked + HOUR) == "young"
    assert ask(rules, booked + HOUR + TICK) == "member-cancel"
    moved = session(rules.kind, moves=(Move(by=Side.MEMBER, at=booked + HOUR, starts_at_before=START),))
    assert ask(rules, booked + HOUR + TICK, of=moved) == "member-cancel"


def test_a_session_that_the_acting_side_has_moved_late_is_recognised() -> None:
    rules = table({"id": "trick", "moved_inside": "PT24H"})

    def after(by: Side, notice: timedelta) -> str:
        earlier = Move(by=by, at=START - notice, starts_at_before=START)
        return ask(rules, START - 10 * DAY, of=session(rules.kind, moves=(earlier,)))

    assert after(Side.MEMBER, 24 * HOUR - TICK) == "trick"
    assert after(Side.MEMBER, 24 * HOUR) == "member-cancel"
    assert after(Side.COACH, HOUR) == "member-cancel"


def test_a_claim_is_recognised_by_its_name() -> None:
    rules = table({"id": "emergency", "claim": "EMERGENCY"})
    assert ask(rules, "2027-03-10T10:00:00Z", claim="EMERGENCY") == "emergency"
    assert ask(rules, "2027-03-10T10:00:00Z", claim="emergency") == "member-cancel"
    assert ask(rules, "2027-03-10T10:00:00Z") == "member-cancel"


@pytest.mark.parametrize(
    ("near", "to", "decides"),
    [
        ("P7D", "2027-03-25T10:00:00Z", "near"),
        ("P7D", "2027-03-25T10:00:00.000001Z", "member-move"),
        ("P7D", "2027-03-11T10:00:00Z", "near"),
        ("P7D", None, "member-move"),
        ("SAME_PERIOD", "2027-03-31T22:59:59Z", "near"),
        ("SAME_PERIOD", "2027-03-31T23:00:00Z", "member-move"),
        ("SAME_PERIOD", "2027-02-28T23:59:59Z", "member-move"),
        ("SAME_PERIOD", None, "member-move"),
    ],
)
def test_a_new_time_may_have_to_lie_near(near: str, to: str | None, decides: str) -> None:
    rules = table({"id": "near", "action": "MOVE", "reason": "CLIENT_MOVED", "to": near})
    assert ask(rules, "2027-02-10T10:00:00Z", action=Action.MOVE, to=to) == decides


def test_kinds_and_tallies_are_conditions_and_all_conditions_must_hold() -> None:
    tallies = 'tallies.often = {of = "MEMBER", counts = {OTHER = 1}, window = "ALL"}\n'
    rules = table(
        {"id": "grace", "below": {"often": 2}, "kinds": ["coaching"]},
        {"id": "other", "kinds": ["mentor"]},
        more=tallies,
    )
    for value, decides in ((0, "grace"), (1, "grace"), (2, "member-cancel")):
        facts = ChangeFacts(zones=ZONES, tallies={"often": value})
        assert ask(rules, "2027-03-10T10:00:00Z", facts=facts) == decides
    assert ask(rules, "2027-03-10T10:00:00Z") == "grace"


def test_rows_of_the_other_side_and_of_other_actions_do_not_matter() -> None:
    rules = table({"id": "first", "by": "COACH"}, {"id": "second", "action": "MOVE", "reason": "CLIENT_MOVED"})
    now = "2027-03-10T10:00:00Z"
    assert ask(rules, now) == "member-cancel"
    assert ask(rules, now, actor=ActorKind.COACH) == "first"
    assert ask(rules, now, action=Action.MOVE, to="2027-03-20T10:00:00Z") == "second"
    assert ask(rules, now, action=Action.MOVE, actor=ActorKind.COACH, to="2027-03-20T10:00:00Z") == "coach-move"


def test_what_stands_before_every_table_comes_in_this_order() -> None:
    rules = table()
    everything = session(rules.kind, question=Question(id=1, due_at=START), moved_by_other_unconfirmed=True)
    moved = session(rules.kind, moved_by_other_unconfirmed=True)
    assert ask(rules, START, of=everything) == "started"
    assert ask(rules, START, of=everything, actor=ActorKind.COACH) == "started"
    assert ask(rules, START - TICK, of=everything) == "duplicate"
    assert ask(rules, START - TICK, of=moved) == "unconfirmed-move"
    assert ask(rules, START - TICK, of=everything, action=Action.MOVE) == "unconfirmed-move"
    assert ask(rules, START - TICK, of=everything, actor=ActorKind.COACH) == "coach-cancel"
    assert ask(rules, START + HOUR, of=everything, action=Action.MISS) == "no-show"
    assert ask(rules, START + HOUR, action=Action.MISS, actor=ActorKind.COACH) == "coach-no-show"


def test_a_table_with_a_hole_decides_nothing() -> None:
    rules = resolve(preset("mastered", "[change]\nrules = []\n"), "coaching")
    with pytest.raises(LookupError, match="no row of Mastered decides CANCEL by MEMBER"):
        ask(rules, "2027-03-10T10:00:00Z")


def steps(rules: ResolvedPolicy, now: str, of: SessionFacts | None = None) -> list[str]:
    attempt = Attempt(action=Action.CANCEL, actor=ActorKind.MEMBER, now=at(now))
    found = timeline_of(rules, of or session(rules.kind), attempt, FACTS, now=at(now))
    return [
        f"{one.row} {one.answer} {one.reason or one.code} {one.from_at:%dT%H:%M:%S.%f} {one.until_at or '-'}"
        for one in found
    ]


def test_the_timeline_names_the_limits_themselves() -> None:
    rules = table(
        {"id": "young", "booked_within": "PT1H"},
        {"id": "early", "notice": "PT48H"},
        {"id": "evening", "notice": "1d 20:00", "reason": "WAIVED"},
    )
    assert steps(rules, "2027-03-01T09:30:00Z") == [
        "young DO CLIENT_CANCELLED 01T09:30:00.000000 2027-03-01 10:00:00+00:00",
        "early DO CLIENT_CANCELLED 01T10:00:00.000001 2027-03-16 10:00:00+00:00",
        "evening DO WAIVED 16T10:00:00.000001 2027-03-17 20:00:00+00:00",
        "member-cancel DO OTHER 17T20:00:00.000001 2027-03-18 09:59:59.999999+00:00",
        "started REFUSE SESSION_STARTED 18T10:00:00.000000 -",
    ]


def test_an_exclusive_limit_ends_before_it() -> None:
    rules = table({"id": "early", "notice": "PT48H"}, boundary="EXCLUSIVE")
    first, second, _ = steps(rules, "2027-03-10T10:00:00Z")
    assert first.endswith("2027-03-16 09:59:59.999999+00:00")
    assert "16T10:00:00.000000" in second


def test_after_a_direct_move_one_row_decides_until_the_start() -> None:
    rules = table({"id": "early", "notice": "PT48H"})
    moved = session(rules.kind, moved_by_other_unconfirmed=True)
    assert [one.split()[0] for one in steps(rules, "2027-03-10T10:00:00Z", moved)] == ["unconfirmed-move", "started"]


def test_the_limits_of_a_side_and_action_are_facts_of_the_decision() -> None:
    rules = resolved("sixth")
    attempt = Attempt(action=Action.CANCEL, actor=ActorKind.MEMBER, now=at("2027-03-16T10:00:00Z"))
    found = limits_of(rules, session(rules.kind), attempt, FACTS, now=attempt.now)
    assert [(one.row, one.limit, one.at, one.kept) for one in found] == [
        ("cancel", "P3D", at("2027-03-15T10:00:00Z"), False),
        ("cancel-half", "1d 20:00", at("2027-03-17T20:00:00Z"), True),
    ]


# -- totality ----------------------------------------------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(2027, 3, 1), datetime(2027, 3, 18, 12)).map(
    lambda one: one.replace(tzinfo=START.tzinfo)
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Whatever a request may meet."""

    preset: str
    action: Action
    actor: ActorKind
    now: datetime
    later: datetime
    to: datetime | None
    claim: str | None
    graces: int
    unconfirmed: bool


SITUATIONS = st.builds(
    Situation,
    preset=st.sampled_from([*PRESETS, "sixth"]),
    action=st.sampled_from(Action),
    actor=st.sampled_from([ActorKind.MEMBER, ActorKind.COACH]),
    now=INSTANTS,
    later=INSTANTS,
    to=st.none() | INSTANTS,
    claim=st.none() | st.sampled_from(["EMERGENCY", "OTHER"]),
    graces=st.integers(0, 3),
    unconfirmed=st.booleans(),
)


@given(SITUATIONS)
def test_a_row_decides_whatever_the_facts_are_and_the_timeline_agrees(one: Situation) -> None:
    rules = resolved(one.preset)
    facts = ChangeFacts(zones=ZONES, tallies={"graces": one.graces})
    attempt = Attempt(action=one.action, actor=one.actor, now=one.now, to=one.to, claim=one.claim)
    of = session(rules.kind, moved_by_other_unconfirmed=one.unconfirmed)
    row = row_for(rules, of, attempt, facts, now=one.now)
    assert row in rules.rows or row.id in FIXED
    line = timeline_of(rules, of, attempt, facts, now=one.now)
    assert (line[0].row, line[0].from_at, line[-1].until_at) == (row.id, one.now, None)
    assert all(first.until_at == second.from_at - TICK for first, second in pairwise(line))
    later = max(one.now, one.later)
    step = next(step for step in line if step.from_at <= later and (step.until_at is None or later <= step.until_at))
    assert row_for(rules, of, attempt, facts, now=later).id == step.row
    assert (step.answer is Answer.REFUSE) == (step.code is not None)


def test_the_second_after_the_limit_is_late_on_the_days_when_the_clock_changes() -> None:
    for name, hours in (("mastered", 48), ("mento", 48), ("aceup", 24), ("thrive", 24)):
        rules = resolved(name)
        for start in (
            "2027-03-28T12:00:00+01:00",
            "2027-03-29T00:30:00+01:00",
            "2027-10-31T01:30:00Z",
            "2027-11-01T10:00:00Z",
        ):
            of = session(rules.kind, start=at(start))
            limit = at(start) - hours * HOUR
            assert [ask(rules, limit + step, of=of) for step in (-TICK, 0 * TICK, TICK, SECOND)] == [
                "cancel",
                "cancel",
                "cancel-late",
                "cancel-late",
            ]
