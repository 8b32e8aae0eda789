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
from api.types.person import person
from commands.openings import FindOpenings, OfferedTime, member_of
from commands.openings import openings as find
from models.queries.keyset import Window

OPENINGS = Place(list="openings", columns=("starts_at", "coach_id"))
LONGEST_RANGE = timedelta(days=92)
TICK = timedelta(microseconds=1)

Kind = Annotated[strawberry.ID, strawberry.argument(description="The id of a kind of session.")]
CoachId = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="The id of a coach; left out, every coach with whom the member may book the kind, 20 at most."
    ),
]
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
    from_: From,
    to: To,
    coach: CoachId = strawberry.UNSET,
    member: MemberId = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Opening] | None:
    """Starts that the calendar allows: published hours, times off, what is taken, buffers, grid, notice, horizon, deadline.

    By start, then coach. Null where no coach offers the kind to this member. Whether there is a credit: `canBook`.
    """
    operation = info.context
    part = window(OPENINGS, first, after, last, before)
    if not timedelta(0) <= to - from_ <= LONGEST_RANGE:
        raise CodedError(ErrorCode.INVALID_INPUT, "A range has 0 to 92 days.", argument="to")
    kind_id, coach_id = key_or_none(kind, "SessionKind", "kind"), key_or_none(coach or None, "Person", "coach")
    if kind_id is None or (coach and coach_id is None):
        return None
    wish = FindOpenings(
        kind_id=kind_id,
        coach_id=coach_id,
        start=from_ if part.after is None else max(from_, part.after[0]),
        end=to if part.before is None else min(to, part.before[0] + TICK),
        member_id=key_or_none(member or None, "Person", "member"),
    )
    if coach_id is None and member_of(operation.actor, wish) is None:
        raise CodedError(
            ErrorCode.INVALID_INPUT, "Name a coach, or the member whose coaches are asked.", argument="coach"
        )
    found = find(operation.unit, operation.actor, wish, now=operation.now)
    return None if found is None else _page([one for one in found if _inside(one, part)], part)


def _inside(one: OfferedTime, part: Window) -> bool:
    key = (one.starts_at, one.coach_id)
    return (part.after is None or key > part.after) and (part.before is None or key < part.before)


def _page(found: Sequence[OfferedTime], part: Window) -> Connection[Opening]:
    shown = list(found[-part.limit :] if part.backward else found[: part.limit])
    nodes = [_opening(one) for one in shown]
    return Connection(nodes=nodes, rows=shown, place=OPENINGS, window=part, has_more=len(found) > part.limit)


def _opening(one: OfferedTime) -> Opening:
    return Opening(
        coach=person(one.coach_id, one.coach_name, one.coach_zone), starts_at=one.starts_at, ends_at=one.ends_at
    )
