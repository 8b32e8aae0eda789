"""Topmate: reported no-shows, offers of another time, and what silence leads to (S-T-02 … S-T-11)."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.scenarios.answers import accept, decline, pending, proposal, the_proposal
from tests.scenarios.cases import checks, mine, tell, the_case, to_answer
from tests.scenarios.expected import Expected
from tests.scenarios.footprint import changes, events, used_keys
from tests.scenarios.payments import PRICED, pay
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant
from tests.scenarios.statements import record
from tests.scenarios.step import Named, Step
from tests.scenarios.test_topmate import CALL, LOT, topmate
from tests.scenarios.turns import (
    answered,
    booked_instead,
    case_changed,
    case_opened,
    cost,
    dated,
    ended,
    fired,
    proposed,
    said,
    stands,
    team_asked,
    team_done,
)

OPENED = [("Cora", "CASE_OPENED"), ("Nora", "CASE_OPENED")]
OFFER = [("Nora", "REBOOK_OFFER")]
CLOSED = [("Cora", "CASE_CLOSED"), ("Nora", "CASE_CLOSED")]
REFUNDED = [("Cora", "REFUNDED"), ("Nora", "REFUNDED")]
PRICE_BACK = [("REFUND", "Nora", 6000)]
UNIT_BACK = [("RELEASE", 1, LOT), ("REVOKE", 1, LOT)]


def paid_call(open_stage: OpenStage, *, price: str = "60.00") -> tuple[Stage, str]:
    """Topmate's call of 18 March, 15:00Z to 15:30Z, Nora with Cora; a price of 0.00 is not paid."""
    stage = topmate(open_stage, price=price)
    if price != "0.00":
        pay(stage, "Nora", "call", 6000)
    return stage, stage.booked("Nora", "call", "Cora", CALL)


def reported(open_stage: OpenStage, *, price: str = "60.00") -> tuple[Stage, str]:
    """The result of S-T-02 (b): Nora was in the call and has reported, and nobody has answered."""
    stage, session = paid_call(open_stage, price=price)
    stage.at("2027-03-18T15:02:00Z")
    assert stage.theatre.client.post(stage.session(session, who="Nora")["joinUrl"]).status_code == 200
    stage.at("2027-03-18T15:10:00Z")
    assert "session" in tell(stage, "Nora", "reportNoShow", session)
    stage.deliver()
    return stage, session


