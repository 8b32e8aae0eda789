"""recordReceipt, markPastDue: a provider reports that a member has paid towards what they owe, or has not (MODEL 5.7, 7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.facts.policies import policy_of
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership
from commands.membership.dues import arrears_of
from commands.membership.log import Doer, note_down
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Done, Outcome, Refused, refused
from commands.sanctions import end_paid
from commands.staff import invalid
from commands.transaction import Request, carry_out
from commands.verb_check import VerbCheck, verb_check
from models.payment import Payment
from models.queries.contracts import policy_in_force
from models.queries.payments import payment_of_reference
from models.unit import Database, Unit
from policy.terms import ActorKind, MembershipStatus, RefusalCode, Scope
from policy.texts import says_nothing

MOST = 10**12
SAME_REFERENCE = "uq_payment_organisation_id_provider_reference"
OWES = text("""
SELECT EXISTS (SELECT FROM membership WHERE organisation_id = :organisation AND member_id = :member)
""")
SETTLED = text("""
UPDATE membership SET status = 'ACTIVE', version = version + 1
WHERE organisation_id = :organisation AND member_id = :member AND status = 'PAST_DUE' RETURNING id
""")
PAST_DUE = text("""
UPDATE membership SET status = 'PAST_DUE', version = version + 1 WHERE organisation_id = :organisation AND id = :membership
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceipt:
    """A member has paid this amount; `provider` and `reference`: how the payment is known outside."""

    member_id: int
    minor_units: int
    currency: str
    provider: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPastDue(MembershipCommand):
    """A provider could not collect what is due; `note`: what it said."""

    note: str = ""


def record_receipt(database: Database, request: Request, command: RecordReceipt) -> Outcome:
    """The member owes so much less; a membership that was past due is active again once nothing is owed. The object is the payment."""
    fault = _fault(request.actor, command)
    if fault is not None:
        return fault
    persons = frozenset({command.member_id})
    try:
        return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))
    except IntegrityError as fault:
        if SAME_REFERENCE not in str(fault.orig):
            raise
        # Reported for somebody else at the same moment: it is theirs.
        return refused(RefusalCode.IDEMPOTENCY_CONFLICT)


def check_record_receipt(unit: Unit, actor: Actor, command: RecordReceipt, *, now: datetime) -> VerbCheck:
    """Whether this may be recorded now; a report that is known already changes nothing."""
    found = _fault(actor, command) or _known(unit, command)
    return verb_check(found if isinstance(found, Refused) else None, now=now)


def _fault(actor: Actor, command: RecordReceipt) -> Refused | None:
    if not actor.may(Scope.CREDITS):
        return refused(RefusalCode.FORBIDDEN)
    if not 0 < command.minor_units <= MOST:
        return invalid("An amount that was paid is more than nothing.", "amount")
    for name in ("provider", "reference"):
        if says_nothing(getattr(command, name)):
            return invalid("A payment is known by its provider and its reference.", name)
    return None


def _known(unit: Unit, command: RecordReceipt) -> Done | Refused | None:
    """The answer that the same report had before, or why it is none; None where it is to be recorded."""
    known = payment_of_reference(unit, provider=command.provider, reference=command.reference)
    if known is not None:
        same = (known.member_id, known.kind_id, known.minor_units, known.currency)
        if same != (command.member_id, None, command.minor_units, command.currency):
            return refused(RefusalCode.IDEMPOTENCY_CONFLICT)
        return Done(object_id=known.id, event_id=known.event_id)
    values = {"organisation": unit.organisation_id, "member": command.member_id}
    if not unit.connection.execute(OWES, values).scalar_one():
        return refused(RefusalCode.NOT_FOUND)
    in_force = policy_in_force(unit)
    currency = policy_of(in_force.document, in_force.number).currency
    return None if command.currency == currency else invalid(f"Prices are in {currency}.", "amount")


def _act(unit: Unit, request: Request, command: RecordReceipt) -> Outcome:
    known = _known(unit, command)
    if known is not None:
        return known
    values = {"organisation": unit.organisation_id, "member": command.member_id}
    doer = Doer.of(request, ActorKind.STAFF)
    event = note_down(
        unit,
        doer,
        "RECEIPT_RECORDED",
        frozenset({command.member_id}),
        provider=command.provider,
        reference=command.reference,
    )
    row = insert(Payment).values(
        organisation_id=unit.organisation_id,
        member_id=command.member_id,
        kind_id=None,
        lot_id=None,
        provider=command.provider,
        reference=command.reference,
        minor_units=command.minor_units,
        currency=command.currency,
        event_id=event,
        recorded_at=request.now,
    )
    payment = unit.connection.execute(row.returning(Payment.id)).scalar_one()
    if arrears_of(unit, command.member_id, now=request.now) <= 0:
        unit.connection.execute(SETTLED, values)
    end_paid(unit, command.member_id, doer)
    return Done(object_id=payment, event_id=event)


def check_mark_past_due(unit: Unit, actor: Actor, membership_id: int, *, now: datetime) -> MembershipCheck:
    """What marking the membership as past due would lead to now, without acting."""

    def look(_unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_past_due(case, kind, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def _look_at_past_due(case: MembershipCase, kind: ActorKind, *, now: datetime) -> MembershipEffect | Refused:
    if kind is not ActorKind.STAFF:
        return refused(RefusalCode.FORBIDDEN)
    if case.status is not MembershipStatus.ACTIVE:
        return refused(RefusalCode.WRONG_STATE)
    return membership_effect("The membership is past due.", effective_at=now)


def mark_past_due(database: Database, request: Request, command: MarkPastDue) -> Outcome:
    """The membership is past due; sessions and credits stay, and `booking.max_arrears` says whether new ones can be booked."""

    def look(_unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_past_due(case, kind, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        unit.connection.execute(PAST_DUE, {"organisation": unit.organisation_id, "membership": case.id})
        return note_down(unit, doer, "MEMBERSHIP_PAST_DUE", frozenset({case.member_id}), note=command.note or None)

    return change_membership(database, request, command, look, write)
