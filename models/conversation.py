"""Messages between people, and what they have read (A8, V8, O17, O22)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.matters import ThreadKind, Words
from policy.terms import ActorKind


class Thread(Numbered, Base):
    """A conversation of a member with a coach, or of somebody with the team (`coach_id` None); `session_id`: what it is about.

    `member_id`: the member or, of a conversation with the team, who began it.
    """

    __tablename__ = "thread"
    __table_args__ = (
        *own_key(),
        refers("coach_id", "coach", "person_id"),
        refers("member_id", "person"),
        refers("session_id", "session"),
        CheckConstraint("(kind = 'SUPPORT') = (coach_id IS NULL)", name="coach"),
        Index(
            "uq_thread_about",
            "organisation_id",
            "member_id",
            text("coalesce(coach_id, 0)"),
            text("coalesce(session_id, 0)"),
            unique=True,
        ),
        Index("ix_thread_coach", "organisation_id", "coach_id", "id"),
    )

    kind: Mapped[ThreadKind] = mapped_column(Coded(ThreadKind))
    coach_id: Mapped[int | None] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(Instant)


class Message(Numbered, Base):
    """What somebody wrote; never changed."""

    __tablename__ = "message"
    __table_args__ = (
        *own_key(),
        refers("thread_id", "thread"),
        refers("author_id", "person"),
        Index("ix_message_thread", "organisation_id", "thread_id", "id"),
    )

    thread_id: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[ActorKind] = mapped_column(Coded(ActorKind))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Instant)


class ThreadReading(Owned, Base):
    """Up to which message somebody has read a conversation."""

    __tablename__ = "thread_reading"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "thread_id", "person_id"),
        refers("thread_id", "thread"),
        refers("person_id", "person"),
    )

    thread_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    read_to: Mapped[int] = mapped_column(BigInteger)


class ContentReading(Numbered, Base):
    """Somebody has read somebody else's words: a note, a questionnaire, a message; never changed."""

    __tablename__ = "content_reading"
    __table_args__ = (
        *own_key(),
        refers("reader_id", "person"),
        Index("ix_content_reading_object", "organisation_id", "what", "object_id", "id"),
    )

    reader_id: Mapped[int] = mapped_column(BigInteger)
    what: Mapped[Words] = mapped_column(Coded(Words))
    object_id: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime] = mapped_column(Instant)
