"""What keeps a policy from being published, and what must be acknowledged by name (MODEL 3.6, D-63, S-Y-13)."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.combinations import order
from policy.document import load_policy
from policy.limits import parse_limit
from policy.presets import PRESETS
from policy.publication import Level, Problem, examine, hindering
from tests.policy.cast import BERLIN, LONDON, NEW_YORK, START, preset, sixth_document
from tests.policy.neighbours import toml

Row = dict[str, Any]


def sixth_with(old: str, new: str) -> tuple[Problem, ...]:
    """What is said of the sixth platform after one edit of its document."""
    document = sixth_document()
    assert old in document
    return examine(load_policy(document.replace(old, new)))


def names(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{one.level} {one.name}" for one in problems]


ENDS = [
    {"id": "member-cancel", "by": "MEMBER", "action": "CANCEL", "then": "DO", "reason": "OTHER"},
    {"id": "member-move", "by": "MEMBER", "action": "MOVE", "then": "DO", "reason": "CLIENT_MOVED"},
    {"id": "coach-cancel", "by": "COACH", "action": "CANCEL", "then": "DO", "reason": "OTHER"},
    {"id": "coach-move", "by": "COACH", "action": "MOVE", "then": "DO", "reason": "COACH_MOVED"},
]


def document(*rows: Row, ends: list[Row] | None = None, more: str = "") -> str:
    """Thrive with these rows, for a member's cancellation unless they say otherwise, before the ones that always match."""
    plain = {"by": "MEMBER", "action": "CANCEL", "then": "DO", "reason": "CLIENT_CANCELLED"}
    rules = [
        *({name: value for name, value in {**plain, **row}.items() if value is not None} for row in rows),
        *(ENDS if ends is None else ends),
    ]
    return f'extends = "thrive"\n{more}{toml({"change": {"rules": rules}})}'


def found(*rows: Row, **more: Any) -> list[str]:
    return names(examine(load_policy(document(*rows, **more))))


# -- the presets and S-Y-13 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PRESETS, "sixth"])
def test_the_presets_and_the_sixth_platform_can_be_published_as_they_are(name: str) -> None:
    assert examine(preset(name)) == ()


def test_a_row_left_out_leaves_a_hole() -> None:
    late = '  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},\n'
    (problem,) = sixth_with(late, "")
    assert (problem.level, problem.name) == (Level.ERROR, "no-row:CANCEL by MEMBER")
    assert problem.path == ("change", "rules")
    assert problem.message == "no row decides CANCEL by MEMBER for session, limit kept: none"


