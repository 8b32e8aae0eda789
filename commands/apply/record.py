"""The event of a change: one row in the log, numbered for each person it concerns (ARCHITECTURE, decision 9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from models.unit import Unit
from policy.terms import ActorKind

WRITE = text("""
WITH numbered AS (
    UPDATE person SET event_number = event_number + 1
    WHERE organisation_id = :organisation AND id = ANY(CAST(:persons AS bigint[])) RETURNING id, event_number
), written AS (
    INSERT INTO event (organisation_id, name, actor_kind, actor_id, cause, session_id, resolved_policy_id, decision, effects,
        note, recorded_at, effective_at, api_key_id, policy_version_id)
    VALUES (:organisation, :name, :actor_kind, :actor, :cause, :session, :policy, CAST(:decision AS jsonb),
        CAST(:effects AS jsonb), :note, :recorded_at, :effective_at, :api_key, coalesce(
            (SELECT policy_version_id FROM resolved_policy WHERE organisation_id = :organisation AND id = :policy),
            (SELECT id FROM policy_version WHERE organisation_id = :organisation AND (published_at < :effective_at
                OR (published_at = :effective_at AND :actor_kind <> 'SYSTEM')) ORDER BY number DESC LIMIT 1)))
    RETURNING id
), concerned AS (
    INSERT INTO event_person (organisation_id, person_id, number, event_id)
    SELECT :organisation, numbered.id, numbered.event_number, written.id FROM numbered CROSS JOIN written
)
SELECT id FROM written
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
    values = {
        "organisation": unit.organisation_id,
        "persons": sorted(record.persons),
        "name": record.name,
        "actor_kind": record.actor_kind,
        "actor": record.actor_id,
        "cause": record.cause,
        "session": record.session_id,
        "policy": record.resolved_policy_id,
        "decision": None if record.decision is None else orjson.dumps(record.decision).decode(),
        "effects": orjson.dumps(record.effects or []).decode(),
        "note": record.note,
        "recorded_at": record.recorded_at,
        "effective_at": record.effective_at,
        "api_key": record.api_key_id,
    }
    return unit.connection.execute(WRITE, values).scalar_one()
