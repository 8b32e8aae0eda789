"""What the verbs about requests share: the request as it stands afterwards, and how they may be refused."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from api.context import Operation
from api.mutations.frame import answer
from api.types.membership_check import MembershipEffectNotAcknowledged, membership_not_acknowledged
from api.types.membership_request import MembershipRequest, membership_request
from api.types.refusals import InvalidInput, RequestRefused, SlotUnavailable, StaleVersion, plain_refusal
from commands.outcome import Done, Outcome, Refused, Stale
from commands.transaction import Request
from models.queries.requests import requests_of_ids
from policy.terms import RefusalCode

S = TypeVar("S")
MembershipRequestRefusal: TypeAlias = (
    MembershipEffectNotAcknowledged | StaleVersion | SlotUnavailable | InvalidInput | RequestRefused
)
"""How a verb about a request may be refused."""

REQUEST_WORDS = "The id of the request."
VERSION_WORDS = "The `version` of the request that you have read."
SLOTS = (RefusalCode.SLOT_TAKEN, RefusalCode.SLOT_UNAVAILABLE)


def on_request(
    operation: Operation,
    idempotency_key: str,
    run: Callable[[Request], Outcome],
    success: Callable[[MembershipRequest], S],
) -> S | MembershipRequestRefusal:
    """Run a verb about a request: a success shows it as it stands."""

    def refuse(refused: Refused | Stale) -> MembershipRequestRefusal:
        if isinstance(refused, Stale):
            current = _found(operation, refused.object_id)
            return StaleVersion(code=refused.code, message=refused.message, current=current)
        if refused.change is not None:
            return membership_not_acknowledged(refused, refused.change)
        if refused.code in SLOTS:
            return SlotUnavailable(code=refused.code, message=refused.message, alternatives=[], check=None)
        return plain_refusal(refused, {})

    return answer(operation, idempotency_key, run, lambda done: success(request_done(operation, done)), refuse)


def request_done(operation: Operation, done: Done) -> MembershipRequest:
    """The request that a command names as its object."""
    return _found(operation, done.object_id)


def _found(operation: Operation, key: int) -> MembershipRequest:
    return membership_request(operation, requests_of_ids(operation.unit, [key])[key])
