"""What a sponsor reads of the memberships under its contracts: dates, counts and what it owes; no names and no content (MODEL 10)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, select, text

from models.membership import Membership
from models.money import MoneyEntry
from models.queries.keyset import Page, Window, read_page
from models.queries.views import money_entries
from models.session import Session
from models.unit import Unit

OF_PERSON = text("""
SELECT contract.id, contract.name, contract.sponsor, contract.sponsor_approves,
    (SELECT count(*) FROM membership WHERE membership.organisation_id = contract.organisation_id AND membership.contract_id = contract.id
        AND membership.status NOT IN ('ENDED', 'CHURNED')) AS memberships,
    (SELECT count(*) FILTER (WHERE session.status = 'SCHEDULED') FROM session JOIN membership
        ON membership.organisation_id = session.organisation_id AND membership.id = session.membership_id
        WHERE session.organisation_id = contract.organisation_id AND membership.contract_id = contract.id) AS scheduled,
    (SELECT count(*) FILTER (WHERE session.status = 'COMPLETED') FROM session JOIN membership
        ON membership.organisation_id = session.organisation_id AND membership.id = session.membership_id
        WHERE session.organisation_id = contract.organisation_id AND membership.contract_id = contract.id) AS held
FROM contract WHERE contract.organisation_id = :organisation AND contract.sponsor_id = :person ORDER BY contract.id
""")
TOTALS = text("""
SELECT account, sum(units) AS units FROM (
    SELECT entry.to_account AS account, entry.units FROM ledger_entry AS entry
    JOIN credit_lot AS lot ON lot.organisation_id = entry.organisation_id AND lot.id = entry.to_lot_id
    JOIN membership ON membership.organisation_id = lot.organisation_id AND membership.id = lot.membership_id
    WHERE entry.organisation_id = :organisation AND membership.contract_id = :contract
    UNION ALL SELECT entry.from_account, -entry.units FROM ledger_entry AS entry
    JOIN credit_lot AS lot ON lot.organisation_id = entry.organisation_id AND lot.id = entry.from_lot_id
    JOIN membership ON membership.organisation_id = lot.organisation_id AND membership.id = lot.membership_id
    WHERE entry.organisation_id = :organisation AND membership.contract_id = :contract
) AS moved GROUP BY account
""")


def sponsorships_of(unit: Unit, person_id: int) -> Sequence[Row[Any]]:
    """The contracts for whose sponsor this person reads, with counts; one statement."""
    return unit.connection.execute(OF_PERSON, {"organisation": unit.organisation_id, "person": person_id}).all()


def totals_of_contract(unit: Unit, contract_id: int) -> dict[str, int]:
    """The units of all memberships under the contract by account; one statement."""
    values = {"organisation": unit.organisation_id, "contract": contract_id}
    return {row.account: int(row.units) for row in unit.connection.execute(TOTALS, values)}


def dates_of_contract(unit: Unit, contract_id: int, window: Window) -> Page[Row[Any]]:
    """When sessions under the contract are or were, the earliest first, without those that were cancelled. Key: (starts_at, id)."""
    statement: Select[*tuple[Any, ...]] = (
        select(Session.id, Session.starts_at, Session.ends_at)
        .join(
            Membership,
            and_(Membership.organisation_id == Session.organisation_id, Membership.id == Session.membership_id),
        )
        .where(
            Session.organisation_id == unit.organisation_id,
            Membership.contract_id == contract_id,
            Session.status != "CANCELLED",
        )
    )
    return read_page(unit, statement, (Session.starts_at, Session.id), window)


def charges_of_contract(unit: Unit, contract_id: int, window: Window) -> Page[Row[Any]]:
    """What the sponsor of the contract owes and gets back, in the order in which it was written. Key: (id)."""
    owed = money_entries(unit).where(MoneyEntry.contract_id == contract_id)
    return read_page(unit, owed, (MoneyEntry.id,), window)
