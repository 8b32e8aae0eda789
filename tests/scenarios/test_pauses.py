"""A membership that rests: nothing is charged, granted or held for it, and it goes on whenever its member wants (MODEL 5.3, 5.7)."""

from tests.scenarios.memberships import (
    ANNUAL,
    CANCEL,
    EFFECT,
    MONTHLY,
    REFUSED,
    Json,
    another_rhythm,
    asked,
    changed,
    membership,
    mento,
)
from tests.scenarios.series import CHANGE, END, act, all_series, create, in_feed, standing, twins
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.test_invites_in_trouble import deactivated

PAUSES = 'extends = "mento"\n[membership]\npause = true\n'
PARTS = "membership { status pausesOn resumesOn paidUntil }"
PAUSE, RESUME = (
    f"""mutation Do($input: {verb}MembershipInput!) {{ {verb.lower()}Membership(input: $input) {{
  ... on {verb}MembershipSuccess {{ {PARTS} }} {REFUSED} }} }}"""
    for verb in ("Pause", "Resume")
)
CAN = f"""query Can($id: ID!, $source: String, $resumesOn: Date) {{ node(id: $id) {{ ... on Membership {{
  {PARTS[13:-2]} canPause(source: $source, resumesOn: $resumesOn) {{ allowed code message {EFFECT} }}
  canResume(source: $source) {{ allowed code {EFFECT} }} }} }} }}"""


def can(stage: Stage, twin: str, who: str = "Leo", **more: object) -> Json:
    return stage.ask(who, CAN, id=membership(stage)["id"], **more)["node"][twin]


def acted(stage: Stage, document: str, twin: str, who: str = "Leo", **more: object) -> Json:
    """The verb is done with the acknowledgement of what its twin showed."""
    effect = can(stage, twin, who, **more)["effect"]
    own = membership(stage)
    fields = {"membership": own["id"], "ifVersion": own["version"], "acknowledge": effect and effect["digest"], **more}
    answer = stage.tell(who, document, **fields, idempotencyKey=stage.key())
    return answer.get("membership", answer)


def resting(open_stage: OpenStage, plan: Json | None = MONTHLY) -> Stage:
    """Leo's membership since 1 March, by rules that know pauses."""
    stage = mento(open_stage, plan=plan)
    stage.publish(PAUSES)
    return stage


def month(stage: Stage, name: str) -> Json:
    return stage.entitlements("Leo")[f"one_on_one {name}"]


def test_what_is_paid_for_stays_and_what_lies_after_it_rests_until_it_is_resumed(open_stage: OpenStage) -> None:
    stage = resting(open_stage)
    kept = stage.booked("Leo", "one_on_one", "Dan", "2027-03-29T13:00:00Z")
    later = stage.booked("Leo", "one_on_one", "Dan", "2027-04-12T13:00:00Z")
    shown = can(stage, "canPause")["effect"]
    assert (shown["sessionCount"], shown["revokedUnits"], shown["charge"]) == (1, 6, None)
    with stage.step() as step:
        assert acted(stage, PAUSE, "canPause") == {
            "status": "ACTIVE", "pausesOn": "2027-04-01", "resumesOn": None, "paidUntil": "2027-04-01",
        }  # fmt: skip
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "MEMBERSHIP_CHANGED"), ("Leo", "MEMBERSHIP_CHANGED")]
    assert "rests from Thursday 1 April 2027 on, until it is resumed" in said(stage, "Leo")
    assert (stage.session(kept)["status"], stage.session(later)["status"]) == ("SCHEDULED", "SCHEDULED")
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at("2027-04-01T04:00:00Z")
    assert step.money == []
    assert [one for one in step.ledger if one[0] != "EXPIRE"] == [
        ("RELEASE", 1, "one_on_one 2027-04"),
        *(("REVOKE", 2, f"one_on_one 2027-0{at}") for at in (4, 5, 6)),
    ]
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "CANCELLED")]
    own = membership(stage)
    assert (own["status"], own["coaches"]) == ("PAUSED", [{"name": "Dan"}])
    assert (stage.session(later)["status"], stage.session(later)["late"]) == ("CANCELLED", False)
    assert stage.book("Leo", "one_on_one", "Dan", "2027-04-20T13:00:00Z")["code"] == "WRONG_STATE"
    assert stage.openings("Leo", "one_on_one", "Dan", "2027-04-20T00:00:00Z", "2027-04-21T00:00:00Z") == []
    assert create(stage)["code"] == "WRONG_STATE"
    assert asked(stage, "Leo", extra={})["code"] == "WRONG_STATE"
    with stage.step() as step:
        stage.at("2027-06-14T15:00:00Z")
    assert [one for one in step.ledger if one[0] == "GRANT"] == []
    assert step.money == [("EARNING", "Dan", 10000)]  # the session of 29 March is complete
    assert can(stage, "canResume")["effect"]["charge"] == {"minorUnits": 24000}
    with stage.step() as step:
        assert acted(stage, RESUME, "canResume")["paidUntil"] == "2027-07-14"
    assert step.money == [("CHARGE", "Leo", 24000)]
    assert step.mails == [("Dan", "MEMBERSHIP_CHANGED"), ("Leo", "MEMBERSHIP_CHANGED")]
    assert {name[-7:]: lot["available"] for name, lot in stage.entitlements("Leo").items() if lot["available"]} == {
        f"2027-0{at}": 2 for at in (6, 7, 8, 9)
    }
    assert stage.booked("Leo", "one_on_one", "Dan", "2027-06-21T13:00:00Z")
    with stage.step() as step:
        stage.at("2027-07-14T15:00:00Z")
    assert ("CHARGE", "Leo", 24000) in step.money


