"""editNote: a note says something else from now on."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.changes import VERSION_WORDS
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.notes import Note, visible_notes
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from commands.write_note import EditNote
from commands.write_note import edit_note as edit
from policy.terms import Visibility


@given
class EditNoteInput:
    """What the note says from now on."""

    note: strawberry.ID = strawberry.field(description="The id of the note.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    text: str = strawberry.field(description="Its words, at most 10,000 characters.")
    visibility: Visibility = strawberry.field(description="Whether the member reads it.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class EditNoteSuccess:
    """The note says this from now on."""

    note: Note = strawberry.field(description="The note as it stands, with its revisions.")


EditNoteResult = Annotated[
    EditNoteSuccess | PlainRefusal,
    strawberry.union("EditNoteResult", description="What stands now, or why nothing was done."),
]


def edit_note(info: Info, input: EditNoteInput) -> EditNoteResult | None:
    """Change a note of yours; what it said before stands in its revisions."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = EditNote(
            note_id=key(input.note, "Note", "note"),
            if_version=input.if_version,
            words=words(input.text, "text", longest=LONGEST_TEXT) or "",
            visibility=input.visibility,
        )
        return edit(operation.services.database, request, command)

    def success(done: Done) -> EditNoteSuccess:
        return EditNoteSuccess(note=visible_notes(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
