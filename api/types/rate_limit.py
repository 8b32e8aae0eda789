"""What a caller may still ask for in the present minute."""

from datetime import datetime

import strawberry

from api.describe import output
from api.rate import Charge


@output
class RateLimit:
    """What you may ask for. A query costs one point for each hundred objects that its pages may hold, at least one; each act costs five more."""

    cost: int = strawberry.field(description="What this document has cost, in points.")
    limit: int = strawberry.field(description="The points that you have in a minute.")
    used: int = strawberry.field(
        description="Those of them that are used; what you ask for elsewhere at the same time is counted in advance, a few hundred at a time."
    )
    remaining: int = strawberry.field(
        description="Those that are left. A document that costs more is answered RATE_LIMITED, with status 429 and `retry-after`."
    )
    node_count: int = strawberry.field(description="How many objects the pages of this document may hold.")
    reset_at: datetime = strawberry.field(
        description="When you have all points again; in real time, also in a sandbox."
    )


def rate_limit(charge: Charge) -> RateLimit:
    """What a charge says to the caller."""
    return RateLimit(
        cost=charge.cost,
        limit=charge.limit,
        used=charge.used,
        remaining=charge.limit - charge.used,
        node_count=charge.nodes,
        reset_at=charge.resets_at,
    )
