"""readings: who has read whose words, for the staff of an organisation."""

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.describe import given
from api.inputs import key_or_none
from api.types.reading import READINGS, Reading, reading
from api.types.viewer import DateTimeRange
from models.queries.readings import ReadingFilter as Wanted
from models.queries.readings import readings_page
from policy.matters import Words

NOTHING = 0
"""Nothing has this id."""


@given
class ReadingFilter:
    """Which readings are meant; what is left out does not restrict."""

    what: list[Words] | None = strawberry.field(default=None, description="One of these.")
    reader: strawberry.ID | None = strawberry.field(default=None, description="The id of the person who read.")
    author: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the person whose words were read."
    )
    session: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the session that the words were about."
    )
    during: DateTimeRange | None = strawberry.field(default=None, description="Readings in this range.")


def readings(
    info: Info,
    filter: ReadingFilter | None = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Reading] | None:
    """For staff: who has read whose notes, questionnaires and messages, in the order in which it was recorded; `last` gives the latest ones."""
    operation = info.context
    operation.require_staff()
    part = window(READINGS, first, after, last, before)
    return connection(readings_page(operation.unit, _wanted(filter or None), part), READINGS, part, reading)


def _wanted(given: ReadingFilter | None) -> Wanted:
    if given is None:
        return Wanted()
    return Wanted(
        what=None if given.what is None else tuple(given.what),
        reader_id=_key(given.reader, "Person", "filter.reader"),
        author_id=_key(given.author, "Person", "filter.author"),
        session_id=_key(given.session, "Session", "filter.session"),
        read_from=None if given.during is None else given.during.from_,
        read_before=None if given.during is None else given.during.to,
    )


def _key(text: str | None, kind: str, argument: str) -> int | None:
    """The key of an id; of one that is none, nothing, of which nobody has read."""
    return None if text is None else key_or_none(text, kind, argument) or NOTHING
