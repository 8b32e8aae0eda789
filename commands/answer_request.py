"""answerRequest, withdrawRequest: the team quotes, approves or refuses what was asked for; who asked may take it back (D-28, O39)."""

from dataclasses import dataclass, replace
from datetime import datetime

from commands.actor import Actor
from commands.apply.work import schedule
from commands.change_cadence import look_at_cadence
from commands.membership.cadence import change_day, record_cadence
from commands.membership.change import refused_by
from commands.membership.extra import grant_extra
from commands.membership.log import Doer
from commands.membership.requests import (
    RequestCase,
    RequestCommand,
    Step,
    check_request,
    may_answer,
    move_on,
    on_request,
    without_membership,
)
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Done, Outcome, Refused, refused
from commands.staff import invalid
from commands.transaction import Request
from models.unit import Database, Unit
from policy.matters import Channel, RequestKind, RequestStatus
from policy.money import Money
from policy.requests import OPEN, Answered, objection_to_answering, price_of_one_off
from policy.terms import ActorKind, RefusalCode

MOST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest(RequestCommand):
    """The team's answer. `price`: what is quoted; `note`: why, for the log and for who asked."""

    answer: Answered
    price: Money | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest(RequestCommand):
    """It is no longer asked for."""


def answer_request(database: Database, request: Request, command: AnswerRequest) -> Outcome:
    """The request stands as the team answered; what needs no more is done. The object is the request."""

    def act(unit: Unit, case: RequestCase, kind: ActorKind) -> Outcome:
        effect = _look_at_answering(unit, request.actor, case, kind, command, now=request.now)
        return (
            effect if isinstance(effect, Refused) else _answer(unit, case, command, Doer.of(request, ActorKind.STAFF))
        )

    return on_request(database, request, command, act)


