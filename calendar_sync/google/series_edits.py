"""What somebody did to the recurring event of a series, or to an instance of it (CALENDAR 7, 27, 29). Pure.

It is asked about once, as of the first session that it concerns: a series that was deleted or dragged is no dozen questions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from calendar_sync.google.edits import Standing, edit_of, edits, restored
from calendar_sync.google.mapping import Json, changes
from commands.calendar_questions import EventEdited
from policy.calendars import CalendarEdit

_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6}Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSeries:
    """A series whose event stands in the calendar, and its sessions that are instances of it and still to come, by start.

    `event` is the recurring event; what it says of a session is that of the first one.
    """

    event: Standing
    sessions: Sequence[Standing]


def series_edits(series: Sequence[StandingSeries], events: Sequence[Json], *, whole: bool) -> list[EventEdited]:
    """What was done to these series; `whole`: all events are listed, so that a recurring event that is missing was deleted."""
    listed = {event["id"]: event for event in events}
    found: list[EventEdited] = []
    for one in series:
        event = listed.get(one.event.event_id)
        edited = edit_of(one.event, event) if event is not None or whole else None
        if edited is not None:
            found.append(_about_a_session(one, edited, event))
        found += [_about_a_session(one, back, None) for back in restored(one.event, listed)]
        if edited is None or edited.edit is not CalendarEdit.DELETED:
            # Without its recurring event no instance is there; else each is looked at by itself.
            found += edits(one.sessions, events, whole=whole)
    return found


def _about_a_session(one: StandingSeries, edited: EventEdited, event: Json | None) -> EventEdited:
    """The edit as one of the first session that it concerns; to end the event earlier is to delete those after it."""
    first = one.sessions[0]
    if edited.edit is CalendarEdit.MOVED:
        moved = None if edited.to_starts_at is None else edited.to_starts_at - one.event.wanted.starts_instant
        to = None if moved is None else first.wanted.starts_instant.astimezone(UTC) + moved
        return replace(edited, session_id=first.session_id, sequence=first.sequence, to_starts_at=to)
    if edited.edit is None and event is not None:
        differing = changes(one.event.wanted, one.event.key, event, ask_for_conference=False)
        if "recurrence" in differing:
            edited = replace(edited, edit=CalendarEdit.DELETED)
            first = next((each for each in one.sessions if _is_beyond(each, event)), first)
    return replace(edited, session_id=first.session_id, sequence=first.sequence)


def _is_beyond(one: Standing, event: Json) -> bool:
    """Whether the event ends before this session by its rule."""
    found = _UNTIL.search(" ".join(str(line) for line in event.get("recurrence") or ()))
    if found is None:
        return not event.get("recurrence")
    until = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return one.wanted.starts_instant.timestamp() > until.timestamp()
