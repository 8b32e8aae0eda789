"""Three further platforms as documents alone: a practice with business days and a sponsor, a school, a free network (MODEL 3, D-55)."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from tests.scenarios import documents
from tests.scenarios.answers import accept, withdraw
from tests.scenarios.cases import tell, the_case
from tests.scenarios.invites import REQUEST
from tests.scenarios.memberships import sponsored
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record
from tests.scenarios.step import Step
from tests.scenarios.steps import stops

Json = dict[str, Any]
HOLIDAYS = """mutation Holidays($input: SetHolidaysInput!) { setHolidays(input: $input) { __typename ... on Refusal { code } } }"""
EASTER = [{"date": "2027-03-26", "name": "Good Friday"}, {"date": "2027-03-29", "name": "Easter Monday"}]
TUESDAY = "2027-03-30T08:00:00Z"
"""The first business day after Easter, nine o'clock in London; the clocks change on the Sunday before."""


def platform(open_stage: OpenStage, name: str, *, findings: Sequence[str] = ()) -> Stage:
    """A sandbox under the document of this name, which stands in the place of the preset."""
    stage = open_stage("thrive", at="2027-03-01T09:00:00Z")
    document = files("tests.policy").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
    answer = stage.tell(
        "Sam", documents.PUBLISH, document=document, acknowledgedFindings=findings, idempotencyKey=stage.key()
    )
    assert "policyVersion" in answer, answer
    stage.kinds = {kind["code"]: kind["id"] for kind in stage.ask("Sam", documents.KINDS)["organisation"]["kinds"]}
    return stage


def entries(step: Step) -> list[tuple[str, int]]:
    return [(kind, units) for kind, units, _ in step.ledger]


# -- Stillwater: limits in business days, half the price for what is late, a sponsor who pays it ------------------------------------------


def practice(open_stage: OpenStage) -> tuple[Stage, str, str]:
    """Nora, sponsored, and Kai, who pays for himself, each with an hour after Easter with Cora."""
    stage = platform(open_stage, "stillwater", findings=["less-notice-allows-more:move-late"])
    stage.tell("Sam", HOLIDAYS, year=2027, holidays=EASTER, idempotencyKey=stage.key())
    stage.coach("Cora", kinds=["therapy"])
    stage.member("Nora", "Cora", contract=sponsored(stage))
    stage.member("Kai", "Cora")
    return (
        stage,
        stage.booked("Nora", "therapy", "Cora", TUESDAY),
        stage.booked("Kai", "therapy", "Cora", "2027-03-30T10:00:00Z"),
    )


def test_business_days_are_counted_over_easter_and_half_the_price_is_the_sponsors(open_stage: OpenStage) -> None:
    stage, sponsored_one, own = practice(open_stage)
    timeline = stage.checks("Nora", sponsored_one)["canCancel"]["decision"]["timeline"]
    assert [(one["row"], one["fromAt"]) for one in timeline[1:]] == [
        ("cancel", "2027-03-01T11:00:00.000001Z"),
        ("half", "2027-03-24T17:00:00Z"),
        ("same-day", "2027-03-29T23:00:00Z"),
        ("started", TUESDAY),
    ]
    stage.at("2027-03-24T17:00:00Z")
    with stage.step() as step:
        answer = stage.cancel_at_a_cost("Nora", sponsored_one)
    assert (answer["session"]["late"], answer["session"]["disposition"]) == (True, "RELEASED")
    charges = [(row["contract_id"] is not None, row["minor_units"]) for row in step.difference.added("money_entry")]
    assert charges == [(False, 5000), (True, 4251)]
    assert (entries(step), step.mails) == ([("RELEASE", 1)], [("Cora", "CANCELLED"), ("Nora", "CANCELLED")])
    with stage.step() as step:
        stage.cancel_at_a_cost("Kai", own)
    assert sorted(step.money) == [("CHARGE", "Kai", 4251), ("EARNING", "Cora", 5000)]
    assert step.mails == [("Cora", "CANCELLED"), ("Kai", "FEE_CHARGED"), ("Kai", "LATE_LOSS")]
    assert "The credit that it held is free again, but a fee is due" in " ".join(
        stage.message("Kai", "LATE_LOSS")["text"].split()
    )
    assert "below: cancelled half (rule half)" in " ".join(stage.message("Kai", "FEE_CHARGED")["text"].split())


