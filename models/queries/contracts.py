"""The policy in force and the contracts that change it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

IN_FORCE = text("""
SELECT number, document FROM policy_version WHERE organisation_id = :organisation ORDER BY number DESC LIMIT 1
""")

CONTRACT = text("SELECT id, name, document FROM contract WHERE organisation_id = :organisation AND id = :contract")

IN_USE = text("""
SELECT id, name, document FROM contract WHERE organisation_id = :organisation AND EXISTS (
    SELECT FROM membership WHERE membership.organisation_id = contract.organisation_id AND membership.contract_id = contract.id
    AND membership.status IN ('MATCHING', 'ACTIVE', 'ENDING', 'PAUSED', 'PAST_DUE'))
ORDER BY id
""")

PLANS = text("""
SELECT DISTINCT plan_document FROM membership WHERE organisation_id = :organisation AND plan_document IS NOT NULL
AND status IN ('MATCHING', 'ACTIVE', 'ENDING', 'PAUSED', 'PAST_DUE') ORDER BY plan_document
""")


def policy_in_force(unit: Unit) -> Row[Any]:
    """The `number` and `document` of the policy that new bookings live under; every organisation has one."""
    return unit.connection.execute(IN_FORCE, {"organisation": unit.organisation_id}).one()


def contract_of_id(unit: Unit, contract_id: int) -> Row[Any] | None:
    """The contract of this id: `id`, `name`, `document`."""
    return unit.connection.execute(
        CONTRACT, {"organisation": unit.organisation_id, "contract": contract_id}
    ).one_or_none()


def contracts_in_use(unit: Unit) -> Sequence[Row[Any]]:
    """The contracts that a membership which has not ended stands under."""
    return unit.connection.execute(IN_USE, {"organisation": unit.organisation_id}).all()


def plans_in_use(unit: Unit) -> Sequence[str]:
    """The documents of plans that a membership which has not ended is paid by."""
    return unit.connection.execute(PLANS, {"organisation": unit.organisation_id}).scalars().all()
