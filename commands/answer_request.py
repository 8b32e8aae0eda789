"""answerRequest, withdrawRequest: the team quotes, approves or refuses what was asked for; who asked may take it back (D-28, O39)."""

from dataclasses import dataclass, replace

from commands.apply.work import schedule
from commands.change_cadence import look_at_cadence
from commands.membership.cadence import change_day, record_cadence
from commands.membership.change import refused_by
from commands.membership.extra import grant_extra
from commands.membership.log import Doer
from commands.membership.requests import RequestCase, RequestCommand, Step, may_answer, move_on, on_request
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
        fault = may_answer(request.actor, case, kind) or _fault(case, command)
        return fault or _answer(unit, case, command, Doer.of(request, ActorKind.STAFF))

    return on_request(database, request, command, act)


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
        if kind is ActorKind.STAFF:
            return refused(RefusalCode.FORBIDDEN)
        if case.status not in OPEN:
            return refused(RefusalCode.NOT_PENDING)
        step = Step(status=RequestStatus.WITHDRAWN, name="REQUEST_WITHDRAWN", conclusion="WITHDRAWN")
        return _finish(unit, case, step, Doer.of(request, kind))

    return on_request(database, request, command, act)


def _finish(unit: Unit, case: RequestCase, step: Step, doer: Doer) -> Done:
    event, works = move_on(unit, case, step, doer)
    schedule(unit, works)
    return Done(object_id=case.row.id, event_id=event)
