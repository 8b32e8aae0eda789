"""One claimed work, handed to the room that does it."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from itertools import takewhile

import structlog
from sqlalchemy.exc import SQLAlchemyError

from commands.settle import fire_one, fire_together, settle
from models.unit import Database
from telemetry import figures, spans
from worker.claims import Claim, Part, claim, give_back, is_fresh, still_ours
from worker.outcomes import (
    AFTER_A_FAULT,
    Became,
    Delivered,
    Delivery,
    Handler,
    Handlers,
    Later,
    Together,
    is_away,
    record,
    record_all,
)

log = structlog.get_logger()


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
    left, alone = claims, set[int]()
    while left:
        try:
            if stopping():
                give_back(database, left)
                break
            left = _go_on(database, handlers, left, alone)
        except SQLAlchemyError as fault:
            raise Unfinished(left) from fault
    return len(claims) - len(left)


def _go_on(database: Database, handlers: Handlers, claims: list[Claim], alone: set[int]) -> list[Claim]:
    """The first of the claims has been tried, with what follows it and is of its kind where that is possible; returns what is left.

    `alone`: those with which it was not possible.
    """
    first, *rest = claims
    if not still_ours(database, first):
        return rest
    alike = list(takewhile(lambda one: _alike(one, first) and is_fresh(one) and one.id not in alone, claims))
    done = deliver_together(database, handlers, alike) if len(alike) > 1 else frozenset[int]()
    if done:
        return [one for one in claims if one.id not in done]
    alone.update(one.id for one in alike)
    deliver(database, handlers, first)
    return rest


def _alike(one: Claim, other: Claim) -> bool:
    return (one.kind, one.organisation_id, one.now) == (other.kind, other.organisation_id, other.now)


def deliver(database: Database, handlers: Handlers, one: Claim) -> None:
    """The claimed work has been tried once and its outcome is recorded."""
    began = time.perf_counter()
    with _told_of(one) as span:
        became = _deliver(database.caused_by(one.request_id), handlers, one)
        _note(one, span, became, time.perf_counter() - began)


@contextmanager
def _told_of(one: Claim, **said: int) -> Generator[spans.Span]:
    """What is written meanwhile stands in the trace of what caused the work, and names the request."""
    cause = {} if one.request_id is None else {"request_id": one.request_id}
    with (
        spans.span(
            f"work {one.kind}",
            side=spans.Side.CONSUMER,
            parent=one.trace_parent,
            organisation=one.organisation_id,
            work=one.id,
            attempt=one.attempts,
            **cause,
            **said,
        ) as span,
        structlog.contextvars.bound_contextvars(**cause),
    ):
        yield span


def _note(one: Claim, span: spans.Span, became: Became, seconds: float) -> None:
    span.note(outcome=became)
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


def deliver_together(database: Database, handlers: Handlers, claims: list[Claim]) -> frozenset[int]:
    """Those of these works that could be done at once have been tried, and their outcomes are recorded; returns their ids.

    They are of one kind, organisation and instant. Where that fails, none has been: each is then tried alone, and what
    stops one stops no other. Each takes its part of the time.
    """
    first, handler = claims[0], handlers.get(claims[0].kind)
    began = time.perf_counter()
    if handler is None:
        done = fire_together(database, first.organisation_id, [one.timer for one in claims], now=first.now)
        became = dict.fromkeys(done, Became.DONE)
    elif isinstance(handler, Together):
        became = _tried_together(database, handler, claims)
    else:
        return frozenset()
    for one in claims:
        if one.id in became:
            with _told_of(one, together=len(became)) as span:
                _note(one, span, became[one.id], (time.perf_counter() - began) / len(became))
    return frozenset(became)


def _tried_together(database: Database, handler: Together, claims: list[Claim]) -> Mapping[int, Became]:
    try:
        with spans.span(f"works {claims[0].kind}", organisation=claims[0].organisation_id, works=len(claims)):
            found = handler.several(database, claims)
    except Exception as fault:
        if is_away(fault):
            raise
        log.info("works_done_alone", kind=claims[0].kind, error=type(fault).__name__)
        return {}
    return record_all(database, [(one, found[one.id]) for one in claims if one.id in found])


def _deliver(database: Database, handlers: Handlers, one: Claim) -> Became:
    handler = handlers.get(one.kind)
    if handler is None:
        return _fire(database, one)
    delivery = _tried(database, handler, one)
    if isinstance(delivery, Delivered) and delivery.recorded:
        return Became.DONE
    with database.unit(one.organisation_id) as unit:
        return record(unit, one, delivery)


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


def _log_fault(one: Claim, fault: Exception) -> None:
    log.error("work_failed", kind=one.kind, work=one.id, organisation=one.organisation_id, exc_info=fault)
