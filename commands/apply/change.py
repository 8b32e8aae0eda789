"""One decision about a session becomes rows: slots, log, credits, money, messages, due work, in this order."""

from dataclasses import dataclass, replace
from datetime import datetime

from commands.actor import Actor
from commands.apply.cases import change_cases
from commands.apply.credits import Posting, post_acquired, post_credits, post_grant
from commands.apply.duplicates import post_questions
from commands.apply.happened import Happened
from commands.apply.money import MoneyPosting, post_money
from commands.apply.notices import Subject, notify
from commands.apply.payer import contract_of_fees, without_fees
from commands.apply.proposals import Sending, end_proposals, send_proposals
from commands.apply.record import Record, write_event
from commands.apply.slots import change_slots, session_work
from commands.apply.staff_work import StaffWork, change_staff_work
from commands.apply.steps import follow_up
from commands.apply.work import schedule
from commands.facts.sessions import session_cases
from models.unit import Unit, require_locked
from policy.decisions import Decision, decision_to_json
from policy.effects import (
    Acquire,
    Book,
    Cancel,
    ChangeCase,
    Conclude,
    ConfirmTime,
    Credit,
    Effect,
    EndProposal,
    Firm,
    GivenUpFor,
    Grant,
    Keep,
    Move,
    Propose,
    SplitSeries,
    effects_to_json,
)
from policy.facts import Case
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, CaseStatus, ProposalKind, SessionStatus, WorkKind
from policy.watching import watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A decision to be carried out on one session, by whom and as of when; `timer`: the deadline that caused it, if one did.

    `policy`: that of the session; None where there is no session that could change.
    `in_series`: it is one of many by one cause, and calendars get the whole series at once. `followed`: what tallies make of the
    decision is among its effects already.
    """

    subject: Subject
    decision: Decision
    actor: Actor
    actor_kind: ActorKind
    now: datetime
    policy: ResolvedPolicy | None
    note: str | None = None
    request: str | None = None
    timer: str | None = None
    recorded_at: datetime | None = None
    in_series: bool = False
    followed: bool = False

    @property
    def noticed_at(self) -> datetime:
        """When it is written down; later than `now` only for a deadline that was noticed late."""
        return self.recorded_at or self.now


def apply_change(unit: Unit, change: Change) -> int:
    """Every effect of the decision stands in the database and in the log, on other sessions too; returns the event's id.

    The locks of both persons are held; those of the people of other sessions must be, or NotLocked is raised. A slot that
    somebody holds raises IntegrityError (`ex_busy_person_during`).
    """
    also = _also(unit, change)
    for one, first in also:
        if first:
            _apply(unit, one)
    event = _apply(unit, change)
    for one, first in also:
        if not first:
            _apply(unit, one)
    return event


def _also(unit: Unit, change: Change) -> list[tuple[Change, bool]]:
    """What the same cause does to other sessions, and whether it is done first."""
    along = change.decision.also
    if not along:
        return []
    cases = session_cases(unit, [one.session for one in along], now=change.now)
    require_locked(unit, frozenset().union(*(case.persons for case in cases.values())))
    found: list[tuple[Change, bool]] = []
    for one in along:
        case = cases[one.session]
        decision = replace(one.decision, effects=_settled_for(one.decision.effects, change.subject.session_id))
        own = replace(change, subject=case.subject, decision=decision, policy=case.policy, followed=False)
        found.append((own, one.first))
    return found


def _settled_for(effects: tuple[Effect, ...], booked: int) -> tuple[Effect, ...]:
    """A session that was only being booked when it was decided has its id by now."""
    return tuple(replace(one, kept=one.kept or booked) if isinstance(one, GivenUpFor) else one for one in effects)


def _apply(unit: Unit, change: Change) -> int:
    change = _followed(unit, change)
    subject, decision = change.subject, change.decision
    freed = end_proposals(unit, subject, decision.effects, now=change.now)
    version = change_slots(unit, change.subject, decision, now=change.now)
    questions = post_questions(unit, subject, decision.effects, now=change.now)
    event = write_event(unit, _record(change))
    cause = f"event:{event}"
    posting = Posting(
        member_id=subject.member_id,
        kind_id=subject.kind_id,
        membership_id=subject.membership_id,
        event_id=event,
        session_id=subject.session_id,
        reason=decision.reason,
        recorded_at=change.noticed_at,
        effective_at=change.now,
        cause=f"{cause}:credit",
    )
    works = freed + post_credits(unit, posting, [effect for effect in decision.effects if isinstance(effect, Credit)])
    for acquired in (effect for effect in decision.effects if isinstance(effect, Acquire)):
        post_acquired(unit, posting, acquired)
    for bonus in (effect for effect in decision.effects if isinstance(effect, Grant)):
        works += post_grant(unit, posting, bonus.to, bonus.units)
    contract = contract_of_fees(unit, subject, change.policy, decision.effects)
    money = MoneyPosting(
        subject=subject,
        event_id=event,
        reason=decision.reason,
        now=change.now,
        recorded_at=change.noticed_at,
        cause=f"{cause}:money",
        contract_id=contract,
    )
    works += post_money(unit, money, decision.effects)
    sending = Sending(subject=subject, event_id=event, note=change.note, now=change.now)
    sent = send_proposals(unit, sending, decision.effects)
    works += sent.works
    works += change_cases(unit, subject, decision.effects, now=change.now)
    works += change_staff_work(unit, _staff_work(change))
    works += follow_up(unit, _happened(change, event))
    works += notify(
        unit,
        subject,
        decision if contract is None else replace(decision, effects=without_fees(decision.effects)),
        event_id=event,
        note=change.note,
        now=change.noticed_at,
        policy=change.policy,
        proposal_id=None if subject.session_id else sent.proposal_id,
    )
    if change.policy is not None:
        own = session_work(subject, change.policy, decision.effects, version=version, now=change.noticed_at)
        works += [work for work in own if not (change.in_series and work.kind is WorkKind.GOOGLE_PUSH)]
    schedule(unit, [*questions, *works])
    return event


def _followed(unit: Unit, change: Change) -> Change:
    """The change with what tallies make of it (D-59), for what nobody was shown beforehand."""
    if change.followed or change.policy is None or not change.subject.session_id:
        return change
    effects = change.decision.effects
    amends = any(isinstance(effect, Conclude) and effect.amends for effect in effects)
    if not amends and not watched(change.policy, change.decision.reason):
        return change
    case = session_cases(unit, [change.subject.session_id], now=change.now)[change.subject.session_id]
    return replace(change, decision=case.followed(change.decision, now=change.now), followed=True)


def _happened(change: Change, event: int) -> Happened:
    return Happened(
        subject=change.subject,
        policy=change.policy,
        effects=change.decision.effects,
        reason=change.decision.reason,
        event_id=event,
        now=change.now,
        noticed_at=change.noticed_at,
    )


def _staff_work(change: Change) -> StaffWork:
    """Who is asked of the team is whoever did it; what a deadline brings to the team, the member asked for."""
    return StaffWork(
        subject=change.subject,
        effects=change.decision.effects,
        policy=change.policy,
        raised_by=change.actor.person_id or change.subject.member_id,
        done_by=change.actor.person_id,
        said=change.note or "",
        by=change.actor_kind,
        now=change.now,
    )


def name_of(effects: tuple[Effect, ...]) -> str:
    """What the log calls a change: its first effect on the session."""
    for effect in effects:
        name = _name_of(effect)
        if name is not None:
            return name
    raise ValueError("a decision without an effect on the session is not applied")


def _name_of(effect: Effect) -> str | None:
    match effect:
        case Conclude():
            return _name_of_statement(effect)
        case Propose():
            return _SENT[effect.proposal.kind]
        case EndProposal():
            return f"PROPOSAL_{effect.status}"
        case ChangeCase():
            return _name_of_case(effect.case)
        case _:
            return _NAMES.get(type(effect))


_NAMES: dict[type, str] = {
    Book: "SESSION_BOOKED",
    Move: "SESSION_MOVED",
    Cancel: "SESSION_CANCELLED",
    ConfirmTime: "TIME_CONFIRMED",
    Keep: "BOOKING_KEPT",
    Firm: "BOOKING_KEPT",
    SplitSeries: "SERIES_SPLIT",
}


def _name_of_case(case: Case) -> str:
    if case.status is CaseStatus.CLOSED:
        return f"CASE_{case.result}"
    return "CASE_CHANGED" if case.id else "CASE_OPENED"


_SENT = {
    ProposalKind.CHANGE_REQUEST: "CHANGE_REQUESTED",
    ProposalKind.RESCHEDULE: "RESCHEDULE_PROPOSED",
    ProposalKind.REBOOK_OFFER: "REBOOKING_OFFERED",
    ProposalKind.NEW_SESSION: "INVITE_SENT",
    ProposalKind.BOOKING_REQUEST: "BOOKING_REQUESTED",
    ProposalKind.SERIES_SPLIT: "SPLIT_PROPOSED",
}


def _name_of_statement(effect: Conclude) -> str:
    if effect.status is SessionStatus.CANCELLED:
        return "REASON_AMENDED" if effect.amends else "REASON_STATED"
    return "OUTCOME_AMENDED" if effect.amends else "OUTCOME_RECORDED"


def _record(change: Change) -> Record:
    return Record(
        name=name_of(change.decision.effects),
        persons=frozenset({change.subject.member_id, change.subject.coach_id}),
        actor_kind=change.actor_kind,
        actor_id=change.actor.person_id,
        api_key_id=change.actor.api_key_id,
        cause=change.timer or ("request" if change.request is None else f"request:{change.request}"),
        session_id=change.subject.session_id or None,
        resolved_policy_id=change.subject.resolved_policy_id or None,
        decision=decision_to_json(change.decision),
        effects=effects_to_json(change.decision.effects),
        note=change.note,
        recorded_at=change.noticed_at,
        effective_at=change.now,
    )
