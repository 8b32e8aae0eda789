"""openings: the starts that a coach offers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, Place, window
from api.context import Info
from api.errors import CodedError, ErrorCode
from api.inputs import key_or_none
from api.types.openings import Opening
from commands.openings import FindOpenings
from commands.openings import openings as find
from models.queries.keyset import Window

OPENINGS = Place(list="openings", columns=("starts_at",))
LONGEST_RANGE = timedelta(days=92)
TICK = timedelta(microseconds=1)

Kind = Annotated[strawberry.ID, strawberry.argument(description="The id of a kind of session.")]
CoachId = Annotated[strawberry.ID, strawberry.argument(description="The id of the coach.")]
From = Annotated[datetime, strawberry.argument(name="from", description="The first start of the range.")]
To = Annotated[
    datetime, strawberry.argument(description="The end of the range, itself outside; at most 92 days later.")
]
MemberId = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="As coach or staff: for which member, whose own sessions then count as taken too."),
]


def openings(  # noqa: PLR0913, PLR0917  GraphQL arguments stand side by side
    info: Info,
    kind: Kind,
    coach: CoachId,
    from_: From,
    to: To,
    member: MemberId = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Opening] | None:
    """Starts that the calendar allows: published hours, times off, what is taken, buffers, grid, notice, horizon, deadline.

    Null where the coach does not offer the kind, or not to this member. Whether there is a credit: `canBook`.
    """
    operation = info.context
    part = window(OPENINGS, first, after, last, before)
    if not timedelta(0) <= to - from_ <= LONGEST_RANGE:
        raise CodedError(ErrorCode.INVALID_INPUT, "A range has 0 to 92 days.", argument="to")
    kind_id, coach_id = key_or_none(kind, "SessionKind", "kind"), key_or_none(coach, "Person", "coach")
    if kind_id is None or coach_id is None:
        return None
    wish = FindOpenings(
        kind_id=kind_id,
        coach_id=coach_id,
        start=from_ if part.after is None else max(from_, part.after[0] + TICK),
        end=to if part.before is None else min(to, part.before[0]),
        member_id=key_or_none(member or None, "Person", "member"),
    )
    found = find(operation.unit, operation.actor, wish, now=operation.now)
    return None if found is None else _page([Opening(starts_at=one.start, ends_at=one.end) for one in found], part)


def _page(found: Sequence[Opening], part: Window) -> Connection[Opening]:
    shown = list(found[-part.limit :] if part.backward else found[: part.limit])
    return Connection(nodes=shown, rows=shown, place=OPENINGS, window=part, has_more=len(found) > part.limit)
