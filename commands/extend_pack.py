"""extendPack and its twin: the end of a pack is put off while it is open, for the fee that the policy names (D-62)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.apply.credits import closing_of
from commands.apply.work import schedule
from commands.facts.policies import offered
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership, refused_by
from commands.membership.dues import Due, charge
from commands.membership.log import Doer, note_down
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Outcome, Refused, refused
from commands.transaction import Request
from models.unit import Database, Unit
from policy.memberships import ENTITLED
from policy.resolved import ResolvedPolicy
from policy.rollover import Pack, extended_until, extension_fee, objection_to_extending
from policy.terms import ActorKind, LotSource, RefusalCode

LOT = text("""
SELECT lot.id, lot.source, lot.closes_at, lot.extended, lot.membership_id, lot.member_id, kind.code AS kind_code
FROM credit_lot AS lot JOIN session_kind AS kind ON kind.organisation_id = lot.organisation_id AND kind.id = lot.kind_id
WHERE lot.organisation_id = :organisation AND lot.id = :lot
""")
EXTEND = text("""
UPDATE credit_lot SET closes_at = :closes_at, extended = extended + 1 WHERE organisation_id = :organisation AND id = :lot
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendPack(MembershipCommand):
    """Which pack of which membership."""

    lot_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """The pack with the rules of its kind."""

    row: Row[Any]
    policy: ResolvedPolicy

    @property
    def pack(self) -> Pack:
        closes_at = self.row.closes_at
        return Pack(
            source=LotSource(self.row.source),
            closes_at=None if closes_at is None else closes_at.astimezone(UTC),
            extended=self.row.extended,
        )


def membership_of_pack(database: Database, organisation_id: int, lot_id: int) -> int | None:
    """The membership that a pack belongs to; None where there is no such thing."""
    with database.unit(organisation_id, read_only=True) as unit:
        row = unit.connection.execute(LOT, {"organisation": organisation_id, "lot": lot_id}).one_or_none()
    return None if row is None else row.membership_id


def extend_pack(database: Database, request: Request, command: ExtendPack) -> Outcome:
    """The pack pays for later starts too, and its fee is due; the object is the membership."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look(unit, case, kind, command.lot_id, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        return _write(unit, case, doer, command.lot_id)

    return change_membership(database, request, command, look, write)


def check_extend_pack(
    unit: Unit, actor: Actor, membership_id: int | None, lot_id: int, *, now: datetime
) -> MembershipCheck:
    """What extending the pack would lead to now, without acting."""
    if membership_id is None:
        fault = refused(RefusalCode.WRONG_STATE)
        return MembershipCheck(allowed=False, code=fault.code, message=fault.message, effect=None, checked_at=now)

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look(unit, case, kind, lot_id, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def _wish(unit: Unit, case: MembershipCase, lot_id: int) -> _Wish | Refused:
    row = unit.connection.execute(LOT, {"organisation": unit.organisation_id, "lot": lot_id}).one_or_none()
    if row is None or row.membership_id != case.id:
        return refused(RefusalCode.NOT_FOUND)
    policy = offered(
        case.row.document, case.row.number, row.kind_code, case.row.contract_document, case.row.plan_document
    )
    return refused(RefusalCode.WRONG_STATE) if policy is None else _Wish(row=row, policy=policy)


def _look(
    unit: Unit, case: MembershipCase, kind: ActorKind, lot_id: int, *, now: datetime
) -> MembershipEffect | Refused:
    if kind is ActorKind.COACH:
        return refused(RefusalCode.FORBIDDEN)
    wish = _wish(unit, case, lot_id)
    if isinstance(wish, Refused):
        return wish
    if case.status not in ENTITLED:
        return refused(RefusalCode.WRONG_STATE)
    pack = wish.pack
    objection = objection_to_extending(wish.policy, pack, now=now)
    if objection is not None or pack.closes_at is None:
        return refused(RefusalCode.WRONG_STATE) if objection is None else refused_by(objection)
    until = extended_until(wish.policy, case.zone, pack.closes_at)
    said = f"The credits can be used until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    fee = extension_fee(wish.policy)
    return membership_effect(
        said, effective_at=until.astimezone(UTC), charge=fee or None, wanted=[lot_id, pack.extended]
    )


def _write(unit: Unit, case: MembershipCase, doer: Doer, lot_id: int) -> int:
    """Carry out what was looked at under the same locks."""
    wish = _wish(unit, case, lot_id)
    if isinstance(wish, Refused) or wish.pack.closes_at is None:
        raise LookupError("it was looked at just now")
    until = extended_until(wish.policy, case.zone, wish.pack.closes_at).astimezone(UTC)
    values = {"organisation": unit.organisation_id, "lot": lot_id, "closes_at": until}
    unit.connection.execute(EXTEND, values)
    event = note_down(unit, doer, "PACK_EXTENDED", frozenset({case.member_id}), lot=lot_id, closes_at=until.isoformat())
    due = Due(
        amount=extension_fee(wish.policy),
        reason="EXTENSION",
        event_id=event,
        effective_at=doer.now,
        recorded_at=doer.recorded_at,
        cause=f"extension:{lot_id}:{wish.pack.extended + 1}",
    )
    charge(unit, case, due, of_member=wish.policy.value("fee.payer") != "SPONSOR")
    schedule(unit, closing_of(lot_id, case.member_id, until))
    return event
