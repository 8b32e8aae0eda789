"""What a decision leads to, shown beforehand and after it was done: the same object both times (GRAPHQL 2)."""

from datetime import datetime

import strawberry

from api.describe import output
from api.siblings import Siblings
from api.types.amounts import Money, money
from api.types.entitlement import Entitlement, entitlement_of_lot
from api.types.step_taken import StepTaken, lifts_stops, steps_taken
from policy.decisions import Consequence as PolicyConsequence
from policy.decisions import CreditChange as PolicyCreditChange
from policy.decisions import summary_for
from policy.terms import ActorKind, Disposition, LedgerKind, SessionStatus, Side

SEES_COACH_MONEY = frozenset({ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM})
SEES_MEMBER_MONEY = frozenset({ActorKind.MEMBER, ActorKind.STAFF, ActorKind.SYSTEM})


@output
class CreditChange:
    """One entry of the credit ledger, planned or written: FORFEIT 1 of the entitlement of March."""

    kind: LedgerKind
    units: int
    entitlement: Entitlement | None = strawberry.field(
        description="Whose units they are; null for a bonus, which opens an entitlement of its own."
    )
    to_opens_at: datetime | None = strawberry.field(
        description="The first start that the entitlement opened by it pays for."
    )
    to_closes_at: datetime | None = strawberry.field(
        description="Of a CARRY or a bonus, until when the new entitlement can be used."
    )


@output
class Consequence:
    """What will happen, or has happened. Show it, and send its digest back as `input.acknowledge` if it is costly."""

    digest: strawberry.ID = strawberry.field(
        description="Covers the cost and nothing else: the same as long as the cost is the same."
    )
    costly: bool = strawberry.field(description="Whether somebody loses something, so that it has to be acknowledged.")
    summary: str = strawberry.field(description="The consequence in plain English sentences.")
    disposition: Disposition | None = strawberry.field(
        description="What becomes of the session's credit; null where it stays."
    )
    credits: list[CreditChange] = strawberry.field(description="The entries of the credit ledger, in order.")
    charge: Money | None = strawberry.field(description="A fee that is due from the member; null for coaches.")
    refund: Money | None = strawberry.field(description="What is due back to the member; null for coaches.")
    earning: Money | None = strawberry.field(description="What is due to the coach; null for members.")
    penalty: Money | None = strawberry.field(description="What is due from the coach; null for members.")
    reversed_earning: Money | None = strawberry.field(
        description="What the coach had earned and is taken back; null for members."
    )
    fee_given_back: Money | None = strawberry.field(
        description="A fee that the member owed and that is given back; null for coaches."
    )
    coach_fee_given_back: Money | None = strawberry.field(
        description="A fee that the coach owed and that is given back; null for members."
    )
    resulting_status: SessionStatus = strawberry.field(description="Where the session stands afterwards.")
    next_bookable_from: datetime | None = strawberry.field(
        description="After a loss, the first start for which there is a credit again; null where none is known."
    )
    waits_for: ActorKind | None = strawberry.field(
        description="Who has to agree before anything changes: it becomes a proposal. Null where it happens at once."
    )
    steps: list[StepTaken] = strawberry.field(
        description="What counts that reach their number make follow besides, for you; the team reads of both sides."
    )
    lifts_stops: bool = strawberry.field(
        description="Whether a stop of bookings that concerns you is lifted, because what had caused it is taken back."
    )


def consequence(found: PolicyConsequence, reader: ActorKind) -> Consequence:
    """The consequence as somebody in this capacity may read it: amounts are for those whom they concern (MODEL 10)."""
    lots = sorted({change.lot.id for change in found.credits if change.lot is not None})
    siblings = Siblings(lots)
    coach, member = reader in SEES_COACH_MONEY, reader in SEES_MEMBER_MONEY
    return Consequence(
        digest=strawberry.ID(found.digest),
        costly=found.costly,
        summary=summary_for(found, reader),
        disposition=found.disposition,
        credits=[_change(change, siblings) for change in found.credits],
        charge=money(found.charge) if member else None,
        refund=money(found.refund) if member else None,
        earning=money(found.earning) if coach else None,
        penalty=money(found.penalty) if coach else None,
        reversed_earning=money(found.reversed_earning) if coach else None,
        fee_given_back=money(found.all_given_back(Side.MEMBER)) if member else None,
        coach_fee_given_back=money(found.all_given_back(Side.COACH)) if coach else None,
        resulting_status=found.resulting_status,
        next_bookable_from=found.next_bookable_from,
        waits_for=found.waits_for,
        steps=steps_taken(found, reader),
        lifts_stops=lifts_stops(found, reader),
    )


def _change(change: PolicyCreditChange, siblings: Siblings) -> CreditChange:
    return CreditChange(
        kind=change.kind,
        units=change.units,
        entitlement=None if change.lot is None else entitlement_of_lot(change.lot, siblings),
        to_opens_at=None if change.to is None else change.to.opens_at,
        to_closes_at=None if change.to is None else change.to.closes_at,
    )
