"""What a coach writes down about a session: notes and action items, private or shared with the member (A18)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.terms import Visibility


class Note(Numbered, Base):
    """A note as it stands; what it said before stands in its revisions."""

    __tablename__ = "note"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("author_id", "person"),
        Index("ix_note_session", "organisation_id", "session_id", "id"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger)
    visibility: Mapped[Visibility] = mapped_column(Coded(Visibility))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class NoteRevision(Owned, Base):
    """What a note said in one version; never changed."""

    __tablename__ = "note_revision"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "note_id", "version"), refers("note_id", "note"))

    note_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]
    visibility: Mapped[Visibility] = mapped_column(Coded(Visibility))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Instant)


class ActionItem(Numbered, Base):
    """A next step that was agreed, with the day by which it should be done."""

    __tablename__ = "action_item"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("author_id", "person"),
        Index("ix_action_item_session", "organisation_id", "session_id", "id"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger)
    visibility: Mapped[Visibility] = mapped_column(Coded(Visibility))
    text: Mapped[str]
    due_on: Mapped[date | None]
    written_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
