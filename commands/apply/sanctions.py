"""What lasts of the steps of tallies: begun by an event, told to whom it concerns, ended, or lifted (MODEL 3.5, 5.7, D-59)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, text

from commands.apply.happened import Happened
from commands.apply.notice_facts import facts_of_notice
from commands.apply.subject import Subject
from commands.apply.work import Work, mails_of
from commands.notices import facts_to_json
from models.event import Notification
from models.sanction import SanctionInForce
from models.unit import Unit
from policy.decisions import Decision, DecisionFacts
from policy.effects import LiftSteps, Notify, TakeStep
from policy.money import Money
from policy.terms import ActorKind, NoticeCode, Sanction, Side, Until, WorkKind

LIFTED, RETURNED, OVER, PAID, FORGIVEN = "LIFTED", "RETURNED", "OVER", "PAID", "FORGIVEN"
"""What a message tells besides the steps themselves: taken back with its event, with money; run out; paid; lifted by the team."""

LIFT = text("""
UPDATE sanction SET lifted_at = :now WHERE organisation_id = :organisation AND id = ANY(CAST(:sanctions AS bigint[]))
AND lifted_at IS NULL
""")
ENTRY = text("""
SELECT max(id) FROM money_entry WHERE organisation_id = :organisation AND event_id = :event AND tally = :tally
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNews:
    """What a person is told: what follows or is over, until when, for which kinds of sessions, and what is owed or given back."""

    what: tuple[str, ...]
    to: Side
    until: datetime | None = None
    lasts: Until | None = None
    amount: Money | None = None
    kinds: tuple[str, ...] = ()


def begin(unit: Unit, happened: Happened, step: TakeStep, kind: Sanction) -> list[Work]:
    """It is in force from now on; returns the timer of its end, where an instant says so."""
    subject = happened.subject
    person = subject.coach_id if step.to is Side.COACH else subject.member_id
    row = {
        "organisation_id": unit.organisation_id,
        "person_id": person,
        "session_id": subject.session_id,
        "event_id": happened.event_id,
        "tally": step.tally,
        "step": step.step,
        "reason": happened.reason,
        "kind": kind,
        "kinds": None if step.kinds is None else list(step.kinds),
        "begins_at": happened.now,
        "ends_at": step.until,
        "lasts": step.lasts,
        "entry_id": _entry(unit, happened, step) if step.lasts is Until.PAID else None,
    }
    key = unit.connection.execute(insert(SanctionInForce).values(row).returning(SanctionInForce.id)).scalar_one()
    if step.until is None:
        return []
    return [
        Work(
            kind=WorkKind.SANCTION_END,
            cause_key=f"sanction-end:{key}",
            persons=frozenset({person}),
            object_id=key,
            fires_at=step.until,
        )
    ]


def _entry(unit: Unit, happened: Happened, step: TakeStep) -> int | None:
    """What the step has charged."""
    values = {"organisation": unit.organisation_id, "event": happened.event_id, "tally": step.tally}
    return unit.connection.execute(ENTRY, values).scalar_one()


def lift(unit: Unit, happened: Happened, lifted: LiftSteps) -> list[Work]:
    """What the session had led to for a reason that it does not have any more is over, and whom it concerned is told; returns the mails."""
    values = {"organisation": unit.organisation_id, "sanctions": list(lifted.sanctions), "now": happened.now}
    unit.connection.execute(LIFT, values)
    works: list[Work] = []
    for side, amount in ((Side.MEMBER, lifted.charge), (Side.COACH, lifted.penalty)):
        what = ((LIFTED,) if side in lifted.sides else ()) + ((RETURNED,) if amount is not None else ())
        if what:
            works += tell_of_step(unit, happened, StepNews(what=what, to=side, amount=amount))
    return works


def tell_of_step(unit: Unit, happened: Happened, news: StepNews) -> list[Work]:
    """The person has a TALLY_STEP with this news; returns the mail."""
    subject = happened.subject
    return tell_person(
        unit,
        subject,
        news,
        reason=happened.reason,
        event_id=happened.event_id,
        now=happened.now,
        recorded_at=happened.noticed_at,
    )


def tell_person(
    unit: Unit,
    subject: Subject,
    news: StepNews,
    *,
    reason: str | None,
    event_id: int,
    now: datetime,
    recorded_at: datetime,
) -> list[Work]:
    """The same for news that come later."""
    message = Notify(code=NoticeCode.TALLY_STEP, to=news.to)
    decision = Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=subject.starts_at, notice=subject.starts_at - now),
        actor=ActorKind.SYSTEM,
        reason=reason,
        effects=(message,),
    )
    told = replace(
        facts_of_notice(subject, decision, message, None, next_starts_at=None),
        news=" ".join(news.what),
        answer_by=news.until,
        lasts=None if news.lasts is None else str(news.lasts),
        amount=news.amount,
        kinds=news.kinds,
        join_link=False,
        change_links=False,
    )
    row = {
        "organisation_id": unit.organisation_id,
        "code": NoticeCode.TALLY_STEP,
        "recipient_id": subject.coach_id if news.to is Side.COACH else subject.member_id,
        "session_id": subject.session_id,
        "event_id": event_id,
        "channel": "EMAIL",
        "facts": facts_to_json(told),
        "created_at": recorded_at,
    }
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), [row])
    return mails_of([(one.id, one.recipient_id) for one in written], now=recorded_at)
