"""Connections to Google Calendar and what we know of each pushed event."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned, refers
from models.types import Coded, Instant
from policy.calendars import CalendarPlace
from policy.terms import ConnectionStatus


class GoogleConnection(Owned, Base):
    """A person's connected Google Calendar; the refresh token is sealed (CALENDAR 24).

    `place`: a calendar of our own making among theirs, or their primary one, which is known as `primary`.
    """

    __tablename__ = "google_connection"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "person_id"), refers("person_id", "person"))

    person_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[ConnectionStatus] = mapped_column(Coded(ConnectionStatus))
    place: Mapped[CalendarPlace] = mapped_column(Coded(CalendarPlace), server_default="OWN")
    calendar_id: Mapped[str | None]
    sealed_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    scopes: Mapped[str]
    connected_at: Mapped[datetime] = mapped_column(Instant)
    last_error: Mapped[str | None]
    last_pushed_at: Mapped[datetime | None] = mapped_column(Instant)


class GoogleHold(Owned, Base):
    """The Google event of a proposed time that a coach keeps free, as we last left it; `slot` numbers the times of an invite."""

    __tablename__ = "google_hold"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "proposal_id", "slot"),
        refers("proposal_id", "proposal"),
        refers("person_id", "person"),
    )

    proposal_id: Mapped[int] = mapped_column(BigInteger)
    slot: Mapped[int]
    person_id: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str]
    generation: Mapped[int]
    etag: Mapped[str | None]
    deleted: Mapped[bool]
    pushed_at: Mapped[datetime] = mapped_column(Instant)


class GoogleSeries(Owned, Base):
    """The recurring Google event of a series in the calendar of one of its two people, as we last left it; its sessions are instances of it."""

    __tablename__ = "google_series"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "series_id", "person_id"),
        refers("series_id", "series"),
        refers("person_id", "person"),
    )

    series_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str]
    generation: Mapped[int]
    etag: Mapped[str | None]
    deleted: Mapped[bool]
    conference_url: Mapped[str | None]
    conference_status: Mapped[str | None]
    pushed_at: Mapped[datetime] = mapped_column(Instant)


class GoogleEvent(Owned, Base):
    """The Google event of a session in the calendar of one of its two people, as we last left it; the Meet link is the coach's event's."""

    __tablename__ = "google_event"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "session_id", "person_id"),
        refers("session_id", "session"),
        refers("person_id", "person"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str]
    generation: Mapped[int]
    etag: Mapped[str | None]
    deleted: Mapped[bool]
    conference_url: Mapped[str | None]
    conference_status: Mapped[str | None]
    pushed_at: Mapped[datetime] = mapped_column(Instant)
