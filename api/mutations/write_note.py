"""writeNote: a coach notes something about a session."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.changes import SESSION_WORDS
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.notes import Note, visible_notes
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from commands.write_note import WriteNote
from commands.write_note import write_note as write
from policy.terms import Visibility


@given
class WriteNoteInput:
    """What is noted about which session."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    text: str = strawberry.field(description="Its words, at most 10,000 characters.")
    visibility: Visibility = strawberry.field(description="Whether the member reads it.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class WriteNoteSuccess:
    """The note stands."""

    note: Note = strawberry.field(description="The note as it stands.")


WriteNoteResult = Annotated[
    WriteNoteSuccess | PlainRefusal,
    strawberry.union("WriteNoteResult", description="What stands now, or why nothing was done."),
]


def write_note(info: Info, input: WriteNoteInput) -> WriteNoteResult | None:
    """As the coach of a session, note something about it: for yourself, or shared with the member. The team never reads it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = WriteNote(
            session_id=key(input.session, "Session", "session"),
            words=words(input.text, "text", longest=LONGEST_TEXT) or "",
            visibility=input.visibility,
        )
        return write(operation.services.database, request, command)

    def success(done: Done) -> WriteNoteSuccess:
        return WriteNoteSuccess(note=visible_notes(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
