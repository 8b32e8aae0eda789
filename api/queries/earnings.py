"""earnings: what coaches have earned."""

from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, window
from api.context import Info
from api.types.earning import EARNINGS, Earning, earning_connection
from models.queries.earnings import earnings_page
from policy.terms import EarningStatus

Status = Annotated[list[EarningStatus] | None, strawberry.argument(description="Only those in one of these states.")]


def earnings(
    info: Info,
    status: Status = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Earning] | None:
    """What you have earned as a coach; for staff, what all coaches have. The oldest first."""
    part = window(EARNINGS, first, after, last, before)
    page = earnings_page(info.context.unit, part, coach_id=info.context.reader, statuses=status or None)
    return earning_connection(page, part)
