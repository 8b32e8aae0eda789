"""One decision about a session becomes rows: slots, log, credits, money, messages, due work, in this order."""

from dataclasses import dataclass
from datetime import datetime

from commands.actor import Actor
from commands.apply.credits import Posting, post_credits, post_grant
from commands.apply.money import MoneyPosting, post_money
from commands.apply.notices import Subject, notify
from commands.apply.record import Record, write_event
from commands.apply.slots import change_slots, session_work
from commands.apply.work import schedule
from models.unit import Unit
from policy.decisions import Decision, decision_to_json
from policy.effects import (
    Book,
    Cancel,
    Charge,
    ConfirmTime,
    Credit,
    Earn,
    Effect,
    Grant,
    Move,
    Notify,
    Penalty,
    Refund,
    effects_to_json,
)
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A decision to be carried out on one session, by whom and when."""

    subject: Subject
    decision: Decision
    actor: Actor
    actor_kind: ActorKind
    now: datetime
    note: str | None = None
    request: str | None = None


def apply_change(unit: Unit, change: Change) -> int:
    """Every effect of the decision stands in the database and in the log; returns the event's id.

    The locks of both persons are held. A slot that somebody holds raises IntegrityError (`ex_busy_person_during`).
    """
    subject, decision = change.subject, change.decision
    version = change_slots(unit, change.subject, decision, now=change.now)
    event = write_event(unit, _record(change))
    cause = f"event:{event}"
    posting = Posting(
        member_id=subject.member_id,
        kind_id=subject.kind_id,
        membership_id=subject.membership_id,
        event_id=event,
        session_id=subject.session_id,
        reason=decision.reason,
        recorded_at=change.now,
        effective_at=change.now,
        cause=f"{cause}:credit",
    )
    works = post_credits(unit, posting, [effect for effect in decision.effects if isinstance(effect, Credit)])
    for bonus in (effect for effect in decision.effects if isinstance(effect, Grant)):
        works += post_grant(unit, posting, bonus.to, bonus.units)
    money = MoneyPosting(
        subject=subject, event_id=event, reason=decision.reason, now=change.now, cause=f"{cause}:money"
    )
    post_money(unit, money, decision.effects)
    works += notify(unit, subject, decision, event_id=event, note=change.note, now=change.now)
    schedule(unit, [*works, *session_work(subject, decision.effects, version=version, now=change.now)])
    return event


def name_of(effects: tuple[Effect, ...]) -> str:
    """What the log calls a change: its first effect on the session."""
    for effect in effects:
        match effect:
            case Book():
                return "SESSION_BOOKED"
            case Move():
                return "SESSION_MOVED"
            case Cancel():
                return "SESSION_CANCELLED"
            case ConfirmTime():
                return "TIME_CONFIRMED"
            case Credit() | Grant() | Earn() | Charge() | Refund() | Penalty() | Notify():
                continue
    raise ValueError("a decision without an effect on the session is not applied")


def _record(change: Change) -> Record:
    return Record(
        name=name_of(change.decision.effects),
        persons=frozenset({change.subject.member_id, change.subject.coach_id}),
        actor_kind=change.actor_kind,
        actor_id=change.actor.person_id,
        api_key_id=change.actor.api_key_id,
        cause="request" if change.request is None else f"request:{change.request}",
        session_id=change.subject.session_id,
        resolved_policy_id=change.subject.resolved_policy_id,
        decision=decision_to_json(change.decision),
        effects=effects_to_json(change.decision.effects),
        note=change.note,
        recorded_at=change.now,
        effective_at=change.now,
    )
