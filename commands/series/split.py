"""proposeSplit, its twin, and what accepting it does: a month of three sessions becomes one of two (O7, O8, D-18)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.apply.change import Change, apply_change
from commands.change import refusal_of
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import Done, Outcome, Stale, check_of, refused
from commands.series.create import refused_plan
from commands.series.cut import Cut, cut_of
from commands.series.cutting import REASON, Cutting, released_by
from commands.series.planning import pair_of
from commands.series.rule import rule_of
from commands.series.succession import Succession, replace_series, succeed
from commands.transaction import Request, carry_out
from models.queries.series import places_of, series_of_ids
from models.unit import Database, Unit
from policy.asking import notices_of_asking
from policy.decisions import Decision, DecisionFacts, Objection, consequence_of, first_objection
from policy.effects import EndProposal, Propose, SplitSeries
from policy.facts import Proposal
from policy.months import FullMonth, full_months, split_of
from policy.proposals import Reply, objections_to_answer
from policy.series import SeriesPlan, skipping
from policy.terms import Action, ActorKind, ProposalKind, ProposalStatus, RefusalCode, SessionStatus

SERIES_OF = text("""
SELECT series_id, on_date FROM series_occurrence WHERE organisation_id = :organisation AND session_id = :session
""")
RULE = "D-18"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeSplit:
    """`first_on`: the original date of the first of the three; None: of the next month of three."""

    series_id: int
    first_on: date | None = None
    if_version: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReply:
    """Who accepts, and the digest of the plan whose troubles they leave out."""

    actor_kind: ActorKind
    acknowledge: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitting:
    """A wish to split: the month, the session that the proposal hangs on, what acceptance would do, or why it may not be asked."""

    row: Row[Any]
    actor_kind: ActorKind
    month: FullMonth | None
    session_id: int | None
    plan: SeriesPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitDecision:
    """The decision about an acceptance, and the succession that it carries out."""

    decision: Decision
    found: Succession | None


def propose_split(database: Database, request: Request, command: ProposeSplit) -> Outcome:
    """The other side is asked whether to split the month, or nothing happened and the answer says why; the object is the proposal's series."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = series_of_ids(unit, [command.series_id]).get(command.series_id)
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({row.coach_id, row.member_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def check_split(unit: Unit, actor: Actor, command: ProposeSplit, *, now: datetime) -> SeriesPlan | RefusalCode:
    """What a split of the month would do, and whether it may be proposed now."""
    found = _splitting(unit, actor, command, now=now)
    return found if isinstance(found, RefusalCode) else found.plan


def _splitting(unit: Unit, actor: Actor, command: ProposeSplit, *, now: datetime) -> Splitting | RefusalCode:
    cut = cut_of(unit, actor, command.series_id, command.first_on, now=now)
    if isinstance(cut, RefusalCode):
        return cut
    row, rule = cut.row, rule_of(cut.row)
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if pair is None:
        return RefusalCode.WRONG_STATE
    month = _month(pair.policy, rule, command.first_on, now=now)
    blank = SeriesPlan(allowed=False, code=RefusalCode.WRONG_STATE, parameter=RULE, checked_at=now)
    if month is None:
        return Splitting(row=row, actor_kind=cut.actor_kind, month=None, session_id=None, plan=blank)
    session_id = _standing_session(unit, row.id, month)
    found = _succession(unit, cut, month, now=now)
    plan = blank if isinstance(found, RefusalCode) else found.plan
    objection = first_objection(_objections(cut, month, session_id, now=now))
    if objection is not None:
        plan = replace(plan, allowed=False, code=objection.code, parameter=objection.parameter)
    elif plan.conflicts:
        # Whoever accepts decides whether to go on without these.
        plan = replace(plan, allowed=True, code=None)
    return Splitting(row=row, actor_kind=cut.actor_kind, month=month, session_id=session_id, plan=plan)


def _month(policy: Any, rule: Any, first_on: date | None, *, now: datetime) -> FullMonth | None:
    start = first_on or now.astimezone(rule.zone).date()
    for month in full_months(policy, rule, start):
        if first_on is None and month.decide_by >= now:
            return month
        if first_on is not None:
            return month if month.first.on == first_on else None
    return None


def _succession(unit: Unit, cut: Cut, month: FullMonth, *, now: datetime) -> Succession | RefusalCode:
    """The series as it goes on after the split; whoever asked or accepts acts for both, so no role stands in the way."""
    _, after = split_of(rule_of(cut.row), month)
    on = month.first.on
    released = released_by(unit, cut.row.id, on, now=now)
    whole = replace(cut, actor_kind=ActorKind.COACH, on=on, released=released)
    return succeed(unit, whole, after, note=None, now=now)


def _standing_session(unit: Unit, series_id: int, month: FullMonth) -> int | None:
    """The first session of the month that stands: the proposal is about it."""
    dates = {one.on for one in month.occurrences}
    standing = [
        row for row in places_of(unit, series_id) if row.on_date in dates and row.status == SessionStatus.SCHEDULED
    ]
    return standing[0].session_id if standing else None


def _objections(cut: Cut, month: FullMonth, session_id: int | None, *, now: datetime) -> Iterator[Objection | None]:
    if cut.actor_kind not in (ActorKind.MEMBER, ActorKind.COACH):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 5.2")
    if now > month.decide_by:
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter=RULE)
    elif session_id is None:
        yield Objection(code=RefusalCode.TOO_EARLY, parameter="series.horizon")


def _act(unit: Unit, request: Request, command: ProposeSplit) -> Outcome:
    found = _splitting(unit, request.actor, command, now=request.now)
    if isinstance(found, RefusalCode):
        return refused(found)
    if command.if_version is not None and command.if_version != found.row.version:
        return Stale(object_id=command.series_id)
    if not found.plan.allowed or found.month is None or found.session_id is None:
        return refused_plan(found.plan)
    case = session_cases(unit, [found.session_id], now=request.now)[found.session_id]
    change = Change(
        subject=case.subject,
        decision=_asking(case, found, found.month, now=request.now),
        actor=request.actor,
        actor_kind=found.actor_kind,
        now=request.now,
        policy=case.policy,
        note=command.note,
        request=request.idempotency_key,
    )
    return Done(object_id=command.series_id, event_id=apply_change(unit, change))


def _asking(case: SessionCase, found: Splitting, month: FullMonth, *, now: datetime) -> Decision:
    other = ActorKind.COACH if found.actor_kind is ActorKind.MEMBER else ActorKind.MEMBER
    proposal = Proposal(
        kind=ProposalKind.SERIES_SPLIT,
        by=found.actor_kind,
        answers=other,
        action=Action.MOVE,
        reason=REASON,
        row=None,
        starts_at=None,
        ends_at=None,
        sent_at=now,
        answer_until=month.decide_by,
        at_start=False,
    )
    superseded = (
        EndProposal(proposal=one, status=ProposalStatus.SUPERSEDED)
        for one in case.facts.proposals
        if one.kind is ProposalKind.SERIES_SPLIT
    )
    effects = (*superseded, Propose(proposal=proposal), *notices_of_asking(proposal))
    return _decision(case, found.actor_kind, now=now, effects=effects)


def _decision(case: SessionCase, actor: ActorKind, *, now: datetime, effects: tuple[Any, ...]) -> Decision:
    start = case.facts.starts_at
    return Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=start, notice=start - now, booked_at=case.facts.booked_at),
        actor=actor,
        parameter=RULE,
        reason=REASON,
        policy=case.policy.name,
        policy_version=case.policy.version,
        effects=effects,
    )


