"""liftSanction and its twin: senior staff end before its time what a tally has led to (MODEL 5.7, 10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.apply.sanctions import FORGIVEN
from commands.membership.log import Doer
from commands.outcome import Done, Outcome, Refused, refused
from commands.sanctions import close_sanction, status_of
from commands.transaction import Request, carry_out
from models.queries.sanctions import sanctions_of_ids
from models.unit import Database, Unit
from policy.matters import SanctionStatus
from policy.terms import ActorKind, RefusalCode, Role
from policy.texts import says_nothing

LIFT = text("""
UPDATE sanction SET lifted_at = :now, lifted_by_id = :by, note = :note WHERE organisation_id = :organisation AND id = :sanction
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSanction:
    """Which sanction, and why: the team must say."""

    sanction_id: int
    note: str | None = None


def lift_sanction(database: Database, request: Request, command: LiftSanction) -> Outcome:
    """It is in force no more from now on, and whom it concerns is told; what was refused meanwhile stays refused, what was charged is owed."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = sanctions_of_ids(unit, [command.sanction_id]).get(command.sanction_id)
    if row is None or not _sees(request.actor, row):
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({row.person_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _lift(unit, request, command))


def fault_of_lifting(actor: Actor, row: Row[Any], note: str | None, *, now: datetime) -> Refused | None:
    """Why this sanction may not be lifted so, or None (MODEL 10: senior staff, audit)."""
    if not _sees(actor, row):
        return refused(RefusalCode.NOT_FOUND)
    if Role.SENIOR_STAFF not in actor.roles:
        return refused(RefusalCode.FORBIDDEN)
    if says_nothing(note):
        return refused(RefusalCode.REASON_REQUIRED)
    if status_of(row, now=now) is not SanctionStatus.ACTIVE:
        return refused(RefusalCode.WRONG_STATE)
    return None


def _sees(actor: Actor, row: Row[Any]) -> bool:
    return actor.person_id == row.person_id or actor.is_staff


def _lift(unit: Unit, request: Request, command: LiftSanction) -> Outcome:
    row = sanctions_of_ids(unit, [command.sanction_id])[command.sanction_id]
    fault = fault_of_lifting(request.actor, row, command.note, now=request.now)
    if fault is not None:
        return fault
    values = {
        "organisation": unit.organisation_id,
        "sanction": row.id,
        "now": request.now,
        "by": request.actor.person_id,
        "note": command.note,
    }
    unit.connection.execute(LIFT, values)
    doer = Doer.of(request, ActorKind.STAFF)
    event = close_sanction(unit, row, doer, name="SANCTION_LIFTED", news=FORGIVEN, note=command.note)
    return Done(object_id=row.id, event_id=event)
