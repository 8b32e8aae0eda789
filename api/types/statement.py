"""A statement of account: what is due between somebody and the organisation, what of it is settled, and every entry behind it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info
from api.describe import output
from api.types.amounts import Money
from api.types.money_entry import MONEY, MoneyEntry, money_connection
from api.types.person import Person
from models.queries.statements import SETTLED, Account, entries_of_account, settlements_of_account
from policy.statements import balance
from policy.terms import MoneyKind, Side

SETTLEMENTS = Place(list="settlements", columns=("id",))


@output
class StatementTotal:
    """What all entries of one kind come to within the time."""

    kind: MoneyKind
    amount: Money = strawberry.field(description="Their sum.")


@output
class Settlement:
    """A payment that was recorded: by a member, or to a coach."""

    amount: Money = strawberry.field(description="How much.")
    settled_at: datetime = strawberry.field(description="When it was recorded.")
    provider: str | None = strawberry.field(description="Who took a member's payment; null for what a coach was paid.")
    reference: str = strawberry.field(description="How the provider, or the team, knows it.")


@output
class Statement:
    """What is due between somebody and the organisation. As a member it is what they owe, as a coach what is owed to them."""

    person: Person = strawberry.field(description="Whose it is.")
    side: Side = strawberry.field(description="As what.")
    from_at: datetime | None = strawberry.field(description="The first instant that it covers; null: the beginning.")
    until_at: datetime | None = strawberry.field(description="The first instant after it; null: it covers everything.")
    opening: list[Money] = strawberry.field(
        description="What was due when it begins, by currency; less than nothing: due the other way."
    )
    totals: list[StatementTotal] = strawberry.field(description="What has come to it within the time, by kind.")
    settled: list[Money] = strawberry.field(description="What was paid within the time, by currency.")
    closing: list[Money] = strawberry.field(description="What is due at its end, by currency.")
    account: strawberry.Private[Account]

    @strawberry.field
    def entries(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[MoneyEntry]:
        """What is due within the time, each with its cause, in the order in which it was written."""
        part = window(MONEY, first, after, last, before)
        return money_connection(entries_of_account(info.context.unit, self.account, part), part)

    @strawberry.field
    def settlements(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Settlement]:
        """What was paid within the time, in the order in which it was recorded."""
        part = window(SETTLEMENTS, first, after, last, before)
        page = settlements_of_account(info.context.unit, self.account, part)
        return connection(page, SETTLEMENTS, part, _settlement)


def statement_of(whose: Person, account: Account, sums: Sequence[Row[Any]]) -> Statement:
    """The statement of these sums (`models.queries.statements.sums_of_account`)."""
    earlier = balance(account.side, [(row.kind, row.currency, int(row.earlier)) for row in sums])
    whole = balance(account.side, [(row.kind, row.currency, int(row.earlier + row.within)) for row in sums])
    return Statement(
        person=whose,
        side=account.side,
        from_at=account.since,
        until_at=account.until,
        opening=_amounts(earlier),
        totals=[
            StatementTotal(kind=MoneyKind(row.kind), amount=Money(minor_units=int(row.within), currency=row.currency))
            for row in sums
            if row.kind != SETTLED and row.within
        ],
        settled=[
            Money(minor_units=int(row.within), currency=row.currency)
            for row in sums
            if row.kind == SETTLED and row.within
        ],
        closing=_amounts(whole),
        account=account,
    )


def _amounts(found: dict[str, int]) -> list[Money]:
    return [Money(minor_units=units, currency=currency) for currency, units in sorted(found.items())]


def _settlement(row: Row[Any]) -> Settlement:
    return Settlement(
        amount=Money(minor_units=row.minor_units, currency=row.currency),
        settled_at=row.at,
        provider=row.provider,
        reference=row.reference,
    )
