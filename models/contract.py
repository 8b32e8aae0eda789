"""Agreements with sponsors: what they set differently from the policy in force."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key
from models.types import Instant


class Contract(Numbered, Base):
    """A B2B agreement; its document overrides parameters of the policy. Never changed: an amended contract is a new one."""

    __tablename__ = "contract"
    __table_args__ = (*own_key(), UniqueConstraint("organisation_id", "name"))

    name: Mapped[str]
    sponsor: Mapped[str]
    document: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