def test_two_rows_exchanged_leave_one_dead() -> None:
    lines = sixth_document().splitlines(keepends=True)
    first = next(place for place, line in enumerate(lines) if 'id = "cancel"' in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    (problem,) = examine(load_policy("".join(lines)))
    assert (problem.level, problem.name, problem.path) == (
        Level.ERROR,
        "dead-row:cancel",
        ("change", "rules", "cancel"),
    )


def test_less_notice_that_costs_less_must_be_acknowledged() -> None:
    problems = sixth_with('then = "DO", reason = "CLIENT_CANCELLED_LATE"', 'then = "DO", reason = "CLIENT_CANCELLED"')
    (problem,) = problems
    assert (problem.level, problem.name) == (Level.FINDING, "less-notice-costs-less:cancel-late")
    assert problem.path == ("change", "rules", "cancel-late")
    assert hindering(problems, []) == problems
    assert hindering(problems, ["less-notice-costs-less:cancel"]) == problems
    assert hindering(problems, ["less-notice-costs-less:cancel-late"]) == ()


def test_one_half_of_one_is_not_whole() -> None:
    (problem,) = sixth_with("units = 2", "units = 1")
    assert (problem.level, problem.name) == (Level.ERROR, "part-not-whole:CANCELLED_HALF")
    assert problem.path == ("reasons", "CANCELLED_HALF", "take")
    assert problem.message == "1/2 of the 1 units of session is not whole"
    assert hindering([problem], [problem.name]) == (problem,)


def test_limits_without_a_fixed_order_are_an_error() -> None:
    (problem,) = sixth_with('action = "CANCEL", notice = "P3D"', 'action = "CANCEL", notice = "PT24H"')
    assert (problem.level, problem.name) == (Level.ERROR, "no-fixed-order:cancel-half")
    assert problem.path == ("change", "rules", "cancel-half")
    assert "PT24H of row cancel and 1d 20:00" in problem.message


# -- holes and dead rows -----------------------------------------------------------------------------------------------------------


def test_a_condition_on_the_last_row_leaves_a_hole_on_its_other_side() -> None:
    tallies = 'tallies.often = {of = "MEMBER", counts = {OTHER = 1}, window = "ALL"}\n'
    for condition in (
        {"kinds": ["session"]},
        {"notice": "PT24H"},
        {"booked_within": "PT1H"},
        {"moved_inside": "PT24H"},
        {"claim": "EMERGENCY"},
        {"below": {"often": 2}},
    ):
        ends = [{**ENDS[0], **condition}, *ENDS[1:]]
        assert found(ends=ends, more=tallies) == ["ERROR no-row:CANCEL by MEMBER"]
    for condition in ({"to": "P7D"}, {"to": "SAME_PERIOD"}):
        ends = [ENDS[0], {**ENDS[1], **condition}, *ENDS[2:]]
        assert found(ends=ends) == ["ERROR no-row:MOVE by MEMBER"]


def test_a_side_without_rows_has_a_hole_and_absences_have_their_default() -> None:
    assert found(ends=[]) == [
        "ERROR no-row:CANCEL by MEMBER",
        "ERROR no-row:MOVE by MEMBER",
        "ERROR no-row:CANCEL by COACH",
        "ERROR no-row:MOVE by COACH",
    ]
    partial = {"id": "absent", "by": "MEMBER", "action": "MISS", "then": "DO", "reason": "OTHER", "kinds": ["session"]}
    assert found(partial) == ["ERROR no-row:MISS by MEMBER"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"notice": "PT24H"}),
        ({"notice": "PT24H"}, {"notice": "PT48H"}),
        ({"notice": "PT24H"}, {"notice": "P1D"}),
        ({"booked_within": "PT2H"}, {"booked_within": "PT1H"}),
        ({"moved_inside": "PT48H"}, {"moved_inside": "PT24H"}),
        ({"below": {"often": 3}}, {"below": {"often": 2}}),
        ({"kinds": ["session"]}, {"kinds": ["session"], "claim": "EMERGENCY"}),
        ({"claim": "EMERGENCY"}, {"claim": "EMERGENCY", "notice": "PT24H"}),
    ],
)
def test_a_row_after_one_that_is_easier_to_meet_is_dead_and_alive_before_it(first: Row, second: Row) -> None:
    tallies = 'tallies.often = {of = "MEMBER", counts = {OTHER = 1}, window = "ALL"}\n'
    assert "ERROR dead-row:second" in found({"id": "first", **first}, {"id": "second", **second}, more=tallies)
    if first and second.get("notice") != "P1D":
        assert found({"id": "second", **second}, {"id": "first", **first}, more=tallies) == []


def test_a_table_that_nobody_can_read_is_not_looked_through() -> None:
    tallies = {f"t{n}": {"of": "MEMBER", "counts": {"OTHER": 1}, "window": "ALL"} for n in range(16)}
    rows = [{"id": f"row{n}", "below": {f"t{n}": 1}} for n in range(16)]
    policy = load_policy(document(*rows, more=toml({"tallies": tallies})))
    assert names(examine(policy)) == ["ERROR too-many-combinations:rules"]


# -- the order of limits -----------------------------------------------------------------------------------------------------------

ORDERED = [
    ("PT48H", "PT24H", -1),
    ("PT24H", "PT24H", 0),
    ("PT24H", "PT48H", 1),
    ("PT24H", "1d 20:00", None),
    ("PT4H", "1d 20:00", None),
    ("PT2H", "1d 20:00", 1),
    ("PT30H", "1d 20:00", -1),
    ("PT29H", "1d 20:00", None),
    ("P3D", "1d 20:00", -1),
    ("PT48H", "0d 00:00", -1),
    ("PT1H", "0d 00:00", None),
    ("1d 20:00", "1d 18:00", 1),
    ("1d 18:00", "1d 20:00", -1),
    ("2d 08:00", "1d 20:00", -1),
    ("1d 20:00", "2d 08:00", 1),
    ("1bd 20:00", "1d 20:00", -1),
    ("1d 20:00", "1bd 20:00", 1),
    ("1bd 20:00", "1d 18:00", None),
    ("2bd 20:00", "1d 08:00", -1),
    ("1bd 20:00", "2d 20:00", None),
    ("1bd 20:00", "2bd 08:00", 1),
    ("PT2H", "1bd 20:00", 1),
    ("P30D", "1bd 20:00", None),
]


