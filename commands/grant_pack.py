"""grantPack: units that were sold to a member, or that staff give with a reason (MODEL 6)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.apply.credits import Posting, post_grant
from commands.apply.record import Record, write_event
from commands.apply.work import schedule
from commands.outcome import Done, Outcome, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.effects import NewLot
from policy.terms import ActorKind, LotSource, RefusalCode, Scope

MOST_UNITS = 1000
MEMBER = text("""
SELECT membership.id AS membership_id FROM membership
WHERE organisation_id = :organisation AND member_id = :member AND status IN ('ACTIVE', 'ENDING', 'PAST_DUE')
AND EXISTS (SELECT FROM session_kind WHERE organisation_id = :organisation AND id = :kind) ORDER BY id DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPack:
    """`units` of a kind in a pack that is good until `closes_at`, or without end."""

    member_id: int
    kind_id: int
    units: int
    closes_at: datetime | None = None


def grant_pack(database: Database, request: Request, command: GrantPack) -> Outcome:
    """The units are available to the member; the object is the membership they belong to."""
    if not request.actor.may(Scope.CREDITS):
        return refused(RefusalCode.FORBIDDEN)
    if not 1 <= command.units <= MOST_UNITS:
        return invalid("A pack has 1 to 1000 units.", "units")
    if command.closes_at is not None and command.closes_at <= request.now:
        return invalid("A pack closes in the future.", "closesAt")
    persons = frozenset({command.member_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def _act(unit: Unit, request: Request, command: GrantPack) -> Outcome:
    values = {"organisation": unit.organisation_id, "member": command.member_id, "kind": command.kind_id}
    membership = unit.connection.execute(MEMBER, values).scalar_one_or_none()
    if membership is None:
        return refused(RefusalCode.NOT_FOUND)
    record = Record(
        name="PACK_GRANTED",
        persons=frozenset({command.member_id}),
        actor_kind=ActorKind.STAFF,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause=f"pack:{membership}",
        recorded_at=request.now,
        effective_at=request.now,
    )
    event = write_event(unit, record)
    posting = Posting(
        member_id=command.member_id,
        kind_id=command.kind_id,
        membership_id=membership,
        event_id=event,
        session_id=None,
        reason=None,
        recorded_at=request.now,
        effective_at=request.now,
        cause=f"pack:event:{event}",
    )
    lot = NewLot(source=LotSource.PACK, opens_at=request.now, closes_at=command.closes_at)
    schedule(unit, post_grant(unit, posting, lot, command.units))
    return Done(object_id=membership, event_id=event)
