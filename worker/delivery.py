"""One claimed work, handed to the room that does it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError, SQLAlchemyError

from commands.settle import fire_one, settle
from models.unit import Database
from policy.terms import WorkKind
from telemetry import figures, spans
from worker.claims import Claim, Part, claim, complete, give_back, retry, set_aside, still_ours

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The work had its effect; it is done. `recorded`: that stands already, written by the transaction of the effect itself."""

    recorded: bool = False


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
AFTER_A_FAULT = timedelta(minutes=5)


class Became(StrEnum):
    """What became of one try, as figures and spans say it."""

    DONE = "done"
    LATER = "later"
    SET_ASIDE = "set_aside"
    FAILED = "failed"


Delivery = Delivered | Later | Hopeless
Handler = Callable[[Database, Claim], Delivery]
Handlers = Mapping[WorkKind, Handler]


class Unfinished(Exception):
    """The database failed in the middle of a batch; `claims` are still held and have had no effect that was recorded."""

    def __init__(self, claims: list[Claim]) -> None:
        super().__init__(len(claims))
        self.claims = claims


def never() -> bool:
    """Nobody wants us to stop."""
    return False


def work_off(
    database: Database,
    handlers: Handlers,
    *,
    batch: int = 20,
    organisation_id: int | None = None,
    part: Part | None = None,
    worker: int | None = None,
    stopping: Callable[[], bool] = never,
) -> int:
    """Everything that was due is done, put off or set aside; returns how many works were claimed.

    Told to stop, it finishes the work in hand and gives back what it has claimed besides. Raises Unfinished.
    """
    done = 0
    while not stopping():
        claims = claim(database, batch=batch, organisation_id=organisation_id, part=part, worker=worker)
        if not claims:
            break
        done += _work_through(database, handlers, claims, stopping)
    return done


def _work_through(database: Database, handlers: Handlers, claims: list[Claim], stopping: Callable[[], bool]) -> int:
    for place, one in enumerate(claims):
        try:
            if stopping():
                give_back(database, claims[place:])
                return place
            if still_ours(database, one):
                deliver(database, handlers, one)
        except SQLAlchemyError as fault:
            raise Unfinished(claims[place:]) from fault
    return len(claims)


def deliver(database: Database, handlers: Handlers, one: Claim) -> None:
    """The claimed work has been tried once and its outcome is recorded."""
    cause = {} if one.request_id is None else {"request_id": one.request_id}
    began = time.perf_counter()
    with (
        spans.span(
            f"work {one.kind}",
            side=spans.Side.CONSUMER,
            parent=one.trace_parent,
            organisation=one.organisation_id,
            work=one.id,
            attempt=one.attempts,
            **cause,
        ) as span,
        structlog.contextvars.bound_contextvars(**cause),
    ):
        became = _deliver(database.caused_by(one.request_id), handlers, one)
        span.note(outcome=became)
        seconds = time.perf_counter() - began
        log.info(
            "work",
            kind=one.kind,
            work=one.id,
            organisation=one.organisation_id,
            outcome=became,
            attempt=one.attempts,
            ms=round(seconds * 1000, 1),
        )
    figures.worked(one.kind, outcome=became, seconds=seconds)


def _deliver(database: Database, handlers: Handlers, one: Claim) -> Became:
    handler = handlers.get(one.kind)
    if handler is None:
        return _fire(database, one)
    delivery = _tried(database, handler, one)
    if isinstance(delivery, Delivered) and delivery.recorded:
        return Became.DONE
    with database.unit(one.organisation_id) as unit:
        match delivery:
            case Delivered():
                complete(unit, one)
                return Became.DONE
            case Later() if one.now - one.effective_at < PATIENCE:
                retry(unit, one, after=delivery.after, error=delivery.error)
                return Became.LATER
            case Later() | Hopeless():
                set_aside(unit, one, error=delivery.error)
                return Became.SET_ASIDE


def _tried(database: Database, handler: Handler, one: Claim) -> Delivery:
    try:
        return handler(database, one)
    except Exception as fault:
        # A database that went away is not the work's fault: it is tried again as soon as there is one.
        if is_away(fault):
            raise
        # A fault of ours must not stop the other works: it is logged once, and the work waits for its next turn.
        _log_fault(one, fault)
        return Later(after=AFTER_A_FAULT, error=type(fault).__name__)


def _fire(database: Database, one: Claim) -> Became:
    """The timer has had its effect, and before it whatever was due earlier for its persons.

    One that fails keeps its lease: it is tried again when that ends. Its instant stays, because others are ordered by it.
    """
    try:
        if not fire_one(database, one.organisation_id, one.timer, now=one.now):
            settle(database, one.organisation_id, one.persons, now=one.now, until=one.fired_after)
    except Exception as fault:
        if is_away(fault):
            raise
        _log_fault(one, fault)
        return Became.FAILED
    return Became.DONE


def is_away(fault: Exception) -> bool:
    """Whether the database could not be reached, or was lost on the way, rather than having refused something.

    A server that answers gives a code; where there was none to answer, or it said that it goes down (57P), there is nothing to blame.
    """
    if isinstance(fault, PendingRollbackError) or (isinstance(fault, DBAPIError) and fault.connection_invalidated):
        return True
    code = getattr(fault.orig, "sqlstate", None) if isinstance(fault, OperationalError) else ""
    return code is None or code.startswith(("57P", "08"))


def _log_fault(one: Claim, fault: Exception) -> None:
    log.error("work_failed", kind=one.kind, work=one.id, organisation=one.organisation_id, exc_info=fault)
