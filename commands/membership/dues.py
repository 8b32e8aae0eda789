"""What a membership makes due: from its member, or from the sponsor of its contract (MODEL 7)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, text

from commands.membership.case import MembershipCase, present_membership
from models.money import MoneyEntry
from models.unit import Unit
from policy.money import Money
from policy.plans import price
from policy.terms import Cadence, MoneyKind

# What was charged to the member and is not given back or paid. A purchase is charged and paid in one; what is given back to somebody as
# a coach is none of what they owe as a member.
ARREARS = text("""
SELECT coalesce(sum(amount), 0) AS minor_units FROM (
    SELECT CASE kind WHEN 'CHARGE' THEN minor_units ELSE -minor_units END AS amount FROM money_entry
    WHERE organisation_id = :organisation AND person_id = :member AND contract_id IS NULL AND kind IN ('CHARGE', 'REFUND')
    AND effective_at <= :now AND NOT EXISTS (SELECT FROM session WHERE session.organisation_id = :organisation
        AND session.id = money_entry.session_id AND session.coach_id = :member)
    UNION ALL SELECT -minor_units FROM payment WHERE organisation_id = :organisation AND member_id = :member AND recorded_at <= :now
) AS amounts
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An amount that a membership makes due as of `effective_at`, with the event that caused it."""

    amount: Money
    reason: str
    event_id: int
    effective_at: datetime
    recorded_at: datetime
    cause: str
    session_id: int | None = None


def charge(unit: Unit, case: MembershipCase, due: Due, *, of_member: bool = False) -> None:
    """The amount is due once per cause; an amount of 0 makes no entry. `of_member`: whoever pays the membership itself."""
    if not due.amount:
        return
    row = {
        "organisation_id": unit.organisation_id,
        "kind": MoneyKind.CHARGE,
        "person_id": case.member_id,
        "minor_units": due.amount.minor_units,
        "currency": due.amount.currency,
        "session_id": due.session_id,
        "event_id": due.event_id,
        "reason": due.reason,
        "recorded_at": due.recorded_at,
        "effective_at": due.effective_at,
        "cause_key": due.cause,
        "contract_id": None if of_member else case.row.contract_id,
    }
    unit.connection.execute(insert(MoneyEntry).values(row))


def arrears_of(unit: Unit, member_id: int, *, now: datetime) -> int:
    """What the member owes at `now`, in minor units; less than nothing where too much was paid."""
    values = {"organisation": unit.organisation_id, "member": member_id, "now": now}
    return int(unit.connection.execute(ARREARS, values).scalar_one())


def next_price(unit: Unit, membership_id: int, *, now: datetime) -> Money | None:
    """What the next month or year of the membership costs, by the rhythm that holds then; None without a plan."""
    case = present_membership(unit, membership_id, now=now)
    if case is None or case.plan is None:
        return None
    follows = case.row.next_cadence is not None and case.row.next_cadence_on <= case.row.paid_until
    plan = replace(case.plan, cadence=Cadence(case.row.next_cadence)) if follows else case.plan
    return price(case.policy, plan)
