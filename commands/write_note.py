"""writeNote and editNote: what a coach notes about a session, private or shared, each version kept (A18)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, text

from commands.notes import log, on_session, on_written
from commands.outcome import Done, Outcome
from commands.staff import invalid
from commands.transaction import Request
from models.notes import Note, NoteRevision
from models.queries.notes import notes_of_ids
from models.unit import Database, Unit
from policy.terms import Visibility
from policy.texts import says_nothing

CHANGE = text("""
UPDATE note SET visibility = :visibility, text = :text, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND id = :id RETURNING version
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote:
    """A new note of a session."""

    session_id: int
    words: str
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class EditNote:
    """The note says this from now on."""

    note_id: int
    words: str
    visibility: Visibility
    if_version: int | None = None


def write_note(database: Database, request: Request, command: WriteNote) -> Outcome:
    """The note stands; the member reads it if it is shared, nobody else ever does."""
    if says_nothing(command.words):
        return invalid("A note has words.", "text")

    def act(unit: Unit, session_id: int) -> Outcome:
        row = {
            "organisation_id": unit.organisation_id,
            "session_id": session_id,
            "author_id": request.actor.person_id,
            "visibility": command.visibility,
            "text": command.words,
            "written_at": request.now,
            "changed_at": request.now,
        }
        note = unit.connection.execute(insert(Note).values(row).returning(Note.id)).scalar_one()
        _keep(unit, request, note, 1, command)
        event = log(unit, request, "NOTE_WRITTEN", session_id, command.visibility, [{"note": note, "version": 1}])
        return Done(object_id=note, event_id=event)

    return on_session(database, request, command, command.session_id, act)


def edit_note(database: Database, request: Request, command: EditNote) -> Outcome:
    """The note says this; what it said before stands in its revisions."""
    if says_nothing(command.words):
        return invalid("A note has words.", "text")

    def act(unit: Unit, row: Row[Any]) -> Outcome:
        values = {"visibility": command.visibility, "text": command.words, "now": request.now, "id": row.id}
        version = unit.connection.execute(CHANGE, {**values, "organisation": unit.organisation_id}).scalar_one()
        _keep(unit, request, row.id, version, command)
        # Who could read it before learns that it has changed, also where it is private from now on.
        seen = Visibility.SHARED if row.visibility == Visibility.SHARED else command.visibility
        event = log(unit, request, "NOTE_EDITED", row.session_id, seen, [{"note": row.id, "version": version}])
        return Done(object_id=row.id, event_id=event)

    return on_written(database, request, command, notes_of_ids, command.note_id, act, if_version=command.if_version)


def _keep(unit: Unit, request: Request, note_id: int, version: int, command: WriteNote | EditNote) -> None:
    unit.connection.execute(
        insert(NoteRevision).values(
            organisation_id=unit.organisation_id,
            note_id=note_id,
            version=version,
            visibility=command.visibility,
            text=command.words,
            written_at=request.now,
        )
    )