@pytest.mark.parametrize(("one", "two", "expected"), ORDERED)
def test_the_order_of_two_limits(one: str, two: str, expected: int | None) -> None:
    assert order(parse_limit(one), parse_limit(two)) == expected
    assert order(parse_limit(two), parse_limit(one)) == (None if expected is None else -expected)


LIMITS = st.sampled_from(sorted({text for one, two, _ in ORDERED for text in (one, two)}))


@given(
    one=LIMITS,
    two=LIMITS,
    start=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=START.tzinfo)),
    zone=st.sampled_from([LONDON, BERLIN, NEW_YORK]),
)
def test_a_fixed_order_holds_for_every_start(one: str, two: str, start: datetime, zone: Any) -> None:
    first, second = (parse_limit(text).instant(start, zone=zone) for text in (one, two))
    match order(parse_limit(one), parse_limit(two)):
        case -1:
            assert first <= second
        case 1:
            assert first >= second
        case _:
            assert one != two or first == second


# -- what is odd -------------------------------------------------------------------------------------------------------------------

OWN = {
    "LOSS": {"use": "ended", "take": 1},
    "CHEAP": {"use": "ended", "fee": "5.00"},
    "DEAR": {"use": "ended", "fee": "10.00"},
    "TENTH": {"use": "ended", "fee": "1/10"},
    "FIFTH": {"use": "ended", "fee": "1/5"},
    "OWES": {"use": "ended", "coach_fee": "5.00"},
    "OWES_MORE": {"use": "ended", "coach_fee": "10.00"},
    "OWES_PART": {"use": "ended", "coach_fee": "1/2"},
}
REASONS = toml({"reasons": OWN})


def tiers(early: Row, late: Row, **more: Any) -> list[str]:
    """What is said of two tiers: `early` with 24 hours of notice, `late` without."""
    plain = {"by": early.get("by", "MEMBER"), "action": early.get("action", "CANCEL")}
    ends = [row for row in ENDS if (row["by"], row["action"]) != (plain["by"], plain["action"])]
    rows = [{"id": "early", "notice": "PT24H", **plain, **early}, {"id": "late", **plain, **late}]
    return found(*rows, ends=ends, more=REASONS + more.get("more", ""))


REFUSE: Row = {"then": "REFUSE", "reason": None}


