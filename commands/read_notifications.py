"""markNotificationsRead: a person has seen messages of the notification centre (V7)."""

from dataclasses import dataclass

from sqlalchemy import text

from commands.outcome import Done, Outcome, refused
from commands.transaction import Request
from models.queries.views import notification_of_id
from models.unit import Database
from policy.terms import RefusalCode

READ = text("""
UPDATE notification SET read_at = :now
WHERE organisation_id = :organisation AND recipient_id = :person AND read_at IS NULL AND id <= :up_to
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNotificationsRead:
    """Everything up to and including this message is read."""

    up_to: int


def mark_notifications_read(database: Database, request: Request, command: MarkNotificationsRead) -> Outcome:
    """What the person got up to this message is read; doing it again changes nothing."""
    if request.actor.person_id is None:
        return refused(RefusalCode.FORBIDDEN)
    values = {"person": request.actor.person_id, "now": request.now, "up_to": command.up_to}
    with database.unit(request.actor.organisation_id) as unit:
        found = notification_of_id(unit, command.up_to)
        if found is None or found.recipient_id != request.actor.person_id:
            return refused(RefusalCode.NOT_FOUND)
        unit.connection.execute(READ, {**values, "organisation": unit.organisation_id})
    return Done(object_id=request.actor.person_id, event_id=0)