def said(stage: Stage, who: str) -> str:
    return " ".join(stage.message(who, "MEMBERSHIP_CHANGED")["text"].split())


def test_it_goes_on_by_itself_on_the_day_that_was_named(open_stage: OpenStage) -> None:
    stage = resting(open_stage)
    for day in ("2027-04-01", "2027-03-20", "2029-04-02"):
        assert can(stage, "canPause", resumesOn=day)["code"] == "INVALID_INPUT"
    acted(stage, PAUSE, "canPause", resumesOn="2027-05-10")
    assert "goes on by itself on Monday 10 May 2027" in said(stage, "Leo")
    stage.at("2027-05-10T03:59:59Z")
    assert membership(stage)["status"] == "PAUSED"
    with stage.step() as step:
        stage.at("2027-05-10T04:00:00Z")
    assert step.money == [("CHARGE", "Leo", 24000)]
    own = membership(stage)
    assert (own["status"], own["paidUntil"]) == ("ACTIVE", "2027-06-10")
    assert month(stage, "2027-05")["available"] == 2


def test_a_series_rests_with_it_and_goes_on_at_its_next_date_in_the_rhythm_of_then(open_stage: OpenStage) -> None:
    stage = resting(open_stage)
    first = create(stage)["series"]["id"]
    another_rhythm(stage, "WEEKLY")
    acted(stage, PAUSE, "canPause")
    stage.at("2027-04-02T04:00:00Z")
    [only] = all_series(stage)
    assert (only["status"], only["until"]) == ("SUSPENDED", "2027-04-12")
    assert in_feed(stage, "Leo", "2027-04-01", "2028-01-01") == []
    stage.at("2027-06-16T15:00:00Z")
    with stage.step() as step:
        acted(stage, RESUME, "canResume")
    assert step.money == [("CHARGE", "Leo", 48000)]
    old, new = all_series(stage)
    assert (old["status"], new["predecessor"]["id"], new["cadence"], new["firstDate"]) == (
        "ENDED",
        first,
        "WEEKLY",
        "2027-06-21",
    )
    assert standing(stage, new["id"])[:3] == ["2027-06-21T13:00:00Z", "2027-06-28T13:00:00Z", "2027-07-05T13:00:00Z"]
    assert in_feed(stage, "Leo", "2027-04-01", "2027-07-01") == ["2027-06-21T13:00:00Z", "2027-06-28T13:00:00Z"]
    assert (month(stage, "2027-06")["held"], month(stage, "2027-07")["held"]) == (2, 4)


def test_a_series_whose_coach_left_during_the_pause_does_not_go_on_and_both_are_told(open_stage: OpenStage) -> None:
    stage = resting(open_stage)
    create(stage)
    acted(stage, PAUSE, "canPause")
    stage.at("2027-04-02T04:00:00Z")
    deactivated(stage, "Dan")
    stage.at("2027-06-16T15:00:00Z")
    with stage.step() as step:
        acted(stage, RESUME, "canResume")
    assert [mail for mail in step.mails if mail[1] == "SERIES_ENDED"] == [
        ("Dan", "SERIES_ENDED"),
        ("Leo", "SERIES_ENDED"),
    ]
    assert [one["status"] for one in all_series(stage, "Leo")] == ["ENDED"]
    assert in_feed(stage, "Leo", "2027-04-01", "2028-01-01") == []


def resting_series(open_stage: OpenStage) -> tuple[Stage, str]:
    """Dan's series with Leo, every other Monday from the first of March, on a day of the pause."""
    stage = resting(open_stage)
    first = create(stage)["series"]["id"]
    acted(stage, PAUSE, "canPause")
    stage.at("2027-04-02T04:00:00Z")
    return stage, first


