"""What a coach has earned by a session, and how far it is paid (MODEL 5.7)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import EarningStatus


class Earning(Numbered, Base):
    """The state of one EARNING of the money ledger; the ledger itself is never changed.

    `payable_at`: until when somebody may still object; None while nobody can say, because a case is open. `payout`: how staff
    refer to the payment. A session has at most one that is not waived or reversed (Inv. 5).
    """

    __tablename__ = "earning"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("coach_id", "coach", "person_id"),
        refers("entry_id", "money_entry"),
        CheckConstraint("minor_units > 0", name="minor_units"),
        CheckConstraint("(payout IS NOT NULL) = (status = 'PAID')", name="payout"),
        Index(
            "uq_earning_active",
            "organisation_id",
            "session_id",
            unique=True,
            postgresql_where=text("status IN ('PENDING', 'PAYABLE', 'PAID')"),
        ),
        Index("ix_earning_coach", "organisation_id", "coach_id", "id"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    coach_id: Mapped[int] = mapped_column(BigInteger)
    entry_id: Mapped[int] = mapped_column(BigInteger)
    minor_units: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    status: Mapped[EarningStatus] = mapped_column(Coded(EarningStatus))
    payable_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    payout: Mapped[str | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
