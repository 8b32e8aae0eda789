"""What is due to and from people (MODEL 7)."""

from collections.abc import Mapping, Sequence
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
from api.types.decision import Decision, decision
from api.types.node import Node
from api.types.person import Person, person
from models.queries.reversals import Reversals, reversals_of_money
from models.queries.views import money_of_ids
from policy.decisions import decision_from_json
from policy.grounds import ground_of_money
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
    rule: str | None = strawberry.field(
        description="What it rests on: the row of the change table, the parameter or the published rule that decided."
    )
    policy_version: int | None = strawberry.field(description="The version of the policy under which it was decided.")
    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that it is for, if there is one."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        if self.row.session_id is None:
            return None

        def read(_keys: object) -> Mapping[int, "Session"]:
            rows = self.siblings.ask("rows", lambda _keys: {self.row.id: self.row})
            wanted = sorted({row.session_id for row in rows.values() if row.session_id is not None})
            return visible_sessions(info.context, wanted)

        return self.siblings.ask("sessions", read).get(self.row.session_id)

    @strawberry.field
    def decision(self) -> Decision | None:
        """How that was decided, where rules were asked about a session."""
        return None if self.row.decision is None else decision(decision_from_json(self.row.decision))

    @strawberry.field
    def reverses(self, info: Info) -> list["MoneyEntry"]:
        """What it takes back, in whole or in part: of a reversed earning the earning, of a refund what was charged."""
        found = self._reversals(info)
        return self._others(info, found.undoes.get(self.row.id, ()))

    @strawberry.field
    def reversed_by(self, info: Info) -> list["MoneyEntry"]:
        """What has taken it back, in whole or in part; empty for what stands."""
        found = self._reversals(info)
        return self._others(info, found.undone_by.get(self.row.id, ()))

    def _reversals(self, info: Info) -> Reversals:
        asked = self.siblings.ask("reversals", lambda keys: {0: reversals_of_money(info.context.unit, keys)})
        return asked[0]

    def _others(self, info: Info, keys: Sequence[int]) -> list["MoneyEntry"]:
        """Entries on the other end of a reversal: they are due from or to the same person, so whoever sees one sees both."""
        found = self.siblings.ask(
            "others", lambda _keys: money_entries(money_of_ids(info.context.unit, self._reversals(info).others))
        )
        return [found[key] for key in keys]


def money_entries(rows: Mapping[int, Row[Any]]) -> dict[int, MoneyEntry]:
    """The entries of these rows, as siblings."""
    siblings = Siblings(tuple(rows))
    siblings.ask("rows", lambda _keys: rows)
    return {key: _entry(row, siblings) for key, row in rows.items()}


def money_connection(page: Any, part: Any) -> Connection[MoneyEntry]:
    """A page of the money ledger."""
    made = money_entries({row.id: row for row in page.rows})
    return connection(page, MONEY, part, lambda row: made[row.id])


def _entry(row: Row[Any], siblings: Siblings) -> MoneyEntry:
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
        rule=ground_of_money(row.event_name, None if row.decision is None else decision_from_json(row.decision)),
        policy_version=row.policy_number,
        row=row,
        siblings=siblings,
    )
