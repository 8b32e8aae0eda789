"""grantPack: units that were sold to a member, or that staff give with a reason (MODEL 6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from commands.apply.credits import Posting, post_grant
from commands.apply.record import Record, write_event
from commands.apply.work import schedule
from commands.facts.policies import offered
from commands.outcome import Done, Outcome, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.effects import NewLot
from policy.rollover import pack_ends_at
from policy.terms import ActorKind, LotSource, RefusalCode, Scope

MOST_UNITS = 1000
MEMBER = text("""
SELECT membership.id AS membership_id, membership.accounting_zone, kind.code AS kind_code, version.document, version.number,
    contract.document AS contract_document, membership.plan_document
FROM membership JOIN session_kind AS kind ON kind.organisation_id = membership.organisation_id AND kind.id = :kind
LEFT JOIN contract ON contract.organisation_id = membership.organisation_id AND contract.id = membership.contract_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = membership.organisation_id
    ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE membership.organisation_id = :organisation AND membership.member_id = :member
AND membership.status IN ('ACTIVE', 'ENDING', 'PAST_DUE') ORDER BY membership.id DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPack:
    """`units` of a kind in a pack that is good until `closes_at`, or else for as long as the policy says (`entitlement.pack_validity`)."""

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
    row = unit.connection.execute(MEMBER, values).one_or_none()
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    membership, closes_at = row.membership_id, command.closes_at or _ends_at(row, now=request.now)
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
    lot = NewLot(source=LotSource.PACK, opens_at=request.now, closes_at=closes_at)
    schedule(unit, post_grant(unit, posting, lot, command.units))
    return Done(object_id=membership, event_id=event)


def _ends_at(row: Row[Any], *, now: datetime) -> datetime | None:
    """Until when a pack of this kind can be used; without end where the kind is no longer on offer."""
    policy = offered(row.document, row.number, row.kind_code, row.contract_document, row.plan_document)
    return None if policy is None else pack_ends_at(policy, ZoneInfo(row.accounting_zone), now=now)