def test_what_staff_do_not_decide_in_time_is_decided_by_silence(open_stage: OpenStage) -> None:
    stage, session, _ = practice(open_stage)
    stage.at("2027-03-29T23:30:00Z")
    with stage.step() as step:
        stage.cancel("Nora", session, claim="ILLNESS")
    assert step.mails == [("Cora", "CANCELLED"), ("Nora", "CANCELLED"), ("Sam", "EMERGENCY_QUESTION")]
    stage.at("2027-04-01T23:30:00Z")
    assert stage.session(session)["disposition"] is None
    with stage.step() as step:
        stage.at("2027-04-01T23:30:00.000001Z")
    assert (stage.session(session)["reason"], step.mails) == ("CANCELLED_ILL", [("Nora", "CREDIT_RETURNED")])
    assert step.ledger[-1] == ("CARRY", 1, "therapy 2027-03 -> RETURN 2027-05-31T23:30:00Z")


# -- Abacus: a weekly rhythm beside packs, make-ups that expire, tallies of two steps --------------------------------------------------------


def school(open_stage: OpenStage) -> Stage:
    stage = platform(open_stage, "abacus")
    stage.coach("Eva", kinds=["lesson", "revision"])
    stage.member("Leo", "Eva")
    stage.pack("Leo", "revision", 6)
    return stage


def test_half_a_lesson_is_made_up_for_within_two_weeks(open_stage: OpenStage) -> None:
    stage = school(open_stage)
    session = stage.booked("Leo", "lesson", "Eva", "2027-03-22T16:00:00Z")
    stage.at("2027-03-21T16:00:01Z")
    with stage.step() as step:
        answer = stage.cancel("Leo", session)
    assert (answer["session"]["late"], answer["session"]["disposition"]) == (True, "PART_COUNTED")
    made_up = "lesson 2027-03 -> RETURN 2027-04-04T16:00:01Z"
    assert step.ledger == [
        ("FORFEIT", 1, "lesson 2027-03"),
        ("RELEASE", 1, "lesson 2027-03"),
        ("CARRY", 1, made_up),
    ]
    assert step.money == [("EARNING", "Eva", 2500)]
    with stage.step() as step:
        again = stage.booked("Leo", "lesson", "Eva", "2027-04-02T10:00:00Z")
    assert step.ledger == [("HOLD", 1, "RETURN 2027-04-04T16:00:01Z"), ("HOLD", 1, "lesson 2027-04")]
    stage.cancel("Leo", again)
    stage.at("2027-04-04T16:00:00Z")
    with stage.step() as step:
        stage.at("2027-04-04T16:00:01Z")
    assert step.ledger == [("EXPIRE", 1, "RETURN 2027-04-04T16:00:01Z")]


def test_two_slips_warn_and_four_stop_one_kind_until_the_period_ends(open_stage: OpenStage) -> None:
    stage = school(open_stage)
    lessons = [stage.booked("Leo", "lesson", "Eva", f"2027-03-{day}T16:00:00Z") for day in ("08", "15", "22")]
    told: list[list[tuple[str, str]]] = []
    for day, lesson in zip(("08", "15"), lessons, strict=False):
        stage.at(f"2027-03-{day}T10:00:00Z")
        with stage.step() as step:
            stage.cancel("Leo", lesson)
        told.append([mail for mail in step.mails if mail[1] == "TALLY_STEP"])
    assert (told, stops(stage, "Leo")) == ([[], [("Leo", "TALLY_STEP")]], [])
    stage.at("2027-03-22T16:20:00Z")
    with stage.step() as step:
        record(stage, "Eva", lessons[2], absent="MEMBER")
    assert step.mails == [("Leo", "NO_SHOW_RECORDED"), ("Leo", "TALLY_STEP"), ("Sam", "TASK")]
    assert [stop["endsAt"] for stop in stops(stage, "Leo", "ACTIVE")] == ["2027-03-31T22:00:00Z"]
    assert stage.book("Leo", "revision", "Eva", "2027-04-05T10:00:00Z")["code"] == "BOOKING_BLOCKED"
    assert "session" in stage.book("Leo", "lesson", "Eva", "2027-04-05T10:00:00Z")
    stage.at("2027-03-31T22:00:00Z")
    assert "session" in stage.book("Leo", "revision", "Eva", "2027-04-06T10:00:00Z")