@pytest.mark.parametrize(
    ("early", "late", "said"),
    [
        ({"reason": "OTHER"}, {"reason": "LOSS"}, []),
        ({"reason": "LOSS"}, {"reason": "OTHER"}, ["FINDING less-notice-costs-less:late"]),
        ({"reason": "LOSS"}, {"reason": "LOSS"}, []),
        ({"reason": "CHEAP"}, {"reason": "DEAR"}, []),
        ({"reason": "DEAR"}, {"reason": "CHEAP"}, ["FINDING less-notice-costs-less:late"]),
        ({"reason": "TENTH"}, {"reason": "FIFTH"}, []),
        ({"reason": "FIFTH"}, {"reason": "TENTH"}, ["FINDING less-notice-costs-less:late"]),
        ({"reason": "CHEAP"}, {"reason": "OTHER"}, ["FINDING less-notice-costs-less:late"]),
        ({"reason": "OTHER"}, {"reason": "CHEAP"}, []),
        ({"reason": "CHEAP"}, {"reason": "FIFTH"}, ["FINDING costs-not-comparable:late"]),
        ({"reason": "FIFTH"}, {"reason": "LOSS"}, []),
        # Refusing allows less than asking, asking less than doing.
        ({"reason": "OTHER"}, REFUSE, []),
        ({"reason": "LOSS"}, REFUSE, []),
        (REFUSE, {"reason": "OTHER"}, ["FINDING less-notice-allows-more:late"]),
        ({"then": "ASK", "reason": "OTHER"}, {"reason": "OTHER"}, ["FINDING less-notice-allows-more:late"]),
        (REFUSE, {"then": "ASK", "reason": "OTHER"}, ["FINDING less-notice-allows-more:late"]),
        ({"reason": "OTHER"}, {"then": "ASK", "reason": "OTHER"}, []),
        (
            {"then": "ASK", "reason": "LOSS"},
            {"then": "ASK", "reason": "OTHER"},
            ["FINDING less-notice-costs-less:late"],
        ),
        # What is decided afterwards costs what silence gives.
        ({"reason": "OTHER"}, {"then": "DECIDE", "reason": None}, []),
        ({"reason": "LOSS"}, {"then": "DECIDE", "reason": None, "on_silence": "LOSS"}, []),
        (
            {"reason": "LOSS"},
            {"then": "DECIDE", "reason": None, "on_silence": "OTHER"},
            ["FINDING less-notice-costs-less:late"],
        ),
        # A move that is cancelled instead allows no more than a refusal.
        ({**REFUSE, "action": "MOVE"}, {"then": "CANCEL", "reason": "LOSS", "action": "MOVE"}, []),
        (
            {"then": "CANCEL", "reason": "LOSS", "action": "MOVE"},
            {**REFUSE, "action": "MOVE"},
            ["FINDING less-notice-costs-less:late"],
        ),
        # The coach's own changes are compared by what the coach owes.
        ({"by": "COACH", "reason": "OWES"}, {"by": "COACH", "reason": "OWES_MORE"}, []),
        (
            {"by": "COACH", "reason": "OWES_MORE"},
            {"by": "COACH", "reason": "OWES"},
            ["FINDING less-notice-costs-less:late"],
        ),
        (
            {"by": "COACH", "reason": "OWES"},
            {"by": "COACH", "reason": "OWES_PART"},
            ["FINDING costs-not-comparable:late"],
        ),
        ({"by": "COACH", "reason": "OTHER"}, {"by": "COACH", "reason": "LOSS"}, ["FINDING coach-costs-member:late"]),
        ({"by": "COACH", "reason": "OTHER"}, {"by": "COACH", "reason": "CHEAP"}, ["FINDING coach-costs-member:late"]),
    ],
)
def test_two_tiers(early: Row, late: Row, said: list[str]) -> None:
    assert tiers(early, late) == said


def test_a_price_of_the_kind_makes_an_amount_and_a_part_comparable() -> None:
    """10.00 of 60.00 is less than a fifth of it and more than a tenth; another kind of the policy has no price."""
    priced = "kinds.session.price = '60.00'\n"
    assert tiers({"reason": "DEAR", "kinds": None}, {"reason": "FIFTH"}, more=priced) == [
        "FINDING costs-not-comparable:late"
    ]
    for late, said in (("FIFTH", []), ("TENTH", ["FINDING less-notice-costs-less:late"])):
        rows = [
            {"id": "early", "notice": "PT24H", "reason": "DEAR", "kinds": ["session"]},
            {"id": "late", "reason": late, "kinds": ["session"]},
        ]
        assert found(*rows, more=REASONS + priced) == said


def test_less_notice_is_compared_all_else_equal() -> None:
    """A claim may be answered kindly at any notice: it is compared with the same claim only."""
    rows = [
        {"id": "claim", "claim": "EMERGENCY", "reason": "OTHER"},
        {"id": "early", "notice": "PT24H", "reason": "CLIENT_CANCELLED"},
        {"id": "late", "reason": "LOSS"},
    ]
    assert found(*rows, ends=ENDS[1:], more=REASONS) == []
    free = [{"id": "claim", "notice": "PT48H", "reason": "LOSS", "claim": "EMERGENCY"}, *rows[1:]]
    assert found(*free, ends=ENDS[1:], more=REASONS) == ["FINDING less-notice-costs-less:early"]


