"""People, what they may do, and when a coach is there."""

from datetime import datetime, time, timedelta

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.terms import Role


class Person(Numbered, Base):
    """Somebody of an organisation; `event_number` counts what has happened to them and versions their calendar.

    Since `deactivated_at` they cannot sign in and are neither offered nor bookable; what stands for them stays.
    """

    __tablename__ = "person"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "email"),
        Index("uq_person_organisation_id_lower_email", "organisation_id", text("lower(email)"), unique=True),
    )

    name: Mapped[str]
    email: Mapped[str]
    zone: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    event_number: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    feed_generation: Mapped[int] = mapped_column(default=1, server_default="1")
    deactivated_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class PersonRole(Owned, Base):
    """A role of a person; several are possible (MODEL 10)."""

    __tablename__ = "person_role"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "person_id", "role"), refers("person_id", "person"))

    person_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[Role] = mapped_column(Coded(Role))


class Coach(Owned, Base):
    """What a coach costs, and the zone and buffers of the published hours."""

    __tablename__ = "coach"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "person_id"), refers("person_id", "person"))

    person_id: Mapped[int] = mapped_column(BigInteger)
    fee_minor_units: Mapped[int]
    fee_currency: Mapped[str]
    hours_zone: Mapped[str]
    buffer_before: Mapped[timedelta]
    buffer_after: Mapped[timedelta]


class CoachKind(Owned, Base):
    """A coach offers a kind of session; `open_to_all` needs no engagement (an engagement manager's call, M21)."""

    __tablename__ = "coach_kind"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "coach_id", "kind_id"),
        refers("coach_id", "coach", "person_id"),
        refers("kind_id", "session_kind"),
    )

    coach_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int] = mapped_column(BigInteger)
    open_to_all: Mapped[bool]


class WeeklyHours(Numbered, Base):
    """Published hours of one weekday (Monday is 0) in the coach's `hours_zone`; 24:00 is stored as 00:00."""

    __tablename__ = "weekly_hours"
    __table_args__ = (
        *own_key(),
        refers("coach_id", "coach", "person_id"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        Index("ix_weekly_hours_coach", "organisation_id", "coach_id"),
    )

    coach_id: Mapped[int] = mapped_column(BigInteger)
    weekday: Mapped[int]
    from_time: Mapped[time]
    to_time: Mapped[time]


class TimeOff(Numbered, Base):
    """A stretch in which the coach offers nothing; sessions that already stand in it stay."""

    __tablename__ = "time_off"
    __table_args__ = (
        *own_key(),
        refers("coach_id", "coach", "person_id"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_time_off_coach", "organisation_id", "coach_id", "ends_at"),
    )

    coach_id: Mapped[int] = mapped_column(BigInteger)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