def offered(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-T-03: at the last instant, Cora offers another time."""
    stage, session = reported(open_stage)
    stage.at("2027-03-21T15:10:00Z")
    assert "session" in tell(stage, "Cora", "offerRebooking", session)
    stage.deliver()
    return stage, session


def held_elsewhere(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-T-06: Cora says that the call was held elsewhere."""
    stage, session = reported(open_stage)
    stage.at("2027-03-21T13:00:00Z")
    assert "session" in record(stage, "Cora", session, held=True, reason="HELD_ELSEWHERE")
    stage.deliver()
    return stage, session


def earning(stage: Stage, session: str) -> tuple[str, str | None]:
    """What became of the coach's earning of a session: its status and when it is payable."""
    with stage.theatre.owner.connect() as connection:
        row = connection.execute(
            text(
                "SELECT status, payable_at FROM earning WHERE organisation_id = :o AND session_id = :s ORDER BY id DESC"
            ),
            {"o": stage.organisation_id, "s": stage.theatre.local_id(session)},
        ).first()
    assert row is not None
    return row.status, None if row.payable_at is None else row.payable_at.isoformat()


def assert_given_back_by_silence(step: Step, session: str, *, at: str, mails: list[Named], money: Any = ()) -> None:
    """The coach was silent until `at`: missed through the coach and given back, and nothing else happened."""
    step.changed_only(
        fired(step, "CASE_DUE", step.stage.theatre.local_id(session)),
        ended(
            step, session, by=None, at=at, status="MISSED", reason="COACH_MISSED", fault="coach", disposition="REFUNDED"
        ),
        case_changed(step, session, at=at, status="CLOSED", result="REFUNDED", reason="COACH_MISSED", due_at=None),
        cost(step, session, ledger=UNIT_BACK, money=money, at=at),
        dated(said(step, session, "OUTCOME_RECORDED", by=None, mails=mails), at),
    )


def assert_rebooked(
    step: Step, session: str, start: str, end: str, *, reason: str, fault: str = "none", reported: bool = True
) -> None:
    """Nora took another time: the old call is given back, the new one stands in its place, and nothing else happened."""
    case = case_changed(step, session, status="CLOSED", result="REBOOKED", reason=reason) if reported else {}
    both = ("Cora", "Nora")
    step.changed_only(
        answered(step, "ACCEPTED"),
        ended(step, session, by=None, status="MISSED", reason=reason, fault=fault, disposition="RETURNED"),
        case,
        booked_instead(step, session, start, end, row={"fee_minor_units": 5000}),
        {"ledger_entry": Expected(added=[{"kind": "RELEASE"}, {"kind": "HOLD"}])},
        events(step, ("OUTCOME_RECORDED", "Nora", both), ("SESSION_BOOKED", "Nora", both)),
        used_keys(),
    )
    assert step.google_calls == ["events.insert"]


def test_S_T_02_the_coachs_absence_is_reported_after_the_waiting_time(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-18T15:09:59Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "reportNoShow", session)
    step.assert_nothing_happened()
    assert (answer["code"], checks(stage, "Nora", session)["canReportNoShow"]["possibleFrom"]) == (
        "TOO_EARLY",
        "2027-03-18T15:10:00Z",
    )

    stage.at("2027-03-18T15:10:00Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "reportNoShow", session)
    (case,) = answer["session"]["cases"]
    assert (case["status"], case["dueAt"], answer["session"]["status"]) == ("OPEN", "2027-03-21T15:10:00Z", "SCHEDULED")
    assert (step.ledger, step.money, step.google_calls) == ([], [], [])
    assert step.mails == OPENED
    step.changed_only(
        stands(step, session),
        case_opened(step, session, kind="NO_SHOW", status="OPEN", due_at="2027-03-21T15:10:00Z"),
        said(step, session, "CASE_OPENED", by="Nora", mails=OPENED),
    )
    assert "Sunday 21 March 2027, 16:10" in stage.message("Cora", "CASE_OPENED")["text"]
    assert [one["session"]["id"] for one in mine(stage, "Cora", "OPEN")] == [session]
    assert (to_answer(stage, "Cora"), to_answer(stage, "Nora")) == ([session], [])
    assert set(stage.feed("Nora")) == {instant("2027-03-18T15:00:00Z")}


def test_S_T_03_an_offer_at_the_last_instant_answers_the_report(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-21T15:10:00Z")
    with stage.step() as step:
        answer = tell(stage, "Cora", "offerRebooking", session)
    assert answer["session"]["cases"][0]["status"] == "ANSWERED"
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], OFFER, [])
    step.changed_only(
        stands(step, session),
        case_changed(step, session, status="ANSWERED", due_at=None),
        proposed(step, session, kind="REBOOK_OFFER", until="2027-04-04T15:10:00Z", answers="MEMBER", by="COACH"),
        said(step, session, "REBOOKING_OFFERED", by="Cora", mails=OFFER),
    )
    assert to_answer(stage, "Nora") == [session]
    (link,) = stage.message("Nora", "REBOOK_OFFER")["links"]
    assert link["kind"] == "ANSWER"
    assert "Cora lets you choose another time." in stage.theatre.get(link["url"]).text
    offer = the_proposal(stage, "Nora", session)
    assert (offer["kind"], offer["answerUntil"]) == ("REBOOK_OFFER", "2027-04-04T15:10:00Z")


def test_S_T_04_the_member_chooses_a_new_time_and_a_new_session_takes_the_place(open_stage: OpenStage) -> None:
    stage, session = offered(open_stage)
    old = stage.feed("Nora")[instant("2027-03-18T15:00:00Z")]
    stage.at("2027-03-25T10:00:00Z")
    offer = the_proposal(stage, "Nora", session)
    with stage.step() as step:
        assert accept(stage, "Nora", offer["id"])["code"] == "INVALID_INPUT"
    step.assert_nothing_happened()
    shown = proposal(stage, "Nora", offer["id"], at="2027-04-20T15:00:00Z")["canAccept"]
    with stage.step() as step:
        answer = accept(stage, "Nora", offer["id"], at="2027-04-20T15:00:00Z")
    assert answer["proposal"]["status"] == "ACCEPTED"
    assert answer["consequence"] == shown["consequence"]
    assert (step.ledger, step.money) == ([("RELEASE", 1, LOT), ("HOLD", 1, LOT)], [])
    assert step.mails == [("Cora", "BOOKED"), ("Nora", "BOOKED")]
    assert_rebooked(step, session, "2027-04-20T15:00:00Z", "2027-04-20T15:30:00Z", reason="COACH_MISSED", fault="coach")
    missed = stage.session(session)
    assert (missed["status"], missed["disposition"], missed["reason"]) == ("MISSED", "RETURNED", "COACH_MISSED")
    assert (the_case(stage, "Nora", session)["status"], the_case(stage, "Nora", session)["result"]) == (
        "CLOSED",
        "REBOOKED",
    )
    event = stage.feed("Nora")[instant("2027-04-20T15:00:00Z")]
    assert event.uid != old.uid
    assert set(stage.google("Cora")) == {instant("2027-03-18T15:00:00Z"), instant("2027-04-20T15:00:00Z")}


def test_a_replacement_is_booked_under_the_version_in_force_and_the_old_call_keeps_its_own(
    open_stage: OpenStage,
) -> None:
    """D-41: the version of the old call stays the old call's; the new one is as long as a call is by then."""
    stage, session = offered(open_stage)
    stage.publish(PRICED.format(price="60.00") + 'kinds.call.duration = "PT40M"\n')
    stage.at("2027-03-25T10:00:00Z")
    offer = the_proposal(stage, "Nora", session)
    shown = proposal(stage, "Nora", offer["id"], at="2027-04-20T15:00:00Z")["canAccept"]
    answer = accept(stage, "Nora", offer["id"], at="2027-04-20T15:00:00Z")
    assert answer["consequence"] == shown["consequence"]
    found = {row["startsAt"]: row for row in versions(stage)}
    old, new = found["2027-03-18T15:00:00Z"], found["2027-04-20T15:00:00Z"]
    assert (old["status"], old["policyVersion"], old["endsAt"]) == ("MISSED", 2, "2027-03-18T15:30:00Z")
    assert (new["status"], new["policyVersion"], new["endsAt"]) == ("SCHEDULED", 3, "2027-04-20T15:40:00Z")
    [booked] = [one for one in new["history"]["nodes"] if one["name"] == "SESSION_BOOKED"]
    assert (booked["policyVersion"], booked["decision"]["policyVersion"]) == (3, 3)


@pytest.mark.parametrize(
    "document",
    ["kinds.call.units = 2\n", 'kinds.call.duration = "PT40M"\nkinds.call.units = 2\n'],
    ids=["more units", "longer and more units"],
)
def test_a_replacement_never_costs_more_than_what_was_paid_for(open_stage: OpenStage, document: str) -> None:
    stage, session = offered(open_stage)
    stage.publish(PRICED.format(price="60.00") + document)
    stage.at("2027-03-25T10:00:00Z")
    offer = the_proposal(stage, "Nora", session)
    assert "proposal" in accept(stage, "Nora", offer["id"], at="2027-04-20T15:00:00Z")
    [new] = [row for row in versions(stage) if row["status"] == "SCHEDULED"]
    assert (new["policyVersion"], new["endsAt"]) == (2, "2027-04-20T15:30:00Z")


def versions(stage: Stage) -> list[Any]:
    """Nora's sessions with the versions that they are under."""
    asked = """{ viewer { sessions(first: 10) { nodes { status startsAt endsAt policyVersion
      history(first: 50) { nodes { name policyVersion decision { policyVersion } } } } } } }"""
    return stage.ask("Nora", asked)["viewer"]["sessions"]["nodes"]


def test_S_T_05_silence_of_the_coach_gives_back_what_was_paid(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    with stage.step() as step:
        stage.at("2027-03-21T15:10:00Z")
    assert step.mails == []
    with stage.step() as step:
        stage.at("2027-03-21T15:10:00.000001Z")
    gone = stage.session(session)
    assert (gone["status"], gone["reason"], gone["disposition"]) == ("MISSED", "COACH_MISSED", "REFUNDED")
    case = the_case(stage, "Nora", session)
    assert (case["status"], case["result"]) == ("CLOSED", "REFUNDED")
    assert (step.ledger, step.money, step.mails, step.google_calls) == (UNIT_BACK, PRICE_BACK, REFUNDED, [])
    assert_given_back_by_silence(step, session, at="2027-03-21T15:10:00Z", money=PRICE_BACK, mails=REFUNDED)


def test_S_T_11_of_a_free_call_there_is_no_money_to_give_back(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage, price="0.00")
    stage.at("2027-03-21T15:10:00Z")
    with stage.step() as step:
        stage.at("2027-03-21T15:10:00.000001Z")
    gone = stage.session(session)
    assert (gone["status"], gone["disposition"]) == ("MISSED", "REFUNDED")
    assert the_case(stage, "Nora", session)["result"] == "REFUNDED"
    assert (step.ledger, step.money, step.mails, step.google_calls) == (UNIT_BACK, [], CLOSED, [])
    assert_given_back_by_silence(step, session, at="2027-03-21T15:10:00Z", mails=CLOSED)


def test_S_T_06_held_elsewhere_closes_the_case_and_may_be_disputed(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-21T13:00:00Z")
    with stage.step() as step:
        answer = record(stage, "Cora", session, held=True, reason="HELD_ELSEWHERE")
    assert answer["session"]["status"] == "COMPLETED"
    case = the_case(stage, "Nora", session)
    assert (case["status"], case["result"], case["disputeUntil"]) == ("CLOSED", "HELD", "2027-03-24T13:00:00Z")
    assert (step.ledger, step.money) == ([("CONSUME", 1, LOT)], [("EARNING", "Cora", 5000)])
    assert (step.mails, step.google_calls) == (CLOSED[1:], [])
    until = "2027-03-24T13:00:00Z"
    waits = {"coach_id": stage.person_ids["Cora"], "minor_units": 5000, "status": "PENDING", "payable_at": until}
    step.changed_only(
        ended(
            step, session, by="Cora", status="COMPLETED", reason="HELD_ELSEWHERE", fault="none", disposition="CONSUMED"
        ),
        case_changed(
            step, session, status="CLOSED", result="HELD", reason="HELD_ELSEWHERE", due_at=None, dispute_until=until
        ),
        cost(step, session, ledger=[("CONSUME", 1, LOT)], money=[("EARNING", "Cora", 5000)]),
        {
            "earning": Expected(added=[waits]),
            "due_work": Expected(added=[{"kind": "EARNING_PAYABLE", "fires_at": until, "done_at": None}]),
        },
        said(step, session, "OUTCOME_RECORDED", by="Cora", mails=CLOSED[1:]),
    )
    assert "you can dispute that until Wednesday 24 March 2027, 09:00" in stage.message("Nora", "CASE_CLOSED")[
        "text"
    ].replace("\n", " ")
    assert earning(stage, session) == ("PENDING", "2027-03-24T13:00:00+00:00")
    stage.at("2027-03-24T13:00:00Z")
    assert earning(stage, session)[0] == "PENDING"
    stage.at("2027-03-24T13:00:01Z")
    assert earning(stage, session)[0] == "PAYABLE"
    assert tell(stage, "Nora", "contestOutcome", session)["code"] == "DEADLINE_PASSED"


def test_S_T_07_staff_decide_what_is_disputed(open_stage: OpenStage) -> None:
    stage, session = held_elsewhere(open_stage)
    stage.at("2027-03-24T13:00:00Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "contestOutcome", session)
    assert answer["session"]["cases"][0]["status"] == "INVESTIGATING"
    assert (step.ledger, step.money, step.mails) == ([], [], [("Sam", "TASK")])
    paid = step.difference.before.one("earning", session_id=stage.theatre.local_id(session))
    step.changed_only(
        stands(step, session),
        case_changed(step, session, status="INVESTIGATING", result=None),
        {"earning": changes((paid["id"],), paid, {"payable_at": None, "version": 2, "changed_at": stage.now})},
        said(step, session, "CASE_CHANGED", by="Nora", mails=[("Sam", "TASK")]),
        team_asked(step, session, by="Nora"),
    )
    stage.at("2027-03-25T09:00:00Z")
    assert earning(stage, session) == ("PENDING", None)
    shown = checks(stage, "Sam", session, absent="COACH", note="Nobody there.")["canDecideCase"]
    with stage.step() as step:
        tell(stage, "Sam", "decideCase", session, held=False, absent="COACH", note="Nobody there.")
    assert shown["consequence"]["disposition"] == "REFUNDED"
    gone = stage.session(session)
    assert (gone["status"], gone["disposition"]) == ("MISSED", "REFUNDED")
    assert the_case(stage, "Nora", session)["result"] == "UPHELD"
    assert step.ledger == [("RESTORE", 1, LOT), ("REVOKE", 1, LOT)]
    assert step.money == [("EARNING_REVERSAL", "Cora", 5000), *PRICE_BACK]
    assert step.mails == sorted([*CLOSED, *REFUNDED])
    paid = step.difference.before.one("earning", session_id=stage.theatre.local_id(session))
    step.changed_only(
        ended(step, session, by="Sam", status="MISSED", reason="COACH_MISSED", fault="coach", disposition="REFUNDED"),
        case_changed(step, session, status="CLOSED", result="UPHELD", reason="COACH_MISSED"),
        cost(step, session, ledger=step.ledger, money=step.money),
        {"earning": changes((paid["id"],), paid, {"status": "REVERSED", "version": 3, "changed_at": stage.now})},
        said(step, session, "OUTCOME_AMENDED", by="Sam", mails=step.mails),
        team_done(step, session, "UPHELD", by="Sam"),
    )
    assert tell(stage, "Nora", "contestOutcome", session)["code"] == "WRONG_STATE"


def test_S_T_07_what_staff_find_to_be_held_stays_held(open_stage: OpenStage) -> None:
    stage, session = held_elsewhere(open_stage)
    tell(stage, "Nora", "contestOutcome", session)
    with stage.step() as step:
        answer = tell(stage, "Sam", "decideCase", session, held=True, note="They talked.")
    assert (answer["session"]["status"], answer["session"]["reason"]) == ("COMPLETED", "HELD_ELSEWHERE")
    assert the_case(stage, "Nora", session)["result"] == "REJECTED"
    assert (step.ledger, step.money, step.mails) == ([], [], CLOSED)
    assert earning(stage, session)[0] == "PAYABLE"


def test_S_T_08_another_time_is_offered_without_a_report(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-19T10:00:00Z")
    with stage.step() as step:
        tell(stage, "Cora", "offerRebooking", session)
    step.changed_only(
        {"session": Expected(changed={(stage.theatre.local_id(session),): {"completes_at": None}})},
        proposed(step, session, kind="REBOOK_OFFER", until="2027-04-02T10:00:00Z", answers="MEMBER", by="COACH"),
        said(step, session, "REBOOKING_OFFERED", by="Cora", mails=OFFER),
    )
    assert (step.mails, step.google_calls) == (OFFER, [])
    stage.at("2027-03-20T10:00:00Z")
    offer = the_proposal(stage, "Nora", session)
    with stage.step() as step:
        accept(stage, "Nora", offer["id"], at="2027-03-26T15:00:00Z")
    assert (step.ledger, step.money) == ([("RELEASE", 1, LOT), ("HOLD", 1, LOT)], [])
    assert step.mails == [("Cora", "BOOKED"), ("Nora", "BOOKED")]
    assert_rebooked(step, session, "2027-03-26T15:00:00Z", "2027-03-26T15:30:00Z", reason="OTHER", reported=False)
    missed = stage.session(session)
    assert (missed["status"], missed["disposition"], missed["reason"]) == ("MISSED", "RETURNED", "OTHER")
    assert instant("2027-03-26T15:00:00Z") in stage.feed("Nora")


def test_S_T_08_an_offer_that_comes_to_nothing_reopens_the_report_window(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-19T10:00:00Z")
    tell(stage, "Cora", "offerRebooking", session)
    stage.at("2027-03-25T10:00:00Z")
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    assert checks(stage, "Nora", session)["canReportNoShow"]["code"] == "REPORT_WINDOW_CLOSED"
    with stage.step() as step:
        decline(stage, "Nora", the_proposal(stage, "Nora", session)["id"])
    assert step.mails == [("Cora", "PROPOSAL_DECLINED")]
    stage.at("2027-03-28T10:00:00Z")
    assert checks(stage, "Nora", session)["canReportNoShow"]["allowed"]
    stage.at("2027-03-28T10:00:01Z")
    assert stage.session(session)["status"] == "COMPLETED"
    assert checks(stage, "Nora", session)["canReportNoShow"]["code"] == "REPORT_WINDOW_CLOSED"


def test_S_T_09_a_declined_offer_gives_back_what_was_paid(open_stage: OpenStage) -> None:
    stage, session = offered(open_stage)
    stage.at("2027-03-22T10:00:00Z")
    with stage.step() as step:
        decline(stage, "Nora", the_proposal(stage, "Nora", session)["id"])
    gone = stage.session(session)
    assert (gone["status"], gone["disposition"]) == ("MISSED", "REFUNDED")
    assert the_case(stage, "Nora", session)["result"] == "REFUNDED"
    assert (step.ledger, step.money, step.mails, step.google_calls) == (UNIT_BACK, PRICE_BACK, REFUNDED, [])
    step.changed_only(
        answered(step, "DECLINED"),
        ended(step, session, by=None, status="MISSED", reason="COACH_MISSED", fault="coach", disposition="REFUNDED"),
        case_changed(step, session, status="CLOSED", result="REFUNDED", reason="COACH_MISSED"),
        cost(step, session, ledger=UNIT_BACK, money=PRICE_BACK),
        said(step, session, "OUTCOME_RECORDED", by="Nora", mails=REFUNDED),
    )
    assert pending(stage, "Nora", session) == []


def test_S_T_10_an_offer_that_lapses_gives_back_what_was_paid(open_stage: OpenStage) -> None:
    stage, session = offered(open_stage)
    stage.at("2027-04-04T15:10:00Z")
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    with stage.step() as step:
        stage.at("2027-04-04T15:10:00.000001Z")
    gone = stage.session(session)
    assert (gone["status"], gone["disposition"]) == ("MISSED", "REFUNDED")
    assert (step.ledger, step.money, step.mails, step.google_calls) == (UNIT_BACK, PRICE_BACK, REFUNDED, [])
    at = "2027-04-04T15:10:00Z"
    step.changed_only(
        answered(step, "EXPIRED", at=at),
        fired(step, "PROPOSAL_EXPIRY", step.difference.before.of("proposal")[0]["id"]),
        ended(
            step, session, by=None, at=at, status="MISSED", reason="COACH_MISSED", fault="coach", disposition="REFUNDED"
        ),
        case_changed(step, session, at=at, status="CLOSED", result="REFUNDED", reason="COACH_MISSED"),
        cost(step, session, ledger=UNIT_BACK, money=PRICE_BACK, at=at),
        dated(said(step, session, "OUTCOME_RECORDED", by=None, mails=REFUNDED), at),
    )