def test_a_series_that_rests_can_be_ended_and_does_not_go_on(open_stage: OpenStage) -> None:
    stage, first = resting_series(open_stage)
    assert act(stage, "Leo", END, first)["code"] == "FORBIDDEN"
    assert act(stage, "Dan", CHANGE, first, localTime="10:00")["code"] == "WRONG_STATE"
    shown = twins(stage, "Dan", first)["canEnd"]
    assert (shown["allowed"], shown["released"]) == (True, [])
    with stage.step() as step:
        answer = act(stage, "Dan", END, first)
    assert (answer["series"]["status"], step.ledger, step.money) == ("ENDED", [], [])
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "CANCELLED")]
    assert act(stage, "Dan", END, first)["code"] == "WRONG_STATE"
    stage.at("2027-06-16T15:00:00Z")
    with stage.step() as step:
        acted(stage, RESUME, "canResume")
    assert [one["id"] for one in all_series(stage)] == [first]
    assert [mail for mail in step.mails if mail[1] == "SERIES_ENDED"] == []


def test_a_series_that_rests_can_be_told_how_far_it_goes_on(open_stage: OpenStage) -> None:
    stage, first = resting_series(open_stage)
    assert act(stage, "Dan", END, first, **{"from": "2027-03-29"})["code"] == "SESSION_STARTED"
    answer = act(stage, "Dan", END, first, **{"from": "2027-07-19"})
    assert answer["series"]["status"] == "SUSPENDED"
    assert act(stage, "Dan", END, first, **{"from": "2027-08-02"})["code"] == "WRONG_STATE"
    stage.at("2027-06-16T15:00:00Z")
    acted(stage, RESUME, "canResume")
    _, new = all_series(stage)
    assert (new["firstDate"], new["until"]) == ("2027-06-21", "2027-07-19")
    assert standing(stage, new["id"]) == ["2027-06-21T13:00:00Z", "2027-07-05T13:00:00Z"]


def test_a_pause_is_taken_back_before_it_begins_and_costs_nothing(open_stage: OpenStage) -> None:
    stage = resting(open_stage)
    session = stage.booked("Leo", "one_on_one", "Dan", "2027-04-12T13:00:00Z")
    acted(stage, PAUSE, "canPause")
    assert can(stage, "canPause")["code"] == "WRONG_STATE"
    with stage.step() as step:
        assert acted(stage, RESUME, "canResume")["pausesOn"] is None
    assert (step.ledger, step.money) == ([], [])
    with stage.step() as step:
        stage.at("2027-04-01T15:00:00Z")
    assert step.money == [("CHARGE", "Leo", 24000)]
    assert (membership(stage)["status"], stage.session(session)["status"]) == ("ACTIVE", "SCHEDULED")


def test_who_rests_can_leave_at_once_and_who_leaves_does_not_rest(open_stage: OpenStage) -> None:
    stage = resting(open_stage, plan=ANNUAL)
    acted(stage, PAUSE, "canPause")
    changed(stage, "Leo", CANCEL, "canCancel")
    own = membership(stage)
    assert (own["status"], own["endsOn"]) == ("ENDING", "2028-03-01")
    stage = resting(open_stage)
    create(stage)
    acted(stage, PAUSE, "canPause")
    stage.at("2027-04-10T15:00:00Z")
    with stage.step() as step:
        changed(stage, "Leo", CANCEL, "canCancel")
    assert step.money == []
    assert membership(stage)["status"] == "ENDED"
    assert [one["status"] for one in all_series(stage)] == ["ENDED"]


def test_without_a_plan_it_rests_from_the_next_period_on(open_stage: OpenStage) -> None:
    stage = resting(open_stage, plan=None)
    assert acted(stage, PAUSE, "canPause")["pausesOn"] == "2027-04-01"
    stage.at("2027-04-01T04:00:00Z")
    assert membership(stage)["status"] == "PAUSED"
    stage.at("2027-05-05T15:00:00Z")
    with stage.step() as step:
        acted(stage, RESUME, "canResume")
    assert step.money == []
    assert month(stage, "2027-05")["available"] == 2


def test_no_preset_knows_pauses_and_staff_record_the_members_request_with_its_source(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    assert can(stage, "canPause")["code"] == "FORBIDDEN"
    stage.publish(PAUSES)
    for source, code in ((None, "REASON_REQUIRED"), ("mail of 1 March", None)):
        assert can(stage, "canPause", "Sam", source=source)["code"] == code
        assert acted(stage, PAUSE, "canPause", "Sam", source=source).get("code") == code
