"""What a coach has earned, until it is paid, or given up (MODEL 5.7, D-21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, text

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.outcome import Done, Outcome, Stale, refused
from commands.transaction import Request, carry_out
from models.money import MoneyEntry
from models.queries.earnings import earnings_of_ids
from models.unit import Database, Unit
from policy.terms import ActorKind, EarningStatus, MoneyKind, RefusalCode, Scope

SET = text("""
UPDATE earning SET status = :status, payout = :payout, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND id = :earning
""")

NOT_YET = frozenset({EarningStatus.PENDING, EarningStatus.PAYABLE})
"""Earnings that can still be given up: what is paid is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveEarning:
    """The coach does without what a session has earned them: to bill it is a right, no duty (D-21)."""

    earning_id: int
    if_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkEarningsPaid:
    """These earnings are paid; `payout` is how the team refers to the payment."""

    earnings: tuple[int, ...]
    payout: str


def waive_earning(database: Database, request: Request, command: WaiveEarning) -> Outcome:
    """The coach's own earning is given up, and no longer due in the money ledger; the session stays as it is."""
    rows = _look(database, request, (command.earning_id,))
    code = objection_to_waiving(request.actor, rows.get(command.earning_id))
    if code is not None and code is not RefusalCode.WRONG_STATE:
        return refused(code)
    persons = frozenset(row.coach_id for row in rows.values())
    return carry_out(database, request, command, persons=persons, act=lambda unit: _waive(unit, request, command))


def mark_earnings_paid(database: Database, request: Request, command: MarkEarningsPaid) -> Outcome:
    """All of them are paid, or none is: each must be payable (MODEL 5.7)."""
    rows = _look(database, request, command.earnings)
    code = objection_to_paying(request.actor, command.earnings, rows)
    if code is not None and code is not RefusalCode.WRONG_STATE:
        return refused(code)
    persons = frozenset(row.coach_id for row in rows.values())
    return carry_out(database, request, command, persons=persons, act=lambda unit: _pay(unit, request, command))


def objection_to_waiving(actor: Actor, row: Row[Any] | None) -> RefusalCode | None:
    """Why the actor may not give this earning up; None where they may."""
    if row is None or (row.coach_id != actor.person_id and not actor.may(Scope.READ)):
        return RefusalCode.NOT_FOUND
    if row.coach_id != actor.person_id:
        return RefusalCode.FORBIDDEN
    return None if EarningStatus(row.status) in NOT_YET else RefusalCode.WRONG_STATE


def objection_to_paying(actor: Actor, wanted: tuple[int, ...], rows: Mapping[int, Row[Any]]) -> RefusalCode | None:
    """Why these earnings may not be marked as paid; None where all of them may."""
    if not actor.may(Scope.CREDITS):
        return RefusalCode.FORBIDDEN
    if not wanted or len(rows) < len(set(wanted)):
        return RefusalCode.NOT_FOUND
    payable = all(EarningStatus(row.status) is EarningStatus.PAYABLE for row in rows.values())
    return None if payable else RefusalCode.WRONG_STATE


def _look(database: Database, request: Request, earnings: tuple[int, ...]) -> Mapping[int, Row[Any]]:
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        return earnings_of_ids(unit, earnings)


def _waive(unit: Unit, request: Request, command: WaiveEarning) -> Outcome:
    row = earnings_of_ids(unit, [command.earning_id])[command.earning_id]
    code = objection_to_waiving(request.actor, row)
    if command.if_version is not None and command.if_version != row.version:
        return Stale(object_id=command.earning_id)
    if code is not None:
        return refused(code)
    event = _note(unit, request, row, "EARNING_WAIVED", EarningStatus.WAIVED, payout=None)
    unit.connection.execute(
        insert(MoneyEntry).values(
            organisation_id=unit.organisation_id,
            kind=MoneyKind.EARNING_REVERSAL,
            person_id=row.coach_id,
            minor_units=row.minor_units,
            currency=row.currency,
            session_id=row.session_id,
            event_id=event,
            reason=None,
            recorded_at=request.now,
            effective_at=request.now,
            cause_key=f"event:{event}:money:0",
        )
    )
    return Done(object_id=command.earning_id, event_id=event)


def _pay(unit: Unit, request: Request, command: MarkEarningsPaid) -> Outcome:
    rows = earnings_of_ids(unit, command.earnings)
    code = objection_to_paying(request.actor, command.earnings, rows)
    if code is not None:
        return refused(code)
    event = 0
    for key in sorted(rows):
        event = _note(unit, request, rows[key], "EARNING_PAID", EarningStatus.PAID, payout=command.payout)
    return Done(object_id=min(rows), event_id=event)


def _note(unit: Unit, request: Request, row: Row[Any], name: str, status: EarningStatus, *, payout: str | None) -> int:
    """The earning has its new status, and the coach's log says so; the member reads nothing of it (MODEL 10)."""
    values = {"organisation": unit.organisation_id, "earning": row.id, "status": status, "payout": payout}
    unit.connection.execute(SET, {**values, "now": request.now})
    own = row.coach_id == request.actor.person_id
    return write_event(
        unit,
        Record(
            name=name,
            persons=frozenset({row.coach_id}),
            actor_kind=ActorKind.COACH if own else ActorKind.STAFF,
            actor_id=request.actor.person_id,
            api_key_id=request.actor.api_key_id,
            cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
            resolved_policy_id=row.resolved_policy_id,
            effects=[{"earning": row.id, "session": row.session_id, "status": status, "payout": payout}],
            recorded_at=request.now,
            effective_at=request.now,
        ),
    )
