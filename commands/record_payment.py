"""recordPayment: a provider reports that a member has paid for a session, which can then be booked (T4, MODEL 7)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, text
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.credits import Posting, open_lot, post_entry
from commands.apply.record import Record, write_event
from commands.facts.policies import offered
from commands.outcome import Done, Outcome, Refused, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.money import MoneyEntry
from models.payment import Payment
from models.queries.payments import payment_of_reference
from models.unit import Database, Unit
from policy.effects import NewLot
from policy.money import Money
from policy.terms import ActorKind, Basis, LedgerKind, LotSource, MoneyKind, RefusalCode, Scope
from policy.texts import says_nothing

BUYER = text("""
SELECT membership.id AS membership_id, kind.code AS kind_code, version.document, version.number, contract.document AS contract_document, membership.plan_document
FROM membership
JOIN session_kind AS kind ON kind.organisation_id = membership.organisation_id AND kind.id = :kind
LEFT JOIN contract ON contract.organisation_id = membership.organisation_id AND contract.id = membership.contract_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = membership.organisation_id
    ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE membership.organisation_id = :organisation AND membership.member_id = :member AND membership.status IN ('ACTIVE', 'ENDING', 'PAST_DUE')
ORDER BY membership.id DESC LIMIT 1
""")
MOST = 10**12
SAME_REFERENCE = "uq_payment_organisation_id_provider_reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """A member has paid this amount for one purchase of a kind; `provider` and `reference`: how the payment is known outside."""

    member_id: int
    kind_id: int
    minor_units: int
    currency: str
    provider: str
    reference: str


def record_payment(database: Database, request: Request, command: RecordPayment) -> Outcome:
    """The amount is charged and what it buys is available; the object is the payment. The same reference counts once.

    A report that says something else under a reference that is known is refused: IDEMPOTENCY_CONFLICT.
    """
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCheck:
    """What recording a payment would lead to: what is charged, and how many units can be booked with; nothing where it is known."""

    fault: Refused | None
    charge: Money | None
    units: int
    known: bool


def check_record_payment(unit: Unit, actor: Actor, command: RecordPayment) -> PaymentCheck:
    """What recording this would lead to now, without acting."""
    found = _look(unit, actor, command)
    if isinstance(found, Refused):
        return PaymentCheck(fault=found, charge=None, units=0, known=False)
    if isinstance(found, Done):
        return PaymentCheck(fault=None, charge=None, units=0, known=True)
    charge = Money(minor_units=command.minor_units, currency=command.currency)
    return PaymentCheck(fault=None, charge=charge or None, units=found.units, known=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a payment buys: so many units for the membership of this row."""

    row: Row[Any]
    units: int


def _fault(actor: Actor, command: RecordPayment) -> Refused | None:
    if not actor.may(Scope.CREDITS):
        return refused(RefusalCode.FORBIDDEN)
    if not 0 <= command.minor_units <= MOST:
        return invalid("An amount is not negative.", "amount")
    for name in ("provider", "reference"):
        if says_nothing(getattr(command, name)):
            return invalid("A payment is known by its provider and its reference.", name)
    return None


def _look(unit: Unit, actor: Actor, command: RecordPayment) -> Purchase | Done | Refused:
    """What the payment buys, the answer that it had before, or why it is none."""
    fault = _fault(actor, command)
    if fault is not None:
        return fault
    known = payment_of_reference(unit, provider=command.provider, reference=command.reference)
    if known is not None:
        return _again(known, command)
    values = {"organisation": unit.organisation_id, "member": command.member_id, "kind": command.kind_id}
    row = unit.connection.execute(BUYER, values).one_or_none()
    policy = (
        None
        if row is None
        else offered(row.document, row.number, row.kind_code, row.contract_document, row.plan_document)
    )
    if row is None or policy is None:
        return refused(RefusalCode.NOT_FOUND)
    if policy.basis is not Basis.PURCHASE:
        return refused(RefusalCode.WRONG_STATE, message="Sessions of this kind are not purchased.")
    if command.currency != policy.currency:
        return invalid(f"Prices are in {policy.currency}.", "amount")
    return Purchase(row=row, units=policy.quantity * policy.kind.units)


def _act(unit: Unit, request: Request, command: RecordPayment) -> Outcome:
    found = _look(unit, request.actor, command)
    return _record(unit, request, command, found) if isinstance(found, Purchase) else found


def _again(known: Row[Any], command: RecordPayment) -> Done | Refused:
    """The same report a second time is answered as the first; another one under its reference is a conflict."""
    same = (known.member_id, known.kind_id, known.minor_units, known.currency)
    if same != (command.member_id, command.kind_id, command.minor_units, command.currency):
        return refused(RefusalCode.IDEMPOTENCY_CONFLICT)
    return Done(object_id=known.id, event_id=known.event_id)


def _record(unit: Unit, request: Request, command: RecordPayment, bought: Purchase) -> Done:
    record = Record(
        name="PAYMENT_RECORDED",
        persons=frozenset({command.member_id}),
        actor_kind=ActorKind.STAFF,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause=f"payment:{command.provider}:{command.reference}",
        recorded_at=request.now,
        effective_at=request.now,
    )
    event = write_event(unit, record)
    lot = _grant(unit, request, command, bought.row, event=event, units=bought.units)
    if command.minor_units:
        unit.connection.execute(insert(MoneyEntry).values(**_charge(unit, request, command, event)))
    values = {
        "organisation_id": unit.organisation_id,
        "member_id": command.member_id,
        "kind_id": command.kind_id,
        "provider": command.provider,
        "reference": command.reference,
        "minor_units": command.minor_units,
        "currency": command.currency,
        "lot_id": lot,
        "event_id": event,
        "recorded_at": request.now,
    }
    key = unit.connection.execute(insert(Payment).values(**values).returning(Payment.id)).scalar_one()
    return Done(object_id=key, event_id=event)


def _grant(unit: Unit, request: Request, command: RecordPayment, row: Row[Any], *, event: int, units: int) -> int:
    """What was bought is available, in a lot of its own without end."""
    posting = Posting(
        member_id=command.member_id,
        kind_id=command.kind_id,
        membership_id=row.membership_id,
        event_id=event,
        session_id=None,
        reason=None,
        recorded_at=request.now,
        effective_at=request.now,
        cause=f"purchase:event:{event}",
    )
    window = NewLot(source=LotSource.PURCHASE, opens_at=request.now, closes_at=None)
    lot = open_lot(unit, posting, window, cause=posting.cause)
    if lot is None:
        raise RuntimeError(f"the lot of {posting.cause} was opened before")
    post_entry(unit, posting, LedgerKind.GRANT, units, lot)
    return lot


def _charge(unit: Unit, request: Request, command: RecordPayment, event: int) -> dict[str, Any]:
    return {
        "organisation_id": unit.organisation_id,
        "kind": MoneyKind.CHARGE,
        "person_id": command.member_id,
        "minor_units": command.minor_units,
        "currency": command.currency,
        "session_id": None,
        "event_id": event,
        "reason": None,
        "recorded_at": request.now,
        "effective_at": request.now,
        "cause_key": f"payment:event:{event}",
    }
