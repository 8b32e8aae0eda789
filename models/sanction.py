"""What a tally has led to for a person, until it ends (MODEL 3.5, D-59)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import Sanction, Until


class SanctionInForce(Numbered, Base):
    """In force from `begins_at` until before `ends_at`, or until what `lasts` names; or until it is lifted.

    `session_id`, `reason`: the event that took the tally to its `step`. `kinds`: which sessions it stops; None: all. `entry_id`:
    what has to be paid first. `lifted_by_id`, `note`: who of the team lifted it, and why; None where what caused it was taken back.
    """

    __tablename__ = "sanction"
    __table_args__ = (
        *own_key(),
        refers("person_id", "person"),
        refers("session_id", "session"),
        refers("event_id", "event"),
        refers("entry_id", "money_entry"),
        refers("lifted_by_id", "person"),
        Index("ix_sanction_person", "organisation_id", "person_id", "ends_at"),
        Index(
            "uq_sanction_session",
            "organisation_id",
            "session_id",
            "tally",
            "step",
            "kind",
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
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    step: Mapped[int] = mapped_column(default=0, server_default="0")
    lasts: Mapped[Until | None] = mapped_column(Coded(Until), default=None)
    entry_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    lifted_by_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    note: Mapped[str | None] = mapped_column(default=None)
