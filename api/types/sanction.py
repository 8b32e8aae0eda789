"""What tallies have led to and lasts: stops of bookings (MODEL 3.5, 5.7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.node import Node
from api.types.person import Person, person
from api.types.verb_check import VerbCheck, verb_check
from commands.lift_sanction import fault_of_lifting
from commands.sanctions import status_of
from commands.verb_check import verb_check as checked
from models.queries.sanctions import sanctions_of_ids
from policy.matters import SanctionStatus
from policy.terms import Sanction as What

if TYPE_CHECKING:
    from api.types.session import Session

SANCTIONS = Place(list="sanctions", columns=("id",))


@output
class BookingStop(Node):
    """What a count has led to and lasts: somebody's bookings are stopped. It concerns new bookings by members; what stands, stays."""

    person: Person = strawberry.field(description="Whom it concerns: a member, or a coach who cannot be booked.")
    what: What = strawberry.field(description="What is stopped: `BLOCK`, `SAME_DAY`, `HIDE` or `PAUSE`.")
    kinds: list[str] | None = strawberry.field(
        description="The codes of the kinds of session that it stops; null: all."
    )
    tally: str = strawberry.field(description="The tally of the policy that it comes of.")
    reason: str = strawberry.field(description="The reason that was recorded for the session and took the tally there.")
    status: SanctionStatus = strawberry.field(description="Where it stands now.")
    begins_at: datetime = strawberry.field(description="Since when.")
    ends_at: datetime | None = strawberry.field(
        description="The first instant after it; null where `lasts` says what it waits for."
    )
    lasts: str | None = strawberry.field(
        description="What it waits for where no instant is known: it is `PAID`, the `TERM` ends, `STAFF` lift it."
    )
    ended_at: datetime | None = strawberry.field(description="When it ended or was lifted; null while it is in force.")
    note: str | None = strawberry.field(description="Why the team has lifted it; null elsewhere.")
    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def lifted_by(self, info: Info) -> Person | None:
        """Who of the team has lifted it. Only the team reads that; null for others, and where nobody has."""
        if info.context.reader is not None or self.row.lifted_by_id is None:
            return None
        return person(self.row.lifted_by_id, self.row.lifted_by_name, self.row.lifted_by_zone)

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that took the tally there."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        return self.siblings.ask("sessions", lambda keys: visible_sessions(info.context, keys)).get(self.row.session_id)

    @strawberry.field
    def can_lift(
        self,
        info: Info,
        note: Annotated[str | None, strawberry.argument(description="Why, in words.")] = strawberry.UNSET,
    ) -> VerbCheck:
        """Whether you may lift it now: the twin of `liftSanction`."""
        operation = info.context
        fault = fault_of_lifting(operation.actor, self.row, note or None, now=operation.now)
        return verb_check(checked(fault, now=operation.now))


def booking_stops(rows: Mapping[int, Row[Any]], *, now: datetime) -> dict[int, BookingStop]:
    """The sanctions of these rows; their siblings are the sessions that led to them."""
    siblings = Siblings(sorted({row.session_id for row in rows.values()}))
    return {key: _stop(row, siblings, now) for key, row in rows.items()}


def _stop(row: Row[Any], siblings: Siblings, now: datetime) -> BookingStop:
    status = status_of(row, now=now)
    over = row.lifted_at or row.ended_at or (row.ends_at if status is SanctionStatus.ENDED else None)
    return BookingStop(
        id=strawberry.ID(global_id("BookingStop", row.id)),
        person=person(row.person_id, row.person_name, row.person_zone),
        what=row.kind,
        kinds=row.kinds,
        tally=row.tally,
        reason=row.reason,
        status=status,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        lasts=row.lasts,
        ended_at=over,
        note=row.note,
        row=row,
        siblings=siblings,
    )


def stop_connection(page: Any, part: Any, *, now: datetime) -> Connection[BookingStop]:
    """A page of sanctions."""
    made = booking_stops({row.id: row for row in page.rows}, now=now)
    return connection(page, SANCTIONS, part, lambda row: made[row.id])


def visible_stops(operation: Operation, keys: Sequence[int]) -> dict[int, BookingStop]:
    """Those of these sanctions that the caller may see: their own, and the team all."""
    rows = sanctions_of_ids(operation.unit, keys)
    own = {key: row for key, row in rows.items() if operation.reader in (None, row.person_id)}
    return booking_stops(own, now=operation.now)
