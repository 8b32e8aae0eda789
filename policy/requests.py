"""What a member asks for besides their membership: which way it goes, who answers, what it costs (O31 … O39, D-26 … D-28)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from policy.decisions import Objection, first_objection
from policy.matters import Channel, RequestKind, RequestStatus
from policy.money import Money
from policy.plans import Plan, one_off_price
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, Basis, Cadence, RefusalCode

OPEN = frozenset({RequestStatus.REQUESTED, RequestStatus.QUOTED, RequestStatus.APPROVED, RequestStatus.ACCEPTED})
"""Somebody still has to do something."""
UNANSWERED = frozenset({RequestStatus.REQUESTED})


class Answered(StrEnum):
    """What staff answer to a request."""

    QUOTE = "QUOTE"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. `replaces`: a one-off takes the place of a session that stands; `cadence`: the rhythm that is wanted."""

    kind: RequestKind
    replaces: bool = False
    cadence: Cadence | None = None


def objection_to_asking(policy: ResolvedPolicy, channel: Channel, wanted: Wanted) -> Objection | None:
    """Why the policy or the contract does not even let it be asked for."""
    if wanted.kind is RequestKind.EXTRA and way_of_extra(policy, channel) == "OFF":
        return Objection(code=RefusalCode.FORBIDDEN, parameter=_extra(channel))
    if wanted.kind is RequestKind.CADENCE and policy.basis is not Basis.CADENCE:
        return Objection(code=RefusalCode.WRONG_STATE, parameter="entitlement.basis")
    return None


def way_of_extra(policy: ResolvedPolicy, channel: Channel) -> str:
    """How an extra session comes about: QUOTE, APPROVE or OFF (O34, O36)."""
    return str(policy.value(_extra(channel)))


def _extra(channel: Channel) -> str:
    return "extra.d2c" if channel is Channel.D2C else "extra.b2b"


def objection_to_answering(
    policy: ResolvedPolicy,
    channel: Channel,
    wanted: Wanted,
    status: RequestStatus,
    answer: Answered,
    price: Money | None,
) -> Objection | None:
    """Why this is no answer to the request: a price is quoted exactly where one is asked for."""
    return first_objection(_to_answering(policy, channel, wanted, status, answer, price))


def _to_answering(
    policy: ResolvedPolicy,
    channel: Channel,
    wanted: Wanted,
    status: RequestStatus,
    answer: Answered,
    price: Money | None,
) -> Iterator[Objection | None]:
    if status not in UNANSWERED:
        yield Objection(code=RefusalCode.NOT_PENDING, parameter="MODEL 5.7")
    quotes = wanted.kind is RequestKind.EXTRA and way_of_extra(policy, channel) == "QUOTE"
    if answer is Answered.QUOTE and (not quotes or price is None):
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=_extra(channel))
    if answer is Answered.APPROVE and quotes:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=_extra(channel))


def price_of_one_off(policy: ResolvedPolicy, plan: Plan | None, wanted: Wanted) -> Money | None:
    """Nothing where it replaces a session (O32), or where no plan says what a month costs; else a part of that (O33)."""
    if wanted.replaces or plan is None:
        return None
    return one_off_price(policy, plan) or None


def objection_to_cadence(
    policy: ResolvedPolicy,
    channel: Channel,
    actor: ActorKind,
    *,
    running: bool,
    changes: bool,
    approved: bool = False,
) -> Objection | None:
    """Why the rhythm cannot be changed like this: a private member changes it, a sponsored one needs the team's approval (O39)."""
    return first_objection(_to_cadence(policy, channel, actor, running=running, changes=changes, approved=approved))


def _to_cadence(
    policy: ResolvedPolicy, channel: Channel, actor: ActorKind, *, running: bool, changes: bool, approved: bool
) -> Iterator[Objection | None]:
    if policy.basis is not Basis.CADENCE or not running or not changes:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="D-27")
    if channel is Channel.B2B and actor is not ActorKind.STAFF and not approved:
        yield Objection(code=RefusalCode.APPROVAL_REQUIRED, parameter="O39")
    elif actor is ActorKind.COACH and not approved:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
