"""The audit trail: every change of an organisation, by whom, and whom it concerned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.context import Operation
from api.describe import output
from api.ids import global_id
from api.types.actor import Actor, actor_of
from api.types.node import Node
from api.types.person import Person, person
from models.queries.audit import audit_of_ids
from policy.explain import sentence_of
from policy.terms import ActorKind

AUDIT = Place(list="auditTrail", columns=("id",))


@output
class AuditEntry(Node):
    """One change, whatever it was about: sessions, people, policies, keys. It is never changed or removed. Only staff see it."""

    name: str = strawberry.field(description="What happened, such as PERSON_UPDATED or SESSION_MOVED.")
    at: datetime = strawberry.field(description="As of when it counts.")
    recorded_at: datetime = strawberry.field(description="When it was written.")
    actor: Actor = strawberry.field(description="Who did it, and in which capacity.")
    persons: list[Person] = strawberry.field(description="Whom it concerned.")
    session_id: strawberry.ID | None = strawberry.field(
        description="The id of the session that it was about; null where it was about none."
    )
    note: str | None = strawberry.field(description="What the actor said.")
    sentence: str | None = strawberry.field(
        description="Of a session's change, the whole story in English: who, when, by which row, at which cost."
    )
    policy_version: int | None = strawberry.field(description="The version of the policy under which it was decided.")
    details: str = strawberry.field(
        description="What was written with it, as JSON: for programs that check the books. What people write to each other is not in it."
    )


def audit_entry(row: Row[Any]) -> AuditEntry:
    """The entry of a row of `models.queries.audit`."""
    session = row.session_id
    return AuditEntry(
        id=strawberry.ID(global_id("AuditEntry", row.id)),
        name=row.name,
        at=row.effective_at,
        recorded_at=row.recorded_at,
        actor=actor_of(row),
        persons=[person(key, name, zone) for key, name, zone in row.persons],
        session_id=None if session is None else strawberry.ID(global_id("Session", session)),
        note=row.note,
        sentence=None if session is None else sentence_of(row, ActorKind.STAFF),
        policy_version=row.policy_number,
        details=orjson.dumps(row.effects).decode(),
    )


def visible_audit(operation: Operation, keys: Sequence[int]) -> dict[int, AuditEntry]:
    """Those of these changes that the caller may see: all for staff, none for others."""
    if operation.reader is not None:
        return {}
    return {key: audit_entry(row) for key, row in audit_of_ids(operation.unit, keys).items()}
