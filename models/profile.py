"""What a coach tells members of themselves (V8)."""

from datetime import datetime

from sqlalchemy import BigInteger, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base, Owned, refers
from models.types import Instant


class CoachProfile(Owned, Base):
    """The profile of a coach."""

    __tablename__ = "coach_profile"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "coach_id"), refers("coach_id", "coach", "person_id"))

    coach_id: Mapped[int] = mapped_column(BigInteger)
    headline: Mapped[str]
    about: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    changed_at: Mapped[datetime] = mapped_column(Instant)
