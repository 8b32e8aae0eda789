"""API keys."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.describe import output
from api.ids import global_id
from api.types.node import Node
from api.types.person import Person, person
from policy.terms import Scope

KEYS = Place(list="apiKeys", columns=("id",))


@output
class ApiKey(Node):
    """A key of an operator's back end: it acts as staff within its scopes, and the history names it. Its text is shown once."""

    name: str
    scopes: list[Scope] = strawberry.field(description="What it may do; nothing else.")
    created_at: datetime = strawberry.field(description="When it was made.")
    created_by: Person | None = strawberry.field(
        description="Null for the first key of an organisation, and for one that another key made."
    )
    revoked_at: datetime | None = strawberry.field(description="Since when it opens nothing; null while it is good.")
    last_used_at: datetime | None = strawberry.field(description="To the minute; null before its first use.")


def api_key(row: Row[Any]) -> ApiKey:
    """The key of a row of `models.queries.operator.api_key_columns`."""
    return ApiKey(
        id=strawberry.ID(global_id("ApiKey", row.id)),
        name=row.name,
        scopes=[Scope(scope) for scope in row.scopes],
        created_at=row.created_at,
        created_by=None if row.maker_id is None else person(row.maker_id, row.maker_name, row.maker_zone),
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
