"""Days on which a coach's published week does not hold: overrides of single dates, and the organisation's holidays; and its terms."""

from datetime import date, time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers


class DateOverride(Numbered, Base):
    """A stretch that a coach offers on one date of their `hours_zone` in place of the week; no times: closed that day."""

    __tablename__ = "date_override"
    __table_args__ = (
        *own_key(),
        refers("coach_id", "coach", "person_id"),
        CheckConstraint("(from_time IS NULL) = (to_time IS NULL)", name="stretch"),
        Index("ix_date_override_coach", "organisation_id", "coach_id", "on_date"),
    )

    coach_id: Mapped[int] = mapped_column(BigInteger)
    on_date: Mapped[date]
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]


class Holiday(Owned, Base):
    """A date on which nobody's published week holds, and which is no business day (D-31)."""

    __tablename__ = "holiday"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "on_date"),
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
    )

    on_date: Mapped[date]
    name: Mapped[str]


class Term(Owned, Base):
    """A term of the organisation: from this date of its zone until the next one begins (MODEL 3.5)."""

    __tablename__ = "term"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "starts_on"),
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
    )

    starts_on: Mapped[date]
    name: Mapped[str]
