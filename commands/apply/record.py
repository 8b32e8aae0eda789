"""The event of a change: one row in the log, numbered for each person it concerns (ARCHITECTURE, decision 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from models.unit import Unit
from policy.terms import ActorKind

# One statement for any number of events, the same text each time. Each finds its id again by its cause.
WRITE = text("""
WITH told AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS told (place integer, name text, persons jsonb, actor_kind text,
        actor bigint, cause text, session bigint, policy bigint, decision jsonb, effects jsonb, note text,
        recorded_at timestamptz, effective_at timestamptz, api_key bigint)
), concerned AS MATERIALIZED (
    SELECT told.cause, CAST(one AS bigint) AS person, row_number() OVER (PARTITION BY one ORDER BY told.place) AS nth
    FROM told CROSS JOIN LATERAL jsonb_array_elements_text(told.persons) AS one
), numbered AS (
    UPDATE person SET event_number = event_number + own.events
    FROM (SELECT person, count(*) AS events FROM concerned GROUP BY person) AS own
    WHERE person.organisation_id = :organisation AND person.id = own.person AND person.id = ANY(CAST(:persons AS bigint[]))
    RETURNING person.id, person.event_number - own.events AS before
), written AS (
    INSERT INTO event (organisation_id, name, actor_kind, actor_id, cause, session_id, resolved_policy_id, decision, effects,
        note, recorded_at, effective_at, api_key_id, policy_version_id)
    SELECT :organisation, name, actor_kind, actor, cause, session, policy, decision, effects, note, recorded_at, effective_at,
        api_key, coalesce(
            (SELECT policy_version_id FROM resolved_policy WHERE organisation_id = :organisation AND id = told.policy),
            (SELECT id FROM policy_version WHERE organisation_id = :organisation AND (published_at < told.effective_at
                OR (published_at = told.effective_at AND told.actor_kind <> 'SYSTEM')) ORDER BY number DESC LIMIT 1))
    FROM told ORDER BY place
    RETURNING id, cause
), noted AS (
    INSERT INTO event_person (organisation_id, person_id, number, event_id)
    SELECT :organisation, numbered.id, numbered.before + concerned.nth, written.id
    FROM concerned JOIN numbered ON numbered.id = concerned.person JOIN written ON written.cause = concerned.cause
)
SELECT id, cause FROM written
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the log says of a change; `recorded_at` and `effective_at` differ for a deadline that was noticed late.

    The version of the policy that held for it is that of `resolved_policy_id`, else the one in force at `effective_at`: a deadline
    comes before what is published at its instant (MODEL 8).
    """

    name: str
    persons: frozenset[int]
    actor_kind: ActorKind
    actor_id: int | None
    cause: str
    recorded_at: datetime
    effective_at: datetime
    session_id: int | None = None
    resolved_policy_id: int | None = None
    decision: dict[str, Any] | None = None
    effects: list[Any] | None = None
    note: str | None = None
    api_key_id: int | None = None


def write_event(unit: Unit, record: Record) -> int:
    """The event stands in the log under the next number of each person; returns its id. The persons' locks must be held."""
    return write_events(unit, [record])[0]


def write_events(unit: Unit, records: Sequence[Record]) -> list[int]:
    """The events stand in the log in this order, each under the next number of each of its persons; one statement, returns their ids.

    The persons' locks must be held, and no two of them have the same cause.
    """
    if len({record.cause for record in records}) < len(records):
        raise ValueError("two events of one cause cannot be told apart")
    rows = [_row(place, record) for place, record in enumerate(records)]
    persons = frozenset[int]().union(*(record.persons for record in records))
    values = {
        "organisation": unit.organisation_id,
        "persons": sorted(persons),
        "records": orjson.dumps(rows).decode(),
    }
    ids = {row.cause: row.id for row in unit.connection.execute(WRITE, values)}
    return [ids[record.cause] for record in records]


def _row(place: int, record: Record) -> dict[str, Any]:
    said = {
        "place": place,
        "name": record.name,
        "persons": sorted(record.persons),
        "actor_kind": record.actor_kind,
        "actor": record.actor_id,
        "cause": record.cause,
        "session": record.session_id,
        "policy": record.resolved_policy_id,
        "decision": record.decision,
        "effects": record.effects or [],
        "note": record.note,
        "recorded_at": record.recorded_at,
        "effective_at": record.effective_at,
        "api_key": record.api_key_id,
    }
    # What is left out is no value of the column; a JSON null would be one.
    return {name: value for name, value in said.items() if value is not None}
