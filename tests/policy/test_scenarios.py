"""Scenarios of a trial: what a policy decides in a situation that an operator describes (D-63)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from policy.document import Policy, load_policy
from policy.parameters import PolicyError
from policy.presets import PRESETS, preset_text
from policy.scenario_file import load_scenarios
from policy.scenarios import Scenario, ScenarioAct, try_scenario
from policy.terms import ActorKind

SIXTH = load_policy((Path(__file__).parent / "data" / "sixth.toml").read_text("utf-8"))
POLICIES = {**{name: load_policy(preset_text(name)) for name in PRESETS}, "sixth": SIXTH}
START = datetime(2027, 3, 18, 17, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FORM = """
[[scenarios]]
name = "Two days before"
kind = "session"
act = "CANCEL"
by = "MEMBER"
starts_at = 2027-03-18T17:00:00Z
notice = "P2D"
"""


def scenario(act: str, by: str = "MEMBER", *, before: timedelta | None = None, **more: Any) -> Scenario:
    whole = Scenario(name="one", kind="session", act=ScenarioAct(act), by=ActorKind(by), starts_at=START)
    return replace(whole, at=None if before is None else START - before, **more)


FREE = {"disposition": "RELEASED", "credits": "RELEASE 2"}
HALF = {"disposition": "PART_COUNTED", "credits": "FORFEIT 1, RELEASE 1", "coach_earns": "50.00 EUR"}
ALL = {"disposition": "COUNTED", "credits": "FORFEIT 2", "coach_earns": "100.00 EUR"}
EVENING = timedelta(hours=21)
"""From 20:00 on the day before to the start at 17:00."""

DECISIONS = [
    (scenario("CANCEL", before=timedelta(days=3)), {"row": "cancel", **FREE}),
    (scenario("CANCEL", before=timedelta(days=3) - SECOND), {"row": "cancel-half", **HALF}),
    (scenario("CANCEL", before=EVENING), {"row": "cancel-half", **HALF}),
    (scenario("CANCEL", before=EVENING - SECOND), {"row": "cancel-late", **ALL}),
    (scenario("CANCEL"), {"row": "cancel-late", **ALL}),
    (scenario("MOVE", before=EVENING), {"row": "move-grace", "reason": "MOVED_LATE"}),
    (scenario("MOVE", before=EVENING, tallies={"graces": 1}), {"row": "move-late", "refusal": "NOTICE_TOO_SHORT"}),
    (
        scenario("MOVE", before=timedelta(days=4), to=START + timedelta(days=1)),
        {"row": "move", "messages": "RESCHEDULED to MEMBER, RESCHEDULED to COACH"},
    ),
    (scenario("MISS"), {"row": "no-show", "fee": "20.00 EUR", "reason": "CLIENT_NO_SHOW", **ALL}),
    (scenario("MISS", "COACH"), {"row": "coach-no-show", "disposition": "RETURNED", "credits": "RELEASE 2"}),
    (scenario("CANCEL", "COACH", before=timedelta(days=1)), {"row": "coach-early", "credits": "RELEASE 2"}),
    (scenario("CANCEL", "COACH", before=EVENING), {"row": "coach-late", "credits": "RELEASE 2, GRANT 2"}),
    (scenario("MOVE", "COACH", before=EVENING, to=START + EVENING), {"row": "coach-move", "asks": "MEMBER"}),
    (scenario("HELD", "COACH"), {"reason": "HELD", "disposition": "CONSUMED", "credits": "CONSUME 2"}),
    (scenario("ENDED", "COACH", reason="COACH_EMERGENCY"), {"reason": "COACH_EMERGENCY", "disposition": "RETURNED"}),
    (scenario("ENDED", "COACH", reason="NO_SUCH"), {"refusal": "REASON_NOT_ALLOWED"}),
    (scenario("HELD", "COACH", before=-timedelta(minutes=1)), {"refusal": "TOO_EARLY"}),
    (scenario("CANCEL", before=-timedelta(minutes=1)), {"row": "started", "refusal": "SESSION_STARTED"}),
    (scenario("CANCEL", "STAFF", before=EVENING), {"reason": "PLATFORM_CANCELLED", "disposition": "RETURNED"}),
    (scenario("CANCEL", "STAFF", before=EVENING, reason="CLIENT_CANCELLED"), {"reason": "CLIENT_CANCELLED", **FREE}),
    (scenario("CANCEL", "COACH", before=EVENING, on_behalf_of_member=True), {"row": "cancel-half", **HALF}),
    (
        scenario("BOOK", before=timedelta(days=5)),
        {"credits": "HOLD 2", "messages": "BOOKED to MEMBER, BOOKED to COACH"},
    ),
    (scenario("BOOK", before=timedelta(days=200)), {"refusal": "SLOT_UNAVAILABLE"}),
]


@pytest.mark.parametrize(("tried", "expected"), DECISIONS)
def test_the_sixth_platform_decides_as_its_page_says(tried: Scenario, expected: dict[str, str]) -> None:
    found = try_scenario(SIXTH, replace(tried, expected=expected))
    assert found.surprises == {}, found.answers


def test_what_came_instead_of_what_was_expected_is_told() -> None:
    found = try_scenario(SIXTH, scenario("CANCEL", before=EVENING, expected={"row": "cancel", "fee": "1.00 EUR"}))
    assert found.surprises == {"row": ("cancel", "cancel-half"), "fee": ("1.00 EUR", "-")}


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_answers_every_act_of_everybody_at_every_time(name: str) -> None:
    policy = POLICIES[name]
    for kind, act, by, hours in product(policy.kinds, ScenarioAct, (*ActorKind,), (400, 49, 47, 25, 23, 1, 0, -2)):
        for to in (None, START + timedelta(hours=24)):
            one = replace(scenario(act, by, before=timedelta(hours=hours)), kind=kind, to=to)
            found = try_scenario(policy, one)
            assert found.decision.allowed is (found.decision.code is None)
            assert found.decision.allowed or not found.decision.effects


def rows_met(policy: Policy) -> set[str]:
    """The rows that some scenario meets: around each place between the limits, with and without a claim, near and far."""
    times = [timedelta(hours=hours) for hours in (96, 49, 47, 26, 23, 20, 1)]
    wishes = (None, START + timedelta(hours=24), START + timedelta(days=40))
    sides, claims = ("MEMBER", "COACH"), (None, "EMERGENCY")
    found: set[str] = set()
    for kind, act, by, before, to, claim in product(
        policy.kinds, ("CANCEL", "MOVE", "MISS"), sides, times, wishes, claims
    ):
        at = before if act != "MISS" else -timedelta(hours=2)
        for tallies in ({}, dict.fromkeys(policy.tallies, 9)):
            one = scenario(act, by, before=at, to=to, claim=claim, tallies=tallies)
            found.add(try_scenario(policy, replace(one, kind=kind)).decision.row or "")
    return found


@pytest.mark.parametrize("name", POLICIES)
def test_every_row_of_every_policy_can_be_tried(name: str) -> None:
    assert {row.id for row in POLICIES[name].rows} <= rows_met(POLICIES[name])


def test_a_form_is_read_in_the_words_of_the_policy() -> None:
    more = 'tallies = {graces = 1}\npaid = "30.00"\nzone = "Europe/Paris"\nexpected = {row = "cancel-half"}\n'
    moved = 'moves = [{by = "MEMBER", at = 2027-03-01T09:00:00Z, from = "2027-03-17T18:00:00+01:00"}]\n'
    (one,) = load_scenarios(FORM + more + moved, SIXTH)
    assert (one.at, one.act, one.by) == (START - timedelta(days=2), ScenarioAct.CANCEL, ActorKind.MEMBER)
    assert (one.tallies, str(one.paid), one.zone.key) == ({"graces": 1}, "30.00 EUR", "Europe/Paris")
    assert one.moves[0].starts_at_before == START - timedelta(days=1)
    assert try_scenario(SIXTH, one).surprises == {}


def test_the_earliest_start_is_the_present_one_after_a_move_to_an_earlier_time() -> None:
    strict = load_policy('extends = "thrive"\nchange.anchor = "EARLIEST_START"\n')
    moved = 'moves = [{by = "MEMBER", at = 2027-03-01T09:00:00Z, from = 2027-03-25T17:00:00Z}]\n'
    (one,) = load_scenarios(FORM.replace("P2D", "PT23H") + moved, strict)
    assert try_scenario(strict, one).decision.row == "cancel-late"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("at = 2027-03-18T16:00:00Z", ("notice",)),
        ("to = 2027-03-18T16:00:00", ("to",)),
        ("to = 1899-03-18T16:00:00Z", ("to",)),
        ('expected = {price = "1"}', ("expected",)),
        ('zone = "Mars"', ("zone",)),
        ('zone = "../secret"', ("zone",)),
        ('colour = "red"', ("colour",)),
        ("moves = 3", ("moves",)),
        ('moves = [{by = "STAFF"}]', ("moves", "0", "by")),
        ("tallies = {graces = -1}", ("tallies",)),
    ],
)
def test_what_is_wrong_in_a_form_is_named_by_its_place(line: str, path: tuple[str, ...]) -> None:
    with pytest.raises(PolicyError) as fault:
        load_scenarios(FORM + line + "\n", SIXTH)
    assert fault.value.path == ("scenarios", "0", *path)


def test_a_kind_that_the_policy_does_not_have_is_wrong() -> None:
    with pytest.raises(PolicyError) as fault:
        load_scenarios(FORM.replace('"session"', '"call"'), SIXTH)
    assert fault.value.path == ("scenarios", "0", "kind")
