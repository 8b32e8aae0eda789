"""Whom a person may see: themselves, and with whom they have or had an engagement or a session (MODEL 10)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

PEOPLE = text("""
SELECT person.id, person.name, person.zone FROM person
WHERE person.organisation_id = :organisation AND person.id = ANY(CAST(:ids AS bigint[]))
AND (CAST(:reader AS bigint) IS NULL OR person.id = :reader OR EXISTS (
    SELECT FROM engagement WHERE engagement.organisation_id = person.organisation_id
    AND (engagement.coach_id, engagement.member_id) IN ((person.id, :reader), (:reader, person.id))
) OR EXISTS (
    SELECT FROM session WHERE session.organisation_id = person.organisation_id
    AND (session.coach_id, session.member_id) IN ((person.id, :reader), (:reader, person.id))
) OR EXISTS (
    SELECT FROM coach_kind WHERE coach_kind.organisation_id = person.organisation_id AND coach_kind.coach_id = person.id
    AND coach_kind.open_to_all
))
""")

MEMBERSHIPS = text("""
SELECT membership.id, membership.member_id, membership.status, membership.accounting_zone, membership.starts_on,
    membership.enrolled_at, membership.contract_id, membership.version, membership.tier, membership.cadence,
    membership.next_cadence, membership.next_cadence_on, membership.paid_until, membership.ends_on, membership.ended_at,
    membership.pauses_on, membership.resumes_on, membership.base_currency, membership.plan_document, person.name AS member_name, person.zone AS member_zone,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(coach.id, coach.name, coach.zone) ORDER BY engagement.id), '[]')
        FROM engagement JOIN person AS coach ON coach.organisation_id = engagement.organisation_id AND coach.id = engagement.coach_id
        WHERE engagement.organisation_id = membership.organisation_id AND engagement.membership_id = membership.id
        AND engagement.status = 'ACTIVE') AS coaches
FROM membership JOIN person ON person.organisation_id = membership.organisation_id AND person.id = membership.member_id
WHERE membership.organisation_id = :organisation AND membership.id = ANY(CAST(:ids AS bigint[]))
AND (CAST(:reader AS bigint) IS NULL OR membership.member_id = :reader)
""")

TIMES_OFF = text("""
SELECT off.id, off.coach_id, off.starts_at, off.ends_at, person.name AS coach_name, person.zone AS coach_zone
FROM time_off AS off JOIN person ON person.organisation_id = off.organisation_id AND person.id = off.coach_id
WHERE off.organisation_id = :organisation AND off.id = ANY(CAST(:ids AS bigint[]))
AND (CAST(:reader AS bigint) IS NULL OR off.coach_id = :reader)
""")


def visible_people(unit: Unit, ids: Sequence[int], *, reader: int | None) -> dict[int, Row[Any]]:
    """Those of these people whom the reader may see, `None` being staff, who see everybody; one statement."""
    return _visible(unit, PEOPLE, ids, reader)


def visible_memberships(unit: Unit, ids: Sequence[int], *, reader: int | None) -> dict[int, Row[Any]]:
    """Those of these memberships that the reader may see, with their active coaches; one statement."""
    return _visible(unit, MEMBERSHIPS, ids, reader)


def visible_times_off(unit: Unit, ids: Sequence[int], *, reader: int | None) -> dict[int, Row[Any]]:
    """Those of these times off that the reader may see; one statement."""
    return _visible(unit, TIMES_OFF, ids, reader)


def _visible(unit: Unit, statement: Any, ids: Sequence[int], reader: int | None) -> dict[int, Row[Any]]:
    values = {"organisation": unit.organisation_id, "ids": list(ids), "reader": reader}
    return {row.id: row for row in unit.connection.execute(statement, values)}
