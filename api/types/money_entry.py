"""What is due to and from people (MODEL 7)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.actor import Actor, actor_of
from api.types.amounts import Money
from api.types.node import Node
from api.types.person import Person, person
from policy.terms import MoneyKind

if TYPE_CHECKING:
    from api.types.session import Session

MONEY = Place(list="money", columns=("id",))


@output
class MoneyEntry(Node):
    """An amount that is due for one cause. You see what is due from or to yourself, as staff everything."""

    kind: MoneyKind
    amount: Money
    person: Person = strawberry.field(description="From whom or to whom it is due.")
    reason: str | None = strawberry.field(description="The reason of the policy by which it is due.")
    recorded_at: datetime = strawberry.field(description="When it was written.")
    effective_at: datetime = strawberry.field(description="As of when it is due.")
    actor: Actor = strawberry.field(description="Who did what caused it.")
    cause: str = strawberry.field(description="What happened, such as SESSION_CANCELLED.")
    policy_version: int | None = strawberry.field(description="The version of the policy under which it was decided.")
    session_key: strawberry.Private[int | None]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that it is for, if there is one."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        if self.session_key is None:
            return None
        found = self.siblings.ask("sessions", lambda keys: visible_sessions(info.context, keys))
        return found.get(self.session_key)


def money_connection(page: Any, part: Any) -> Connection[MoneyEntry]:
    """A page of the money ledger; its siblings are the sessions that the entries are for."""
    siblings = Siblings(sorted({row.session_id for row in page.rows if row.session_id is not None}))
    return connection(page, MONEY, part, lambda row: money_entry(row, siblings))


def money_entry(row: Row[Any], siblings: Siblings) -> MoneyEntry:
    """The entry of a row of `models.queries.views.money_of_sessions`."""
    return MoneyEntry(
        id=strawberry.ID(global_id("MoneyEntry", row.id)),
        kind=row.kind,
        amount=Money(minor_units=row.minor_units, currency=row.currency),
        person=person(row.person_id, row.person_name, row.person_zone),
        reason=row.reason,
        recorded_at=row.recorded_at,
        effective_at=row.effective_at,
        actor=actor_of(row),
        cause=row.event_name,
        policy_version=row.policy_number,
        session_key=row.session_id,
        siblings=siblings,
    )