def check_answer_request(unit: Unit, actor: Actor, command: AnswerRequest, *, now: datetime) -> MembershipCheck:
    """What this answer would lead to now, without acting; the versions that were read are not compared."""

    def look(case: RequestCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_answering(unit, actor, case, kind, command, now=now)

    return check_request(unit, actor, command.request_id, look, now=now)


def check_withdraw_request(unit: Unit, actor: Actor, request_id: int, *, now: datetime) -> MembershipCheck:
    """What taking the request back would lead to now, without acting."""

    def look(case: RequestCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_withdrawing(case, kind, now=now)

    return check_request(unit, actor, request_id, look, now=now)


def _look_at_answering(
    unit: Unit, actor: Actor, case: RequestCase, kind: ActorKind, command: AnswerRequest, *, now: datetime
) -> MembershipEffect | Refused:
    """What the answer leads to at once, and what it will cost whoever pays once it is accepted; or why it is none."""
    fault = may_answer(actor, case, kind) or _fault(case, command)
    if fault is None and command.answer is not Answered.REFUSE:
        fault = without_membership(case)
    if fault is not None:
        return fault
    wanted, digested = case.wanted, (case.row.id, command.answer)
    match command.answer:
        case Answered.REFUSE:
            return membership_effect("The request is refused; nothing else changes.", effective_at=now, wanted=digested)
        case Answered.QUOTE:
            return membership_effect(
                "The price is sent; it is done once it is accepted and paid.", effective_at=now, wanted=digested
            )
        case Answered.APPROVE if wanted.kind is RequestKind.EXTRA:
            return membership_effect(
                "One more session can be booked, at once and at no cost.", effective_at=now, wanted=digested
            )
        case Answered.APPROVE if wanted.kind is RequestKind.CADENCE and wanted.cadence is not None:
            staff = ActorKind.STAFF
            return look_at_cadence(unit, case.membership, staff, wanted.cadence, now=now, approved=True)
        case Answered.APPROVE:
            return membership_effect("It is booked once the member accepts.", effective_at=now, wanted=digested)


def _look_at_withdrawing(case: RequestCase, kind: ActorKind, *, now: datetime) -> MembershipEffect | Refused:
    if kind is ActorKind.STAFF:
        return refused(RefusalCode.FORBIDDEN)
    if case.status not in OPEN:
        return refused(RefusalCode.NOT_PENDING)
    return membership_effect("It is not asked for any more.", effective_at=now, wanted=(case.row.id, "WITHDRAW"))


def _fault(case: RequestCase, command: AnswerRequest) -> Refused | None:
    membership = case.membership
    objection = objection_to_answering(
        membership.policy, membership.channel, case.wanted, case.status, command.answer, command.price
    )
    if objection is not None:
        return refused_by(objection)
    if command.price is not None and command.price.currency != membership.policy.currency:
        return invalid(f"Prices are in {membership.policy.currency}.", "price")
    if command.price is not None and not 0 < command.price.minor_units <= MOST:
        return invalid("A price is more than nothing.", "price")
    return None


def _answer(unit: Unit, case: RequestCase, command: AnswerRequest, doer: Doer) -> Outcome:
    match command.answer:
        case Answered.REFUSE:
            step = Step(status=RequestStatus.REFUSED, name="REQUEST_REFUSED", conclusion="REFUSED")
            return _finish(unit, case, replace(step, answer=command.note), doer)
        case Answered.QUOTE:
            step = Step(status=RequestStatus.QUOTED, name="REQUEST_QUOTED", conclusion="QUOTED", price=command.price)
            return _finish(unit, case, replace(step, answer=command.note), doer)
        case Answered.APPROVE:
            return _approve(unit, case, command, doer)


def _approve(unit: Unit, case: RequestCase, command: AnswerRequest, doer: Doer) -> Outcome:
    match RequestKind(case.row.kind):
        case RequestKind.EXTRA:
            step = Step(status=RequestStatus.DONE, name="REQUEST_APPROVED", conclusion="APPROVED", answer=command.note)
            done = _finish(unit, case, step, doer)
            schedule(unit, grant_extra(unit, case, doer, event_id=done.event_id))
            return done
        case RequestKind.ONE_OFF:
            price = price_of_one_off(case.membership.policy, case.membership.plan, case.wanted)
            quoted = price is not None and case.membership.channel is Channel.D2C
            status = RequestStatus.QUOTED if quoted else RequestStatus.APPROVED
            step = Step(status=status, name="REQUEST_APPROVED", conclusion="APPROVED", price=price)
            return _finish(unit, case, replace(step, answer=command.note), doer)
        case RequestKind.CADENCE:
            return _approve_cadence(unit, case, command, doer)


def _approve_cadence(unit: Unit, case: RequestCase, command: AnswerRequest, doer: Doer) -> Outcome:
    cadence = case.wanted.cadence
    if cadence is None:
        raise LookupError("a request for a rhythm names it")
    membership = case.membership
    effect = look_at_cadence(unit, membership, ActorKind.STAFF, cadence, now=doer.now, approved=True)
    if isinstance(effect, Refused):
        return effect
    step = Step(status=RequestStatus.DONE, name="REQUEST_APPROVED", conclusion="APPROVED", answer=command.note)
    done = _finish(unit, case, step, doer)
    record_cadence(unit, membership, cadence, change_day(membership, now=doer.now), doer)
    return done


def withdraw_request(database: Database, request: Request, command: WithdrawRequest) -> Outcome:
    """It is not asked for any more; what was done by it stays. The object is the request."""

    def act(unit: Unit, case: RequestCase, kind: ActorKind) -> Outcome:
        effect = _look_at_withdrawing(case, kind, now=request.now)
        if isinstance(effect, Refused):
            return effect
        step = Step(status=RequestStatus.WITHDRAWN, name="REQUEST_WITHDRAWN", conclusion="WITHDRAWN")
        return _finish(unit, case, step, Doer.of(request, kind))

    return on_request(database, request, command, act)


def _finish(unit: Unit, case: RequestCase, step: Step, doer: Doer) -> Done:
    event, works = move_on(unit, case, step, doer)
    schedule(unit, works)
    return Done(object_id=case.row.id, event_id=event)
