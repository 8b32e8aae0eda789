"""Which of several bookings is kept: the open question about them, and which sessions it is about (MODEL 5.5)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.matters import QuestionStatus


class DuplicateCase(Numbered, Base):
    """A member has several bookings of a kind and credit for one of them; until and including `due_at` they choose (D-14).

    `asked`: how often the question was put or its time changed; only the latest timer has an effect.
    """

    __tablename__ = "duplicate_case"
    __table_args__ = (
        *own_key(),
        refers("member_id", "person"),
        refers("kind_id", "session_kind"),
        refers("kept_id", "session"),
        Index("ix_duplicate_case_member", "organisation_id", "member_id", "id"),
    )

    member_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[QuestionStatus] = mapped_column(Coded(QuestionStatus))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    asked: Mapped[int] = mapped_column(default=1, server_default="1")
    resolved_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    kept_id: Mapped[int | None] = mapped_column(BigInteger, default=None)


class DuplicateSession(Owned, Base):
    """One of the bookings that a question is about."""

    __tablename__ = "duplicate_session"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "case_id", "session_id"),
        refers("case_id", "duplicate_case"),
        refers("session_id", "session"),
        Index("ix_duplicate_session_session", "organisation_id", "session_id"),
    )

    case_id: Mapped[int] = mapped_column(BigInteger)
    session_id: Mapped[int] = mapped_column(BigInteger)
