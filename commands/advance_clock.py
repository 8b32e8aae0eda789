"""advanceTestClock: a sandbox lives through the time up to an instant; nothing else ever moves its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import text

from commands.outcome import Done, Outcome, refused
from commands.settle import settle_organisation
from commands.staff import invalid
from commands.transaction import Request
from models.queries.due_work import next_instant
from models.unit import Database
from policy.terms import RefusalCode, Scope

Deliver = Callable[[int], int]
"""Sends out what is due in one organisation at its present instant, its mails and pushes; answers how many there were."""

SET = text("""
UPDATE organisation SET clock_at = :to WHERE id = :organisation AND is_sandbox AND clock_at <= :to RETURNING id
""")
IS_SANDBOX = text("SELECT is_sandbox FROM organisation WHERE id = :organisation")
EVERYTHING = 1_000_000
FURTHEST = timedelta(days=731)
"""How far one request moves a clock: living through two years of grants and renewals is enough for one answer."""
PATIENCE_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceClock:
    """Go to this instant; `run_timers=False` moves time as if no worker ran: what is due waits to be settled by who asks."""

    to: datetime
    run_timers: bool = True


def advance_clock(database: Database, request: Request, command: AdvanceClock, *, deliver: Deliver) -> Outcome:
    """The sandbox stands at `to`; on the way it stopped at every due instant, fired, delivered, and went on.

    A clock that was moved half-way by a fault goes on from there when asked again; it never goes back.
    """
    organisation = request.actor.organisation_id
    if not request.actor.may(Scope.CLOCK):
        return refused(RefusalCode.FORBIDDEN)
    with database.unit(organisation, read_only=True) as unit:
        if not unit.connection.execute(IS_SANDBOX, {"organisation": organisation}).scalar_one():
            return refused(RefusalCode.FORBIDDEN, message="Only a sandbox has a clock of its own.")
    if command.to < request.now:
        return invalid("A clock never goes back.", "to")
    if command.to - request.now > FURTHEST:
        return invalid(f"A clock goes on by at most {FURTHEST.days} days at a time: go there in steps.", "to")
    if command.run_timers:
        _live_through(database, organisation, command.to, deliver)
    else:
        _set(database, organisation, command.to)
    return Done(object_id=organisation, event_id=0)


def _live_through(database: Database, organisation: int, to: datetime, deliver: Deliver) -> None:
    while (instant := _next(database, organisation, to)) is not None:
        _set(database, organisation, instant)
        fired = settle_organisation(database, organisation, now=instant, limit=EVERYTHING)
        if not deliver(organisation) and not fired:
            # A worker holds what is due at this instant: it is let finish, so that order is kept.
            Event().wait(PATIENCE_SECONDS)
    _set(database, organisation, to)


def _next(database: Database, organisation: int, to: datetime) -> datetime | None:
    with database.unit(organisation, read_only=True) as unit:
        return next_instant(unit, until=to)


def _set(database: Database, organisation: int, to: datetime) -> None:
    with database.unit(organisation) as unit:
        unit.connection.execute(SET, {"organisation": organisation, "to": to})
