"""What a policy says of reports, contests and investigations, as one line of text (MODEL 5.4)."""

from dataclasses import replace
from datetime import datetime, timedelta

from policy.case_answers import decide_answer
from policy.contests import decide_contest
from policy.decisions import Decision, DecisionFacts
from policy.effects import ChangeCase, Conclude, Propose
from policy.facts import Case, ChangeFacts, HeldUnit, SessionFacts, Statement
from policy.rebooking import decide_offer
from policy.reports import decide_report, decide_timeout, lapsed, report_until
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, CaseKind, CaseStatus, Disposition, LotSource, SessionStatus
from tests.policy.cast import APRIL, MARCH, ZONES, lot, session
from tests.policy.scenes import Rules

FACTS = ChangeFacts(zones=ZONES)


def disputed(rules: Rules) -> str:
    """Until when the coach's absence is reported and answered, what silence leads to, and what may be disputed or is asked."""
    policy = rules.of(None)
    over = awaiting(policy)
    end = over.ends_at
    report = decide_report(policy, over, Statement(actor=ActorKind.MEMBER, now=end))
    nothing = Decision(allowed=True, facts=DecisionFacts(now=end, start=end, notice=timedelta(0)))
    timeout = decide_timeout(policy, with_case(over), FACTS, case_of(over), now=end)
    lapse = lapsed(policy, with_case(over, CaseStatus.ANSWERED), FACTS, nothing, now=end)
    parts = {
        "reported": _span(report_until(policy, over), end),
        "answered": _span(_case(report).due_at, end),
        "not answered": _end(timeout),
        "not taken": _end(lapse),
        "offered for": _span(_offered_until(policy, over), end),
        "disputed": _span(_case(_held(policy, over)).dispute_until, end),
        "asked": _span(_case(_contest(policy, over)).due_at, end),
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def awaiting(policy: ResolvedPolicy) -> SessionFacts:
    """A session that is over, paid from purchased units."""
    units = policy.kind.units
    paying = lot(4, (MARCH[0], APRIL[1]), held=units, source=LotSource.PURCHASE)
    return session(policy.kind, HeldUnit(lot=paying, units=units), status=SessionStatus.AWAITING_OUTCOME)


def case_of(over: SessionFacts, status: CaseStatus = CaseStatus.OPEN) -> Case:
    """A report about it."""
    return Case(id=1, kind=CaseKind.NO_SHOW, status=status, opened_at=over.starts_at, due_at=over.ends_at)


def with_case(over: SessionFacts, status: CaseStatus = CaseStatus.OPEN) -> SessionFacts:
    """The same session, about which there is a report."""
    return replace(over, case=case_of(over, status))


def _offered_until(policy: ResolvedPolicy, over: SessionFacts) -> datetime:
    decision = decide_offer(policy, over, Statement(actor=ActorKind.COACH, now=over.ends_at), FACTS)
    return next(one.proposal.answer_until for one in decision.effects if isinstance(one, Propose))


def _held(policy: ResolvedPolicy, over: SessionFacts) -> Decision:
    statement = Statement(actor=ActorKind.COACH, now=over.ends_at, held=True)
    return decide_answer(policy, with_case(over), statement, FACTS)


def _contest(policy: ResolvedPolicy, over: SessionFacts) -> Decision:
    missed = replace(
        over,
        status=SessionStatus.MISSED,
        disposition=Disposition.COUNTED,
        stated_by=ActorKind.COACH,
        stated_at=over.ends_at,
    )
    return decide_contest(policy, missed, Statement(actor=ActorKind.MEMBER, now=over.ends_at))


def _case(decision: Decision) -> Case:
    return next(one.case for one in decision.effects if isinstance(one, ChangeCase))


def _end(decision: Decision) -> str:
    """What becomes of the session and the case."""
    case = _case(decision)
    said = next((one for one in decision.effects if isinstance(one, Conclude)), None)
    return f"{case.result or case.status}" + ("" if said is None else f" {said.reason} {said.disposition}")


def _span(at: datetime | None, since: datetime) -> str:
    return "never" if at is None else str(at - since)
