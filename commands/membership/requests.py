"""What members ask for: the row, how it moves on, its message, and who may touch it (MODEL 5.7)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, text

from commands.actor import Actor
from commands.apply.work import Work, mails_of
from commands.membership.case import MembershipCase, parties_of_membership, present_membership
from commands.membership.log import Doer, note_down
from commands.membership.tasks import conclude_tasks
from commands.membership_effect import MembershipCheck, MembershipEffect
from commands.notices import NoticeFacts, facts_to_json
from commands.outcome import Outcome, Refused, Stale, refused
from commands.transaction import Request, carry_out
from models.event import Notification
from models.queries.requests import requests_of_ids
from models.unit import Database, Unit
from policy.matters import RequestKind, RequestStatus
from policy.memberships import ENTITLED
from policy.money import Money
from policy.requests import Wanted
from policy.terms import ActorKind, Cadence, NoticeCode, RefusalCode, Scope

MOVE_ON = text("""
UPDATE membership_request SET status = :status, changed_at = :now, version = version + 1,
    price_minor_units = coalesce(CAST(:price AS bigint), price_minor_units),
    price_currency = coalesce(CAST(:currency AS varchar), price_currency),
    answer = coalesce(CAST(:answer AS varchar), answer), session_id = coalesce(CAST(:session AS bigint), session_id),
    lot_id = coalesce(CAST(:lot AS bigint), lot_id)
