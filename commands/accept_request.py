"""acceptRequest, recordRequestPayment and the twin: the member agrees to what the team answered, and pays where it costs (D-26, D-28)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.work import Work, schedule
from commands.change import slot_conflict
from commands.membership.change import not_acknowledged
from commands.membership.dues import Due, charge
from commands.membership.extra import grant_extra
from commands.membership.log import Doer
from commands.membership.one_off import OneOff, book_one_off, plan_one_off
from commands.membership.requests import (
    RequestCase,
    RequestCommand,
    Step,
    check_request,
    move_on,
    on_request,
    request_case,
    without_membership,
)
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Done, Outcome, Refused, refused
from commands.transaction import Request
from models.payment import Payment
from models.queries.payments import payment_of_reference
from models.unit import Database, Unit
from policy.matters import RequestKind, RequestStatus
from policy.terms import ActorKind, RefusalCode, Scope

SAME_REFERENCE = "uq_payment_organisation_id_provider_reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRequest(RequestCommand):
    """The member agrees; `acknowledge`: the digest of what it leads to, where it costs something."""

    acknowledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRequestPayment(RequestCommand):
    """What was accepted is paid; `provider` and `reference`: how the payment is known outside."""

    provider: str
    reference: str


def accept_request(database: Database, request: Request, command: AcceptRequest) -> Outcome:
    """What was approved is done; what was quoted waits for its payment. The object is the request."""

    def act(unit: Unit, case: RequestCase, kind: ActorKind) -> Outcome:
        effect = look_at_accepting(unit, case, kind, now=request.now)
        if isinstance(effect, Refused):
            return effect
        if effect.costly and command.acknowledge != effect.digest:
            return not_acknowledged(effect, command.acknowledge)
        return _accept(unit, case, Doer.of(request, kind))

    return _slot_kept(lambda: on_request(database, request, command, act))


def _slot_kept(run: Callable[[], Outcome]) -> Outcome:
    try:
        return run()
    except IntegrityError as fault:
        if SAME_REFERENCE in str(fault.orig):
            return refused(RefusalCode.IDEMPOTENCY_CONFLICT)
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_accept_request(unit: Unit, actor: Actor, request_id: int, *, now: datetime) -> MembershipCheck:
    """What accepting would lead to now, without acting."""

    def look(case: RequestCase, kind: ActorKind) -> MembershipEffect | Refused:
        return look_at_accepting(unit, case, kind, now=now)

    return check_request(unit, actor, request_id, look, now=now)


def check_record_payment_of_request(unit: Unit, actor: Actor, request_id: int, *, now: datetime) -> MembershipCheck:
    """What recording its payment would lead to now, without acting."""

    def look(case: RequestCase, _kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_payment(unit, actor, case, now=now)

    return check_request(unit, actor, request_id, look, now=now)


def _look_at_payment(unit: Unit, actor: Actor, case: RequestCase, *, now: datetime) -> MembershipEffect | Refused:
    if not actor.may(Scope.CREDITS):
        return refused(RefusalCode.FORBIDDEN)
    if case.status is not RequestStatus.ACCEPTED or case.price is None:
        return refused(RefusalCode.NOT_PENDING)
    if (gone := without_membership(case)) is not None:
        return gone
    if case.wanted.kind is RequestKind.ONE_OFF and isinstance(fault := plan_one_off(unit, case, now=now), Refused):
        return fault
    replaced = () if case.row.replaces_id is None else (case.row.replaces_id,)
    return membership_effect(
        "It is paid and done.", effective_at=now, sessions=replaced, charge=case.price, wanted=case.row.id
    )


def look_at_accepting(unit: Unit, case: RequestCase, kind: ActorKind, *, now: datetime) -> MembershipEffect | Refused:
    """What the member agrees to, or why they cannot."""
    if kind is not ActorKind.MEMBER:
        return refused(RefusalCode.FORBIDDEN)
    if case.status not in (RequestStatus.QUOTED, RequestStatus.APPROVED):
        return refused(RefusalCode.NOT_PENDING)
    if (gone := without_membership(case)) is not None:
        return gone
    if case.wanted.kind is RequestKind.ONE_OFF and isinstance(fault := plan_one_off(unit, case, now=now), Refused):
        return fault
    if case.status is RequestStatus.QUOTED:
        return membership_effect("It is done once it is paid.", effective_at=now, charge=case.price, wanted=case.row.id)
    replaced = () if case.row.replaces_id is None else (case.row.replaces_id,)
    return membership_effect("It is done at once.", effective_at=now, sessions=replaced, wanted=case.row.id)


def _accept(unit: Unit, case: RequestCase, doer: Doer) -> Outcome:
    if case.status is RequestStatus.QUOTED:
        event, works = move_on(unit, case, Step(status=RequestStatus.ACCEPTED, name="REQUEST_ACCEPTED"), doer)
        schedule(unit, works)
        return Done(object_id=case.row.id, event_id=event)
    return _book(unit, case, doer)


def _book(unit: Unit, case: RequestCase, doer: Doer) -> Outcome:
    """The one-off stands and the request is done; who owes something for it owes it now."""
    planned = plan_one_off(unit, case, now=doer.now)
    if isinstance(planned, Refused):
        return planned
    session, works = _booked(unit, case, planned, doer)
    done = Step(status=RequestStatus.DONE, name="REQUEST_DONE", session_id=session, tells=False)
    event, more = move_on(unit, case, done, doer)
    _charge(unit, case, doer, event_id=event, session_id=session)
    schedule(unit, [*works, *more])
    return Done(object_id=case.row.id, event_id=event)


def _booked(unit: Unit, case: RequestCase, planned: OneOff, doer: Doer) -> tuple[int, list[Work]]:
    session, _, works = book_one_off(unit, case, planned, doer)
    return session, works


def _charge(unit: Unit, case: RequestCase, doer: Doer, *, event_id: int, session_id: int | None = None) -> None:
    if case.price is None:
        return
    due = Due(
        amount=case.price,
        reason=str(case.row.kind),
        event_id=event_id,
        effective_at=doer.now,
        recorded_at=doer.recorded_at,
        cause=f"request:{case.row.id}",
        session_id=session_id,
    )
    charge(unit, case.membership, due)


def record_request_payment(database: Database, request: Request, command: RecordRequestPayment) -> Outcome:
    """What was accepted is paid and done: the credit is there, or the session stands. The object is the request."""
    if not request.actor.may(Scope.CREDITS):
        return refused(RefusalCode.FORBIDDEN)

    def act(unit: Unit, case: RequestCase, _kind: ActorKind) -> Outcome:
        known = payment_of_reference(unit, provider=command.provider, reference=command.reference)
        if known is not None:
            return refused(RefusalCode.IDEMPOTENCY_CONFLICT)
        effect = _look_at_payment(unit, request.actor, case, now=request.now)
        if isinstance(effect, Refused):
            return effect
        return _pay(unit, case, command, Doer.of(request, ActorKind.STAFF))

    return _slot_kept(lambda: on_request(database, request, command, act))


def _pay(unit: Unit, case: RequestCase, command: RecordRequestPayment, doer: Doer) -> Outcome:
    if case.wanted.kind is RequestKind.ONE_OFF:
        done = _book(unit, case, doer)
        if not isinstance(done, Done):
            return done
        event = done.event_id
    else:
        event, works = move_on(unit, case, Step(status=RequestStatus.DONE, name="REQUEST_PAID"), doer)
        schedule(unit, [*works, *grant_extra(unit, case, doer, event_id=event)])
        _charge(unit, case, doer, event_id=event)
    bought = request_case(unit, case.row.id, now=doer.now)
    if bought is None or case.price is None:
        raise LookupError("the request was there just now")
    row = insert(Payment).values(
        organisation_id=unit.organisation_id,
        member_id=case.row.member_id,
        kind_id=case.row.kind_id,
        lot_id=bought.row.lot_id,
        provider=command.provider,
        reference=command.reference,
        minor_units=case.price.minor_units,
        currency=case.price.currency,
        event_id=event,
        recorded_at=doer.recorded_at,
    )
    unit.connection.execute(row)
    return Done(object_id=case.row.id, event_id=event)
