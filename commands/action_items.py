"""addActionItem, editActionItem, finishActionItem: the next steps that a session leads to (A18)."""

from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert, text

from commands.notes import log, on_session, on_written
from commands.outcome import Done, Outcome, Refused
from commands.staff import invalid
from commands.transaction import Request
from models.notes import ActionItem
from models.queries.notes import items_of_ids, place_of
from models.unit import Database, Unit
from policy.next_steps import earliest_day
from policy.terms import Visibility
from policy.texts import says_nothing

CHANGE = text("""
UPDATE action_item SET visibility = :visibility, text = :text, due_on = :due_on, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND id = :id
""")

FINISH = text("""
UPDATE action_item SET done_at = :done_at, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND id = :id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddActionItem:
    """A new next step, to be done by that day if one is given."""

    session_id: int
    words: str
    visibility: Visibility
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditActionItem:
    """The step is this from now on."""

    item_id: int
    words: str
    visibility: Visibility
    due_on: date | None = None
    if_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishActionItem:
    """The step is done, or after all not."""

    item_id: int
    done: bool
    if_version: int | None = None


def add_action_item(database: Database, request: Request, command: AddActionItem) -> Outcome:
    """The step stands; the member sees it if it is shared."""
    if says_nothing(command.words):
        return invalid("An action item has words.", "text")

    def act(unit: Unit, session_id: int) -> Outcome:
        wrong = _objection_to_day(unit, request, session_id, command.due_on)
        if wrong is not None:
            return wrong
        row = {
            "organisation_id": unit.organisation_id,
            "session_id": session_id,
            "author_id": request.actor.person_id,
            "visibility": command.visibility,
            "text": command.words,
            "due_on": command.due_on,
            "written_at": request.now,
            "changed_at": request.now,
        }
        item = unit.connection.execute(insert(ActionItem).values(row).returning(ActionItem.id)).scalar_one()
        effects = [{"actionItem": item, "version": 1}]
        return Done(
            object_id=item, event_id=log(unit, request, "ACTION_ITEM_ADDED", session_id, command.visibility, effects)
        )

    return on_session(database, request, command, command.session_id, act)


def edit_action_item(database: Database, request: Request, command: EditActionItem) -> Outcome:
    """The step is this from now on; whether it is done stays as it was."""
    if says_nothing(command.words):
        return invalid("An action item has words.", "text")

    def act(unit: Unit, row: Row[Any]) -> Outcome:
        # A day that is over by now stays as it is: who mends a word does not have to move it.
        due_on = None if command.due_on == row.due_on else command.due_on
        wrong = _objection_to_day(unit, request, row.session_id, due_on)
        if wrong is not None:
            return wrong
        values = {"visibility": command.visibility, "text": command.words, "due_on": command.due_on}
        where = {"organisation": unit.organisation_id, "id": row.id, "now": request.now}
        unit.connection.execute(CHANGE, {**values, **where})
        seen = Visibility.SHARED if row.visibility == Visibility.SHARED else command.visibility
        return _done(unit, request, "ACTION_ITEM_EDITED", row, seen)

    return on_written(database, request, command, items_of_ids, command.item_id, act, if_version=command.if_version)


def finish_action_item(database: Database, request: Request, command: FinishActionItem) -> Outcome:
    """The step is done, by whichever of the two reads it; or it is open again."""

    def act(unit: Unit, row: Row[Any]) -> Outcome:
        values = {"done_at": request.now if command.done else None, "now": request.now}
        unit.connection.execute(FINISH, {**values, "organisation": unit.organisation_id, "id": row.id})
        name = "ACTION_ITEM_DONE" if command.done else "ACTION_ITEM_REOPENED"
        return _done(unit, request, name, row, Visibility(row.visibility))

    return on_written(
        database,
        request,
        command,
        items_of_ids,
        command.item_id,
        act,
        if_version=command.if_version,
        by_reader=True,
    )


def _done(unit: Unit, request: Request, name: str, row: Row[Any], seen: Visibility) -> Done:
    effects = [{"actionItem": row.id, "version": row.version + 1}]
    return Done(object_id=row.id, event_id=log(unit, request, name, row.session_id, seen, effects))


def _objection_to_day(unit: Unit, request: Request, session_id: int, due_on: date | None) -> Refused | None:
    """What is wrong with the day by which a step should be done; None where nothing is, or none is named."""
    if due_on is None:
        return None
    place = place_of(unit, session_id)
    zones = (ZoneInfo(place.coach_zone), ZoneInfo(place.member_zone))
    earliest = earliest_day(place.starts_at.astimezone(UTC), zones, now=request.now)
    if due_on >= earliest:
        return None
    return invalid(f"A step of this session is due on {earliest} at the earliest.", "dueOn")
