"""A sanction is over: its time has run out, or what it waited for is paid (MODEL 3.5, 5.7, 8)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from commands.actor import system
from commands.apply.sanctions import OVER, PAID, StepNews, tell_person
from commands.apply.work import schedule
from commands.facts.sessions import session_cases
from commands.membership.log import Doer, note_down
from models.queries.due_work import Timer
from models.queries.sanctions import sanctions_of_ids, settled_by_payment
from models.unit import Unit
from policy.matters import SanctionStatus
from policy.terms import ActorKind, Side

END = text("""
UPDATE sanction SET ended_at = :now WHERE organisation_id = :organisation AND id = :sanction
""")


def status_of(row: Row[Any], *, now: datetime) -> SanctionStatus:
    """Where it stands at `now`."""
    if row.lifted_at is not None:
        return SanctionStatus.LIFTED
    over = row.ended_at is not None or (row.ends_at is not None and row.ends_at <= now)
    return SanctionStatus.ENDED if over else SanctionStatus.ACTIVE


def end_sanction(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """Its time has run out, and whom it concerned is told; nothing where it was lifted before."""
    row = sanctions_of_ids(unit, [timer.object_id])[timer.object_id]
    if row.lifted_at is not None or row.ended_at is not None:
        return
    doer = Doer(
        actor=system(unit.organisation_id),
        kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        recorded_at=now,
        cause=timer.cause_key,
    )
    _end(unit, row, doer, news=OVER)


def end_paid(unit: Unit, member_id: int, doer: Doer) -> None:
    """What was to last until a charge is paid is over, where everything that was due up to that charge is paid by now."""
    for row in settled_by_payment(unit, member_id, now=doer.now):
        _end(unit, row, doer, news=PAID)


def _end(unit: Unit, row: Row[Any], doer: Doer, *, news: str) -> None:
    values = {"organisation": unit.organisation_id, "sanction": row.id, "now": doer.now}
    unit.connection.execute(END, values)
    close_sanction(unit, row, doer, name="SANCTION_ENDED", news=news, note=None)


def close_sanction(unit: Unit, row: Row[Any], doer: Doer, *, name: str, news: str, note: str | None) -> int:
    """The event, and the message to whom it concerned; returns the event's id."""
    persons = frozenset({row.person_id})
    event = note_down(unit, doer, name, persons, note=note, sanction=row.id, tally=row.tally, kind=row.kind)
    subject = session_cases(unit, [row.session_id], now=doer.now)[row.session_id].subject
    told = StepNews(what=(news,), to=Side.COACH if row.person_id == subject.coach_id else Side.MEMBER)
    works = tell_person(
        unit, subject, told, reason=row.reason, event_id=event, now=doer.now, recorded_at=doer.recorded_at
    )
    schedule(unit, works)
    return event
