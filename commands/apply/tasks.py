"""A task and the message to the team about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

from commands.apply.notice_facts import facts_of_notice
from commands.apply.subject import Subject
from commands.apply.work import Work, mails_of
from commands.notices import NoticeFacts, facts_to_json
from models.event import Notification
from models.unit import Unit
from policy.decisions import Decision, DecisionFacts
from policy.effects import NotifyStaff
from policy.tasks import TaskTemplate, end_of_business_day
from policy.terms import ActorKind, NoticeCode, Role, WorkKind

TEAM = text("""
SELECT DISTINCT person.id FROM person JOIN person_role AS role
    ON role.organisation_id = person.organisation_id AND role.person_id = person.id
WHERE person.organisation_id = :organisation AND person.deactivated_at IS NULL AND role.role = ANY(CAST(:roles AS text[]))
ORDER BY person.id
""")


OFFICE = text("""
SELECT organisation.zone, ARRAY(SELECT on_date FROM holiday WHERE organisation_id = :organisation) AS holidays
FROM organisation WHERE organisation.id = :organisation
""")


def due_after(unit: Unit, days: int | None, *, received: datetime) -> datetime | None:
    """Until when work is done that takes so many business days of the organisation (D-31); None without such a number."""
    if days is None:
        return None
    office = unit.connection.execute(OFFICE, {"organisation": unit.organisation_id}).one()
    return end_of_business_day(received, days, ZoneInfo(office.zone), frozenset(office.holidays))


def overdue(task: int, person: int, due: datetime | None) -> list[Work]:
    """The timer after which senior staff are told of a task; none for a task without a deadline."""
    if due is None:
        return []
    return [
        Work(
            kind=WorkKind.TASK_DUE,
            cause_key=f"task-due:{task}",
            persons=frozenset({person}),
            object_id=task,
            fires_at=due,
            strict=True,
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the people with these roles are told: the kind of work, by whom it was asked, in which words, until when it is done."""

    template: TaskTemplate
    by: ActorKind
    said: str | None
    due: datetime | None
    roles: tuple[Role, ...]


def tell_team(unit: Unit, subject: Subject, call: Call, *, event_id: int, now: datetime) -> list[Work]:
    """Each active person with one of the roles has a message about the task; returns the mails."""
    message = NotifyStaff(code=NoticeCode.TASK)
    decision = Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=subject.starts_at, notice=subject.starts_at - now),
        actor=call.by,
        effects=(message,),
    )
    facts = facts_of_notice(subject, decision, message, call.said, next_starts_at=None)
    # What nobody asked is said by the system itself, as the news that it is.
    news = call.said if call.by is ActorKind.SYSTEM else None
    told = replace(facts, task=call.template.title, answer_by=call.due, join_link=False, change_links=False, news=news)
    return send_to_team(unit, told, call.roles, session_id=subject.session_id, event_id=event_id, now=now)


def send_to_team(
    unit: Unit, told: NoticeFacts, roles: tuple[Role, ...], *, session_id: int | None, event_id: int, now: datetime
) -> list[Work]:
    """Each active person with one of the roles has a TASK with these facts; returns the mails."""
    team = unit.connection.execute(TEAM, {"organisation": unit.organisation_id, "roles": list(roles)}).scalars()
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "code": NoticeCode.TASK,
            "recipient_id": person,
            "session_id": session_id,
            "event_id": event_id,
            "channel": "EMAIL",
            "facts": facts_to_json(told),
            "created_at": now,
        }
        for person in team
    ]
    if not rows:
        return []
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), rows)
    return mails_of([(row.id, row.recipient_id) for row in written], now=now)
