"""Payments that came in, as a provider reports them (MODEL 7, T4)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Instant


class Payment(Numbered, Base):
    """What a member has paid: for a session of a kind, or towards what they owe; the provider's `reference` makes that the same
    report counts once.

    `kind_id`, `lot_id`: what it bought, and the units; of a payment towards what is owed, neither.
    """

    __tablename__ = "payment"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "provider", "reference"),
        refers("member_id", "person"),
        refers("kind_id", "session_kind"),
        refers("lot_id", "credit_lot"),
        refers("event_id", "event"),
        CheckConstraint("minor_units >= 0", name="minor_units"),
        CheckConstraint("(kind_id IS NULL) = (lot_id IS NULL)", name="bought"),
        Index("ix_payment_member", "organisation_id", "member_id"),
        Index("ix_payment_lot", "organisation_id", "lot_id"),
    )

    member_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int | None] = mapped_column(BigInteger)
    provider: Mapped[str]
    reference: Mapped[str]
    minor_units: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    lot_id: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