WHERE organisation_id = :organisation AND id = :request
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCase:
    """A request with its membership."""

    row: Row[Any]
    membership: MembershipCase

    @property
    def status(self) -> RequestStatus:
        """Where it stands."""
        return RequestStatus(self.row.status)

    @property
    def wanted(self) -> Wanted:
        """What is asked for, as the rules look at it."""
        return Wanted(
            kind=RequestKind(self.row.kind),
            replaces=self.row.replaces_id is not None,
            cadence=None if self.row.cadence is None else Cadence(self.row.cadence),
        )

    @property
    def price(self) -> Money | None:
        """What it costs."""
        if self.row.price_minor_units is None:
            return None
        return Money(minor_units=self.row.price_minor_units, currency=self.row.price_currency)

    @property
    def persons(self) -> frozenset[int]:
        """Whom it concerns."""
        people = {self.row.member_id, self.row.requested_by_id, *self.membership.coaches}
        return frozenset(people if self.row.coach_id is None else {*people, self.row.coach_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCommand:
    """Which request; `if_version`: the version that was read."""

    request_id: int
    if_version: int


Act = Callable[[Unit, RequestCase, ActorKind], Outcome]


def on_request(database: Database, request: Request, command: RequestCommand, act: Act) -> Outcome:
    """Run `act` on a request that the actor sees and has read as it stands, under the locks of everybody whom it concerns."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = requests_of_ids(unit, [command.request_id]).get(command.request_id)
        persons = frozenset() if row is None else parties_of_membership(unit, row.membership_id)
    if row is not None:
        persons |= {row.requested_by_id} | (frozenset() if row.coach_id is None else {row.coach_id})

    def run(unit: Unit) -> Outcome:
        case = request_case(unit, command.request_id, now=request.now)
        kind = None if case is None else capacity_on(case, request.actor)
        if case is None or kind is None:
            return refused(RefusalCode.NOT_FOUND)
        if case.row.version != command.if_version:
            return Stale(object_id=command.request_id)
        return act(unit, case, kind)

    return carry_out(database, request, command, persons=persons, act=run)


def check_request(
    unit: Unit,
    actor: Actor,
    request_id: int,
    look: Callable[[RequestCase, ActorKind], MembershipEffect | Refused],
    *,
    now: datetime,
) -> MembershipCheck:
    """What `on_request` would say now, without acting."""
    case = request_case(unit, request_id, now=now)
    kind = None if case is None else capacity_on(case, actor)
    effect = refused(RefusalCode.NOT_FOUND) if case is None or kind is None else look(case, kind)
    if isinstance(effect, Refused):
        return MembershipCheck(allowed=False, code=effect.code, message=effect.message, effect=None, checked_at=now)
    return MembershipCheck(allowed=True, code=None, message=None, effect=effect, checked_at=now)


def request_case(unit: Unit, request_id: int, *, now: datetime) -> RequestCase | None:
    """The request as a command at `now` meets it."""
    row = requests_of_ids(unit, [request_id]).get(request_id)
    if row is None:
        return None
    membership = present_membership(unit, row.membership_id, now=now)
    return None if membership is None else RequestCase(row=row, membership=membership)


def capacity_on(case: RequestCase, actor: Actor) -> ActorKind | None:
    """In which capacity somebody touches it; a sponsor whom the contract lets approve acts as the team does (MODEL 10)."""
    row = case.membership.row
    if actor.person_id is not None and actor.person_id == row.sponsor_id and row.sponsor_approves:
        return ActorKind.STAFF
    if actor.person_id == case.row.member_id:
        return ActorKind.MEMBER
    if actor.person_id == case.row.requested_by_id:
        return ActorKind.COACH
    scopes = (Scope.PEOPLE, Scope.READ, Scope.CREDITS)
    return ActorKind.STAFF if any(actor.may(scope) for scope in scopes) else None


def insert_request(unit: Unit, values: dict[str, Any]) -> int:
    """A new request; returns its id."""
    from models.membership_request import MembershipRequest  # noqa: PLC0415  kept beside its only use

    row = insert(MembershipRequest).values(organisation_id=unit.organisation_id, **values)
    return unit.connection.execute(row.returning(MembershipRequest.id)).scalar_one()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a request moves on: to which state, with which price and words, and what came of it. `conclusion`: of the team's task."""

    status: RequestStatus
    name: str
    price: Money | None = None
    answer: str | None = None
    session_id: int | None = None
    lot_id: int | None = None
    conclusion: str | None = None
    tells: bool = True


def move_on(unit: Unit, case: RequestCase, step: Step, doer: Doer) -> tuple[int, list[Work]]:
    """The request stands as the step says and the member is told; returns the event and the mails."""
    values = {
        "organisation": unit.organisation_id,
        "request": case.row.id,
        "status": step.status,
        "now": doer.now,
        "price": None if step.price is None else step.price.minor_units,
        "currency": None if step.price is None else step.price.currency,
        "answer": step.answer,
        "session": step.session_id,
        "lot": step.lot_id,
    }
    unit.connection.execute(MOVE_ON, values)
    event = note_down(
        unit,
        doer,
        step.name,
        case.persons,
        note=step.answer,
        request=case.row.id,
        kind=case.row.kind,
        status=step.status,
    )
    if step.conclusion is not None:
        conclude_tasks(unit, case.row.id, step.conclusion, doer)
    price = step.price or case.price
    return event, tell_request(unit, case, step.status, price, doer, event_id=event) if step.tells else []


def tell_request(
    unit: Unit, case: RequestCase, status: RequestStatus, price: Money | None, doer: Doer, *, event_id: int
) -> list[Work]:
    """The member is told how the request stands (MODEL 9: REQUEST_UPDATED)."""
    row = case.row
    starts_at = None if row.starts_at is None else row.starts_at.astimezone(UTC)
    facts = NoticeFacts(
        kind_code="",
        kind_name="Request",
        coach_name=row.coach_name or "",
        member_name=row.member_name,
        accounting_zone=case.membership.row.accounting_zone,
        starts_at=starts_at or doer.now,
        ends_at=starts_at or doer.now,
        sequence=0,
        by=str(doer.kind),
        news=str(row.kind),
        result=str(status),
        amount=None if case.membership.row.contract_id is not None else price,
        cadence=row.cadence,
    )
    if starts_at is not None:
        length = case.membership.policy.kind.duration
        facts = replace(facts, proposed_starts_at=starts_at, proposed_ends_at=starts_at + length)
    message = {
        "organisation_id": unit.organisation_id,
        "code": NoticeCode.REQUEST_UPDATED,
        "recipient_id": row.member_id,
        "session_id": None,
        "event_id": event_id,
        "channel": "EMAIL",
        "facts": facts_to_json(facts),
        "created_at": doer.recorded_at,
    }
    key = unit.connection.execute(insert(Notification).returning(Notification.id), [message]).scalar_one()
    return mails_of([(key, row.member_id)], now=doer.recorded_at)


def without_membership(case: RequestCase) -> Refused | None:
    """Why nothing comes of a request any more: its membership gives no right to sessions, because it has ended or rests."""
    return None if case.membership.status in ENTITLED else refused(RefusalCode.WRONG_STATE)


def may_answer(actor: Actor, case: RequestCase, kind: ActorKind) -> Refused | None:
    """Why somebody may not answer for the team, or None."""
    sponsor = actor.person_id is not None and actor.person_id == case.membership.row.sponsor_id
    if kind is ActorKind.STAFF and (sponsor or actor.may(Scope.PEOPLE)):
        return None
    return refused(RefusalCode.FORBIDDEN)
