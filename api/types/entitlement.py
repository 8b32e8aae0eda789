"""Credits: entitlements, and the append-only ledger behind their balances (MODEL 6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.actor import Actor, actor_of
from api.types.decision import Decision, decision
from api.types.kind import SessionKind, session_kind
from api.types.membership_effect import MembershipCheck, membership_check
from api.types.node import Node
from api.types.person import Person, person
from commands.extend_pack import check_extend_pack
from models.queries.reversals import Reversals, reversals_of_credits
from models.queries.views import ledger_of_ids, ledger_of_lots, lots_of_ids
from policy.decisions import decision_from_json
from policy.facts import Lot
from policy.grounds import ground_of_credits
from policy.terms import LedgerKind, LotSource

if TYPE_CHECKING:
    from api.types.session import Session

LOTS = Place(list="entitlements", columns=("opens_at", "id"))
ENTRIES = Place(list="ledger", columns=("id",))


@output
class Entitlement(Node):
    """A credit lot: a number of credits of one kind, for sessions that start in its window. Balances are sums of its ledger."""

    source: LotSource
    opens_at: datetime = strawberry.field(description="The first start that it can pay for.")
    closes_at: datetime | None = strawberry.field(
        description="It pays for starts before this instant, and what is then available expires; null: without end."
    )
    key: strawberry.Private[int]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def kind(self, info: Info) -> SessionKind:
        """The kind of session that it pays for."""
        row = self._row(info)
        return session_kind(row.kind_id, row.kind_code, row.kind_name)

    @strawberry.field
    def member(self, info: Info) -> Person:
        """Whose it is."""
        row = self._row(info)
        return person(row.member_id, row.member_name, row.member_zone)

    @strawberry.field
    def can_extend(self, info: Info) -> MembershipCheck:
        """Whether its end may be put off now, until when and for which fee: the twin of `extendPack`."""
        operation, row = info.context, self._row(info)
        check = check_extend_pack(operation.unit, operation.actor, row.membership_id, self.key, now=operation.now)
        return membership_check(check)

    @strawberry.field
    def available(self, info: Info) -> int:
        """Units that can be booked with."""
        return self._row(info).available

    @strawberry.field
    def held(self, info: Info) -> int:
        """Units that scheduled sessions hold."""
        return self._row(info).held

    @strawberry.field
    def used(self, info: Info) -> int:
        """Units of sessions that were held."""
        return self._row(info).used

    @strawberry.field
    def forfeited(self, info: Info) -> int:
        """Units that were lost by late changes and absences."""
        return self._row(info).forfeited

    @strawberry.field
    def expired(self, info: Info) -> int:
        """Units that were still available when it closed."""
        return self._row(info).expired

    @strawberry.field
    def revoked(self, info: Info) -> int:
        """Units that were taken back, for example with a refund."""
        return self._row(info).revoked

    @strawberry.field
    def entries(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection["LedgerEntry"]:
        """Its ledger, in the order in which it was written; as a coach, what is about sessions of yours."""
        operation, part = info.context, window(ENTRIES, first, after, last, before)
        pages = self.siblings.ask(
            ("entries", part), lambda keys: ledger_of_lots(operation.unit, keys, part, reader=operation.reader)
        )
        return ledger_connection(pages[self.key], part)

    def _row(self, info: Info) -> Row[Any]:
        return self.siblings.ask("row", lambda keys: lots_of_ids(info.context.unit, keys))[self.key]


def entitlement(row: Row[Any], siblings: Siblings) -> Entitlement:
    """The entitlement of a row of `models.queries.views.lot_columns`."""
    return Entitlement(
        id=strawberry.ID(global_id("Entitlement", row.id)),
        source=row.source,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        key=row.id,
        siblings=siblings,
    )


def entitlements(rows: dict[int, Row[Any]]) -> dict[int, Entitlement]:
    """The entitlements of these rows, as siblings that know them already."""
    siblings = Siblings(tuple(rows))
    siblings.ask("row", lambda _keys: rows)
    return {key: entitlement(row, siblings) for key, row in rows.items()}


def entitlement_of_lot(lot: Lot, siblings: Siblings) -> Entitlement:
    """The entitlement that a decision names; what the decision did not need is read when it is asked for."""
    return Entitlement(
        id=strawberry.ID(global_id("Entitlement", lot.id)),
        source=lot.source,
        opens_at=lot.opens_at,
        closes_at=lot.closes_at,
        key=lot.id,
        siblings=siblings,
    )


@output
class LedgerEntry(Node):
    """A whole number of units that went from one account to another. Entries are never changed; a mistake is reversed by another."""

    kind: LedgerKind
    units: int
    reason: str | None = strawberry.field(description="The reason of the policy by which it happened.")
    recorded_at: datetime = strawberry.field(description="When it was written.")
    effective_at: datetime = strawberry.field(
        description="As of when it counts; earlier than `recordedAt` for a deadline that was noticed late."
    )
    actor: Actor
    cause: str = strawberry.field(description="What happened, such as SESSION_CANCELLED or CREDIT_EXPIRED.")
    rule: str | None = strawberry.field(
        description="What it rests on: the row of the change table, the parameter or the published rule that decided."
    )
    policy_version: int | None = strawberry.field(description="The version of the policy under which it was decided.")
    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def entitlement(self, info: Info) -> Entitlement:
        """The entitlement that the units belong to; of a CARRY, the one that they leave."""
        return self._lots(info)[self.row.from_lot_id or self.row.to_lot_id]

    @strawberry.field
    def to_entitlement(self, info: Info) -> Entitlement | None:
        """Of a CARRY, the entitlement that the units reach; else null."""
        return self._lots(info)[self.row.to_lot_id] if self.kind is LedgerKind.CARRY else None

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that it was about, if there was one."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        if self.row.session_id is None:
            return None
        found = self.siblings.ask("sessions", lambda _keys: visible_sessions(info.context, self._ids("session_id")))
        return found.get(self.row.session_id)

    @strawberry.field
    def decision(self) -> Decision | None:
        """How that was decided, where rules were asked."""
        return None if self.row.decision is None else decision(decision_from_json(self.row.decision))

    @strawberry.field
    def reverses(self, info: Info) -> list["LedgerEntry"]:
        """What it undoes, in whole or in part: of a RESTORE what was used or lost, of a RELEASE the units that were held."""
        found = self._reversals(info)
        return self._others(info, found.undoes.get(self.row.id, ()))

    @strawberry.field
    def reversed_by(self, info: Info) -> list["LedgerEntry"]:
        """What has undone it, in whole or in part; empty for what stands."""
        found = self._reversals(info)
        return self._others(info, found.undone_by.get(self.row.id, ()))

    def _reversals(self, info: Info) -> Reversals:
        def read(_keys: object) -> dict[int, Reversals]:
            return {0: reversals_of_credits(info.context.unit, self._ids("id"))}

        return self.siblings.ask("reversals", read)[0]

    def _others(self, info: Info, keys: Sequence[int]) -> list["LedgerEntry"]:
        """Entries on the other end: they are about the same session, so whoever sees one sees both."""
        found = self.siblings.ask(
            "others", lambda _keys: ledger_entries(ledger_of_ids(info.context.unit, self._reversals(info).others))
        )
        return [found[key] for key in keys]

    def _lots(self, info: Info) -> Mapping[int, Entitlement]:
        def read(_keys: object) -> dict[int, Entitlement]:
            ids = sorted({*self._ids("from_lot_id"), *self._ids("to_lot_id")})
            return entitlements(lots_of_ids(info.context.unit, ids))

        return self.siblings.ask("lots", read)

    def _ids(self, column: str) -> list[int]:
        rows = self.siblings.ask("rows", lambda _keys: {self.row.id: self.row})
        return sorted({key for row in rows.values() for key in [getattr(row, column)] if key is not None})


def ledger_entries(rows: Mapping[int, Row[Any]]) -> dict[int, LedgerEntry]:
    """The entries of these rows, as siblings."""
    siblings = Siblings(tuple(rows))
    siblings.ask("rows", lambda _keys: rows)
    return {key: _entry(row, siblings) for key, row in rows.items()}


def ledger_connection(page: Any, part: Any) -> Connection[LedgerEntry]:
    """A page of the ledger."""
    made = ledger_entries({row.id: row for row in page.rows})
    return connection(page, ENTRIES, part, lambda row: made[row.id])


def _entry(row: Row[Any], siblings: Siblings) -> LedgerEntry:
    return LedgerEntry(
        id=strawberry.ID(global_id("LedgerEntry", row.id)),
        kind=row.kind,
        units=row.units,
        reason=row.reason,
        recorded_at=row.recorded_at,
        effective_at=row.effective_at,
        actor=actor_of(row),
        cause=row.event_name,
        rule=ground_of_credits(row.event_name, None if row.decision is None else decision_from_json(row.decision)),
        policy_version=row.policy_number,
        row=row,
        siblings=siblings,
    )
