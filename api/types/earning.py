"""What a coach has earned by a session, and how far it is paid (MODEL 5.7)."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.describe import output
from api.ids import global_id
from api.types.amounts import Money
from api.types.node import Node
from policy.terms import EarningStatus


@output
class Earning(Node):
    """An amount that a coach has earned by a session."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    status: EarningStatus
    amount: Money
    payable_at: datetime | None = strawberry.field(
        description="Until when somebody may still object to it; null while a case about it is open."
    )
    payout: str | None = strawberry.field(description="How the team refers to its payment, once it is paid.")


def earning(row: Row[Any]) -> Earning:
    """The earning of a row of `models.queries.earnings`."""
    return Earning(
        id=strawberry.ID(global_id("Earning", row.id)),
        version=row.version,
        status=EarningStatus(row.status),
        amount=Money(minor_units=row.minor_units, currency=row.currency),
        payable_at=row.payable_at,
        payout=row.payout,
    )
