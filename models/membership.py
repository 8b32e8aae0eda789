"""Memberships and engagements: a member's right to sessions, and with whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import EngagementStatus, MembershipStatus


class Membership(Numbered, Base):
    """A member's right to sessions; periods are counted in `accounting_zone` (D-08), a contract may override the policy."""

    __tablename__ = "membership"
    __table_args__ = (
        *own_key(),
        refers("member_id", "person"),
        refers("contract_id", "contract"),
        Index("ix_membership_member", "organisation_id", "member_id"),
    )

    member_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[MembershipStatus] = mapped_column(Coded(MembershipStatus))
    accounting_zone: Mapped[str]
    starts_on: Mapped[date]
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    contract_id: Mapped[int | None] = mapped_column(BigInteger, default=None)


class Engagement(Numbered, Base):
    """The pairing of a membership with a coach."""

    __tablename__ = "engagement"
    __table_args__ = (
        *own_key(),
        refers("membership_id", "membership"),
        refers("member_id", "person"),
        refers("coach_id", "coach", "person_id"),
        Index("ix_engagement_member", "organisation_id", "member_id"),
        Index("ix_engagement_coach", "organisation_id", "coach_id"),
    )

    membership_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    coach_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[EngagementStatus] = mapped_column(Coded(EngagementStatus))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