def decide_split(
    unit: Unit, case: SessionCase, proposal: Proposal, reply: SplitReply, *, now: datetime
) -> SplitDecision:
    """Whether the split may be agreed to now, and what follows; a time that is taken leaves the proposal pending."""
    decision = replace(_decision(case, reply.actor_kind, now=now, effects=()), deadline_at=proposal.answer_until)
    answer = Reply(actor=reply.actor_kind, now=now, note=reply.note)
    objection = first_objection(objections_to_answer(proposal, answer, may=proposal.answers))
    if objection is not None:
        return SplitDecision(decision=decision.refused(objection.code, parameter=objection.parameter), found=None)
    found = _accepted(unit, case, now=now)
    if isinstance(found, RefusalCode):
        return SplitDecision(decision=decision.refused(found, parameter=RULE), found=None)
    plan = skipping(found.plan, reply.acknowledge)
    if not plan.allowed and plan.code is not None:
        return SplitDecision(decision=decision.refused(plan.code, parameter=RULE), found=found)
    starts = tuple(one.starts_at for one in plan.possible[:2])
    split = SplitSeries(series=found.cut.row.id, dropped=found.cut.on, starts=starts)
    effects = (split, EndProposal(proposal=proposal, status=ProposalStatus.ACCEPTED))
    return SplitDecision(decision=replace(decision, effects=effects), found=replace(found, plan=plan))


def _accepted(unit: Unit, case: SessionCase, *, now: datetime) -> Succession | RefusalCode:
    values = {"organisation": unit.organisation_id, "session": case.subject.session_id}
    place = unit.connection.execute(SERIES_OF, values).one()
    row = series_of_ids(unit, [place.series_id])[place.series_id]
    rule = rule_of(row)
    month = next(
        (
            one
            for one in full_months(case.policy, rule, place.on_date - timedelta(days=31))
            if place.on_date in {each.on for each in one.occurrences}
        ),
        None,
    )
    if month is None:
        return RefusalCode.WRONG_STATE
    cut = Cut(row=row, actor_kind=ActorKind.COACH, on=month.first.on, released=())
    return _succession(unit, cut, month, now=now)


def accept_split(unit: Unit, request: Request, case: SessionCase, proposal: Proposal, reply: SplitReply) -> Outcome:
    """The series is split, or nothing happened and the answer says why; the object is the proposal."""
    decided = decide_split(unit, case, proposal, reply, now=request.now)
    decision, found = decided.decision, decided.found
    consequence = consequence_of(decision)
    if not decision.allowed or found is None:
        return replace(
            refusal_of(check_of(decision, consequence, now=request.now), decision), plan=found and found.plan
        )
    change = Change(
        subject=case.subject,
        decision=decision,
        actor=request.actor,
        actor_kind=reply.actor_kind,
        now=request.now,
        policy=case.policy,
        note=reply.note,
        request=request.idempotency_key,
    )
    event = apply_change(unit, change)
    cutting = Cutting(
        actor=request.actor,
        actor_kind=reply.actor_kind,
        now=request.now,
        request=request.idempotency_key,
        note=reply.note,
    )
    replace_series(unit, found, cutting, event_id=event)
    return Done(object_id=proposal.id, event_id=event, consequence=consequence)
