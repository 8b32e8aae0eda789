"""Every step of a tally is shown before it happens, happens as it was shown, ends, and is taken back with its event (MODEL 3.5, D-59)."""

import pytest

from tests.scenarios import documents
from tests.scenarios.memberships import MONTHLY, enrolled, membership
from tests.scenarios.stage import ZONES, Json, Stage
from tests.scenarios.starts import OpenStage, instant
from tests.scenarios.statements import record
from tests.scenarios.steps import CAN_CANCEL, HISTORY, counting, lift, shown, stops

RECEIPT = """mutation Receipt($input: RecordReceiptInput!) { recordReceipt(input: $input) {
  ... on RecordReceiptSuccess { __typename } ... on Refusal { code message } } }"""
ABSENT = "2027-03-18T10:10:00Z"
LATER = "2027-04-20T10:00:00Z"


def tally(then: str, *, of: str = "MEMBER", counts: str = "CLIENT_NO_SHOW", more: str = "") -> str:
    """One tally whose step is reached with the first event."""
    step = f"{{at = 1, then = [{then}]{more}}}"
    return f'[tallies.strict]\nof = "{of}"\ncounts = {{{counts} = 1}}\nwindow = "ALL"\nsteps = [{step}]\n'


def missed(open_stage: OpenStage, tallies: str) -> tuple[Stage, str]:
    """Maya has not come to the session of 18 March; nobody has said so yet."""
    stage = counting(open_stage, tallies)
    session = stage.booked("Maya", "session", "Eva", "2027-03-18T10:00:00Z")
    return stage.at(ABSENT), session


def said(stage: Stage, who: str) -> str:
    """What the latest message of a step says, without its line breaks."""
    return " ".join(stage.message(who, "TALLY_STEP")["text"].split())


def pay(stage: Stage, minor_units: int, reference: str, who: str = "Maya") -> None:
    amount = {"minorUnits": minor_units, "currency": "EUR"}
    fields = {"member": stage.gid(who), "amount": amount, "provider": "bank", "reference": reference}
    assert "code" not in stage.tell("Sam", RECEIPT, **fields, idempotencyKey=stage.key())


