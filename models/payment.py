"""Payments that came in, as a provider reports them (MODEL 7, T4)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Instant


class Payment(Numbered, Base):
    """What a member has paid for a session of a kind; the provider's `reference` makes that the same report counts once.

    `lot_id`: the units that it bought.
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
        Index("ix_payment_lot", "organisation_id", "lot_id"),
    )

    member_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int] = mapped_column(BigInteger)
    provider: Mapped[str]
    reference: Mapped[str]
    minor_units: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    lot_id: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
