"""A proposed time that a coach keeps free, as a row of the same make as a session's (MODEL 11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from calendar_sync.google.mapping import EventKey
from calendar_sync.google.session_row import key_in_use
from models.queries.proposals import SLOTS
from models.unit import Database

# A hold has no conference, and no more than two states: it stands until the proposal has ended, by whatever, or its time can be
# taken no more, also where nobody has noticed yet that it is over.
HOLD = text(f"""
SELECT asked.id, held.number AS slot, true AS hold, 'COACH' AS side,
    CASE WHEN asked.status = 'PENDING' AND (CASE WHEN asked.at_start THEN :now < asked.answer_until ELSE :now <= asked.answer_until END)
        AND coalesce(held.lapses_at > :now, true) THEN 'SCHEDULED' ELSE 'CANCELLED' END AS status,
    true AS provisional, held.starts_at, held.ends_at, asked.version AS sequence, asked.coach_id, asked.member_id,
    asked.coach_id AS owner_id, kind.name AS kind_name, member.name AS other_name, coach.hours_zone AS zone, 'NONE' AS provider,
    organisation.is_sandbox, connection.status AS connection, connection.sealed_token, connection.calendar_id,
    connection.place AS calendar_place,
    known.event_id, known.generation, known.etag, known.deleted,
    CAST(NULL AS text) AS conference_url, CAST(NULL AS text) AS conference_status
FROM proposal AS asked
CROSS JOIN LATERAL {SLOTS} AS held
LEFT JOIN session AS s ON s.organisation_id = asked.organisation_id AND s.id = asked.session_id
JOIN organisation ON organisation.id = asked.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = asked.organisation_id AND kind.id = coalesce(asked.kind_id, s.kind_id)
JOIN person AS member ON member.organisation_id = asked.organisation_id AND member.id = asked.member_id
JOIN coach ON coach.organisation_id = asked.organisation_id AND coach.person_id = asked.coach_id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = asked.organisation_id AND connection.person_id = asked.coach_id
LEFT JOIN google_hold AS known ON known.organisation_id = asked.organisation_id AND known.proposal_id = asked.id AND known.slot = held.number
WHERE asked.organisation_id = :organisation AND asked.id = :proposal
ORDER BY held.number
""")


def load(database: Database, organisation_id: int, proposal_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """A row for each time that the proposal holds or has held; none where there is no such proposal, or it names no time."""
    values = {"organisation": organisation_id, "proposal": proposal_id, "now": now}
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(HOLD, values).all()


def key_of(row: Row[Any], secrets: Sequence[bytes], *, organisation_id: int) -> EventKey:
    """The key of the event of a held time."""
    keys = [
        EventKey.of_hold(secret, organisation=organisation_id, proposal=row.id, slot=row.slot) for secret in secrets
    ]
    return key_in_use(row, keys)
