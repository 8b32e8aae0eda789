"""Fire what is due, in order, before anything is answered (ARCHITECTURE, decision 3; MODEL 8)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

import structlog

from commands.timers import TOGETHER, fire, fire_all
from models.queries.due_work import Timer, concern, due_timers, finish, first_due, unhindered
from models.unit import Database, NotLocked, Unit, lock_persons
from telemetry import figures, spans

log = structlog.get_logger()

ORGANISATION_LIMIT = 200
AT_ONCE = 20
"""How many timers may fire in one transaction: as many as make its fixed costs small, for everybody concerned is locked meanwhile."""


class CatchingUp(Exception):
    """More timers of the organisation are due than one read may settle: ask again in a moment; nothing stale is shown."""


def settle(
    database: Database, organisation_id: int, persons: frozenset[int], *, now: datetime, until: datetime | None = None
) -> int:
    """Nothing is due any more for these persons at `now`, or was at `until`; returns how many timers were fired.

    Each timer fires in a transaction of its own, as of its due instant, and only after every earlier due timer that
    shares a person with it, directly or through others.
    """
    fired = 0
    while (timer := _next(database, organisation_id, persons, now=until or now)) is not None:
        fired += fire_one(database, organisation_id, timer, now=now)
    return fired


def settle_organisation(
    database: Database, organisation_id: int, *, now: datetime, limit: int = ORGANISATION_LIMIT
) -> int:
    """Nothing is due any more in the whole organisation; raises CatchingUp when `limit` timers were not enough.

    One that somebody else fires at the same time counts as well: whoever reads does not run a race with the workers.
    """
    fired = seen = 0
    while timers := _first(database, organisation_id, now=now):
        if seen >= limit:
            raise CatchingUp
        together = fire_together(database, organisation_id, timers[: limit - seen], now=now)
        # Nothing stands before the first of all.
        done = len(together) or fire_one(database, organisation_id, timers[0], now=now)
        fired, seen = fired + done, seen + max(done, 1)
    return fired


def _first(database: Database, organisation_id: int, *, now: datetime) -> list[Timer]:
    """The first due timers of the organisation that are of one kind."""
    with database.unit(organisation_id, read_only=True) as unit:
        timers = due_timers(unit, now=now, most=AT_ONCE)
    return list(takewhile(lambda timer: timer.kind is timers[0].kind, timers))


def fire_together(
    database: Database, organisation_id: int, timers: Sequence[Timer], *, now: datetime
) -> frozenset[int]:
    """Those of these timers of one kind that share nobody with anything due before them have had their effect; returns their ids.

    They fire in one transaction, exactly as one after the other. Where one of them cannot, none has: each is then to be fired alone,
    and what stops one stops no other.
    """
    kind = timers[0].kind
    if len(timers) == 1 or kind not in TOGETHER:
        return frozenset()
    try:
        with spans.span(f"timers {kind}", organisation=organisation_id, timers=len(timers)):
            fired = _fire_together(database, organisation_id, timers, now=now)
    except Exception as fault:  # noqa: BLE001  fired alone, it is raised again where it belongs
        log.info("timers_fire_alone", kind=kind, organisation=organisation_id, error=type(fault).__name__)
        return frozenset()
    for _ in fired:
        figures.fired(kind)
    return frozenset(fired)


def _fire_together(database: Database, organisation_id: int, timers: Sequence[Timer], *, now: datetime) -> list[int]:
    with database.unit(organisation_id) as unit:
        lock_persons(unit, frozenset[int]().union(*(timer.persons for timer in timers)))
        free = unhindered(unit, timers, now=now)
        if free:
            fire_all(unit, free, now=now)
            finish(unit, [timer.id for timer in free], now=now)
        return [timer.id for timer in free]


def fire_one(database: Database, organisation_id: int, timer: Timer, *, now: datetime) -> bool:
    """The timer has had its effect exactly once, whoever fired it; False: somebody else did, or must go first."""
    with spans.span(f"timer {timer.kind}", organisation=organisation_id, work=timer.id):
        fired = _fire_one(database, organisation_id, timer, now=now)
    if fired:
        figures.fired(timer.kind)
    return fired


def _fire_one(database: Database, organisation_id: int, timer: Timer, *, now: datetime) -> bool:
    try:
        with database.unit(organisation_id) as unit:
            lock_persons(unit, timer.persons)
            if not _still_first(unit, timer, now=now):
                return False
            fire(unit, timer, now=now)
            finish(unit, [timer.id], now=now)
            return True
    except NotLocked as fault:
        # It concerns more people than were known: what is due for them comes first too.
        with database.unit(organisation_id) as unit:
            lock_persons(unit, timer.persons)
            concern(unit, timer.id, fault.persons)
        return False


def _next(database: Database, organisation_id: int, persons: frozenset[int], *, now: datetime) -> Timer | None:
    """The first due timer of these persons that nothing due before it stands in the way of."""
    with database.unit(organisation_id, read_only=True) as unit:
        timer = first_due(unit, persons, now=now)
        while timer is not None:
            earlier = first_due(unit, timer.persons, now=now)
            if earlier is None or earlier.id == timer.id:
                return timer
            timer = earlier
    return None


def _still_first(unit: Unit, timer: Timer, *, now: datetime) -> bool:
    first = first_due(unit, timer.persons, now=now)
    return first is not None and first.id == timer.id