def test_a_stop_is_shown_to_whom_it_concerns_and_is_what_was_shown(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"WARN", "BLOCK"', more=', for = "P2M"'))
    by_eva = shown(stage, "Eva", session, absent="MEMBER")
    by_sam = shown(stage, "Sam", session, absent="MEMBER")
    assert (by_eva["steps"], by_eva["digest"]) == ([], by_sam["digest"])
    assert "no new booking" not in by_eva["summary"]
    end = "2027-05-18T09:10:00Z"
    [step] = by_sam["steps"]
    assert step == {
        "tally": "strict",
        "whom": "MEMBER",
        "then": ["WARN", "BLOCK"],
        "until": end,
        "lasts": None,
        "amount": None,
        "kinds": None,
    }
    assert "The member makes no new booking until 2027-05-18 09:10 UTC." in by_sam["summary"]
    with stage.step() as done:
        record(stage, "Eva", session, absent="MEMBER")
    assert done.mails == [("Maya", "FEE_CHARGED"), ("Maya", "NO_SHOW_RECORDED"), ("Maya", "TALLY_STEP")]
    [stop] = stops(stage, "Maya")
    assert (stop["what"], stop["status"], stop["endsAt"], stop["session"]["id"]) == ("BLOCK", "ACTIVE", end, session)
    assert stops(stage, "Maya", "ENDED", "LIFTED") == stops(stage, "Eva") == stops(stage, "Leo") == []
    assert stops(stage, "Sam")[0]["person"] == {"name": "Maya"}
    assert stage.openings("Maya", "session", "Eva", "2027-03-20T00:00:00Z", "2027-03-21T00:00:00Z") == []
    assert stage.openings("Leo", "session", "Eva", "2027-03-20T00:00:00Z", "2027-03-21T00:00:00Z")
    sentences = {
        who: stage.ask(who, HISTORY, id=session)["node"]["history"]["nodes"][-1]["sentence"] for who in ("Maya", "Eva")
    }
    assert "the member makes no new booking until" in sentences["Maya"]
    assert "no new booking" not in sentences["Eva"]


def test_whose_time_has_run_out_is_told_at_that_instant(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"BLOCK"', more=', for = "P14D"'))
    record(stage, "Eva", session, absent="MEMBER")
    stage.at("2027-04-01T10:09:59Z")
    with stage.step() as step:
        stage.at("2027-04-01T10:10:00Z")
    assert step.mails == [("Maya", "TALLY_STEP")]
    assert "you can book again" in said(stage, "Maya")
    [stop] = stops(stage, "Maya")
    assert (stop["status"], stop["endedAt"]) == ("ENDED", "2027-04-01T10:10:00Z")
    assert "session" in stage.book("Maya", "session", "Eva", LATER)


def test_only_senior_staff_lift_a_stop_with_a_reason_and_the_next_absence_stops_anew(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"BLOCK"', more=', for = "STAFF"').replace("at = 1", "every = 1"))
    record(stage, "Eva", session, absent="MEMBER")
    ZONES.setdefault("Tom", "Europe/London")
    stage.person("Tom", "STAFF")
    [stop] = stops(stage, "Sam")
    assert (stop["endsAt"], stop["lasts"], stop["canLift"]["allowed"]) == (None, "STAFF", True)
    assert "when the team lifts it" in said(stage, "Maya")
    assert [stops(stage, who)[0]["canLift"]["code"] for who in ("Maya", "Tom")] == ["FORBIDDEN", "FORBIDDEN"]
    assert [lift(stage, who, stop["id"])["code"] for who in ("Maya", "Tom", "Eva")] == [
        "FORBIDDEN",
        "FORBIDDEN",
        "NOT_FOUND",
    ]
    assert lift(stage, "Sam", stop["id"], note=" ")["code"] == "REASON_REQUIRED"
    assert stage.book("Maya", "session", "Eva", LATER)["code"] == "BOOKING_BLOCKED"
    stage.at("2027-03-19T09:00:00Z")
    with stage.step() as step:
        answer = lift(stage, "Sam", stop["id"])
    assert answer["sanction"] == {
        "status": "LIFTED",
        "endedAt": "2027-03-19T09:00:00Z",
        "note": "They have called.",
        "liftedBy": {"name": "Sam"},
    }
    assert step.mails == [("Maya", "TALLY_STEP")]
    assert [event["name"] for event in step.difference.added("event")] == ["SANCTION_LIFTED"]
    assert lift(stage, "Sam", stop["id"])["code"] == "WRONG_STATE"
    assert stops(stage, "Maya")[0]["liftedBy"] is None
    again = stage.booked("Maya", "session", "Eva", LATER)
    stage.at("2027-04-20T10:10:00Z")
    record(stage, "Eva", again, absent="MEMBER")
    assert [one["status"] for one in stops(stage, "Maya")] == ["LIFTED", "ACTIVE"]


def test_a_stop_is_lifted_with_its_event_as_the_twin_says(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"BLOCK"', more=', for = "P14D"'))
    record(stage, "Eva", session, absent="MEMBER")
    stage.at("2027-03-19T10:00:00Z")
    other = shown(stage, "Sam", session, reason="OTHER")
    assert (other["steps"], other["liftsStops"]) == ([], True)
    assert "What this had stopped for the member is lifted." in other["summary"]
    record(stage, "Eva", session, reason="OTHER")
    found = [(one["status"], one["beginsAt"], one["endedAt"]) for one in stops(stage, "Maya")]
    assert found == [("LIFTED", ABSENT, "2027-03-19T10:00:00Z")]


def test_what_is_charged_is_shown_owed_and_given_back_with_its_event(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"CHARGE"', more=', amount = "15.00"'))
    assert shown(stage, "Sam", session, absent="MEMBER")["steps"][0]["amount"] == {"minorUnits": 1500}
    with stage.step() as step:
        record(stage, "Eva", session, absent="MEMBER")
    assert step.money == [("EARNING", "Eva", 10000), ("CHARGE", "Maya", 2000), ("CHARGE", "Maya", 1500)]
    assert "15.00 EUR" in said(stage, "Maya")
    assert shown(stage, "Sam", session, reason="OTHER")["feeGivenBack"] == {"minorUnits": 3500}
    with stage.step() as step:
        record(stage, "Eva", session, reason="OTHER")
    assert sorted(step.money) == [
        ("EARNING_REVERSAL", "Eva", 10000),
        ("REFUND", "Maya", 1500),
        ("REFUND", "Maya", 2000),
    ]
    assert stops(stage, "Maya") == []


def test_a_stop_until_payment_ends_with_the_payment_of_what_was_due_up_to_its_charge(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"CHARGE", "BLOCK"', more=', amount = "15.00", for = "PAID"'))
    record(stage, "Eva", session, absent="MEMBER")
    assert "once the charge is paid" in said(stage, "Maya")
    pay(stage, 3499, "1")
    assert [one["status"] for one in stops(stage, "Maya")] == ["ACTIVE"]
    with stage.step() as step:
        pay(stage, 1, "2")
    assert step.mails == [("Maya", "TALLY_STEP")]
    assert [one["status"] for one in stops(stage, "Maya")] == ["ENDED"]
    assert "session" in stage.book("Maya", "session", "Eva", LATER)


TERMS = """mutation Terms($input: SetTermsInput!) { setTerms(input: $input) {
  ... on SetTermsSuccess { terms { startsOn name } } ... on Refusal { code } } }"""


def test_a_stop_of_a_term_ends_when_the_next_one_begins_and_so_does_its_count(open_stage: OpenStage) -> None:
    steps = tally('"BLOCK"', more=', for = "TERM"').replace('"ALL"', '"TERM"').replace("at = 1", "at = 2")
    stage = counting(open_stage, steps)
    terms = [{"startsOn": "2027-01-11", "name": "Spring"}, {"startsOn": "2027-04-12", "name": "Summer"}]
    assert stage.tell("Sam", TERMS, terms=terms, idempotencyKey=stage.key())["terms"] == terms
    for day, stopped in (("2027-03-18", False), ("2027-03-25", True), ("2027-04-20", False)):
        session = stage.booked("Maya", "session", "Eva", f"{day}T10:00:00Z")
        stage.at(f"{day}T10:10:00Z")
        record(stage, "Eva", session, absent="MEMBER")
        assert [one["status"] for one in stops(stage, "Maya", "ACTIVE")] == ["ACTIVE"] * stopped
        if stopped:
            assert stage.book("Maya", "session", "Eva", "2027-04-20T10:00:00Z")["code"] == "BOOKING_BLOCKED"
            assert stops(stage, "Maya")[0]["endsAt"] == "2027-04-11T23:00:00Z"
            stage.at("2027-04-11T23:00:00Z")


def test_who_may_book_only_for_the_same_day_books_only_for_that(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"SAME_DAY"', more=', for = "P30D"'))
    record(stage, "Eva", session, absent="MEMBER")
    assert "only for the day on which you book" in said(stage, "Maya")
    refused = stage.book("Maya", "session", "Eva", "2027-03-19T10:00:00Z")
    assert (refused["code"], refused["check"]["possibleFrom"]) == ("BOOKING_BLOCKED", "2027-03-19T00:00:00Z")
    offered = stage.openings("Maya", "session", "Eva", "2027-03-18T12:00:00Z", "2027-03-20T00:00:00Z")
    assert {one[:10] for one in offered} == {"2027-03-18"}
    assert "session" in stage.book("Maya", "session", "Eva", "2027-03-18T20:00:00Z")


COACH = "COACH_CANCELLED"


def cancelled_by_eva(open_stage: OpenStage, tallies: str) -> tuple[Stage, str]:
    """Eva can cancel Maya's session; she has held one with Leo, and Leo has another one."""
    stage = counting(open_stage, tallies)
    held = stage.booked("Leo", "session", "Eva", "2027-03-02T10:00:00Z")
    session = stage.booked("Maya", "session", "Eva", "2027-03-18T10:00:00Z")
    stage.booked("Leo", "session", "Eva", "2027-03-25T10:00:00Z")
    stage.at("2027-03-02T11:00:00Z")
    record(stage, "Eva", held, held=True)
    return stage, session


def openings(stage: Stage, who: str) -> bool:
    return bool(stage.openings(who, "session", "Eva", "2027-03-20T00:00:00Z", "2027-03-21T00:00:00Z"))


@pytest.mark.parametrize(("what", "leo"), [("HIDE", True), ("PAUSE", False)])
def test_a_coach_is_hidden_from_newcomers_or_paused_for_all(open_stage: OpenStage, what: str, leo: bool) -> None:
    stage, session = cancelled_by_eva(open_stage, tally(f'"{what}"', of="COACH", counts=COACH, more=', for = "P30D"'))
    consequence = stage.ask("Eva", CAN_CANCEL, id=session)["node"]["canCancel"]["consequence"]
    assert [(one["whom"], one["then"]) for one in consequence["steps"]] == [("COACH", [what])]
    with stage.step() as step:
        stage.cancel("Eva", session)
    assert ("Eva", "TALLY_STEP") in step.mails
    assert [one["what"] for one in stops(stage, "Eva")] == [what]
    assert stops(stage, "Maya") == []
    assert (openings(stage, "Maya"), openings(stage, "Leo")) == (False, leo)
    answers = {who: stage.book(who, "session", "Eva", "2027-03-20T10:00:00Z") for who in ("Maya", "Leo")}
    assert answers["Maya"]["code"] == "BOOKING_BLOCKED"
    assert answers["Leo"].get("code") == (None if leo else "BOOKING_BLOCKED")


def test_a_coach_is_warned_and_owes(open_stage: OpenStage) -> None:
    steps = tally('"WARN", "CHARGE", "TASK"', of="COACH", counts=COACH, more=', amount = "30.00"')
    stage, session = cancelled_by_eva(open_stage, steps)
    with stage.step() as step:
        stage.cancel("Eva", session)
    assert step.money == [("PENALTY", "Eva", 3000)]
    assert [one for one in step.mails if one[1] in ("TALLY_STEP", "TASK")] == [("Eva", "TALLY_STEP"), ("Sam", "TASK")]
    assert "30.00 EUR" in said(stage, "Eva")


def test_a_coachs_sessions_are_cancelled_and_everybody_has_their_credits_back(open_stage: OpenStage) -> None:
    stage, session = cancelled_by_eva(open_stage, tally('"CANCEL_FUTURE"', of="COACH", counts=COACH))
    with stage.step() as step:
        stage.cancel("Eva", session)
    assert step.ledger == [("RELEASE", 2, "PACK session")] * 2
    assert step.money == []
    assert ("Leo", "CANCELLED") in step.mails
    assert stage.ask("Leo", UPCOMING)["viewer"]["upcomingSessions"]["nodes"] == []


UPCOMING = "{ viewer { upcomingSessions(first: 10) { nodes { id startsAt } } } }"


def test_a_members_sessions_are_cancelled_and_the_coach_is_paid_for_what_is_too_late(open_stage: OpenStage) -> None:
    stage = counting(open_stage, tally('"CANCEL_FUTURE"'))
    missed_one = stage.booked("Maya", "session", "Eva", "2027-03-18T10:00:00Z")
    soon = stage.booked("Maya", "session", "Eva", "2027-03-19T08:00:00Z")
    stage.booked("Maya", "session", "Eva", "2027-03-30T10:00:00Z")
    stage.at(ABSENT)
    with stage.step() as step:
        record(stage, "Eva", missed_one, absent="MEMBER")
    assert [one for one in step.ledger if one[0] != "FORFEIT"] == [("RELEASE", 2, "PACK session")] * 2
    assert [one for one in step.money if one[0] == "EARNING"] == [("EARNING", "Eva", 10000), ("EARNING", "Eva", 5000)]
    assert stage.session(soon)["disposition"] == "RELEASED"
    assert stage.ask("Maya", UPCOMING)["viewer"]["upcomingSessions"]["nodes"] == []
    assert "are cancelled" in said(stage, "Maya")


def test_the_membership_ends_with_all_that_hangs_on_it(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"END"'))
    later = stage.booked("Maya", "session", "Eva", "2027-03-30T10:00:00Z")
    assert shown(stage, "Sam", session, absent="MEMBER")["steps"][0]["then"] == ["END"]
    with stage.step() as step:
        record(stage, "Eva", session, absent="MEMBER")
    assert ("REVOKE", 18, "PACK session") in step.ledger
    assert stage.session(later)["status"] == "CANCELLED"
    assert membership(stage, "Maya")["status"] == "ENDED"
    assert {("Maya", "TALLY_STEP"), ("Maya", "MEMBERSHIP_CHANGED")} <= set(step.mails)


def test_moves_count_when_they_are_made(open_stage: OpenStage) -> None:
    stage = counting(open_stage, tally('"WARN"', counts="MOVED_LATE"))
    session = stage.booked("Maya", "session", "Eva", "2027-03-18T10:00:00Z")
    stage.at("2027-03-18T05:00:00Z")
    check = stage.ask("Maya", CAN_CANCEL, id=session)["node"]["canReschedule"]["consequence"]
    assert [one["then"] for one in check["steps"]] == [["WARN"]]
    with stage.step() as step:
        stage.reschedule("Maya", session, "2027-04-12T10:00:00Z")
    assert ("Maya", "TALLY_STEP") in step.mails


def test_staff_book_for_somebody_who_is_stopped(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"BLOCK"', more=', for = "P14D", kinds = ["session"]'))
    record(stage, "Eva", session, absent="MEMBER")
    answer: Json = stage.tell(
        "Sam",
        documents.BOOK,
        kind=stage.kinds["session"],
        coach=stage.gid("Eva"),
        member=stage.gid("Maya"),
        startsAt="2027-03-20T10:00:00Z",
        note="Agreed by phone.",
        idempotencyKey=stage.key(),
    )
    assert instant(answer["session"]["startsAt"]) == instant("2027-03-20T10:00:00Z")


def test_a_statement_that_is_amended_and_amended_back_stops_anew(open_stage: OpenStage) -> None:
    stage, session = missed(open_stage, tally('"BLOCK", "CHARGE"', more=', for = "P14D", amount = "15.00"'))
    record(stage, "Eva", session, absent="MEMBER")
    stage.at("2027-03-19T10:00:00Z")
    record(stage, "Sam", session, reason="OTHER", note="Looked at.")
    assert [one["status"] for one in stops(stage, "Maya")] == ["LIFTED"]
    stage.at("2027-03-20T10:00:00Z")
    shows = shown(stage, "Sam", session, absent="MEMBER")
    assert [step["then"] for step in shows["steps"]] == [["BLOCK", "CHARGE"]]
    with stage.step() as step:
        record(stage, "Sam", session, absent="MEMBER", note="Looked at.")
    assert ("CHARGE", "Maya", 1500) in step.money
    found = [(one["status"], one["beginsAt"], one["endsAt"]) for one in stops(stage, "Maya")]
    assert found == [
        ("LIFTED", ABSENT, "2027-04-01T10:10:00Z"),
        ("ACTIVE", "2027-03-20T10:00:00Z", "2027-04-03T10:00:00Z"),
    ]
    assert stage.book("Maya", "session", "Eva", "2027-04-02T10:00:00Z")["code"] == "BOOKING_BLOCKED"


def test_a_session_that_is_moved_twice_stops_once(open_stage: OpenStage) -> None:
    """Its second move takes the tally to the step again, while what the first has begun stands."""
    stage = counting(
        open_stage,
        tally('"BLOCK"', counts="CLIENT_MOVED", more=', for = "STAFF"').replace("at = 1", "every = 1"),
    )
    session = stage.booked("Maya", "session", "Eva", "2027-03-18T10:00:00Z")
    for day in ("2027-03-19", "2027-03-20"):
        answer = stage.reschedule("Maya", session, f"{day}T10:00:00Z")
        assert answer["session"]["startsAt"] == f"{day}T10:00:00Z", answer
    assert [one["status"] for one in stops(stage, "Maya")] == ["ACTIVE"]


ROLES = """mutation Roles($input: UpdatePersonInput!) { updatePerson(input: $input) {
  __typename ... on Refusal { code message } } }"""


def test_what_a_coach_owes_is_apart_from_what_they_pay_as_a_member(open_stage: OpenStage) -> None:
    missing = tally('"PAUSE", "CHARGE"', of="COACH", counts="COACH_MISSED", more=', amount = "30.00", for = "PAID"')
    stage, session = missed(open_stage, missing)
    stage.coach("Cora", kinds=["session"])
    roles = {"person": stage.gid("Eva"), "roles": ["COACH", "MEMBER"], "idempotencyKey": stage.key()}
    assert stage.tell("Sam", ROLES, **roles)["__typename"] == "UpdatePersonSuccess"
    enrolled(stage, "Eva", "Cora", plan={**MONTHLY, "basePrice": {"minorUnits": 10000, "currency": "EUR"}})
    stage.at("2027-03-18T11:00:00Z")
    with stage.step() as step:
        record(stage, "Sam", session, absent="COACH", note="Looked at.")
    assert ("PENALTY", "Eva", 3000) in step.money
    [stop] = stops(stage, "Eva")
    assert (stop["what"], stop["lasts"]) == ("PAUSE", "PAID")
    pay(stage, 4000, "1", who="Eva")
    assert [one["status"] for one in stops(stage, "Eva")] == ["ACTIVE"]
    with stage.step() as step:
        record(stage, "Sam", session, reason="OTHER", note="Looked at again.")
    assert ("REFUND", "Eva", 3000) in step.money
    assert [one["status"] for one in stops(stage, "Eva")] == ["LIFTED"]
    assert membership(stage, "Eva")["arrears"] == {"minorUnits": 6000}
