"""What members ask for besides what their memberships give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.types.amounts import Money, MoneyInput
from api.types.membership_effect import MembershipCheck, membership_check
from api.types.node import Node
from api.types.person import Person, person
from commands.accept_request import check_accept_request, check_record_payment_of_request
from commands.answer_request import AnswerRequest, check_answer_request, check_withdraw_request
from models.queries.requests import visible_requests
from policy.matters import RequestKind, RequestStatus
from policy.money import Money as Amount
from policy.requests import Answered
from policy.terms import Cadence, Scope

if TYPE_CHECKING:
    from api.types.session import Session

REQUESTS = Place(list="requests", columns=("id",))


@output
class MembershipRequest(Node):
    """A member wishes an extra session, a session with another coach, or another rhythm.

    Its member and who asked see it, staff see all of them, and a sponsor those of a contract that lets the sponsor approve.
    """

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    kind: RequestKind
    status: RequestStatus
    member: Person | None = strawberry.field(description="Whose wish it is; null for a sponsor, who reads no people.")
    opened_at: datetime = strawberry.field(description="When it was asked.")
    coach: Person | None = strawberry.field(description="The other coach; null unless it is a one-off.")
    starts_at: datetime | None = strawberry.field(description="When the one-off is to begin; else null.")
    cadence: Cadence | None = strawberry.field(description="The rhythm that is wanted; else null.")
    price: Money | None = strawberry.field(
        description="What it costs the member or the sponsor; null where nothing is due."
    )
    answer: str | None = strawberry.field(description="What the team said to it; null for a sponsor.")
    text: str | None = strawberry.field(description="What was written; null for a sponsor.")
    session_key: strawberry.Private[int | None]
    replaces_key: strawberry.Private[int | None]
    key: strawberry.Private[int]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that came of it; null before, and for who may not see it."""
        return _session(info.context, self.session_key)

    @strawberry.field
    def replaces(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session whose place the one-off takes; null where it takes none's, and for who may not see it."""
        return _session(info.context, self.replaces_key)

    @strawberry.field
    def can_accept(self, info: Info) -> MembershipCheck:
        """Whether you may accept what the team answered, and what follows: the twin of `acceptRequest`."""
        operation = info.context
        return membership_check(check_accept_request(operation.unit, operation.actor, self.key, now=operation.now))

    @strawberry.field
    def can_answer(
        self,
        info: Info,
        answer: Annotated[Answered, strawberry.argument(description="What the team would say.")],
        price: Annotated[
            MoneyInput | None, strawberry.argument(description="With QUOTE: what it would cost the member.")
        ] = None,
    ) -> MembershipCheck:
        """Whether you may answer like that, and what follows: the twin of `answerRequest`."""
        operation = info.context
        quoted = None if price is None else Amount(minor_units=price.minor_units, currency=price.currency)
        command = AnswerRequest(request_id=self.key, if_version=self.version, answer=answer, price=quoted)
        return membership_check(check_answer_request(operation.unit, operation.actor, command, now=operation.now))

    @strawberry.field
    def can_withdraw(self, info: Info) -> MembershipCheck:
        """Whether you may take it back: the twin of `withdrawRequest`."""
        operation = info.context
        return membership_check(check_withdraw_request(operation.unit, operation.actor, self.key, now=operation.now))

    @strawberry.field
    def can_record_payment(self, info: Info) -> MembershipCheck:
        """Whether its payment may be recorded, and what follows: the twin of `recordRequestPayment`."""
        operation = info.context
        return membership_check(
            check_record_payment_of_request(operation.unit, operation.actor, self.key, now=operation.now)
        )


def _session(operation: Operation, key: int | None) -> Any:
    from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

    return None if key is None else visible_sessions(operation, [key]).get(key)


def membership_request(operation: Operation, row: Row[Any]) -> MembershipRequest:
    """The request of a row of `models.queries.requests`, as the caller may read it."""
    concerned = operation.reader in (None, row.member_id, row.requested_by_id)
    return MembershipRequest(
        id=strawberry.ID(global_id("MembershipRequest", row.id)),
        version=row.version,
        kind=row.kind,
        status=row.status,
        member=person(row.member_id, row.member_name, row.member_zone) if concerned else None,
        opened_at=row.opened_at,
        coach=person(row.coach_id, row.coach_name, row.coach_zone) if concerned and row.coach_id is not None else None,
        starts_at=row.starts_at,
        cadence=row.cadence,
        price=_price(operation, row),
        answer=row.answer if concerned else None,
        text=row.text if concerned else None,
        session_key=row.session_id,
        replaces_key=row.replaces_id,
        key=row.id,
    )


def _price(operation: Operation, row: Row[Any]) -> Money | None:
    """The price, for who owes it and for staff: the member's own, or the sponsor's (MODEL 10)."""
    payer = row.member_id if row.contract_id is None else row.sponsor_id
    if row.price_minor_units is None or operation.reader not in (None, payer):
        return None
    return Money(minor_units=row.price_minor_units, currency=row.price_currency)


def request_connection(operation: Operation, page: Any, part: Any) -> Connection[MembershipRequest]:
    """A page of requests."""
    return connection(page, REQUESTS, part, lambda row: membership_request(operation, row))


def visible_membership_requests(operation: Operation, keys: Sequence[int]) -> Mapping[int, MembershipRequest]:
    """Those of these requests that the caller may see."""
    # Who answers for the team by a key reads what was answered, also without the scope READ.
    staff = operation.actor.may(Scope.PEOPLE) or operation.actor.may(Scope.CREDITS)
    rows = visible_requests(operation.unit, keys, reader=None if staff else operation.reader)
    return {key: membership_request(operation, row) for key, row in rows.items()}
