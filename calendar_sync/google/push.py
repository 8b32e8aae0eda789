"""Bring one session's event to the wanted state, however often this is tried and wherever it broke off before.

    insert with our own id ── 409 ──> read it ── ours, alive ──> patch what differs
                                          └──── deleted, foreign ──> the next generation of the id

No step relies on an earlier one having been recorded: a push that was applied but never answered is found again by
its id (CALENDAR 1 to 4, 22). Where a later generation stands, an earlier one may have come back out of the trash of its
owner's calendar: it is taken away, or the session would stand twice.
"""

from dataclasses import dataclass
from typing import Final

from calendar_sync.google.client import GoogleCalendar
from calendar_sync.google.failures import CalendarMissing, Changed, Duplicate, Gone, Permanent, Transient
from calendar_sync.google.mapping import (
    SESSION_PROPERTY,
    ConferenceStatus,
    EventKey,
    Json,
    SessionEvent,
    changes,
    conference_of,
    new_event,
    private_properties,
)

GENERATIONS: Final = 64
"""How often a coach may delete one session's event before it is left alone."""
_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent:
    """The event of a session as we last left it."""

    event_id: str
    generation: int
    etag: str | None
    deleted: bool
    hangout_link: str | None
    conference: ConferenceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """What to record, and whether to come back for the Meet link."""

    known: KnownEvent
    poll_again: bool
    """Google is still making the conference: push the same again later (CALENDAR 15)."""


def push(calendar: GoogleCalendar, key: EventKey, wanted: SessionEvent | None, known: KnownEvent | None) -> PushResult:
    """The calendar holds exactly one event of the session as `wanted`, or none if that is None.

    Raises a GoogleFailure; whatever it left half done, the next push completes (CALENDAR 22).
    """
    if known is not None and known.event_id != key.event_id(known.generation):
        # Made under a server secret that is gone: nobody can tell its other generations, and another event takes its place.
        calendar.delete(known.event_id)
        known = None
    if wanted is None:
        return _remove(calendar, key, known)
    result = _bring(calendar, key, wanted, known)
    _remove_earlier(calendar, key, result.known.generation)
    return result


def _bring(calendar: GoogleCalendar, key: EventKey, wanted: SessionEvent, known: KnownEvent | None) -> PushResult:
    """The event of one generation is as `wanted`."""
    first = 0 if known is None else known.generation + known.deleted
    if known is not None and not known.deleted and (remote := _alive(calendar, key, first)) is not None:
        return _settle(calendar, key, wanted, known, remote, first)
    for generation in range(first, first + GENERATIONS):
        if (created := _insert(calendar, key, wanted, generation)) is not None:
            return _result(wanted, created, generation)
        if (remote := _alive(calendar, key, generation)) is not None:
            return _settle(calendar, key, wanted, known, remote, generation)
    raise Permanent("generationsExhausted")


def _insert(calendar: GoogleCalendar, key: EventKey, wanted: SessionEvent, generation: int) -> Json | None:
    """The new event, or None when its id is taken."""
    try:
        return calendar.insert(new_event(wanted, key, generation))
    except Duplicate:
        return None


def _alive(calendar: GoogleCalendar, key: EventKey, generation: int) -> Json | None:
    """The event of this generation if it is there, not deleted, and ours."""
    try:
        remote = calendar.get(key.event_id(generation))
    except Gone:
        return None
    ours = private_properties(remote).get(SESSION_PROPERTY) == key.value
    return remote if ours and remote["status"] != "cancelled" else None


def _settle(
    calendar: GoogleCalendar,
    key: EventKey,
    wanted: SessionEvent,
    known: KnownEvent | None,
    remote: Json,
    generation: int,
) -> PushResult:
    """The event differs from `wanted` in nothing that is ours; a change that comes between is read and weighed again."""
    # While a request is being made nothing new is asked for: its failure is told once, not tried for ever.
    polling = known is not None and known.conference is ConferenceStatus.PENDING
    for _ in range(_ROUNDS):
        lacking = conference_of(remote) in (ConferenceStatus.NONE, ConferenceStatus.FAILURE)
        body = changes(wanted, key, remote, ask_for_conference=wanted.conference and lacking and not polling)
        if not body:
            return _result(wanted, remote, generation)
        try:
            return _result(wanted, calendar.patch(remote["id"], body, etag=remote["etag"]), generation)
        except (Changed, Gone):
            again = _alive(calendar, key, generation)
        if again is None:
            raise Transient("deletedMeanwhile")
        remote = again
    raise Transient("changedMeanwhile")


def _remove(calendar: GoogleCalendar, key: EventKey, known: KnownEvent | None) -> PushResult:
    """No event of the session is left: neither the one we know of nor one whose insert was never answered."""
    latest = 0 if known is None else known.generation
    ids = {key.event_id(generation): generation for generation in range(latest + GENERATIONS)}
    try:
        found = _found(calendar, key)
    except CalendarMissing:
        return _removed(key, latest)
    # A copy that the coach made carries our key but not our id: it is theirs.
    ours = {key.event_id(latest)} | (found & ids.keys())
    for event_id in sorted(ours):
        calendar.delete(event_id)
    return _removed(key, max(ids[event_id] for event_id in ours))


def _remove_earlier(calendar: GoogleCalendar, key: EventKey, generation: int) -> None:
    """Of the generations before this one none stands."""
    earlier = key.event_ids_before(generation)
    for event_id in sorted(_found(calendar, key) & earlier) if earlier else ():
        calendar.delete(event_id)


def _found(calendar: GoogleCalendar, key: EventKey) -> set[str]:
    """The ids of all events that carry our key, also of copies that somebody made."""
    return {event["id"] for event in calendar.find(SESSION_PROPERTY, key.value)}


def _removed(key: EventKey, generation: int) -> PushResult:
    gone = KnownEvent(
        event_id=key.event_id(generation),
        generation=generation,
        etag=None,
        deleted=True,
        hangout_link=None,
        conference=ConferenceStatus.NONE,
    )
    return PushResult(known=gone, poll_again=False)


def _result(wanted: SessionEvent, remote: Json, generation: int) -> PushResult:
    status = conference_of(remote)
    if wanted.conference and status is ConferenceStatus.NONE:
        status = ConferenceStatus.FAILURE
    known = KnownEvent(
        event_id=remote["id"],
        generation=generation,
        etag=remote["etag"],
        deleted=False,
        hangout_link=remote.get("hangoutLink"),
        conference=status,
    )
    return PushResult(known=known, poll_again=wanted.conference and status is ConferenceStatus.PENDING)
