"""The member says that the coach did not come: until when, what it opens, and what silence leads to (D-32, D-50, MODEL 5.4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from policy.aftermath import absence_from, completes_at
from policy.booking import objection_to_note
from policy.closing import RULE, closed, ended_by, given_back, said_by_rule
from policy.contests import contestable, objecting
from policy.decisions import Decision, Objection, first_objection
from policy.effects import ChangeCase, Effect, HoldEarning, Notify, NotifyStaff, SetCompletion
from policy.facts import Case, ChangeFacts, SessionFacts, Statement
from policy.resolved import ResolvedPolicy
from policy.stating import refused
from policy.terms import ActorKind, CaseKind, CaseResult, CaseStatus, NoticeCode, RefusalCode, SessionStatus, Side

AGAIN = timedelta(hours=72)
"""For how long everybody has time again after an offer or a report came to nothing (D-52, MODEL 5.4)."""
ESCALATE = "ESCALATE"
LOOKED_INTO = frozenset({CaseResult.HELD, CaseResult.UPHELD, CaseResult.REJECTED})
"""How a case ends that is not opened a second time: one that was taken back, or given back by the coach, says nothing of being held (D-33)."""


def decide_report(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Decision:
    """Whether the member may report the coach's absence now; while a case is open, it is that case, and nothing changes (D-32).

    After the coach has recorded the member's absence a report contests that record (D-22).
    """
    decision = replace(said_by_rule(policy, session, statement, parameter="D-50", reason=""), reason=None)
    decision = replace(decision, deadline_at=report_until(policy, session))
    objection = first_objection(_objections(policy, session, statement))
    if objection is not None:
        return refused(decision, objection)
    if session.open_case is not None:
        return decision
    if _recorded_against(policy, session):
        effects = tuple(objecting(policy, session, None, now=statement.now))
        return replace(decision, parameter="D-22", effects=effects)
    return replace(decision, effects=tuple(_opening(policy, session, now=statement.now)))


def report_until(policy: ResolvedPolicy, session: SessionFacts) -> datetime:
    """The last instant for a report; it comes again when an offer comes to nothing, and what the coach has recorded may be contested."""
    ends = [session.ends_at + policy.duration("attendance.report_within")]
    if session.offer_ended_at is not None:
        ends.append(session.offer_ended_at + AGAIN)
    if (_claimed_held(session) or _recorded_against(policy, session)) and session.stated_at is not None:
        ends.append(session.stated_at + policy.duration("case.contest_within"))
    return max(ends)


def _claimed_held(session: SessionFacts) -> bool:
    """Whether the coach or staff say that it was held, and nobody has looked into that: neither staff nor who could dispute it."""
    stated = session.stated_by in (ActorKind.COACH, ActorKind.STAFF)
    looked_into = session.case is not None and session.case.result in LOOKED_INTO
    return session.status is SessionStatus.COMPLETED and stated and not looked_into


def _recorded_against(policy: ResolvedPolicy, session: SessionFacts) -> bool:
    """Whether it was missed by the member, as somebody else says: a report then contests that record (D-22, D-47)."""
    return session.status is SessionStatus.MISSED and contestable(policy, session)


def _objections(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Iterator[Objection | None]:
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor is not ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if session.open_case is not None:
        if session.open_case.kind is not CaseKind.NO_SHOW:
            yield Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)
        return
    if statement.now > report_until(policy, session):
        yield Objection(code=RefusalCode.REPORT_WINDOW_CLOSED, parameter="attendance.report_within")
    running = session.status in (SessionStatus.SCHEDULED, SessionStatus.AWAITING_OUTCOME)
    if not (running or _claimed_held(session) or _recorded_against(policy, session)):
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.1")
    earliest = absence_from(policy, session.starts_at, Side.COACH)
    if statement.now < earliest:
        parameter = "attendance.coach_no_show_after"
        yield Objection(code=RefusalCode.TOO_EARLY, parameter=parameter, possible_from=earliest)


def _opening(policy: ResolvedPolicy, session: SessionFacts, *, now: datetime) -> Iterator[Effect]:
    case = Case(kind=CaseKind.NO_SHOW, status=CaseStatus.OPEN, opened_at=now)
    if session.status is SessionStatus.COMPLETED:
        # The coach has spoken already: each says something else, and staff decide (D-22).
        yield ChangeCase(case=replace(case, status=CaseStatus.INVESTIGATING))
        yield HoldEarning()
        yield NotifyStaff(code=NoticeCode.TASK)
    else:
        answered = session.offer is not None
        status = CaseStatus.ANSWERED if answered else CaseStatus.OPEN
        due_at = None if answered else now + policy.duration("case.resolve_within")
        yield ChangeCase(case=replace(case, status=status, due_at=due_at))
        yield SetCompletion(at=None)
    yield Notify(code=NoticeCode.CASE_OPENED, to=Side.MEMBER)
    yield Notify(code=NoticeCode.CASE_OPENED, to=Side.COACH)


def decide_withdrawal(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Decision:
    """Whether the member may take their report back; the session then awaits its outcome again, for 72 hours at least."""
    decision = replace(said_by_rule(policy, session, statement, parameter=RULE, reason=""), reason=None)
    case = session.open_case
    objection = first_objection(_objections_to_withdrawing(statement, case))
    if objection is not None or case is None:
        return refused(decision, objection or Objection(code=RefusalCode.WRONG_STATE, parameter=RULE))
    effects: tuple[Effect, ...] = (
        ChangeCase(case=closed(case, CaseResult.WITHDRAWN, reason=None)),
        *resumed(policy, session, now=statement.now),
        Notify(code=NoticeCode.CASE_CLOSED, to=Side.MEMBER),
        Notify(code=NoticeCode.CASE_CLOSED, to=Side.COACH),
    )
    return replace(decision, effects=effects)


def _objections_to_withdrawing(statement: Statement, case: Case | None) -> Iterator[Objection | None]:
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor is not ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if case is None or case.kind is not CaseKind.NO_SHOW or case.status is not CaseStatus.OPEN:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)


def resumed(policy: ResolvedPolicy, session: SessionFacts, *, now: datetime) -> Iterator[SetCompletion]:
    """A session that awaits its outcome completes by itself again, but not before 72 hours from now (MODEL 8)."""
    due = completes_at(policy, session.ends_at)
    if session.status is SessionStatus.AWAITING_OUTCOME and due is not None:
        yield SetCompletion(at=max(due, now + AGAIN))


def decide_timeout(
    policy: ResolvedPolicy, session: SessionFacts, facts: ChangeFacts, case: Case, *, now: datetime
) -> Decision:
    """The coach has not answered a report in time: refunded, given back, or left to staff, as the policy says (T8)."""
    statement = Statement(actor=ActorKind.SYSTEM, now=now)
    outcome = str(policy.value("case.on_timeout"))
    if outcome != ESCALATE:
        decision = ended_by(policy, session, facts, statement, parameter="case.on_timeout", outcome=outcome)
        return given_back(decision, case, by_coach=False)
    escalated = replace(case, status=CaseStatus.INVESTIGATING, due_at=None)
    decision = said_by_rule(policy, session, statement, parameter="case.on_timeout", reason="")
    effects = (ChangeCase(case=escalated), NotifyStaff(code=NoticeCode.TASK))
    return replace(decision, reason=None, effects=effects)


def lapsed(
    policy: ResolvedPolicy, session: SessionFacts, facts: ChangeFacts, decision: Decision, *, now: datetime
) -> Decision:
    """What follows when an offer that was made after the start comes to nothing by `decision` (D-32, D-52).

    After a report the member gets back what they have lost; else the session awaits its outcome again.
    """
    case = session.open_case
    if case is None or case.status is not CaseStatus.ANSWERED:
        return replace(decision, effects=(*decision.effects, *resumed(policy, session, now=now)))
    statement, outcome = Statement(actor=ActorKind.SYSTEM, now=now), str(policy.value("case.on_offer_lapse"))
    ended = ended_by(policy, session, facts, statement, parameter="case.on_offer_lapse", outcome=outcome)
    closing = given_back(ended, case, by_coach=decision.actor is ActorKind.COACH)
    kept = tuple(one for one in decision.effects if not isinstance(one, Notify))
    return replace(closing, actor=decision.actor, effects=(*closing.effects, *kept))
