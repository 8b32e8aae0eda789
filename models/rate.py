"""How much each caller has asked for in the present minute; a crash may forget it."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.types import Instant


class RateWindow(Owned, Base):
    """The latest minute in which an actor asked, in PostgreSQL's time. `used`: points handed out in it; `granted`: those of the last time."""

    __tablename__ = "rate_window"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "actor_key"),
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        {"prefixes": ["UNLOGGED"]},
    )

    actor_key: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Instant)
    used: Mapped[int]
    granted: Mapped[int]
