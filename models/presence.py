"""Signs that somebody was there (D-19)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import PresenceSignal


class Presence(Numbered, Base):
    """A person used their join link, or said that they are there; never changed and never taken back."""

    __tablename__ = "presence"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("person_id", "person"),
        Index("ix_presence_session", "organisation_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    signal: Mapped[PresenceSignal] = mapped_column(Coded(PresenceSignal))
    at: Mapped[datetime] = mapped_column(Instant)
