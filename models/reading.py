"""What is read from Google Calendar: how far we have read, when a coach is taken elsewhere, and what is asked about edits there.

The first two are a cache of somebody else's truth, kept in the machine's time: Google's clock is not a sandbox's.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.calendars import CalendarEdit


class GoogleReading(Owned, Base):
    """How far a connected calendar has been read, and over which channel its changes are told (CALENDAR 26 to 28).

    `sync_token` leads to what changed in `calendar_id` since; `busy_at` is when the busy times of `[busy_from, busy_to)` were
    read, `busy_failed_at` since when they cannot be. No channel's token is stored: it follows from the channel's id.
    `checked` is what was found when the calendar was last held against the sessions, `check_at` when that is done again.
    """

    __tablename__ = "google_reading"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "person_id"),
        refers("person_id", "person"),
        Index("ix_google_reading_poll", "poll_at"),
        Index("ix_google_reading_check", "check_at"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    calendar_id: Mapped[str | None] = mapped_column(default=None)
    sync_token: Mapped[str | None] = mapped_column(default=None)
    channel_id: Mapped[str | None] = mapped_column(default=None)
    resource_id: Mapped[str | None] = mapped_column(default=None)
    channel_expires_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    poll_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    pulled_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    pull_error: Mapped[str | None] = mapped_column(default=None)
    busy_from: Mapped[datetime | None] = mapped_column(Instant, default=None)
    busy_to: Mapped[datetime | None] = mapped_column(Instant, default=None)
    busy_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    busy_failed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    busy_error: Mapped[str | None] = mapped_column(default=None)
    check_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    checked: Mapped[dict[str, Any] | None] = mapped_column(JSONB, default=None)


class GoogleBusy(Numbered, Base):
    """A time in which a coach is taken by something that is not ours, as Google said last; what, it does not say.

    `unknown`: Google could not be asked, and the coach counts as taken meanwhile (CALENDAR 25).
    """

    __tablename__ = "google_busy"
    __table_args__ = (
        *own_key(),
        refers("person_id", "person"),
        Index("ix_google_busy_person", "organisation_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    unknown: Mapped[bool] = mapped_column(default=False, server_default="false")


class CalendarQuestion(Numbered, Base):
    """What somebody was asked after they had moved or deleted a session's event in Google Calendar (D-53).

    `cause` names the session as it stood (`sequence`) and where its event was put: the same is asked once.
    """

    __tablename__ = "calendar_question"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("person_id", "person"),
        UniqueConstraint("organisation_id", "cause"),
        Index("ix_calendar_question_person", "organisation_id", "person_id", "id"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    edit: Mapped[CalendarEdit] = mapped_column(Coded(CalendarEdit))
    sequence: Mapped[int]
    to_starts_at: Mapped[datetime | None] = mapped_column(Instant)
    cause: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
