"""A coach is told, once each, that their calendar no longer follows their sessions, and that it does again (CALENDAR 24)."""

from datetime import datetime

from sqlalchemy import insert, text

from commands.apply.work import Work, mails_of
from commands.notices import NoticeFacts, facts_to_json
from models.event import Notification
from models.unit import Unit
from policy.terms import ActorKind, ConnectionStatus, NoticeCode

COACH = text("SELECT name, zone FROM person WHERE organisation_id = :organisation AND id = :person")


def tell_coach(unit: Unit, person_id: int, status: ConnectionStatus, *, event: int, now: datetime) -> list[Work]:
    """The coach has the message that the connection is in this state now; returns the mail."""
    values = {"organisation": unit.organisation_id, "person": person_id}
    coach = unit.connection.execute(COACH, values).one()
    facts = NoticeFacts(
        kind_code="",
        kind_name="Google Calendar",
        coach_name=coach.name,
        member_name="",
        accounting_zone=coach.zone,
        starts_at=now,
        ends_at=now,
        sequence=0,
        by=str(ActorKind.SYSTEM),
        news=str(status),
        for_coach=True,
        connect_link=status is ConnectionStatus.BROKEN,
    )
    row = {
        "organisation_id": unit.organisation_id,
        "code": NoticeCode.CALENDAR_CONNECTION,
        "recipient_id": person_id,
        "session_id": None,
        "event_id": event,
        "channel": "EMAIL",
        "facts": facts_to_json(facts),
        "created_at": now,
    }
    written = unit.connection.execute(insert(Notification).returning(Notification.id), row)
    return mails_of([(written.scalar_one(), person_id)], now=now)
