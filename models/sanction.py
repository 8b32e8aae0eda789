"""What a tally has led to for a person, until it ends (MODEL 3.5, D-59)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import Sanction


class SanctionInForce(Numbered, Base):
    """In force from `begins_at` until before `ends_at`, or until it is lifted because what caused it was taken back.

    `session_id`, `reason`: the event that took the tally to its step. `kinds`: which sessions it stops; None: all.
    """

    __tablename__ = "sanction"
    __table_args__ = (
        *own_key(),
        refers("person_id", "person"),
        refers("session_id", "session"),
        refers("event_id", "event"),
        Index("ix_sanction_person", "organisation_id", "person_id", "ends_at"),
        Index(
            "uq_sanction_session",
            "organisation_id",
            "session_id",
            "tally",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    session_id: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    tally: Mapped[str]
    reason: Mapped[str]
    kind: Mapped[Sanction] = mapped_column(Coded(Sanction))
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    begins_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
