"""Agreements with sponsors: what they set differently from the policy in force."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Instant


class Contract(Numbered, Base):
    """A B2B agreement; its document overrides parameters of the policy. Never changed: an amended contract is a new one.

    `sponsor_id`: the person who reads for the sponsor; with `sponsor_approves` they also answer what members ask for (MODEL 10).
    """

    __tablename__ = "contract"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "name"),
        refers("sponsor_id", "person"),
        CheckConstraint("NOT sponsor_approves OR sponsor_id IS NOT NULL", name="sponsor_approves"),
        Index("ix_contract_sponsor", "organisation_id", "sponsor_id"),
    )

    name: Mapped[str]
    sponsor: Mapped[str]
    document: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    sponsor_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    sponsor_approves: Mapped[bool] = mapped_column(default=False, server_default="false")
