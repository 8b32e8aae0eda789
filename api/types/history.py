"""The history of a session: what happened, who did it, and which rule decided, in words."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.describe import output
from api.ids import global_id
from api.types.actor import Actor, actor_of
from api.types.decision import Decision, decision
from api.types.node import Node
from policy.decisions import decision_from_json

HISTORY = Place(list="history", columns=("id",))


@output
class HistoryEntry(Node):
    """One change of a session, also one that happened by itself when a deadline passed."""

    name: str = strawberry.field(description="What happened, such as SESSION_MOVED.")
    at: datetime = strawberry.field(description="As of when it counts.")
    recorded_at: datetime = strawberry.field(description="When it was noticed and written.")
    actor: Actor
    note: str | None = strawberry.field(description="What the actor said.")
    sentence: str = strawberry.field(description="The whole story in English: who, when, by which row, at which cost.")
    policy_version: int | None = strawberry.field(description="The version of the policy under which it was decided.")
    decision: Decision | None = strawberry.field(description="How it was decided, where rules were asked.")


def history_entry(row: Row[Any], sentence: str) -> HistoryEntry:
    """The entry of a row of `models.queries.views.history_of_sessions`."""
    return HistoryEntry(
        id=strawberry.ID(global_id("HistoryEntry", row.id)),
        name=row.name,
        at=row.effective_at,
        recorded_at=row.recorded_at,
        actor=actor_of(row),
        note=row.note,
        sentence=sentence,
        policy_version=row.policy_number,
        decision=None if row.decision is None else decision(decision_from_json(row.decision)),
    )
