"""Mastered, S-M-21 … S-M-25: returned and unused credits, the manager's call, one slot for two, the end of summer time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.scenarios.expected import Expected, together
from tests.scenarios.footprint import events
from tests.scenarios.starts import BOTH_CANCELLED, OpenStage, after_s_m_01, after_s_m_05, instant, mastered


def test_S_M_21_what_the_coach_cancels_is_returned_for_thirty_days(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-18T07:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Eva", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    assert (answer["session"]["cancelledBy"], answer["session"]["onBehalfOf"]) == ("COACH", None)
    step.only_cancelled(
        session,
        by="Eva",
        reason="COACH_CANCELLED",
        fault="coach",
        disposition="RETURNED",
        ledger=[
            ("RELEASE", 1, "coaching 2027-03"),
            ("CARRY", 1, "coaching 2027-03 -> RETURN 2027-04-17T07:00:00Z"),
        ],
        mails=[*BOTH_CANCELLED, ("Maya", "CREDIT_RETURNED")],
    )
    returned = stage.entitlements("Maya")["RETURN 2027-04-17T07:00:00Z"]
    assert (returned["source"], returned["available"]) == ("RETURN", 1)
    assert (returned["opensAt"], returned["closesAt"]) == ("2027-03-18T07:00:00Z", "2027-04-17T07:00:00Z")
    assert "17 April 2027" in stage.message("Maya", "CREDIT_RETURNED")["text"]
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_M_22_the_managers_call_can_be_booked_after_a_loss(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_05(open_stage)
    stage.coach("Mona", kinds=["engagement_manager"], open_kinds=["engagement_manager"])
    stage.at("2027-03-16T11:00:00Z")
    with stage.step() as step:
        call = stage.book("Maya", "engagement_manager", "Mona", "2027-03-17T09:00:00Z")["session"]
    assert (call["status"], call["endsAt"]) == ("SCHEDULED", "2027-03-17T09:30:00Z")
    step.only_booked(call, by="Maya", ledger=[], mails=[("Maya", "BOOKED"), ("Mona", "BOOKED")])
    start = {instant("2027-03-17T09:00:00Z")}
    assert set(stage.feed("Maya")) == set(stage.feed("Mona")) == set(stage.google("Mona")) == start
    assert stage.google("Eva") == {}


def test_S_M_23_an_unused_credit_expires_with_its_month(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    stage.at("2027-03-31T22:59:59.999999Z")
    assert stage.entitlements("Maya")["mentor 2027-03"]["available"] == 1
    with stage.step() as step:
        stage.at("2027-04-01T00:00:00+01:00")
    # At the same instant, and after it, the next period opens for booking (MODEL 8): May is granted.
    assert step.ledger[0] == ("EXPIRE", 1, "mentor 2027-03")
    assert sorted(step.ledger[1:]) == [("GRANT", 1, "coaching 2027-05"), ("GRANT", 1, "mentor 2027-05")]
    assert step.money == step.mails == step.google_calls == []
    before, maya = step.difference.before, stage.person_ids["Maya"]
    due = [
        row for row in before.of("due_work") if row["done_at"] is None and row["fires_at"].startswith("2027-03-31T23")
    ]
    assert sorted(row["kind"] for row in due) == ["LOT_CLOSE", "LOT_CLOSE", "LOT_GRANT"]
    step.changed_only(
        together(
            {
                "ledger_entry": Expected(
                    added=[
                        {"kind": "EXPIRE", "effective_at": "2027-03-31T23:00:00Z"},
                        {"kind": "GRANT"},
                        {"kind": "GRANT"},
                    ]
                ),
                "credit_lot": Expected(added=[{"member_id": maya, "opens_at": "2027-04-30T23:00:00Z"}] * 2),
                "due_work": Expected(
                    added=[
                        {"kind": "LOT_CLOSE", "fires_at": "2027-05-31T23:00:00Z"},
                        {"kind": "LOT_CLOSE", "fires_at": "2027-05-31T23:00:00Z"},
                        {"kind": "LOT_GRANT", "fires_at": "2027-04-30T23:00:00Z"},
                    ],
                    changed={(row["id"],): {"done_at": "2027-03-31T23:00:00Z"} for row in due},
                ),
            },
            events(step, ("CREDIT_EXPIRED", None, ["Maya"]), ("CREDIT_GRANTED", None, ["Maya"])),
        )
    )
    lot = stage.entitlements("Maya")["mentor 2027-03"]
    assert (lot["available"], lot["expired"]) == (0, 1)
    assert lot["closesAt"] == "2027-03-31T23:00:00Z"


def test_S_M_24_of_two_members_one_gets_the_slot(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    stage.member("Leo", "Eva")
    barrier = Barrier(2)

    def book(member: str) -> Any:
        barrier.wait(timeout=10)
        return stage.book(member, "coaching", "Eva", "2027-03-18T10:00:00Z")

    with stage.step() as step, ThreadPoolExecutor(2) as threads:
        answers: dict[str, Any] = dict(zip(("Maya", "Leo"), threads.map(book, ("Maya", "Leo")), strict=True))
    won = [who for who, answer in answers.items() if "session" in answer]
    assert len(won) == 1
    winner, loser = won[0], "Leo" if won[0] == "Maya" else "Maya"
    assert answers[loser]["code"] == "SLOT_TAKEN"
    step.only_booked(
        answers[winner]["session"],
        by=winner,
        ledger=[("HOLD", 1, "coaching 2027-03")],
        mails=[("Eva", "BOOKED"), (winner, "BOOKED")],
    )
    call = {instant("2027-03-18T10:00:00Z")}
    assert set(stage.google("Eva")) == set(stage.feed("Eva")) == set(stage.feed(winner)) == call
    assert stage.feed(loser) == {}
    assert stage.entitlements(loser)["coaching 2027-03"]["available"] == 1


def test_S_M_25_48_hours_are_elapsed_time_across_the_end_of_summer_time(open_stage: OpenStage) -> None:
    stage = mastered(open_stage, at="2027-10-05T09:00:00Z")
    session = stage.booked("Maya", "coaching", "Eva", "2027-11-01T10:00:00+00:00")
    stage.at("2027-10-30T10:30:00+01:00")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "coaching 2027-11")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}
