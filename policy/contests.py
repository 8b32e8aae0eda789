"""The member objects to what was recorded against them, or disputes that a session was held (D-16, D-33, D-47)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from policy.booking import objection_to_note
from policy.closing import LOST, RULE, closed, said_by_rule
from policy.decisions import Decision, Objection, first_objection
from policy.effects import ChangeCase, Effect, FreeEarning, HoldEarning, Notify, NotifyStaff
from policy.facts import Case, SessionFacts, Statement
from policy.resolved import ResolvedPolicy
from policy.settlement import held_against_member
from policy.stating import refused
from policy.terms import ActorKind, CaseKind, CaseResult, CaseStatus, NoticeCode, RefusalCode, SessionStatus, Side


def decide_contest(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, *, claim: str | None = None
) -> Decision:
    """Whether the member may object now; staff then decide, once. What the coach has earned waits until then."""
    decision = replace(
        said_by_rule(policy, session, statement, parameter=_rule(policy, session), reason=""), reason=None
    )
    decision = replace(decision, deadline_at=contest_until(policy, session))
    objection = first_objection(_objections(policy, session, statement))
    if objection is not None:
        return refused(decision, objection)
    return replace(decision, effects=tuple(objecting(policy, session, claim, now=statement.now)))


def _rule(policy: ResolvedPolicy, session: SessionFacts) -> str:
    """The rule by which the member may object: to what was closed as held, with questions to them, or without."""
    if disputable(session):
        return "D-33"
    return "D-16" if _asks(policy, session) else "D-47"


def _asks(policy: ResolvedPolicy, session: SessionFacts) -> bool:
    """Whether questions are put to the member: to find out why a call was missed (M18), which nobody missed who cancelled it."""
    return policy.flag("investigation.enabled") and session.status is SessionStatus.MISSED


def contest_until(policy: ResolvedPolicy, session: SessionFacts) -> datetime | None:
    """The last instant at which the member may object: to what was closed as held, or to what was recorded against them."""
    if disputable(session):
        return None if session.case is None else session.case.dispute_until
    if session.stated_at is None:
        return None
    return session.stated_at + policy.duration("case.contest_within")


def disputable(session: SessionFacts) -> bool:
    """Whether a report was closed because the coach said that the session was held, and still says so (D-33)."""
    case, held = session.case, session.status is SessionStatus.COMPLETED
    return held and case is not None and case.status is CaseStatus.CLOSED and case.result is CaseResult.HELD


def contestable(policy: ResolvedPolicy, session: SessionFacts) -> bool:
    """Whether something was recorded against the member about which nobody has decided (D-47)."""
    return _against_member(policy, session) and not _decided(session)


def _against_member(policy: ResolvedPolicy, session: SessionFacts) -> bool:
    """Whether somebody else's statement stands against the member; their own late change is no statement (D-47)."""
    stated = session.stated_by in (ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM)
    costs = session.disposition in LOST or session.settled.fee is not None
    return stated and (costs or held_against_member(policy, session.reason))


def _objections(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Iterator[Objection | None]:
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor is not ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    until = contest_until(policy, session)
    concerns = disputable(session) or contestable(policy, session)
    if not concerns or session.open_case is not None:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)
    elif until is None or statement.now > until:
        parameter = "case.dispute_within" if disputable(session) else "case.contest_within"
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter=parameter)


def _decided(session: SessionFacts) -> bool:
    """Whether staff have decided about what stands: they do it once (D-33). What they say after they were for the member is something new."""
    case = session.case
    upheld = case is not None and case.result is CaseResult.UPHELD and case.reason == session.reason
    return upheld or (case is not None and case.result is CaseResult.REJECTED)


def objecting(policy: ResolvedPolicy, session: SessionFacts, claim: str | None, *, now: datetime) -> Iterator[Effect]:
    """Staff look into it, or the member is asked first; what the coach has earned waits."""
    if disputable(session) and session.case is not None:
        yield ChangeCase(case=replace(session.case, status=CaseStatus.INVESTIGATING, result=None, claim=claim))
        yield HoldEarning()
        yield NotifyStaff(code=NoticeCode.TASK)
        return
    asked = _asks(policy, session)
    due_at = now + policy.duration("investigation.evidence_within") if asked else None
    case = Case(kind=CaseKind.CONTEST, status=CaseStatus.INVESTIGATING, opened_at=now, claim=claim)
    yield ChangeCase(case=replace(case, asked=asked, due_at=due_at))
    yield HoldEarning()
    if asked:
        yield Notify(code=NoticeCode.EVIDENCE_REQUEST, to=Side.MEMBER)
    else:
        yield NotifyStaff(code=NoticeCode.TASK)


def decide_evidence(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Decision:
    """Whether the member may answer the questions now; the investigation then waits for staff, without a deadline."""
    decision = replace(said_by_rule(policy, session, statement, parameter="D-16", reason=""), reason=None)
    case = session.open_case
    decision = replace(decision, deadline_at=None if case is None else case.due_at)
    objection = first_objection(_objections_to_evidence(case, statement))
    if objection is not None or case is None:
        return refused(decision, objection or Objection(code=RefusalCode.WRONG_STATE, parameter=RULE))
    effects: tuple[Effect, ...] = (
        ChangeCase(case=replace(case, due_at=None)),
        NotifyStaff(code=NoticeCode.TASK),
    )
    return replace(decision, effects=effects)


def _objections_to_evidence(case: Case | None, statement: Statement) -> Iterator[Objection | None]:
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor is not ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if case is None or not case.asked or case.due_at is None:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)


def decide_no_evidence(policy: ResolvedPolicy, session: SessionFacts, case: Case, *, now: datetime) -> Decision:
    """The member has not answered in time: closed against them, and the session stays as it was recorded (D-16)."""
    statement = Statement(actor=ActorKind.SYSTEM, now=now)
    decision = said_by_rule(policy, session, statement, parameter="investigation.evidence_within", reason="")
    effects: tuple[Effect, ...] = (
        ChangeCase(case=closed(case, CaseResult.REJECTED, reason=None)),
        FreeEarning(),
        Notify(code=NoticeCode.INVESTIGATION_RESULT, to=Side.MEMBER),
    )
    return replace(decision, reason=None, effects=effects)
