"""What a coach has earned by a session, and how far it is paid (MODEL 5.7)."""

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
from api.types.action_check import ActionCheck, action_check
from api.types.amounts import Money
from api.types.money_entry import MoneyEntry, money_entries
from api.types.node import Node
from commands.earnings import objection_to_waiving
from commands.outcome import ActionCheck as Checked
from models.queries.earnings import earnings_of_ids
from models.queries.views import money_of_ids
from policy.terms import ActorKind, EarningStatus

if TYPE_CHECKING:
    from api.types.session import Session

EARNINGS = Place(list="earnings", columns=("id",))


@output
class Earning(Node):
    """An amount that a coach has earned by a session."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    status: EarningStatus
    amount: Money = strawberry.field(description="What is due to the coach.")
    payable_at: datetime | None = strawberry.field(
        description="Until when somebody may still object to it; null while a case about it is open."
    )
    payout: str | None = strawberry.field(description="How the team refers to its payment, once it is paid.")
    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def entry(self, info: Info) -> MoneyEntry:
        """Where it stands in the money ledger: why it is due, and by what it was taken back."""

        def read(_keys: object) -> dict[int, MoneyEntry]:
            rows = self.siblings.ask("rows", lambda _keys: {self.row.id: self.row})
            return money_entries(money_of_ids(info.context.unit, sorted(row.entry_id for row in rows.values())))

        return self.siblings.ask("entries", read)[self.row.entry_id]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that it is for; null for an API key that pays earnings and does not read sessions."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        found = self.siblings.ask("sessions", lambda keys: visible_sessions(info.context, keys))
        return found.get(self.row.session_id)

    @strawberry.field
    def can_waive(self, info: Info) -> ActionCheck:
        """Whether you may give it up: the twin of `waiveEarning`."""
        code = objection_to_waiving(info.context.actor, self.row)
        checked = Checked(
            allowed=code is None, late=False, code=code, decision=None, consequence=None, checked_at=info.context.now
        )
        return action_check(checked, ActorKind.COACH)


def earning(row: Row[Any], siblings: Siblings) -> Earning:
    """The earning of a row of `models.queries.earnings`; its siblings are the sessions of the earnings read with it."""
    return Earning(
        id=strawberry.ID(global_id("Earning", row.id)),
        version=row.version,
        status=EarningStatus(row.status),
        amount=Money(minor_units=row.minor_units, currency=row.currency),
        payable_at=row.payable_at,
        payout=row.payout,
        row=row,
        siblings=siblings,
    )


def earnings(rows: Mapping[int, Row[Any]]) -> dict[int, Earning]:
    """The earnings of these rows, read together."""
    siblings = Siblings(sorted({row.session_id for row in rows.values()}))
    siblings.ask("rows", lambda _keys: rows)
    return {key: earning(row, siblings) for key, row in rows.items()}


def earning_connection(page: Any, part: Any) -> Connection[Earning]:
    """A page of earnings."""
    made = earnings({row.id: row for row in page.rows})
    return connection(page, EARNINGS, part, lambda row: made[row.id])


def visible_earnings(operation: Operation, keys: Sequence[int]) -> dict[int, Earning]:
    """Those of these earnings that the caller may see: a coach their own, staff all (MODEL 10)."""
    rows = earnings_of_ids(operation.unit, keys)
    return earnings({key: row for key, row in rows.items() if operation.reader in (None, row.coach_id)})
