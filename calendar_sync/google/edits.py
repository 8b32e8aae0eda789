"""What somebody did to the event of a session, told from the event as Google lists it (CALENDAR 27, 29). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from calendar_sync.google.mapping import EventKey, Json, SessionEvent, changes
from commands.calendar_questions import EventEdited
from policy.calendars import CalendarEdit


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A session that stands, what the calendar shall say of it, and its event as we last left it; or a time that is held for a proposal,
    whose id is then `session_id`.

    `earlier`: the ids that it had before its owner deleted them; one that stands again was taken out of the trash.
    `series_event`: that of the series that it is an instance of; an instance is listed only once it differs from it.
    """

    session_id: int
    sequence: int
    key: EventKey
    wanted: SessionEvent
    event_id: str
    etag: str | None
    earlier: frozenset[str] = frozenset()
    series_event: str | None = None


def edits(standing: Sequence[Standing], events: Sequence[Json], *, whole: bool) -> list[EventEdited]:
    """What was done to the events of these sessions; `whole`: all events are listed, so that what is missing was deleted.

    An event is known by its id alone: a copy carries our properties and is somebody's own. What we wrote ourselves has the
    etag that we know.
    """
    listed = {event["id"]: event for event in events}
    found: list[EventEdited] = []
    for one in standing:
        if one.event_id in listed or (whole and one.series_event is None):
            edited = edit_of(one, listed.get(one.event_id))
            found += [] if edited is None else [edited]
        found += restored(one, listed)
    return found


def restored(one: Standing, listed: Mapping[str, Json]) -> list[EventEdited]:
    """What was taken out of the trash beside the event that we made in its place: it goes without a word, the deletion was asked about."""
    alive = [listed[event_id] for event_id in sorted(one.earlier & listed.keys())]
    return [
        _edited(one, None, mark=f"{event['id']}:{event.get('etag')}")
        for event in alive
        if event.get("status") != "cancelled"
    ]


def edit_of(one: Standing, event: Json | None) -> EventEdited | None:
    """What has to be put back of this event; None: nothing, or only its looks have changed."""
    if event is None or event.get("status") == "cancelled":
        return _edited(one, CalendarEdit.DELETED, mark=f"{one.event_id}:gone")
    if event.get("etag") == one.etag:
        return None
    differing = changes(one.wanted, one.key, event, ask_for_conference=False)
    mark = f"{one.event_id}:{event.get('etag')}"
    if differing.keys() & {"start", "end"}:
        return _edited(one, CalendarEdit.MOVED, mark=mark, to=_new_start(one.wanted, event))
    return _edited(one, None, mark=mark) if differing else None


def _edited(one: Standing, edit: CalendarEdit | None, *, mark: str, to: datetime | None = None) -> EventEdited:
    return EventEdited(
        session_id=one.session_id,
        sequence=one.sequence,
        mark=sha256(mark.encode()).hexdigest()[:20],
        edit=edit,
        to_starts_at=to,
    )


def _new_start(wanted: SessionEvent, event: Json) -> datetime | None:
    """Where the session was put; None where that is no other time for one: a whole day, or the same start."""
    start: object = event.get("start")
    text = start.get("dateTime") if isinstance(start, Mapping) else None
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if instant is None or instant.tzinfo is None or instant.timestamp() == wanted.starts_instant.timestamp():
        return None
    # A session starts on a whole minute.
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
