"""Reports, answers, contests and decisions (D-16, D-22, D-33, D-47, D-50, MODEL 5.4)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from policy.case_answers import decide_answer, decide_case
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
    Notify,
    NotifyStaff,
    SetCompletion,
)
from policy.explain import why
from policy.facts import Case, Proposal, SessionFacts, Settled, Statement, TakenUnit
from policy.investigation import MOST_OCTETS, QUESTIONS, Evidence, fault_of, unanswered
from policy.outcomes import decide_outcome
from policy.rebooking import decide_offer
from policy.reports import decide_report, decide_timeout, decide_withdrawal, lapsed
from policy.terms import (
    Account,
    Action,
    ActorKind,
    CaseKind,
    CaseResult,
    CaseStatus,
    Disposition,
    LedgerKind,
    ProposalKind,
    RefusalCode,
    SessionStatus,
    Side,
)
from tests.policy.cast import HOUR, SECOND, START, money, preset, resolved
from tests.policy.disputed import FACTS, awaiting, case_of, with_case
from tests.policy.scenes import Rules

MEMBER, COACH, STAFF, SYSTEM = ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM
TOPMATE, ACEUP, MASTERED, THRIVE = (resolved(name) for name in ("topmate", "aceup", "mastered", "thrive"))
OVER = awaiting(TOPMATE)
END = OVER.ends_at

OFFER = Proposal(
    id=7,
    kind=ProposalKind.REBOOK_OFFER,
    by=COACH,
    answers=MEMBER,
    action=Action.MOVE,
    reason="OTHER",
    row=None,
    starts_at=None,
    ends_at=None,
    sent_at=END,
    answer_until=END + timedelta(days=14),
    at_start=False,
)


def says(actor: ActorKind, at: datetime = END, **more: object) -> Statement:
    return replace(Statement(actor=actor, now=at, note="Because."), **more)


def codes(decision: Decision) -> list[tuple[str, str]]:
    """Who is told what."""
    return [
        (str(one.code), str(one.to) if isinstance(one, Notify) else "STAFF")
        for one in decision.effects
        if isinstance(one, Notify | NotifyStaff)
    ]


def case(decision: Decision) -> Case:
    (found,) = (one.case for one in decision.effects if isinstance(one, ChangeCase))
    return found


def has(decision: Decision, kind: type) -> bool:
    return any(isinstance(one, kind) for one in decision.effects)


def completed(session: SessionFacts, by: ActorKind) -> SessionFacts:
    """The session was held, as somebody says, or nobody denies."""
    taken = TakenUnit(lot=session.held[0].lot, units=1, account=Account.USED)
    return replace(
        session,
        status=SessionStatus.COMPLETED,
        reason="HELD",
        disposition=Disposition.CONSUMED,
        stated_by=by,
        stated_at=END,
        recorded_at=END,
        held=(),
        settled=Settled(taken=(taken,), earned=session.fee),
    )


def missed(session: SessionFacts, reason: str = "CLIENT_NO_SHOW", by: ActorKind = COACH) -> SessionFacts:
    """The member did not come, as somebody says."""
    taken = TakenUnit(lot=session.held[0].lot, units=1, account=Account.FORFEITED)
    return replace(
        session,
        status=SessionStatus.MISSED,
        reason=reason,
        disposition=Disposition.COUNTED,
        stated_by=by,
        stated_at=END,
        recorded_at=END,
        held=(),
        settled=Settled(taken=(taken,), earned=session.fee),
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
