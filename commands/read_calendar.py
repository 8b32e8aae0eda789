"""A connected calendar is to be read: somebody said that it has changed, it was connected, or it is time to look (CALENDAR 28)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text

from commands.apply.slots import push_of, push_of_hold
from commands.apply.work import Work, into_calendar_of, push_lane, schedule
from models.queries.context import organisation_now
from models.unit import Database, Unit
from policy.terms import WorkKind

LISTENED_TO = text("""
SELECT EXISTS (SELECT FROM google_connection AS connection WHERE connection.organisation_id = :organisation
        AND connection.person_id = :person AND connection.status = 'CONNECTED') AS connected,
    EXISTS (SELECT FROM google_reading AS reading WHERE reading.organisation_id = :organisation AND reading.person_id = :person
        AND reading.channel_id = :channel AND reading.resource_id = :resource) AS known,
    EXISTS (SELECT FROM due_work WHERE due_work.organisation_id = :organisation AND due_work.kind = 'GOOGLE_SYNC'
        AND due_work.object_id = :person AND due_work.done_at IS NULL AND due_work.set_aside_at IS NULL
        AND due_work.lease_until IS NULL) AS waiting
""")


def hear(database: Database, organisation_id: int, person_id: int, *, channel: str, resource: str, number: str) -> bool:
    """The calendar is read soon; False: the channel is none that we listen to any more, and nothing is done.

    A message that comes twice is one cause, and several are answered by one reading that has not begun.
    """
    values = {"organisation": organisation_id, "person": person_id, "channel": channel, "resource": resource}
    with database.unit(organisation_id) as unit:
        found = unit.connection.execute(LISTENED_TO, values).one()
        if not (found.connected and found.known):
            return False
        if not found.waiting:
            now = organisation_now(unit)
            schedule(unit, [reading_of(person_id, cause=f"{channel}:{number}", now=now)])
    return True


def look(database: Database, organisation_id: int, person_id: int, *, cause: str) -> bool:
    """The calendar is read soon although nothing was told; False: it is not connected."""
    values = {"organisation": organisation_id, "person": person_id, "channel": "", "resource": ""}
    with database.unit(organisation_id) as unit:
        found = unit.connection.execute(LISTENED_TO, values).one()
        if found.connected and not found.waiting:
            schedule(unit, [reading_of(person_id, cause=cause, now=organisation_now(unit))])
        return found.connected


def compare(database: Database, organisation_id: int, person_id: int, *, cause: str) -> bool:
    """The calendar is held against the sessions soon; False: it is not connected."""
    values = {"organisation": organisation_id, "person": person_id, "channel": "", "resource": ""}
    with database.unit(organisation_id) as unit:
        if not unit.connection.execute(LISTENED_TO, values).one().connected:
            return False
        now = organisation_now(unit)
        work = replace(reading_of(person_id, cause=cause, now=now), kind=WorkKind.GOOGLE_CHECK)
        schedule(unit, [replace(work, cause_key=f"google-check:{person_id}:{cause}")])
    return True


def reading_of(person_id: int, *, cause: str, now: datetime) -> Work:
    """The reading of the person's calendar, in the lane of the pushes to it: what we wrote before is known when it is read."""
    return Work(
        kind=WorkKind.GOOGLE_SYNC,
        cause_key=f"google-sync:{person_id}:{cause}",
        persons=frozenset({person_id}),
        object_id=person_id,
        fires_at=now,
        lane=push_lane(person_id),
    )


TO_PUT_RIGHT = text("""
SELECT id, coach_id, member_id, version FROM session WHERE organisation_id = :organisation AND id = ANY(CAST(:sessions AS bigint[]))
ORDER BY starts_at, id
""")


PROPOSALS = text("""
SELECT id, coach_id, member_id, version FROM proposal WHERE organisation_id = :organisation AND id = ANY(CAST(:proposals AS bigint[]))
ORDER BY id
""")


def _pushes_of_holds(unit: Unit, proposals: Sequence[int], *, now: datetime) -> list[Work]:
    values = {"organisation": unit.organisation_id, "proposals": list(proposals)}
    return [
        push_of_hold(row.id, row.coach_id, frozenset({row.coach_id, row.member_id}), version=row.version, now=now)
        for row in unit.connection.execute(PROPOSALS, values)
    ]


def put_hold_back(database: Database, organisation_id: int, proposal_id: int, *, mark: str, now: datetime) -> None:
    """The times that the proposal holds are on their way back into its coach's calendar; `mark` names what was found there."""
    with database.unit(organisation_id) as unit:
        pushes = _pushes_of_holds(unit, [proposal_id], now=now)
        schedule(unit, [replace(push, cause_key=f"{push.cause_key}:back:{mark}") for push in pushes])


def put_right(
    database: Database,
    organisation_id: int,
    person_id: int,
    sessions: Sequence[int],
    *,
    proposals: Sequence[int] = (),
    now: datetime,
) -> int:
    """The events of these sessions, and of the times held for these proposals, are pushed anew into this person's calendar, whatever
    was pushed before; returns how many.
    """
    with database.unit(organisation_id) as unit:
        values = {"organisation": organisation_id, "sessions": list(sessions)}
        rows = unit.connection.execute(TO_PUT_RIGHT, values).all()
        pushes = [
            into_calendar_of(person_id, push_of(row.id, row.coach_id, row.member_id, version=row.version, now=now))
            for row in rows
        ]
        pushes += _pushes_of_holds(unit, proposals, now=now)
        mark = unit.connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()
        schedule(unit, [replace(push, cause_key=f"{push.cause_key}:right:{mark}") for push in pushes])
        return len(pushes)
