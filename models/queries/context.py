"""Who asks, what time it is for them, and whether a deadline of theirs has passed unseen."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from models.unit import Unit
from policy.terms import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The first statement's answer; `persons` are the actor and everybody they are engaged with."""

    now: datetime
    organisation_name: str
    organisation_zone: str
    is_sandbox: bool
    person_id: int
    person_name: str
    person_zone: str
    feed_generation: int
    roles: frozenset[Role]
    persons: frozenset[int]
    something_is_due: bool


CONTEXT = text("""
WITH clock AS (
    SELECT id, name, zone, is_sandbox, coalesce(clock_at, clock_timestamp()) AS now FROM organisation WHERE id = :organisation
), circle AS (
    SELECT array_agg(DISTINCT person) AS persons FROM (
        SELECT CAST(:person AS bigint) AS person
        UNION ALL SELECT coach_id FROM engagement WHERE organisation_id = :organisation AND member_id = :person
        UNION ALL SELECT member_id FROM engagement WHERE organisation_id = :organisation AND coach_id = :person
    ) AS known
)
SELECT clock.now, clock.name, clock.zone, clock.is_sandbox, person.id, person.name AS person_name, person.zone AS person_zone, person.feed_generation,
    ARRAY(SELECT role FROM person_role WHERE organisation_id = :organisation AND person_id = :person) AS roles,
    circle.persons,
    EXISTS (
        SELECT FROM due_work WHERE organisation_id = :organisation AND done_at IS NULL AND set_aside_at IS NULL AND changes_state
        AND fires_at <= clock.now AND (fires_at < clock.now OR NOT strict)
        AND (due_work.persons && circle.persons OR EXISTS (
            SELECT FROM person_role WHERE organisation_id = :organisation AND person_id = :person
            AND role IN ('STAFF', 'SENIOR_STAFF')))
    ) AS due
FROM clock CROSS JOIN circle JOIN person ON person.organisation_id = :organisation AND person.id = :person
    AND person.deactivated_at IS NULL
""")


def load_context(unit: Unit, person_id: int) -> Context | None:
    """The context of a person of the unit's organisation, or None if there is no such person or they were deactivated.

    `now` is the sandbox's instant, or PostgreSQL's clock: one clock for all machines (ARCHITECTURE, decision 3).
    """
    row = unit.connection.execute(CONTEXT, {"organisation": unit.organisation_id, "person": person_id}).one_or_none()
    if row is None:
        return None
    return Context(
        now=row.now.astimezone(UTC),
        organisation_name=row.name,
        organisation_zone=row.zone,
        is_sandbox=row.is_sandbox,
        person_id=row.id,
        person_name=row.person_name,
        person_zone=row.person_zone,
        feed_generation=row.feed_generation,
        roles=frozenset(Role(role) for role in row.roles),
        persons=frozenset(row.persons),
        something_is_due=row.due,
    )


def organisation_now(unit: Unit) -> datetime:
    """The instant at which the unit's organisation stands."""
    statement = text("SELECT coalesce(clock_at, clock_timestamp()) FROM organisation WHERE id = :organisation")
    return unit.connection.execute(statement, {"organisation": unit.organisation_id}).scalar_one().astimezone(UTC)
