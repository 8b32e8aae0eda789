"""A session ends because a case or an offer came to a result: by which terms, and who is told (MODEL 5.4, D-32, D-52)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from policy.change_table import row_for
from policy.decisions import Decision
from policy.effects import ChangeCase, Charge, Conclude, Credit, Earn, Effect, KeepEarning, Notify, NotifyStaff, Refund
from policy.facts import Attempt, Case, ChangeFacts, SessionFacts, Statement
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.stating import concluded, facts_of
from policy.terms import (
    Action,
    ActorKind,
    CaseResult,
    CaseStatus,
    Disposition,
    LedgerKind,
    NoticeCode,
    Rest,
    Side,
)

RULE = "MODEL 5.4"
LOST = frozenset({Disposition.COUNTED, Disposition.PART_COUNTED})
RESTS = {"REFUND": Rest.REFUNDED, "RETURN": Rest.RETURNED}


def coachs_absence(policy: ResolvedPolicy, session: SessionFacts, facts: ChangeFacts, statement: Statement) -> str:
    """The reason that the table gives for the coach's absence (MODEL 3.4)."""
    attempt = Attempt(action=Action.MISS, actor=ActorKind.COACH, now=statement.now)
    return row_for(policy, session, attempt, facts, now=statement.now).reason or ""


def said_by_rule(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, *, parameter: str, reason: str
) -> Decision:
    """A decision that rests on a parameter rather than on a row, before its effects."""
    return Decision(
        allowed=True,
        facts=facts_of(session, statement),
        actor=statement.actor,
        parameter=parameter,
        reason=reason,
        policy=policy.name,
        policy_version=policy.version,
    )


def ended_by(
    policy: ResolvedPolicy,
    session: SessionFacts,
    facts: ChangeFacts,
    statement: Statement,
    *,
    parameter: str,
    outcome: str,
) -> Decision:
    """The session is missed through the coach and given back or refunded, or missed for the reason that `outcome` names."""
    rest = RESTS.get(outcome)
    reason = outcome if rest is None else coachs_absence(policy, session, facts, statement)
    terms = policy.reasons[reason]
    if rest is not None:
        policy = with_terms(policy, reason, replace(terms, rest=rest))
    decision = said_by_rule(policy, session, statement, parameter=parameter, reason=reason)
    return concluded(policy, session, statement, decision, lots=facts.lots)


def with_terms(policy: ResolvedPolicy, reason: str, terms: Terms) -> ResolvedPolicy:
    """The same policy with other terms for one reason, for one decision."""
    return replace(policy, reasons={**policy.reasons, reason: terms})


def costs_member(effects: Iterable[Effect]) -> bool:
    """Whether the member loses units, a part of the price or a fee by it."""
    for effect in effects:
        match effect:
            case Conclude() if effect.disposition in LOST:
                return True
            case Charge():
                return True
            case _:
                continue
    return False


def conclusion_of(decision: Decision) -> Conclude | None:
    """What the decision says became of the session."""
    return next((one for one in decision.effects if isinstance(one, Conclude)), None)


def result_of(decision: Decision) -> CaseResult:
    """How a case is closed by giving the member back what they have lost."""
    conclude = conclusion_of(decision)
    refunded = conclude is not None and conclude.disposition is Disposition.REFUNDED
    return CaseResult.REFUNDED if refunded else CaseResult.RETURNED


def closed(case: Case, result: CaseResult, *, reason: str | None) -> Case:
    """The case with its result."""
    return replace(case, status=CaseStatus.CLOSED, result=result, reason=reason, due_at=None)


def silent(decision: Decision) -> tuple[Effect, ...]:
    """The effects without the messages of a plain statement: a case says it in its own words. Who owes a fee is told of it all the same."""
    return tuple(
        one
        for one in decision.effects
        if not isinstance(one, NotifyStaff) and (not isinstance(one, Notify) or one.code is NoticeCode.FEE_CHARGED)
    )


def finally_said(effects: Iterable[Effect], *, payable_at: datetime | None = None) -> tuple[Effect, ...]:
    """What is said in a case is not contested as well: what is earned by it is payable at once, or then (D-33, MODEL 5.7)."""
    return tuple(_finally(one, payable_at) for one in effects)


def _finally(effect: Effect, payable_at: datetime | None) -> Effect:
    match effect:
        case Earn() | KeepEarning():
            return replace(effect, payable_at=payable_at)
        case Conclude():
            return replace(effect, contest_until=None)
        case _:
            return effect


def by_refund(effects: Iterable[Effect], *, by_coach: bool) -> Iterator[Notify]:
    """Both are told that the case is closed, unless the coach's own act closed it; of a refund in place of that (MODEL 9)."""
    refunds = any(isinstance(one, Refund) for one in effects)
    code = NoticeCode.REFUNDED if refunds else NoticeCode.CASE_CLOSED
    yield Notify(code=code, to=Side.MEMBER)
    if not by_coach:
        yield Notify(code=code, to=Side.COACH)


def returned(effects: Iterable[Effect]) -> Iterator[Notify]:
    """The member is told of the credit that they can use again."""
    credits = [one for one in effects if isinstance(one, Credit)]
    back = sum(one.units for one in credits if one.kind in (LedgerKind.RELEASE, LedgerKind.RESTORE))
    gone = sum(one.units for one in credits if one.kind in (LedgerKind.REVOKE, LedgerKind.EXPIRE, LedgerKind.HOLD))
    if back > gone:
        yield Notify(code=NoticeCode.CREDIT_RETURNED, to=Side.MEMBER)


def given_back(decision: Decision, case: Case, *, by_coach: bool) -> Decision:
    """The case is closed because the member gets back what they have lost."""
    effects = silent(decision)
    change = ChangeCase(case=closed(case, result_of(decision), reason=decision.reason))
    notices = (*by_refund(effects, by_coach=by_coach), *returned(effects))
    return replace(decision, effects=(*effects, change, *notices))
