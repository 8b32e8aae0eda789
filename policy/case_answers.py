"""What the coach and staff say of a session about which a case is open, and what that makes of the case (MODEL 5.4, D-22, D-33)."""

from collections.abc import Iterator
from dataclasses import replace

from policy.aftermath import too_late_to_answer
from policy.closing import (
    RULE,
    closed,
    costs_member,
    finally_said,
    given_back,
    returned,
    silent,
)
from policy.deciding import decide_reason
from policy.decisions import Decision, Objection, first_objection
from policy.effects import ChangeCase, Effect, FreeEarning, Notify, NotifyStaff, Refund
from policy.facts import Case, ChangeFacts, SessionFacts, Statement
from policy.outcomes import decide_outcome
from policy.resolved import ResolvedPolicy
from policy.settlement import held_against_member
from policy.stating import is_amendment, refused
from policy.terms import (
    ActorKind,
    CaseKind,
    CaseResult,
    CaseStatus,
    NoticeCode,
    RefusalCode,
    SessionStatus,
    Side,
    Use,
)


def decide_answer(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts) -> Decision:
    """The coach answers a report by saying what became of the session; staff, who decide, say so with another verb.

    Held: closed, and the member may dispute it. At no cost for the member: closed, and given back. What stands against the
    member, such as their absence, contradicts the report also where there is no credit to lose, and staff decide (D-22).
    """
    case = session.open_case
    decision = decide_outcome(policy, session, statement, facts)
    objection = _objection_to_answering(policy, session, statement)
    if not decision.allowed or case is None or objection is not None:
        return _sooner(decision, objection)
    if statement.held:
        return _held(policy, decision, case, statement)
    if costs_member(decision.effects) or held_against_member(policy, decision.reason):
        return _contradicted(decision, case)
    return given_back(decision, case, by_coach=True)


def _objection_to_answering(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Objection | None:
    case, by_coach = session.case, statement.actor is ActorKind.COACH
    answerable = case is not None and case.kind is CaseKind.NO_SHOW and case.status is CaseStatus.OPEN
    if answerable and by_coach:
        return None
    if by_coach and too_late_to_answer(policy, session):
        return Objection(code=RefusalCode.DEADLINE_PASSED, parameter="case.resolve_within")
    return Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)


def _sooner(decision: Decision, objection: Objection | None) -> Decision:
    """The refusal that comes first in the order of MODEL 14."""
    if objection is None or (decision.code is not None and decision.code.rank < objection.code.rank):
        return decision
    return refused(decision, objection)


def _held(policy: ResolvedPolicy, decision: Decision, case: Case, statement: Statement) -> Decision:
    """Closed as held; what is earned waits until nobody can dispute it any more (D-33)."""
    until = statement.now + policy.duration("case.dispute_within")
    effects = finally_said(silent(decision), payable_at=until)
    change = ChangeCase(case=replace(closed(case, CaseResult.HELD, reason=decision.reason), dispute_until=until))
    told = Notify(code=NoticeCode.CASE_CLOSED, to=Side.MEMBER)
    return replace(decision, effects=(*effects, change, told))


def _contradicted(decision: Decision, case: Case) -> Decision:
    if case.contradicted:
        return refused(decision, Objection(code=RefusalCode.WRONG_STATE, parameter=RULE))
    effects: tuple[Effect, ...] = (
        ChangeCase(case=replace(case, contradicted=True)),
        Notify(code=NoticeCode.CASE_CONTRADICTED, to=Side.MEMBER),
        NotifyStaff(code=NoticeCode.TASK),
    )
    return replace(decision, costly=False, late=False, next_bookable_from=None, effects=effects)


def decide_case(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts) -> Decision:
    """Staff decide an open case by saying what became of the session: for the member, or not (MODEL 5.4)."""
    decide = decide_reason if session.status is SessionStatus.CANCELLED else decide_outcome
    decision = decide(policy, session, statement, facts)
    case = session.open_case
    objection = first_objection(_objections_to_deciding(case, statement))
    if case is None or objection is not None:
        return _sooner(decision, objection)
    if _confirms(policy, session, decision, statement):
        return _rejected(decision, case, (FreeEarning(),))
    if not decision.allowed:
        return decision
    effects = finally_said(silent(decision))
    if statement.held or costs_member(effects) or held_against_member(policy, decision.reason):
        return _rejected(decision, case, (*effects, FreeEarning()))
    return _upheld(decision, case, (*effects, FreeEarning()))


def _rule(decision: Decision, case: Case) -> str | None:
    """The rule by which staff decide where no row does: after questions, of what was closed as held, of an objection, of two statements."""
    if decision.row is not None:
        return None
    if case.asked:
        return "D-16"
    if case.dispute_until is not None:
        return "D-33"
    return "D-47" if case.kind is CaseKind.CONTEST else "D-22"


def _objections_to_deciding(case: Case | None, statement: Statement) -> Iterator[Objection | None]:
    if statement.actor is not ActorKind.STAFF:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    undecided = case is not None and (case.status is CaseStatus.INVESTIGATING or case.status is CaseStatus.OPEN)
    if not undecided:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)


def _confirms(policy: ResolvedPolicy, session: SessionFacts, decision: Decision, statement: Statement) -> bool:
    """Whether staff leave what was recorded as it stands: held stays held, and what counted against the member still does."""
    terms = policy.reasons.get(decision.reason or "")
    stands = policy.reasons.get(session.reason or "")
    if not is_amendment(session) or terms is None or stands is None or not _is_said_by_staff(decision):
        return False
    if terms.use is Use.HELD or stands.use is Use.HELD:
        return terms.use is stands.use
    return stands.take > 0 and (terms.take, terms.rest, terms.fee) == (stands.take, stands.rest, stands.fee)


def _is_said_by_staff(decision: Decision) -> bool:
    """Whether nothing but its being said already stands in the way of the statement."""
    return decision.allowed or decision.code in (RefusalCode.WRONG_STATE, RefusalCode.NO_CREDIT)


def _rejected(decision: Decision, case: Case, effects: tuple[Effect, ...]) -> Decision:
    change = ChangeCase(case=closed(case, CaseResult.REJECTED, reason=decision.reason))
    notices = _results(case, effects, upheld=False)
    return replace(
        decision,
        allowed=True,
        code=None,
        parameter=_rule(decision, case),
        possible_from=None,
        costly=False,
        late=False,
        effects=(*effects, change, *notices),
    )


def _upheld(decision: Decision, case: Case, effects: tuple[Effect, ...]) -> Decision:
    change = ChangeCase(case=closed(case, CaseResult.UPHELD, reason=decision.reason))
    return replace(
        decision,
        parameter=_rule(decision, case),
        costly=False,
        effects=(*effects, change, *_results(case, effects, upheld=True)),
    )


def _results(case: Case, effects: tuple[Effect, ...], *, upheld: bool) -> Iterator[Notify]:
    """The member is told the result; the coach too, of an investigation only if it was for the member (MODEL 9)."""
    code = NoticeCode.INVESTIGATION_RESULT if case.asked else NoticeCode.CASE_CLOSED
    yield Notify(code=code, to=Side.MEMBER)
    if upheld or not case.asked:
        yield Notify(code=code, to=Side.COACH)
    if case.asked:
        yield from returned(effects)
    if any(isinstance(one, Refund) for one in effects):
        yield Notify(code=NoticeCode.REFUNDED, to=Side.MEMBER)
        yield Notify(code=NoticeCode.REFUNDED, to=Side.COACH)