def test_a_report_that_nobody_resolves_ends_by_the_reason_of_the_policy_and_the_coach_is_told_what_it_costs(
    open_stage: OpenStage,
) -> None:
    stage = school(open_stage)
    session = stage.booked("Leo", "revision", "Eva", "2027-03-10T10:00:00Z")
    stage.at("2027-03-10T10:20:00Z")
    tell(stage, "Leo", "reportNoShow", session)
    stage.at("2027-03-13T10:20:00Z")
    with stage.step() as step:
        stage.at("2027-03-13T10:20:01Z")
    assert (stage.session(session)["reason"], step.money) == ("COACH_GONE", [("PENALTY", "Eva", 1000)])
    assert entries(step) == [("RELEASE", 2), ("GRANT", 2)]
    closed = [("Eva", "CASE_CLOSED"), ("Eva", "FEE_CHARGED"), ("Leo", "CASE_CLOSED"), ("Leo", "CREDIT_RETURNED")]
    assert step.mails == closed


# -- Lantern: free, by request, with quotas and strict about absence ----------------------------------------------------------------------


def network(open_stage: OpenStage) -> Stage:
    stage = platform(open_stage, "lantern")
    stage.coach("Dan", kinds=["talk", "walk"])
    stage.member("Kai", "Dan")
    return stage


def ask(stage: Stage, starts_at: str, kind: str = "talk") -> Json:
    return stage.tell(
        "Kai",
        REQUEST,
        kind=stage.kinds[kind],
        coach=stage.gid("Dan"),
        startsAt=starts_at,
        idempotencyKey=stage.key(),
    )


def agreed(stage: Stage, starts_at: str) -> str:
    """Kai has asked for the time, and Dan has agreed."""
    answer = accept(stage, "Dan", ask(stage, starts_at)["proposal"]["id"])
    assert answer["proposal"]["status"] == "ACCEPTED"
    stage.deliver()
    return answer["proposal"]["session"]["id"]


def test_quotas_are_counted_by_day_week_and_period_of_the_accounting_zone(open_stage: OpenStage) -> None:
    stage = network(open_stage)
    assert stage.book("Kai", "talk", "Dan", "2027-03-02T15:00:00Z")["code"] == "APPROVAL_REQUIRED"
    agreed(stage, "2027-03-02T15:00:00Z")
    assert ask(stage, "2027-03-03T04:45:00Z")["code"] == "BOOKING_LIMIT"  # still the second of March in New York
    assert withdraw(stage, "Kai", ask(stage, "2027-03-03T05:00:00Z")["proposal"]["id"])
    agreed(stage, "2027-03-04T15:00:00Z")
    assert ask(stage, "2027-03-08T04:45:00Z")["code"] == "BOOKING_LIMIT"  # still Sunday
    agreed(stage, "2027-03-08T05:00:00Z")
    assert ask(stage, "2027-03-11T04:45:00Z")["code"] == "BOOKING_LIMIT"  # the last of ten days
    assert "proposal" in ask(stage, "2027-03-11T05:00:00Z")
    assert "proposal" in ask(stage, "2027-03-10T15:00:00Z", kind="walk")


def test_an_absence_that_only_stops_bookings_can_be_objected_to(open_stage: OpenStage) -> None:
    stage = network(open_stage)
    session = agreed(stage, "2027-03-02T15:00:00Z")
    stage.at("2027-03-02T15:15:00Z")
    record(stage, "Dan", session, absent="MEMBER")
    stage.deliver()
    assert "you may object until" in " ".join(stage.message("Kai", "NO_SHOW_RECORDED")["text"].split())
    assert ask(stage, "2027-03-05T15:00:00Z")["code"] == "BOOKING_BLOCKED"  # only for the same day
    tell(stage, "Kai", "contestOutcome", session)
    assert the_case(stage, "Kai", session)["dueAt"] == "2027-03-04T15:15:00Z"
    with stage.step() as step:
        tell(stage, "Sam", "decideCase", session, held=False, reason="PLATFORM_FAILURE", note="It was down.")
    assert (the_case(stage, "Kai", session)["result"], stops(stage, "Kai", "ACTIVE")) == ("UPHELD", [])
    assert ("Kai", "TALLY_STEP") in step.mails
    assert "proposal" in ask(stage, "2027-03-05T15:00:00Z")
