"""A session of the database as an appointment in its reader's calendar (MODEL 11). Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_sync.feed.appointment import Appointment, SessionLinks, Standing, vevent
from calendar_sync.feed.capability import FeedOptions, Names
from calendar_sync.feed.recurring import recurring_of, vevents
from models.queries.feed import FeedSession
from policy.terms import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSession:
    """The session and the reader that links are made for, in the feed of this generation."""

    organisation_id: int
    person_id: int
    feed_generation: int
    side: Side
    session_id: int
    starts_at: datetime
    ends_at: datetime
    conference_url: str | None


Links = Callable[[LinkedSession], SessionLinks]
"""The addresses of a session for its reader: the same ones whenever asked, or two readings of a feed would differ."""


def conference_only(session: LinkedSession) -> SessionLinks:
    """The way into the session and nothing else: what a feed carries where nobody makes links to pages."""
    return SessionLinks(join=session.conference_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, and how they want sessions to be shown."""

    organisation_id: int
    person_id: int
    generation: int
    options: FeedOptions
    links: Links


def appointment_of(session: FeedSession, reader: Reader) -> Appointment:
    """The session as the reader's calendar shows it; its outcome changes nothing there."""
    title = title_of(session.kind_name, session.other_name, reader.options.names)
    return Appointment(
        uid=session.uid,
        title=f"Hold: {title}" if session.hold else title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        standing=Standing.TENTATIVE if session.provisional else Standing.CONFIRMED,
        sequence=session.sequence,
        changed_at=session.calendar_changed_at,
        booked_at=session.booked_at,
        links=SessionLinks() if session.hold else reader.links(_linked(session, reader)),
        alarm=None if session.hold else reader.options.alarm,
    )


def text_of(session: FeedSession, reader: Reader) -> str:
    """The event of a session, or those of a whole series, as the reader's calendar file has them."""
    if session.rule is None:
        return vevent(appointment_of(session, reader))
    series = recurring_of(session.rule, session.zone)
    master = replace(
        appointment_of(replace(session, conference_url=None), reader),
        links=SessionLinks(join=session.conference_url),
        starts_at=series.rule.occurrence(series.rule.first).starts_at,
    )
    return vevents(series, master, until=session.ends_at)


def title_of(kind_name: str, other_name: str, names: Names = Names.FULL) -> str:
    """What the session is called in a calendar: its kind, and the other person as the reader wants them shown."""
    match names:
        case Names.FULL:
            return f"{kind_name} with {other_name}"
        case Names.INITIALS:
            return f"{kind_name} with {' '.join(f'{word[0]}.' for word in other_name.split())}"
        case Names.HIDDEN:
            return kind_name


def sample_of(reader: Reader) -> str:
    """How events are written for this reader, told by one that is always the same.

    It differs whenever our way of writing, the reader's choices or the addresses of our pages differ: a feed that
    has not changed otherwise has changed then (CALENDAR 40).
    """
    return "".join(vevent(appointment_of(session, reader)) for session in _SAMPLES)


def _linked(session: FeedSession, reader: Reader) -> LinkedSession:
    return LinkedSession(
        organisation_id=reader.organisation_id,
        person_id=reader.person_id,
        feed_generation=reader.generation,
        side=session.side,
        session_id=session.id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        conference_url=session.conference_url,
    )


def _sample(side: Side, *, provisional: bool, number: int = 0) -> FeedSession:
    start = datetime(2027, 3, 18, 10, tzinfo=UTC)
    return FeedSession(
        id=number,
        side=side,
        zone="UTC",
        uid="sample",
        sequence=1,
        provisional=provisional,
        starts_at=start,
        ends_at=start + timedelta(minutes=45),
        booked_at=start,
        calendar_changed_at=start,
        kind_name="Call",
        other_name="Some Body",
        conference_url="https://example.com/call",
    )


_SAMPLES: Final = (
    _sample(Side.COACH, provisional=False),
    _sample(Side.MEMBER, provisional=True),
    _sample(Side.COACH, provisional=True, number=-1),
)
