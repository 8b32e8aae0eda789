"""What a sponsor reads: dates, counts and what it owes, without names and content."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info
from api.describe import output
from api.types.amounts import Money
from models.queries.sponsors import charges_of_contract, dates_of_contract, totals_of_contract
from policy.decisions import decision_from_json
from policy.grounds import ground_of_money
from policy.terms import Account, MoneyKind

DATES = Place(list="sponsoredDates", columns=("starts_at", "id"))
CHARGES = Place(list="sponsorCharges", columns=("id",))


@output
class SponsoredDate:
    """When a session under the contract is or was; with whom and about what, a sponsor does not read."""

    starts_at: datetime = strawberry.field(description="Its start.")
    ends_at: datetime = strawberry.field(description="Its end.")


@output
class SponsorCharge:
    """An amount that the sponsor owes, or that is due back to it."""

    kind: MoneyKind
    amount: Money = strawberry.field(description="How much.")
    effective_at: datetime = strawberry.field(description="As of when it is due.")
    cause: str = strawberry.field(description="What happened, such as MEMBERSHIP_RENEWED.")
    rule: str | None = strawberry.field(description="The row, the parameter or the published rule that it rests on.")
    policy_version: int | None = strawberry.field(description="The version of the policy under which it was decided.")


@output
class CreditTotals:
    """Credits of all members under the contract together."""

    available: int = strawberry.field(description="Can be used.")
    held: int = strawberry.field(description="Held by sessions that stand or await their outcome.")
    used: int = strawberry.field(description="Of sessions that were held.")
    forfeited: int = strawberry.field(description="Lost by late changes and absences.")
    expired: int = strawberry.field(description="Not used in time.")
    revoked: int = strawberry.field(description="Taken back.")


@output
class Sponsorship:
    """A contract for whose sponsor you read."""

    name: str = strawberry.field(description="What the contract is called.")
    sponsor: str = strawberry.field(description="Who has agreed to it, and pays.")
    approves: bool = strawberry.field(description="Whether you answer what its members ask for (`Viewer.requests`).")
    membership_count: int = strawberry.field(description="Memberships under it that have not ended.")
    scheduled_count: int = strawberry.field(description="Sessions that stand.")
    held_count: int = strawberry.field(description="Sessions that were held.")
    key: strawberry.Private[int]

    @strawberry.field
    def credits(self, info: Info) -> CreditTotals:
        """The credits of its members, in total."""
        found = totals_of_contract(info.context.unit, self.key)
        return CreditTotals(**{account.lower(): found.get(account, 0) for account in Account})

    @strawberry.field
    def sessions(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[SponsoredDate]:
        """When sessions are or were, the earliest first; cancelled ones left out."""
        part = window(DATES, first, after, last, before)
        page = dates_of_contract(info.context.unit, self.key, part)
        return connection(page, DATES, part, lambda row: SponsoredDate(starts_at=row.starts_at, ends_at=row.ends_at))

    @strawberry.field
    def charges(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[SponsorCharge]:
        """What the sponsor owes by the contract, in the order in which it was written."""
        part = window(CHARGES, first, after, last, before)
        return connection(charges_of_contract(info.context.unit, self.key, part), CHARGES, part, _charge)


def _charge(row: Row[Any]) -> SponsorCharge:
    amount = Money(minor_units=row.minor_units, currency=row.currency)
    return SponsorCharge(
        kind=row.kind,
        amount=amount,
        effective_at=row.effective_at,
        cause=row.event_name,
        rule=ground_of_money(row.event_name, None if row.decision is None else decision_from_json(row.decision)),
        policy_version=row.policy_number,
    )


def sponsorship(row: Row[Any]) -> Sponsorship:
    """The contract of a row of `models.queries.sponsors.sponsorships_of`."""
    return Sponsorship(
        name=row.name,
        sponsor=row.sponsor,
        approves=row.sponsor_approves,
        membership_count=row.memberships,
        scheduled_count=row.scheduled,
        held_count=row.held,
        key=row.id,
    )
