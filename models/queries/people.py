"""What is asked about people before they are changed: who they are, and which sessions still stand for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit, lock_organisation
from policy.terms import Role

PERSON = text("""
SELECT person.id, person.name, person.email, person.zone, person.deactivated_at,
    coach.person_id IS NOT NULL AS is_coach, coach.hours_zone,
    (SELECT count(*) FROM identity WHERE identity.organisation_id = person.organisation_id AND identity.person_id = person.id)
        AS identities,
    ARRAY(SELECT role FROM person_role WHERE organisation_id = person.organisation_id AND person_id = person.id) AS roles
FROM person LEFT JOIN coach ON coach.organisation_id = person.organisation_id AND coach.person_id = person.id
WHERE person.organisation_id = :organisation AND person.id = :person
""")

STANDING = text("""
SELECT id, version, coach_id, member_id, starts_at, ends_at FROM session
WHERE organisation_id = :organisation AND (coach_id = :person OR member_id = :person)
    AND status = 'SCHEDULED' AND ends_at > :now ORDER BY starts_at, id
""")

OTHER_SENIORS = text("""
SELECT EXISTS (SELECT FROM person JOIN person_role AS role ON role.organisation_id = person.organisation_id AND role.person_id = person.id
    WHERE person.organisation_id = :organisation AND role.role = 'SENIOR_STAFF' AND person.deactivated_at IS NULL
    AND person.id <> :person)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as they stand. `identities`: with how many an OIDC issuer knows them."""

    id: int
    name: str
    email: str
    zone: str
    deactivated_at: datetime | None
    is_coach: bool
    hours_zone: str | None
    identities: int
    roles: frozenset[Role]


def person_of_id(unit: Unit, person_id: int) -> PersonRow | None:
    """The person of the unit's organisation with this id; one statement."""
    row = unit.connection.execute(PERSON, {"organisation": unit.organisation_id, "person": person_id}).one_or_none()
    if row is None:
        return None
    return PersonRow(
        id=row.id,
        name=row.name,
        email=row.email,
        zone=row.zone,
        deactivated_at=row.deactivated_at,
        is_coach=row.is_coach,
        hours_zone=row.hours_zone,
        identities=row.identities,
        roles=frozenset(Role(role) for role in row.roles),
    )


def standing_sessions(unit: Unit, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The sessions of a person, on either side, that are scheduled and not over; the earliest first, one statement."""
    values = {"organisation": unit.organisation_id, "person": person_id, "now": now}
    return unit.connection.execute(STANDING, values).all()


def another_senior(unit: Unit, person_id: int) -> bool:
    """Whether somebody else of the senior staff can sign in; until the unit ends, nobody else asks this."""
    values = {"organisation": unit.organisation_id, "person": person_id}
    lock_organisation(unit, "senior staff")
    return bool(unit.connection.execute(OTHER_SENIORS, values).scalar_one())
