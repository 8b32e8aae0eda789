"""Fire what is due, in order, before anything is answered (ARCHITECTURE, decision 3; MODEL 8)."""

from datetime import datetime

from commands.timers import fire
from models.queries.due_work import Timer, concern, finish, first_due
from models.unit import Database, NotLocked, Unit, lock_persons
from telemetry import figures, spans

ORGANISATION_LIMIT = 200


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
    """Nothing is due any more in the whole organisation; raises CatchingUp when `limit` timers were not enough."""
    fired = 0
    while (timer := _next(database, organisation_id, None, now=now)) is not None:
        if fired >= limit:
            raise CatchingUp
        fired += fire_one(database, organisation_id, timer, now=now)
    return fired


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
            finish(unit, timer.id, now=now)
            return True
    except NotLocked as fault:
        # It concerns more people than were known: what is due for them comes first too.
        with database.unit(organisation_id) as unit:
            lock_persons(unit, timer.persons)
            concern(unit, timer.id, fault.persons)
        return False


def _next(database: Database, organisation_id: int, persons: frozenset[int] | None, *, now: datetime) -> Timer | None:
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
