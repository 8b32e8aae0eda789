"""The credit of an extra session that was approved or paid for (D-28)."""

from sqlalchemy import text

from commands.apply.credits import Posting, post_grant
from commands.apply.work import Work
from commands.facts.policies import offered
from commands.membership.log import Doer
from commands.membership.requests import RequestCase
from models.queries.policies import kinds_of_ids
from models.unit import Unit
from policy.effects import NewLot
from policy.periods import next_period, period_of
from policy.terms import LotSource

CAME_OF_IT = text("""
UPDATE membership_request SET lot_id = (SELECT id FROM credit_lot WHERE organisation_id = :organisation AND cause_key = :cause)
WHERE organisation_id = :organisation AND id = :request RETURNING lot_id
""")


def grant_extra(unit: Unit, case: RequestCase, doer: Doer, *, event_id: int) -> list[Work]:
    """One more session of the kind in this period and the next, once per request; returns the timer of its lot."""
    row, membership = case.row, case.membership
    kind = kinds_of_ids(unit, [row.kind_id])[row.kind_id]
    policy = offered(
        membership.row.document,
        membership.row.number,
        kind.code,
        membership.row.contract_document,
        membership.row.plan_document,
    )
    if policy is None:
        raise LookupError("the kind was offered when it was asked for")
    period = period_of(policy, membership.zones, doer.now)
    closes_at = None if period is None else next_period(policy, membership.zones, period).end
    posting = Posting(
        member_id=row.member_id,
        kind_id=row.kind_id,
        membership_id=membership.id,
        event_id=event_id,
        session_id=None,
        reason=None,
        recorded_at=doer.recorded_at,
        effective_at=doer.now,
        cause=f"extra:{row.id}",
    )
    window = NewLot(source=LotSource.EXTRA, opens_at=doer.now, closes_at=closes_at)
    works = post_grant(unit, posting, window, policy.kind.units)
    came_of_it(unit, case, posting.cause)
    return works


def came_of_it(unit: Unit, case: RequestCase, cause: str) -> int:
    """The lot of this cause came of the request; returns it."""
    values = {"organisation": unit.organisation_id, "request": case.row.id, "cause": cause}
    return unit.connection.execute(CAME_OF_IT, values).scalar_one()
