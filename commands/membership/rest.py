"""A membership rests: nothing is charged or granted, and its sessions and series make room (MODEL 5.3, 5.7)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.work import Work
from commands.membership.case import MembershipCase
from commands.membership.log import Doer, note_down
from commands.membership.released import future_sessions, release_sessions, tell_released
from commands.membership.unused import revoke_unused
from commands.series.suspend import suspend_series
from models.unit import Unit, require_locked

PAUSE = text("""
UPDATE membership SET status = 'PAUSED', version = version + 1 WHERE organisation_id = :organisation AND id = :membership
""")
# What the sessions that make room hold of these lots is free by then.
LOST = text("""
SELECT coalesce(sum(CASE WHEN entry.to_lot_id = lot.id AND entry.to_account IN ('AVAILABLE', 'HELD') THEN units ELSE 0 END)
    - sum(CASE WHEN entry.from_lot_id = lot.id AND entry.from_account IN ('AVAILABLE', 'HELD') THEN units ELSE 0 END), 0) AS units
FROM credit_lot AS lot JOIN ledger_entry AS entry
    ON entry.organisation_id = lot.organisation_id AND lot.id IN (entry.from_lot_id, entry.to_lot_id)
WHERE lot.organisation_id = :organisation AND lot.membership_id = :membership AND lot.source = 'PERIOD' AND lot.opens_at >= :since
""")


def begin_to_rest(unit: Unit, case: MembershipCase, doer: Doer) -> list[Work]:
    """The membership is paused as of the doer's instant. Its coaches stay; periods that have begun keep their credits. Returns the work.

    Raises NotLocked where the lock of somebody is missing whose session ends.
    """
    require_locked(unit, case.persons)
    unit.connection.execute(PAUSE, {"organisation": unit.organisation_id, "membership": case.id})
    works = suspend_series(unit, case.id, now=doer.now)
    standing = future_sessions(unit, case.id, since=doer.now)
    released = release_sessions(unit, standing, doer, rule="MODEL 5.7", stopped=works)
    event = note_down(unit, doer, "MEMBERSHIP_PAUSED", case.persons, membership=case.id)
    revoke_unused(unit, case, doer, event_id=event, from_at=doer.now)
    return [*works, *tell_released(unit, released, doer, over=True)]


def lost_units(unit: Unit, case: MembershipCase, *, since: datetime) -> int:
    """How many units of periods that begin then or later go with a pause, those included that sessions hold until then."""
    values = {"organisation": unit.organisation_id, "membership": case.id, "since": since}
    return int(unit.connection.execute(LOST, values).scalar_one())
