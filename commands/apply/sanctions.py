"""Sanctions of tallies: begun by an event, told to the person, lifted when the event is taken back (MODEL 3.5, D-59)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, text

from commands.apply.happened import Happened
from commands.apply.notice_facts import facts_of_notice
from commands.apply.work import Work, mails_of
from commands.notices import facts_to_json
from models.event import Notification
from models.sanction import SanctionInForce
from models.unit import Unit
from policy.decisions import Decision, DecisionFacts
from policy.effects import Notify
from policy.facts import Zones
from policy.terms import ActorKind, NoticeCode, Sanction, Side
from policy.watching import Reached, concerns_member, end_of_step

LIFTED = "LIFTED"

STANDS = text("""
SELECT EXISTS (SELECT FROM sanction WHERE organisation_id = :organisation AND session_id = :session AND tally = :tally
AND lifted_at IS NULL)
""")

LIFT = text("""
UPDATE sanction SET lifted_at = :now WHERE organisation_id = :organisation AND session_id = :session
AND lifted_at IS NULL AND ends_at > :now AND reason IS DISTINCT FROM :reason RETURNING id
""")


def carry_out_step(unit: Unit, happened: Happened, one: Reached, zones: Zones) -> list[Work]:
    """The member is warned, or their bookings are stopped and they are told until when; returns the mails."""
    if not concerns_member(one.tally):
        return []
    works: list[Work] = []
    if Sanction.WARN in one.step.then:
        works += _tell(unit, happened, Sanction.WARN, until=None)
    end = end_of_step(one.step, happened.policy, zones, begins_at=happened.now)
    if Sanction.BLOCK in one.step.then and end is not None and not _stands(unit, happened, one):
        _begin(unit, happened, one, ends_at=end)
        works += _tell(unit, happened, Sanction.BLOCK, until=end)
    return works


def lift_sanctions(unit: Unit, happened: Happened) -> list[Work]:
    """What the session had led to for a reason that it does not have any more is lifted, and the member told; returns the mails."""
    values = {
        "organisation": unit.organisation_id,
        "session": happened.subject.session_id,
        "reason": happened.reason,
        "now": happened.now,
    }
    lifted = unit.connection.execute(LIFT, values).scalars().all()
    return _tell(unit, happened, LIFTED, until=None) if lifted else []


def _stands(unit: Unit, happened: Happened, one: Reached) -> bool:
    """Whether this session has led to it before, and it was not lifted."""
    values = {"organisation": unit.organisation_id, "session": happened.subject.session_id, "tally": one.name}
    return bool(unit.connection.execute(STANDS, values).scalar_one())


def _begin(unit: Unit, happened: Happened, one: Reached, *, ends_at: datetime) -> None:
    kinds = one.step.kinds
    row = {
        "organisation_id": unit.organisation_id,
        "person_id": happened.subject.member_id,
        "session_id": happened.subject.session_id,
        "event_id": happened.event_id,
        "tally": one.name,
        "reason": happened.reason,
        "kind": Sanction.BLOCK,
        "kinds": None if kinds is None else sorted(kinds),
        "begins_at": happened.now,
        "ends_at": ends_at,
    }
    unit.connection.execute(insert(SanctionInForce).values(row))


def _tell(unit: Unit, happened: Happened, news: str, *, until: datetime | None) -> list[Work]:
    """The member has a TALLY_STEP with this news; returns the mail."""
    subject = happened.subject
    message = Notify(code=NoticeCode.TALLY_STEP, to=Side.MEMBER)
    decision = Decision(
        allowed=True,
        facts=DecisionFacts(now=happened.now, start=subject.starts_at, notice=subject.starts_at - happened.now),
        actor=ActorKind.SYSTEM,
        reason=happened.reason,
        effects=(message,),
    )
    facts = facts_of_notice(subject, decision, message, None, next_starts_at=None)
    told = replace(facts, news=str(news), answer_by=until, join_link=False, change_links=False)
    row = {
        "organisation_id": unit.organisation_id,
        "code": NoticeCode.TALLY_STEP,
        "recipient_id": subject.member_id,
        "session_id": subject.session_id,
        "event_id": happened.event_id,
        "channel": "EMAIL",
        "facts": facts_to_json(told),
        "created_at": happened.noticed_at,
    }
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), [row])
    return mails_of([(one.id, one.recipient_id) for one in written], now=happened.noticed_at)
