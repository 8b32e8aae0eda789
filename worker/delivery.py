"""One claimed work, handed to the room that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from commands.settle import settle
from models.unit import Database
from policy.terms import WorkKind
from worker.claims import Claim, claim, complete, retry, set_aside

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The work had its effect; it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Nothing was wrong with the work: try it again after this time, in the organisation's clock."""

    after: timedelta
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopeless:
    """Trying again changes nothing: somebody has to look."""

    error: str


PATIENCE = timedelta(days=5)
"""How long work is tried again before it is set aside, from the instant at which it first was due."""

Delivery = Delivered | Later | Hopeless
Handler = Callable[[Database, Claim], Delivery]
Handlers = Mapping[WorkKind, Handler]


def work_off(database: Database, handlers: Handlers, *, batch: int = 20, organisation_id: int | None = None) -> int:
    """Everything that was due is done, put off or set aside; returns how many works were claimed."""
    done = 0
    while claims := claim(database, batch=batch, organisation_id=organisation_id):
        for one in claims:
            deliver(database, handlers, one)
        done += len(claims)
    return done


def deliver(database: Database, handlers: Handlers, one: Claim) -> None:
    """The claimed work has been tried once and its outcome is recorded."""
    handler = handlers.get(one.kind)
    if handler is None:
        settle(database, one.organisation_id, one.persons, now=one.now)
        return
    try:
        delivery = handler(database, one)
    except Exception as fault:
        # A fault of ours must not stop the other works: it is logged once, and the work waits for its next turn.
        log.exception("work_failed", kind=one.kind, work=one.id, organisation=one.organisation_id)
        delivery = Later(after=timedelta(minutes=5), error=type(fault).__name__)
    with database.unit(one.organisation_id) as unit:
        match delivery:
            case Delivered():
                complete(unit, one)
            case Later() if one.now - one.effective_at >= PATIENCE:
                set_aside(unit, one, error=delivery.error)
            case Later():
                retry(unit, one, after=delivery.after, error=delivery.error)
            case Hopeless():
                set_aside(unit, one, error=delivery.error)
