"""Series of sessions, and the place of each session in its series (MODEL 5.3)."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.matters import SeriesStatus, Trouble
from policy.terms import Cadence


class Series(Numbered, Base):
    """Sessions of one member with one coach in a rhythm, at the wall-clock time `at_time` of `zone`, from the date `first_on` on.

    `until_on`: the first date that does not belong to it any more; `predecessor_id`: the series that it goes on from. `next_on`:
    the next date whose session is to be made; None: all are. `provider`: where its sessions take place, as was agreed when it began.
    `planned_until_on`: of one that is suspended, what `until_on` was before. `version`, `sequence`: as those of a session.
    """

    __tablename__ = "series"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "uid"),
        refers("coach_id", "coach", "person_id"),
        refers("member_id", "person"),
        refers("kind_id", "session_kind"),
        refers("membership_id", "membership"),
        refers("predecessor_id", "series"),
        CheckConstraint("until_on IS NULL OR first_on <= until_on", name="order"),
        Index("ix_series_coach", "organisation_id", "coach_id", "id"),
        Index("ix_series_member", "organisation_id", "member_id", "id"),
        Index("ix_series_predecessor", "organisation_id", "predecessor_id"),
    )

    uid: Mapped[str] = mapped_column(init=False, server_default=text("gen_random_uuid() || '@fortnight'"))
    coach_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int] = mapped_column(BigInteger)
    membership_id: Mapped[int] = mapped_column(BigInteger)
    cadence: Mapped[Cadence] = mapped_column(Coded(Cadence))
    first_on: Mapped[date]
    at_time: Mapped[time]
    zone: Mapped[str]
    duration: Mapped[timedelta]
    provider: Mapped[str]
    until_on: Mapped[date | None]
    status: Mapped[SeriesStatus] = mapped_column(Coded(SeriesStatus))
    predecessor_id: Mapped[int | None] = mapped_column(BigInteger)
    next_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    calendar_changed_at: Mapped[datetime] = mapped_column(Instant)
    planned_until_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")


class SeriesOccurrence(Owned, Base):
    """An original local date of a series that was dealt with, once and for ever: a session was made, or `trouble` says why none was.

    `starts_at`: the instant that the rule gives for the date, whatever became of the session.
    """

    __tablename__ = "series_occurrence"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "series_id", "on_date"),
        UniqueConstraint("organisation_id", "session_id"),
        refers("series_id", "series"),
        refers("session_id", "session"),
        CheckConstraint("(session_id IS NULL) <> (trouble IS NULL)", name="outcome"),
    )

    series_id: Mapped[int] = mapped_column(BigInteger)
    on_date: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    trouble: Mapped[Trouble | None] = mapped_column(Coded(Trouble))
