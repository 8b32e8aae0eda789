"""Contests, and what staff decide (D-16, D-33, D-47, MODEL 5.4)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from policy.case_answers import decide_case
from policy.contests import decide_contest, decide_evidence, decide_no_evidence
from policy.deciding import decide_stated_reason
from policy.decisions import Decision, consequence_of
from policy.effects import (
    ChangeCase,
    Conclude,
    Credit,
    Earn,
    FreeEarning,
    HoldEarning,
)
from policy.explain import why
from policy.facts import SessionFacts, Settled
from policy.outcomes import decide_outcome
from policy.terms import (
    ActorKind,
    CaseResult,
    CaseStatus,
    Disposition,
    LedgerKind,
    RefusalCode,
    SessionStatus,
    Side,
)
from tests.policy.cast import HOUR, SECOND, money, preset
from tests.policy.disputed import FACTS, awaiting, case_of
from tests.policy.scenes import Rules
from tests.policy.sides import (
    ACEUP,
    COACH,
    END,
    MASTERED,
    MEMBER,
    OVER,
    STAFF,
    SYSTEM,
    TOPMATE,
    case,
    codes,
    completed,
    has,
    missed,
    says,
)

# -- contests ----------------------------------------------------------------------------------------------------------------------


def test_a_contest_is_open_for_seven_days_and_holds_the_pay() -> None:
    over = missed(awaiting(ACEUP))
    until = END + timedelta(days=7)
    over = replace(over, stated_at=END)
    decision = decide_contest(ACEUP, over, says(MEMBER, until), claim="OTHER")
    assert (decision.deadline_at, case(decision).claim, has(decision, HoldEarning)) == (until, "OTHER", True)
    assert decide_contest(ACEUP, over, says(MEMBER, until + SECOND)).code is RefusalCode.DEADLINE_PASSED
    assert decide_contest(ACEUP, over, says(COACH)).code is RefusalCode.FORBIDDEN


@pytest.mark.parametrize(
    "session",
    [
        replace(missed(OVER), stated_by=MEMBER),
        replace(missed(OVER), disposition=Disposition.RETURNED, reason="OTHER"),
        replace(missed(OVER), case=case_of(OVER)),
        replace(missed(OVER), case=replace(case_of(OVER), status=CaseStatus.CLOSED, result=CaseResult.REJECTED)),
        OVER,
    ],
    ids=["their own change", "given back", "a case is open", "decided already", "nothing was recorded"],
)
def test_what_is_not_against_the_member_or_is_decided_is_not_contested(session: SessionFacts) -> None:
    assert decide_contest(TOPMATE, session, says(MEMBER)).code is RefusalCode.WRONG_STATE


def test_a_fee_alone_may_be_contested() -> None:
    fined = replace(missed(OVER), disposition=Disposition.RETURNED, settled=Settled(fee=money("20.00")))
    assert decide_contest(TOPMATE, fined, says(MEMBER)).allowed


def test_an_absence_is_contested_also_where_there_was_no_credit_to_lose() -> None:
    free = replace(missed(OVER), kind=replace(OVER.kind, units=0), disposition=Disposition.RETURNED)
    assert decide_contest(TOPMATE, free, says(MEMBER)).allowed


def test_what_only_a_count_of_the_members_takes_note_of_is_contested_too() -> None:
    counts = '[tallies.given]\nof = "MEMBER"\ncounts = {{OTHER = 1}}\nwindow = "ALL"\n{steps}'
    given = replace(missed(OVER), disposition=Disposition.RETURNED, reason="OTHER")
    stops = 'steps = [{at = 2, then = ["BLOCK"], for = "P14D"}]\n'
    for steps, allowed in ((stops, True), ("", False)):
        rules = Rules(preset("topmate", counts.format(steps=steps))).of(None)
        assert decide_contest(rules, given, says(MEMBER)).allowed is allowed


def test_where_questions_are_asked_the_member_answers_before_staff_are_told() -> None:
    over = missed(awaiting(MASTERED))
    decision = decide_contest(MASTERED, over, says(MEMBER))
    asked = case(decision)
    assert (asked.asked, asked.due_at, codes(decision)) == (
        True,
        END + timedelta(days=7),
        [("EVIDENCE_REQUEST", "MEMBER")],
    )
    over = replace(over, case=asked)
    given = decide_evidence(MASTERED, over, says(MEMBER))
    assert (case(given).due_at, codes(given)) == (None, [("TASK", "STAFF")])
    assert decide_evidence(MASTERED, over, says(COACH)).code is RefusalCode.FORBIDDEN
    assert decide_evidence(MASTERED, replace(over, case=case(given)), says(MEMBER)).code is RefusalCode.WRONG_STATE
    assert decide_evidence(MASTERED, replace(over, case=None), says(MEMBER)).code is RefusalCode.WRONG_STATE


def test_without_an_answer_what_was_recorded_stands_and_the_coach_is_paid() -> None:
    over = missed(awaiting(MASTERED))
    asked = case(decide_contest(MASTERED, over, says(MEMBER)))
    decision = decide_no_evidence(MASTERED, replace(over, case=asked), asked, now=END)
    assert (case(decision).result, has(decision, FreeEarning), has(decision, Conclude)) == (
        CaseResult.REJECTED,
        True,
        False,
    )
    assert codes(decision) == [("INVESTIGATION_RESULT", "MEMBER")]


# -- staff decide ------------------------------------------------------------------------------------------------------------------


def decided(session: SessionFacts, *, asked: bool = False, **statement: object) -> Decision:
    """What staff decide about a session that is looked into."""
    about = replace(case_of(OVER, CaseStatus.INVESTIGATING), asked=asked, due_at=None)
    return decide_case(ACEUP, replace(session, case=about), says(STAFF, END + HOUR, **statement), FACTS)


def test_what_stands_already_is_not_written_again() -> None:
    for decision in (
        decided(missed(awaiting(ACEUP)), absent=Side.MEMBER),
        decided(missed(awaiting(ACEUP)), reason="BOOKED_WRONG_TIME", asked=True),
        decided(completed(awaiting(ACEUP), COACH), held=True),
        decided(completed(awaiting(ACEUP), COACH), held=True, reason="HELD_ELSEWHERE"),
    ):
        assert (decision.allowed, case(decision).result) == (True, CaseResult.REJECTED)
        assert [type(one) for one in decision.effects][:2] == [FreeEarning, ChangeCase]
        assert not has(decision, Credit)


def test_of_an_investigation_the_coach_is_told_only_what_was_for_the_member() -> None:
    rejected = decided(missed(awaiting(ACEUP)), reason="BOOKED_WRONG_TIME", asked=True)
    upheld = decided(missed(awaiting(ACEUP)), reason="PLATFORM_FAILURE", asked=True)
    assert codes(rejected) == [("INVESTIGATION_RESULT", "MEMBER")]
    assert ("INVESTIGATION_RESULT", "COACH") in codes(upheld)
    assert ("CREDIT_RETURNED", "MEMBER") in codes(upheld)


def test_for_the_member_everything_is_taken_back_and_what_is_earned_is_payable_at_once() -> None:
    decision = decided(missed(awaiting(ACEUP)), reason="OTHER")
    assert case(decision).result is CaseResult.UPHELD
    assert [one.kind for one in decision.effects if isinstance(one, Credit)][:1] == [LedgerKind.RESTORE]
    held = decided(missed(awaiting(ACEUP)), held=True)
    assert case(held).result is CaseResult.REJECTED
    assert [one.payable_at for one in held.effects if isinstance(one, Earn)] in ([], [None])


def test_both_are_told_of_a_refund_that_staff_decide() -> None:
    paid = replace(OVER, price=money("60.00"), case=replace(case_of(OVER), contradicted=True))
    decision = decide_case(TOPMATE, paid, says(STAFF, absent=Side.COACH), FACTS)
    told = [("CASE_CLOSED", "MEMBER"), ("CASE_CLOSED", "COACH"), ("REFUNDED", "MEMBER"), ("REFUNDED", "COACH")]
    assert codes(decision) == told


def test_of_a_cancelled_session_the_reason_is_decided() -> None:
    late = replace(
        missed(awaiting(ACEUP), "CLIENT_CANCELLED_LATE"), status=SessionStatus.CANCELLED, late=True, stated_by=COACH
    )
    decision = decided(late, reason="CLIENT_EMERGENCY")
    assert (case(decision).result, decision.reason) == (CaseResult.UPHELD, "CLIENT_EMERGENCY")


@pytest.mark.parametrize("actor", [COACH, STAFF])
def test_while_a_cancellation_is_contested_nobody_states_another_reason_but_by_deciding(actor: ActorKind) -> None:
    late = replace(
        missed(awaiting(ACEUP), "CLIENT_CANCELLED_LATE"), status=SessionStatus.CANCELLED, late=True, stated_by=COACH
    )
    contested = replace(late, case=case(decide_contest(ACEUP, late, says(MEMBER))))
    emergency = says(actor, reason="CLIENT_EMERGENCY")
    assert decide_stated_reason(ACEUP, late, emergency, FACTS).allowed
    assert decide_stated_reason(ACEUP, contested, emergency, FACTS).code is RefusalCode.WRONG_STATE
    unknown = says(actor, reason="NOTHING")
    assert decide_stated_reason(ACEUP, contested, unknown, FACTS).code is RefusalCode.REASON_NOT_ALLOWED


@pytest.mark.parametrize("actor", [COACH, STAFF])
def test_what_another_session_has_taken_the_place_of_is_not_amended(actor: ActorKind) -> None:
    said = replace(missed(OVER, "OTHER", SYSTEM), disposition=Disposition.RETURNED, stated_at=END, settled=Settled())
    assert decide_outcome(TOPMATE, said, says(actor, reason="COACH_EMERGENCY"), FACTS).allowed
    rebooked = replace(said, rebooked=True)
    for words in (says(actor, reason="COACH_EMERGENCY"), says(actor, held=True)):
        assert decide_outcome(TOPMATE, rebooked, words, FACTS).code is RefusalCode.WRONG_STATE


def test_a_credit_that_is_given_back_after_its_month_is_said_to_have_expired() -> None:
    over = missed(awaiting(ACEUP))
    [taken] = over.settled.taken
    june = datetime(2027, 6, 1, tzinfo=END.tzinfo)
    march = replace(taken, lot=replace(taken.lot, closes_at=END + timedelta(days=12)))
    decision = decide_outcome(
        ACEUP,
        replace(over, settled=Settled(taken=(march,), earned=over.fee)),
        says(STAFF, june, reason="CLIENT_CANCELLED"),
        FACTS,
    )
    assert [one.kind for one in decision.effects if isinstance(one, Credit)] == [LedgerKind.RESTORE, LedgerKind.EXPIRE]
    said = consequence_of(decision).summary
    assert said == "The session was missed at no cost, but its credit has expired with its period."
    assert "its credit has expired with its period" in why(decision, decision.effects, reader=STAFF)


def test_staff_decide_an_open_case_with_a_reason_that_exists() -> None:
    over = missed(awaiting(ACEUP))
    about = replace(over, case=case_of(OVER, CaseStatus.INVESTIGATING))
    assert decide_case(ACEUP, about, says(COACH, reason="OTHER"), FACTS).code is RefusalCode.FORBIDDEN
    assert decide_case(ACEUP, over, says(STAFF, reason="OTHER"), FACTS).code is RefusalCode.WRONG_STATE
    assert decide_case(ACEUP, about, says(STAFF, reason="NOTHING"), FACTS).code is RefusalCode.REASON_NOT_ALLOWED
    assert decide_case(ACEUP, about, says(STAFF, note=" "), FACTS).code is RefusalCode.REASON_REQUIRED
    answered = replace(over, case=case_of(OVER, CaseStatus.ANSWERED))
    assert decide_case(ACEUP, answered, says(STAFF, reason="OTHER"), FACTS).code is RefusalCode.WRONG_STATE