def test_what_a_kind_without_credit_cannot_lose_is_no_cost() -> None:
    rows = [
        {"id": "early", "notice": "PT24H", "reason": "LOSS", "kinds": ["free"]},
        {"id": "late", "reason": "OTHER", "kinds": ["free"]},
    ]
    free = "kinds.free = {name = 'Free', duration = 'PT30M', units = 0, pay = 0}\n"
    assert found(*rows, more=REASONS + free) == []


def test_a_policy_where_the_others_doing_costs_the_member_says_so() -> None:
    for code in ("MOVE_DECLINED", "PLATFORM_CANCELLED"):
        for terms in ({"take": 1}, {"fee": "5.00"}):
            more = toml({"reasons": {code: terms}})
            assert found(more=more) == [f"FINDING other-side-costs-member:{code}"]


# -- values and reasons ------------------------------------------------------------------------------------------------------------


def said_of(name: str, more: str) -> list[str]:
    return names(examine(preset(name, more)))


def test_a_session_never_completes_before_its_report_window_has_closed() -> None:
    early = ["ERROR completes-too-early:auto_complete_after"]
    assert said_of("topmate", "[outcome]\nauto_complete_after = 'PT71H59M59S'\n") == early
    assert said_of("topmate", "[outcome]\nauto_complete_after = 'NONE'\n") == []
    assert said_of("topmate", "[kinds.call.values.attendance]\nreport_within = 'PT73H'\n") == early


def test_which_booking_to_keep_is_asked_only_where_there_is_one_credit() -> None:
    assert said_of("mastered", "[entitlement.quantity]\ncoaching = 2\n") == ["ERROR ask-needs-one:duplicate_policy"]
    assert said_of("mastered", "[entitlement.quantity]\nengagement_manager = 2\n") == []
    assert said_of("aceup", "[booking]\nduplicate_policy = 'ASK'\n") == ["ERROR ask-needs-one:duplicate_policy"]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ("COACH_MISSED = {rest = 'RETURNED'}", ["ERROR purchase-not-refunded:COACH_MISSED"]),
        (
            "COACH_MISSED = {take = '1'}",
            ["ERROR purchase-not-refunded:COACH_MISSED", "FINDING coach-costs-member:coach-no-show"],
        ),
        ("OWN = {use = 'ended', fault = 'coach'}", ["ERROR purchase-not-refunded:OWN"]),
        ("OWN = {use = 'moved', fault = 'coach'}", []),
        ("OWN = {use = 'ended', fault = 'platform'}", []),
        ("OWN = {use = 'ended', take = '1/2', rest = 'REFUNDED'}", []),
        ("OWN = {use = 'ended', take = '1/2'}", ["ERROR part-not-whole:OWN"]),
    ],
)
def test_what_was_purchased_is_refunded_and_parts_are_whole(terms: str, said: list[str]) -> None:
    assert sorted(said_of("topmate", f"[reasons]\n{terms}\n")) == sorted(said)


def test_a_part_must_be_whole_for_every_kind_that_needs_credit() -> None:
    reason = "[reasons]\nOWN = {use = 'ended', take = '1/3'}\n"
    assert said_of("mastered", reason + "[kinds.mentor]\nunits = 3\n") == ["ERROR part-not-whole:OWN"]
    assert said_of("mastered", reason + "[kinds.mentor]\nunits = 3\n[kinds.coaching]\nunits = 6\n") == []


@pytest.mark.parametrize(
    ("of", "then", "said"),
    [
        ("COACH", "BLOCK", "BLOCK is for members"),
        ("COACH", "END", "END is for members"),
        ("MEMBER", "HIDE", "HIDE is for coaches"),
        ("PAIR", "PAUSE", "PAUSE is for coaches"),
        ("COACH", "PAUSE", None),
        ("PAIR", "SAME_DAY", None),
    ],
)
def test_a_step_is_for_whom_its_tally_counts(of: str, then: str, said: str | None) -> None:
    lasts = "" if then == "END" else ', for = "P1D"'
    more = f'[tallies.t]\nof = "{of}"\ncounts = {{OTHER = 1}}\nwindow = "ALL"\nsteps = [{{at = 1, then = ["{then}"]{lasts}}}]\n'
    found = [one.message for one in examine(preset("mastered", more)) if one.name == "step-of-another:t"]
    assert found == ([] if said is None else [said])
