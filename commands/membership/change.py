"""The frame of every change of a membership: who sees it, the locks, the effect that was shown, then the act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from commands.actor import Actor
from commands.membership.case import MembershipCase, parties_of_membership, present_membership
from commands.membership.log import Doer
from commands.membership_effect import MembershipCheck, MembershipEffect
from commands.outcome import Done, Outcome, Refused, Stale, refused
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.decisions import Objection
from policy.terms import ActorKind, RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipCommand:
    """Which membership. `acknowledge`: the digest of the effect that was shown; `if_version`: the version that was read."""

    membership_id: int
    if_version: int | None = None
    acknowledge: str | None = None


Look = Callable[[Unit, MembershipCase, ActorKind], MembershipEffect | Refused]
"""How a verb looks at a membership: what would follow, or why it may not be; never writes."""
Write = Callable[[Unit, MembershipCase, Doer], int]
"""Carries out what was looked at; returns the event's id."""


def change_membership(
    database: Database, request: Request, command: MembershipCommand, look: Look, write: Write
) -> Outcome:
    """Look under everybody's locks and write what was acknowledged; a refusal leaves no trace. The object is the membership."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        persons = parties_of_membership(unit, command.membership_id)

    def act(unit: Unit) -> Outcome:
        return _act(unit, request, command, look, write)

    return carry_out(database, request, command, persons=persons, act=act)


def _act(unit: Unit, request: Request, command: MembershipCommand, look: Look, write: Write) -> Outcome:
    found = _seen(unit, request.actor, command.membership_id, now=request.now)
    if isinstance(found, Refused):
        return found
    case, kind = found
    if command.if_version is not None and command.if_version != case.row.version:
        return Stale(object_id=case.id)
    effect = look(unit, case, kind)
    if isinstance(effect, Refused):
        return effect
    if effect.costly and command.acknowledge != effect.digest:
        return not_acknowledged(effect, command.acknowledge)
    return Done(object_id=case.id, event_id=write(unit, case, Doer.of(request, kind)))


def check_membership(unit: Unit, actor: Actor, membership_id: int, look: Look, *, now: datetime) -> MembershipCheck:
    """What `change_membership` would say now, without acting."""
    found = _seen(unit, actor, membership_id, now=now)
    effect = found if isinstance(found, Refused) else look(unit, *found)
    if isinstance(effect, Refused):
        return MembershipCheck(allowed=False, code=effect.code, message=effect.message, effect=None, checked_at=now)
    return MembershipCheck(allowed=True, code=None, message=None, effect=effect, checked_at=now)


def _seen(unit: Unit, actor: Actor, membership_id: int, *, now: datetime) -> tuple[MembershipCase, ActorKind] | Refused:
    case = present_membership(unit, membership_id, now=now)
    kind = None if case is None else case.capacity(actor)
    if case is None or kind is None:
        return refused(RefusalCode.NOT_FOUND)
    if kind is ActorKind.STAFF and not actor.may(Scope.PEOPLE):
        return refused(RefusalCode.FORBIDDEN)
    return case, kind


def not_acknowledged(effect: MembershipEffect, acknowledge: str | None) -> Refused:
    """Nothing costly happens without the digest of exactly what was shown (GRAPHQL 2)."""
    code = RefusalCode.LATE_CHANGE_NEEDS_ACK if acknowledge is None else RefusalCode.CONSEQUENCE_CHANGED
    return replace(refused(code), change=effect)


def refused_by(objection: Objection) -> Refused:
    """The refusal of a rule about memberships."""
    return refused(objection.code)
