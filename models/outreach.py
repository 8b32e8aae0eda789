"""Members who cannot be reached, and what was tried (MODEL 5.7, D-23)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.matters import OutreachStatus
from policy.terms import Side


class Outreach(Numbered, Base):
    """The team and the coach try to reach a member; at most one such case of a membership is open.

    `coach_first_at`, `team_first_at`: the first logged attempt of each; `due_at`: when the membership ends unless there is a sign of life.
    """

    __tablename__ = "outreach"
    __table_args__ = (
        *own_key(),
        refers("membership_id", "membership"),
        refers("member_id", "person"),
        Index(
            "uq_outreach_open",
            "organisation_id",
            "membership_id",
            unique=True,
            postgresql_where=text("status = 'OPEN'"),
        ),
        Index("ix_outreach_member", "organisation_id", "member_id", "id"),
    )

    membership_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[OutreachStatus] = mapped_column(Coded(OutreachStatus))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    coach_first_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    team_first_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    due_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class OutreachAttempt(Numbered, Base):
    """Somebody tried to reach the member, on the coach's side or the team's (`side` None)."""

    __tablename__ = "outreach_attempt"
    __table_args__ = (
        *own_key(),
        refers("outreach_id", "outreach"),
        refers("person_id", "person"),
        Index("ix_outreach_attempt_outreach", "organisation_id", "outreach_id", "id"),
    )

    outreach_id: Mapped[int] = mapped_column(BigInteger)
    side: Mapped[Side | None] = mapped_column(Coded(Side))
    person_id: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Instant)
