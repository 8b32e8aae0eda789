"""Contracts with sponsors."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.describe import output
from api.ids import global_id
from api.types.node import Node

CONTRACTS = Place(list="contracts", columns=("id",))


@output
class Contract(Node):
    """An agreement with a sponsor, which may set parameters differently from the policy. It is never changed."""

    name: str
    sponsor: str = strawberry.field(description="Who has agreed to it, and pays.")
    document: str = strawberry.field(description="TOML: what differs from the policy in force; often empty.")
    created_at: datetime = strawberry.field(description="When it was added.")


def contract(row: Row[Any]) -> Contract:
    """The contract of a row of its table."""
    return Contract(
        id=strawberry.ID(global_id("Contract", row.id)),
        name=row.name,
        sponsor=row.sponsor,
        document=row.document,
        created_at=row.created_at,
    )
