"""Reports, silence and answers, in deeds and in words (D-22, D-33, D-50, MODEL 5.4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.case_answers import decide_answer, decide_case
from policy.contests import decide_contest, decide_evidence, decide_no_evidence
from policy.decisions import Decision
from policy.effects import (
    Conclude,
    Earn,
    HoldEarning,
    SetCompletion,
)
from policy.explain import why
from policy.facts import SessionFacts
from policy.investigation import MOST_OCTETS, QUESTIONS, Evidence, fault_of, unanswered
from policy.outcomes import decide_outcome
from policy.rebooking import decide_offer
from policy.reports import decide_report, decide_timeout, decide_withdrawal, lapsed
from policy.terms import (
    ActorKind,
    CaseKind,
    CaseResult,
    CaseStatus,
    Disposition,
    RefusalCode,
    SessionStatus,
    Side,
)
from tests.policy.cast import HOUR, SECOND, START, preset
from tests.policy.disputed import FACTS, awaiting, case_of, with_case
from tests.policy.scenes import Rules
from tests.policy.sides import (
    ACEUP,
    COACH,
    END,
    MASTERED,
    MEMBER,
    OFFER,
    OVER,
    STAFF,
    SYSTEM,
    THRIVE,
    TOPMATE,
    case,
    codes,
    completed,
    has,
    missed,
    says,
)

# -- reports -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [COACH, STAFF])
def test_only_the_member_reports(actor: ActorKind) -> None:
    assert decide_report(TOPMATE, OVER, says(actor)).code is RefusalCode.FORBIDDEN
    assert decide_withdrawal(TOPMATE, with_case(OVER), says(actor)).code is RefusalCode.FORBIDDEN


def test_an_offer_that_came_to_nothing_opens_the_window_again() -> None:
    again = replace(OVER, offer_ended_at=END + timedelta(days=5))
    until = END + timedelta(days=8)
    assert decide_report(TOPMATE, again, says(MEMBER, until)).allowed
    assert decide_report(TOPMATE, again, says(MEMBER, until + SECOND)).code is RefusalCode.REPORT_WINDOW_CLOSED


def test_a_report_comes_too_early_before_the_waiting_time_is_over() -> None:
    running = replace(OVER, status=SessionStatus.SCHEDULED)
    early = decide_report(TOPMATE, running, says(MEMBER, START + timedelta(minutes=10) - SECOND))
    assert (early.code, early.possible_from) == (RefusalCode.TOO_EARLY, START + timedelta(minutes=10))
    assert decide_report(TOPMATE, running, says(MEMBER, START + timedelta(minutes=10))).allowed


def test_what_the_coach_recorded_as_held_is_looked_into_by_staff_and_its_pay_waits() -> None:
    decision = decide_report(TOPMATE, completed(OVER, COACH), says(MEMBER))
    assert case(decision).status is CaseStatus.INVESTIGATING
    assert has(decision, HoldEarning)
    assert ("TASK", "STAFF") in codes(decision)
    assert not has(decision, SetCompletion)


def test_the_coachs_record_may_be_reported_until_it_can_be_contested_no_more() -> None:
    held = replace(completed(OVER, COACH), stated_at=END + timedelta(days=1))
    until = END + timedelta(days=8)
    assert decide_report(TOPMATE, held, says(MEMBER, until)).allowed
    assert decide_report(TOPMATE, held, says(MEMBER, until + SECOND)).code is RefusalCode.REPORT_WINDOW_CLOSED


@pytest.mark.parametrize("by", [SYSTEM, MEMBER])
def test_what_completed_by_itself_or_was_confirmed_by_the_member_is_not_reported(by: ActorKind) -> None:
    assert decide_report(TOPMATE, completed(OVER, by), says(MEMBER)).code is RefusalCode.WRONG_STATE


@pytest.mark.parametrize("result", [CaseResult.WITHDRAWN, CaseResult.RETURNED])
def test_what_is_said_to_be_held_after_an_earlier_report_came_to_something_else_is_reported_again(
    result: CaseResult,
) -> None:
    said = replace(completed(OVER, COACH), case=replace(case_of(OVER, CaseStatus.CLOSED), result=result))
    assert case(decide_report(TOPMATE, said, says(MEMBER))).status is CaseStatus.INVESTIGATING


@pytest.mark.parametrize("result", [CaseResult.HELD, CaseResult.UPHELD, CaseResult.REJECTED])
def test_what_was_looked_into_is_not_reported_again(result: CaseResult) -> None:
    said = replace(completed(OVER, COACH), case=replace(case_of(OVER, CaseStatus.CLOSED), result=result))
    assert decide_report(TOPMATE, said, says(MEMBER)).code is RefusalCode.WRONG_STATE


def test_a_report_after_the_members_absence_was_recorded_contests_that_record() -> None:
    """D-22: for as long as either could be done."""
    against = replace(missed(awaiting(ACEUP)), stated_at=START + timedelta(minutes=15))
    until = against.ends_at + timedelta(days=7)
    decision = decide_report(ACEUP, against, says(MEMBER, until))
    assert (case(decision).kind, case(decision).status) == (CaseKind.CONTEST, CaseStatus.INVESTIGATING)
    assert (decision.parameter, decision.deadline_at, has(decision, HoldEarning)) == ("D-22", until, True)
    assert codes(decision) == [("TASK", "STAFF")]
    assert decide_report(ACEUP, against, says(MEMBER, until + SECOND)).code is RefusalCode.REPORT_WINDOW_CLOSED
    excused = replace(against, reason="OTHER", disposition=Disposition.RETURNED)
    for other in (replace(against, stated_by=MEMBER), excused):
        assert decide_report(ACEUP, other, says(MEMBER)).code is RefusalCode.WRONG_STATE


def test_while_an_offer_waits_the_report_is_answered_already() -> None:
    offered = replace(OVER, proposals=(OFFER,))
    decision = decide_report(TOPMATE, offered, says(MEMBER))
    assert (case(decision).status, case(decision).due_at) == (CaseStatus.ANSWERED, None)


def test_a_second_report_changes_nothing_and_a_contest_is_no_report() -> None:
    assert decide_report(TOPMATE, with_case(OVER), says(MEMBER)).effects == ()
    contested = replace(OVER, case=replace(case_of(OVER), kind=CaseKind.CONTEST))
    assert decide_report(TOPMATE, contested, says(MEMBER)).code is RefusalCode.WRONG_STATE


def test_only_an_open_report_is_taken_back() -> None:
    for status in (CaseStatus.ANSWERED, CaseStatus.INVESTIGATING, CaseStatus.CLOSED):
        decision = decide_withdrawal(TOPMATE, with_case(OVER, status), says(MEMBER))
        assert decision.code is RefusalCode.WRONG_STATE
    assert decide_withdrawal(TOPMATE, OVER, says(MEMBER)).code is RefusalCode.WRONG_STATE


def test_a_session_that_never_completes_by_itself_does_not_begin_to() -> None:
    assert not has(decide_withdrawal(ACEUP, with_case(awaiting(ACEUP)), says(MEMBER)), SetCompletion)


# -- silence -----------------------------------------------------------------------------------------------------------------------


def test_without_a_refund_silence_leaves_the_report_to_staff() -> None:
    over = awaiting(THRIVE)
    decision = decide_timeout(THRIVE, with_case(over), FACTS, case_of(over), now=END)
    assert (case(decision).status, case(decision).due_at) == (CaseStatus.INVESTIGATING, None)
    assert codes(decision) == [("TASK", "STAFF")]


@pytest.mark.parametrize(
    ("outcome", "reason", "disposition"),
    [
        ("RETURN", "COACH_MISSED", Disposition.RETURNED),
        ("REFUND", "COACH_MISSED", Disposition.REFUNDED),
        ("OTHER", "OTHER", Disposition.RETURNED),
    ],
)
def test_silence_gives_what_the_policy_names(outcome: str, reason: str, disposition: Disposition) -> None:
    rules = Rules(preset("topmate", f'[case]\non_timeout = "{outcome}"\non_offer_lapse = "{outcome}"\n')).of(None)
    silence = decide_timeout(rules, with_case(OVER), FACTS, case_of(OVER), now=END)
    nothing = replace(silence, effects=(), actor=SYSTEM)
    lapse = lapsed(rules, with_case(OVER, CaseStatus.ANSWERED), FACTS, nothing, now=END)
    for decision in (silence, lapse):
        (said,) = (one for one in decision.effects if isinstance(one, Conclude))
        assert (said.reason, said.disposition, said.status) == (reason, disposition, SessionStatus.MISSED)
        refunded = disposition is Disposition.REFUNDED
        assert case(decision).result is (CaseResult.REFUNDED if refunded else CaseResult.RETURNED)


def test_a_coach_who_withdraws_the_offer_is_not_told_what_follows() -> None:
    withdrawn = Decision(allowed=True, facts=decide_report(TOPMATE, OVER, says(MEMBER)).facts, actor=COACH)
    decision = lapsed(TOPMATE, with_case(OVER, CaseStatus.ANSWERED), FACTS, withdrawn, now=END)
    assert {to for _, to in codes(decision)} == {"MEMBER"}
    assert decision.actor is COACH


def test_without_a_report_the_session_awaits_its_outcome_again() -> None:
    plain = Decision(allowed=True, facts=decide_report(TOPMATE, OVER, says(MEMBER)).facts, actor=SYSTEM)
    late = END + timedelta(days=5)
    (resumed,) = lapsed(TOPMATE, OVER, FACTS, plain, now=late).effects
    assert resumed == SetCompletion(at=late + timedelta(hours=72))
    assert lapsed(TOPMATE, completed(OVER, SYSTEM), FACTS, plain, now=late).effects == ()


# -- the coach answers ---------------------------------------------------------------------------------------------------------------


def test_held_closes_the_report_and_its_pay_waits_until_it_is_disputed_no_more() -> None:
    decision = decide_answer(TOPMATE, with_case(OVER), says(COACH, held=True), FACTS)
    until = END + timedelta(hours=72)
    assert (case(decision).result, case(decision).dispute_until) == (CaseResult.HELD, until)
    (earned,) = (one for one in decision.effects if isinstance(one, Earn))
    assert earned.payable_at == until
    assert codes(decision) == [("CASE_CLOSED", "MEMBER")]


def test_the_members_absence_contradicts_the_report_once_and_costs_nothing() -> None:
    decision = decide_answer(TOPMATE, with_case(OVER), says(COACH, absent=Side.MEMBER), FACTS)
    assert case(decision) == replace(case_of(OVER), contradicted=True)
    assert not has(decision, Conclude)
    assert (decision.costly, codes(decision)) == (False, [("CASE_CONTRADICTED", "MEMBER"), ("TASK", "STAFF")])
    again = replace(OVER, case=case(decision))
    assert decide_answer(TOPMATE, again, says(COACH, absent=Side.MEMBER), FACTS).code is RefusalCode.WRONG_STATE


@pytest.mark.parametrize(
    ("session", "actor"),
    [
        (with_case(OVER, CaseStatus.ANSWERED), COACH),
        (replace(with_case(OVER, CaseStatus.INVESTIGATING), status=SessionStatus.COMPLETED), COACH),
        (with_case(OVER), STAFF),
        (replace(OVER, case=replace(case_of(OVER), kind=CaseKind.CONTEST)), COACH),
    ],
    ids=["offered", "investigated", "staff decide", "a contest"],
)
def test_only_the_coach_answers_and_only_a_report_that_waits(session: SessionFacts, actor: ActorKind) -> None:
    assert decide_answer(TOPMATE, session, says(actor, held=True), FACTS).code is RefusalCode.WRONG_STATE


def test_once_the_time_for_an_answer_is_over_the_coach_is_told_so() -> None:
    """T7: whether staff decide then, or silence has decided already; staff are never late."""
    escalated = with_case(OVER, CaseStatus.INVESTIGATING)
    silence = case_of(OVER, CaseStatus.CLOSED)
    after = silence.opened_at + timedelta(hours=72)
    returned = replace(missed(OVER, "COACH_MISSED", SYSTEM), disposition=Disposition.RETURNED, stated_at=after)
    returned = replace(returned, case=replace(silence, result=CaseResult.RETURNED))
    for session in (escalated, returned):
        late = [decide_answer(TOPMATE, session, says(COACH, held=True), FACTS)]
        late += [decide_offer(TOPMATE, session, says(COACH), FACTS)]
        assert [(one.code, one.parameter) for one in late] == [(RefusalCode.DEADLINE_PASSED, "case.resolve_within")] * 2
    assert decide_outcome(TOPMATE, returned, says(COACH, held=True), FACTS).code is RefusalCode.DEADLINE_PASSED
    assert decide_outcome(TOPMATE, returned, says(STAFF, held=True), FACTS).code is not RefusalCode.DEADLINE_PASSED
    declined = replace(returned, stated_at=after + SECOND)
    assert decide_outcome(TOPMATE, declined, says(COACH, held=True), FACTS).code is not RefusalCode.DEADLINE_PASSED


def test_an_answer_that_would_not_be_a_statement_is_refused_as_one() -> None:
    decision = decide_answer(TOPMATE, with_case(OVER), says(COACH), FACTS)
    assert decision.code is RefusalCode.REASON_REQUIRED


def test_the_coach_gives_back_by_a_reason_that_costs_the_member_nothing() -> None:
    decision = decide_answer(TOPMATE, with_case(OVER), says(COACH, absent=Side.COACH), FACTS)
    assert (case(decision).result, case(decision).reason) == (CaseResult.REFUNDED, "COACH_MISSED")
    assert codes(decision) == [("CASE_CLOSED", "MEMBER")]


def test_a_reason_that_makes_a_fee_due_contradicts_the_report_too() -> None:
    rules = Rules(preset("topmate", '[reasons]\nOTHER = {fee = "20.00"}\n')).of(None)
    decision = decide_answer(rules, with_case(OVER), says(COACH, reason="OTHER"), FACTS)
    assert case(decision).contradicted


# -- in words ------------------------------------------------------------------------------------------------------------------------


MISSED = missed(awaiting(MASTERED))
CONTESTED = case(decide_contest(MASTERED, MISSED, says(MEMBER)))
LOOKED_INTO = replace(MISSED, case=replace(CONTESTED, id=1))
SAID_AS_HELD = replace(
    completed(OVER, COACH),
    case=replace(case_of(OVER, CaseStatus.CLOSED), result=CaseResult.HELD, dispute_until=END + HOUR),
)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (decide_report(TOPMATE, OVER, says(MEMBER)), "reported that the coach did not come; decided by D-50"),
        (
            decide_answer(TOPMATE, with_case(OVER), says(COACH, absent=Side.MEMBER), FACTS),
            "contradicted the report: the member was absent; row `no-show` applies at any notice",
        ),
        (
            decide_withdrawal(TOPMATE, with_case(OVER), says(MEMBER)),
            "closed the case: the report was taken back; decided by MODEL 5.4",
        ),
        (
            decide_timeout(THRIVE, with_case(awaiting(THRIVE)), FACTS, case_of(OVER), now=END),
            "left it to the team to decide; decided by case.on_timeout",
        ),
        (
            decide_timeout(TOPMATE, with_case(OVER), FACTS, case_of(OVER), now=END),
            "stated that the session was missed for the reason COACH_MISSED; decided by case.on_timeout; its price is refunded",
        ),
        (decide_contest(MASTERED, MISSED, says(MEMBER)), "contested what was recorded; decided by D-16"),
        (decide_contest(TOPMATE, SAID_AS_HELD, says(MEMBER)), "contested what was recorded; decided by D-33"),
        (decide_evidence(MASTERED, LOOKED_INTO, says(MEMBER)), "answered the questions; decided by D-16"),
        (
            decide_no_evidence(MASTERED, LOOKED_INTO, LOOKED_INTO.case or CONTESTED, now=END),
            "closed the case: what was recorded stands; decided by investigation.evidence_within",
        ),
        (
            decide_case(MASTERED, LOOKED_INTO, says(STAFF, reason="BOOKED_WRONG_TIME"), FACTS),
            "closed the case: what was recorded stands; decided by D-16",
        ),
        (
            decide_offer(TOPMATE, OVER, says(COACH), FACTS),
            "offered the member another time of their choice 30 min after the start; decided by T2",
        ),
    ],
)
def test_the_history_tells_what_became_of_it(decision: Decision, words: str) -> None:
    assert why(decision, decision.effects, reader=STAFF) == words


# -- questions and evidence ---------------------------------------------------------------------------------------------------------


SHOT = Evidence(name="screen.png", media_type="image/png", octets=1, sha256="0" * 64, reference="files/1")


@pytest.mark.parametrize(
    ("item", "good"),
    [
        (SHOT, True),
        (replace(SHOT, octets=MOST_OCTETS), True),
        (replace(SHOT, octets=MOST_OCTETS + 1), False),
        (replace(SHOT, octets=0), False),
        (replace(SHOT, media_type="text/html"), False),
        (replace(SHOT, sha256="0" * 63), False),
        (replace(SHOT, sha256="G" * 64), False),
        (replace(SHOT, name=" "), False),
        (replace(SHOT, reference=""), False),
        (replace(SHOT, reference="https://files.example.com/1"), True),
        (replace(SHOT, reference="s3://evidence/1"), True),
        (replace(SHOT, reference="http://files.example.com/1"), False),
        (replace(SHOT, reference="javascript:alert(1)"), False),
        (replace(SHOT, reference=" java\nscript:alert(1)"), False),
        (replace(SHOT, reference="data:text/html,1"), False),
    ],
)
def test_what_is_shown_is_of_a_kind_a_size_and_a_digest_that_are_taken(item: Evidence, *, good: bool) -> None:
    assert (fault_of(item) is None) is good


def test_every_question_that_needs_an_answer_has_one_and_no_other_is_answered() -> None:
    answers = {one.code: "Yes." for one in QUESTIONS if one.required}
    assert unanswered(answers) is None
    assert unanswered({**answers, "AGE": "40"}) == "AGE"
    first = next(iter(answers))
    assert unanswered({**answers, first: "  "}) == first
