"""A proposed time that a coach keeps free, as a row of the same make as a session's (MODEL 11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from calendar_sync.google.mapping import EventKey
from calendar_sync.google.session_row import key_in_use
from models.queries.proposals import SLOTS
from models.unit import Database


# A hold has no conference, and no more than two states: it stands until the proposal has ended, by whatever, or its time can be
# taken no more, also where nobody has noticed yet that it is over.
def _holds(which: str) -> TextClause:
    return text(f"""
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
WHERE asked.organisation_id = :organisation AND {which}
ORDER BY asked.id, held.number
""")


_OF_PROPOSAL = _holds("asked.id = :proposal")
# What has begun stays in the calendar as its owner leaves it.
_STANDING = _holds(
    "asked.coach_id = :person AND asked.status = 'PENDING' AND held.starts_at > :now AND known.person_id = :person AND NOT known.deleted"
)
_TO_COME = _holds(
    "asked.coach_id = :person AND held.starts_at > :now AND (asked.status = 'PENDING' OR NOT coalesce(known.deleted, true))"
)


def load(database: Database, organisation_id: int, proposal_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """A row for each time that the proposal holds or has held; none where there is no such proposal, or it names no time."""
    return _rows(database, _OF_PROPOSAL, organisation_id, now=now, proposal=proposal_id)


def of_coach(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The times to come that the coach's calendar holds free or should, and those that are left of a proposal that has ended."""
    return _rows(database, _TO_COME, organisation_id, now=now, person=person_id)


def standing(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The times to come that are held free in the coach's calendar, as far as we know."""
    rows = _rows(database, _STANDING, organisation_id, now=now, person=person_id)
    return [row for row in rows if row.status == "SCHEDULED"]


def _rows(
    database: Database, which: TextClause, organisation_id: int, *, now: datetime, **values: int
) -> Sequence[Row[Any]]:
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(which, {"organisation": organisation_id, "now": now, **values}).all()


def key_of(row: Row[Any], secrets: Sequence[bytes], *, organisation_id: int) -> EventKey:
    """The key of the event of a held time."""
    keys = [
        EventKey.of_hold(secret, organisation=organisation_id, proposal=row.id, slot=row.slot) for secret in secrets
    ]
    return key_in_use(row, keys)
