"""May a membership be cancelled, kept after all, paused or resumed; and where it stands then (MODEL 5.7, O26, O27, D-24)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from policy.decisions import Objection, first_objection
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, MembershipStatus, RefusalCode
from policy.texts import says_nothing

RUNNING = frozenset({MembershipStatus.ACTIVE, MembershipStatus.PAST_DUE})
"""It gives a right to sessions and renews."""
ENTITLED = RUNNING | {MembershipStatus.ENDING}
"""It gives a right to sessions."""
STANDING = ENTITLED | {MembershipStatus.MATCHING, MembershipStatus.PAUSED}
"""It has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipFacts:
    """Where a membership stands; `ends_at`: when one that is cancelled ends; `pauses`: a pause is recorded or has begun."""

    status: MembershipStatus
    ends_at: datetime | None = None
    pauses: bool = False


def objection_to_cancelling(
    policy: ResolvedPolicy, facts: MembershipFacts, actor: ActorKind, *, source: str | None
) -> Objection | None:
    """Why the membership cannot be cancelled like this; only the member's own request counts, staff record it with its source."""
    return first_objection(_to_cancelling(policy, facts, actor, source))


def _to_cancelling(
    policy: ResolvedPolicy, facts: MembershipFacts, actor: ActorKind, source: str | None
) -> Iterator[Objection | None]:
    channel = "membership.cancel_channel"
    if actor not in (ActorKind.MEMBER, ActorKind.STAFF) and policy.value(channel) == "MEMBER_ONLY":
        yield Objection(code=RefusalCode.FORBIDDEN, parameter=channel)
    if actor is ActorKind.STAFF and says_nothing(source):
        yield Objection(code=RefusalCode.REASON_REQUIRED, parameter="D-24")
    if facts.status not in RUNNING and facts.status is not MembershipStatus.PAUSED:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.7")


def objection_to_pausing(
    policy: ResolvedPolicy, facts: MembershipFacts, actor: ActorKind, *, source: str | None
) -> Objection | None:
    """Why the membership cannot be paused: only where the policy knows pauses, at the member's own wish, and once at a time."""
    return first_objection(_to_pausing(policy, facts, actor, source))


def _to_pausing(
    policy: ResolvedPolicy, facts: MembershipFacts, actor: ActorKind, source: str | None
) -> Iterator[Objection | None]:
    parameter = "membership.pause"
    if not policy.flag(parameter):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter=parameter)
    yield from _of_the_member(actor, source)
    if facts.status is not MembershipStatus.ACTIVE or facts.pauses:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.7")


def objection_to_resuming(facts: MembershipFacts, actor: ActorKind, *, source: str | None) -> Objection | None:
    """Why the membership cannot be resumed, or a pause that has not begun not be taken back."""
    return first_objection(_to_resuming(facts, actor, source))


def _to_resuming(facts: MembershipFacts, actor: ActorKind, source: str | None) -> Iterator[Objection | None]:
    yield from _of_the_member(actor, source)
    waits = facts.status in RUNNING and facts.pauses
    if not waits and facts.status is not MembershipStatus.PAUSED:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.7")


def _of_the_member(actor: ActorKind, source: str | None) -> Iterator[Objection | None]:
    """The member's own request counts alone; staff record it with its source."""
    if actor not in (ActorKind.MEMBER, ActorKind.STAFF):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if actor is ActorKind.STAFF and says_nothing(source):
        yield Objection(code=RefusalCode.REASON_REQUIRED, parameter="D-24")


def objection_to_keeping(
    facts: MembershipFacts, actor: ActorKind, *, source: str | None, now: datetime
) -> Objection | None:
    """Why a cancellation cannot be taken back: only by the member, staff with the source, and before the membership ends."""
    return first_objection(_to_keeping(facts, actor, source, now))


def _to_keeping(
    facts: MembershipFacts, actor: ActorKind, source: str | None, now: datetime
) -> Iterator[Objection | None]:
    yield from _of_the_member(actor, source)
    if facts.status is not MembershipStatus.ENDING:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.7")
    elif facts.ends_at is not None and now >= facts.ends_at:
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter="MODEL 5.7")
