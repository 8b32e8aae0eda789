"""A payment that came in for a session."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.describe import output
from api.ids import global_id
from api.types.amounts import Money


@output
class Payment:
    """What a member has paid, as the provider reported it."""

    provider: str = strawberry.field(description="Who took the payment.")
    reference: str = strawberry.field(description="How the provider knows it; reported again, it counts once.")
    amount: Money = strawberry.field(description="What was paid.")
    member: strawberry.ID = strawberry.field(description="The id of the person who paid.")
    kind: strawberry.ID = strawberry.field(description="The id of the kind of session that was bought.")
    entitlement: strawberry.ID = strawberry.field(description="The id of the entitlement that was bought.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")


def payment(row: Row[Any]) -> Payment:
    """The payment of a row of `models.queries.payments`."""
    return Payment(
        provider=row.provider,
        reference=row.reference,
        amount=Money(minor_units=row.minor_units, currency=row.currency),
        member=strawberry.ID(global_id("Person", row.member_id)),
        kind=strawberry.ID(global_id("SessionKind", row.kind_id)),
        entitlement=strawberry.ID(global_id("Entitlement", row.lot_id)),
        recorded_at=row.recorded_at,
    )
