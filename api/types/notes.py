"""Notes and action items of a session: a coach's own words, shared with the member or not (A18)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.node import Node
from api.types.verb_check import VerbCheck, verb_check
from commands.verb_check import verb_check as checked
from models.queries.notes import items_of_ids, notes_of_ids, revisions_of_notes
from models.queries.sessions import parties_of
from policy.matters import Words
from policy.terms import RefusalCode, Visibility


@output
class NoteRevision:
    """What a note said in one version."""

    version: int
    visibility: Visibility = strawberry.field(description="Who read this version.")
    text: str = strawberry.field(description="What it said.")
    written_at: datetime = strawberry.field(description="When it was written like this.")


@output
class Note(Node):
    """A note of a session's coach. The team never reads it; the member reads it if it is shared."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    visibility: Visibility = strawberry.field(description="Who reads it.")
    text: str = strawberry.field(description="What it says.")
    written_at: datetime = strawberry.field(description="When it was written first.")
    changed_at: datetime = strawberry.field(description="When it last changed.")
    may_edit: bool = strawberry.field(description="Whether you may change it: it is yours.")
    key: strawberry.Private[int]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def can_edit(self, info: Info) -> VerbCheck:
        """Whether you may change it: the twin of `editNote`."""
        return _to_be_changed(info, may=self.may_edit)

    @strawberry.field
    def revisions(self, info: Info) -> list[NoteRevision]:
        """Everything that it ever said, the first version first; for its author only."""
        if not self.may_edit:
            return []
        rows = self.siblings.ask("revisions", lambda keys: _by_note(revisions_of_notes(info.context.unit, keys), keys))
        return [
            NoteRevision(
                version=row.version, visibility=Visibility(row.visibility), text=row.text, written_at=row.written_at
            )
            for row in rows[self.key]
        ]


@output
class ActionItem(Node):
    """A next step that a session leads to."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    visibility: Visibility = strawberry.field(description="Who sees it.")
    text: str = strawberry.field(description="What is to be done.")
    due_on: date | None = strawberry.field(description="The day by which it should be done.")
    done_at: datetime | None = strawberry.field(description="When it was done; null while it is open.")
    written_at: datetime = strawberry.field(description="When it was written down.")
    changed_at: datetime = strawberry.field(description="When it last changed.")
    may_edit: bool = strawberry.field(description="Whether you may change it; both sides may say that it is done.")

    @strawberry.field
    def can_edit(self, info: Info) -> VerbCheck:
        """Whether you may change it: the twin of `editActionItem`."""
        return _to_be_changed(info, may=self.may_edit)

    @strawberry.field
    def can_finish(self, info: Info) -> VerbCheck:
        """Whether you may say that it is done, or not after all: the twin of `finishActionItem`. Whoever reads it may."""
        return _to_be_changed(info, may=True)


def _to_be_changed(info: Info, *, may: bool) -> VerbCheck:
    """Who reads what was written is one of the session's two people; nobody else has it at all."""
    return verb_check(checked(None if may else RefusalCode.FORBIDDEN, now=info.context.now))


def _by_note(rows: Iterable[Row[Any]], keys: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {key: [] for key in keys}
    for row in rows:
        found[row.note_id].append(row)
    return found


def grouped(rows: Iterable[Row[Any]], sessions: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The rows of each session."""
    found: dict[int, list[Row[Any]]] = {key: [] for key in sessions}
    for row in rows:
        found[row.session_id].append(row)
    return found


def notes(rows: Sequence[Row[Any]], reader: int | None) -> list[Note]:
    """Those of these notes that the reader may read; the parties of a session read no one else's."""
    siblings = Siblings([row.id for row in rows])
    return [
        Note(
            id=strawberry.ID(global_id("Note", row.id)),
            version=row.version,
            visibility=Visibility(row.visibility),
            text=row.text,
            written_at=row.written_at,
            changed_at=row.changed_at,
            may_edit=row.author_id == reader,
            key=row.id,
            siblings=siblings,
        )
        for row in rows
        if reads(row, reader)
    ]


def action_items(rows: Sequence[Row[Any]], reader: int | None) -> list[ActionItem]:
    """Those of these action items that the reader may read."""
    return [
        ActionItem(
            id=strawberry.ID(global_id("ActionItem", row.id)),
            version=row.version,
            visibility=Visibility(row.visibility),
            text=row.text,
            due_on=row.due_on,
            done_at=row.done_at,
            written_at=row.written_at,
            changed_at=row.changed_at,
            may_edit=row.author_id == reader,
        )
        for row in rows
        if reads(row, reader)
    ]


def reads(row: Row[Any], reader: int | None) -> bool:
    """Whether one of a session's people reads what its coach wrote: the author everything, the other what is shared."""
    return row.author_id == reader or Visibility(row.visibility) is Visibility.SHARED


def visible_notes(operation: Operation, keys: Sequence[int]) -> dict[int, Note]:
    """Those of these notes that the caller may read; that others than their author read them is recorded."""
    rows = _of_own_sessions(operation, list(notes_of_ids(operation.unit, keys).values()))
    found = {one.key: one for one in notes(rows, operation.actor.person_id)}
    operation.has_read(Words.NOTE, [one.key for one in found.values() if not one.may_edit])
    return found


def visible_items(operation: Operation, keys: Sequence[int]) -> dict[int, ActionItem]:
    """Those of these action items that the caller may read."""
    reader = operation.actor.person_id
    rows = _of_own_sessions(operation, list(items_of_ids(operation.unit, keys).values()))
    return {row.id: action_items([row], reader)[0] for row in rows if reads(row, reader)}


def _of_own_sessions(operation: Operation, rows: list[Row[Any]]) -> list[Row[Any]]:
    """Those that are about sessions of the caller: staff read nobody's notes (MODEL 10)."""
    parties = parties_of(operation.unit, [row.session_id for row in rows])
    return [row for row in rows if operation.actor.person_id in parties.get(row.session_id, ())]
