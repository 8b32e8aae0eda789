"""Who did something, in the history and the ledgers."""

from typing import Any

import strawberry
from sqlalchemy import Row

from api.describe import output
from policy.terms import ActorKind


@output
class Actor:
    """Who did something, and in which capacity."""

    kind: ActorKind
    name: str | None = strawberry.field(
        description="The person's name, or that of the API key with which an operator's back end did it; null where nobody did."
    )


def actor_of(row: Row[Any]) -> Actor:
    """The actor of a row that was joined with its event."""
    return Actor(kind=ActorKind(row.actor_kind), name=row.actor_name)
