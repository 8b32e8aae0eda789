"""Memberships and engagements: a member's right to sessions, and with whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.matters import Tier
from policy.terms import Cadence, EngagementStatus, MembershipStatus


class Membership(Numbered, Base):
    """A member's right to sessions; periods are counted in `accounting_zone` (D-08), a contract may override the policy.

    With a plan it is paid: `base_minor_units` is the price of the fortnightly rhythm, `first_paid_on` the day from which renewals are
    counted, and what was paid lasts until just before `paid_until`. `next_cadence` follows from `next_cadence_on` on. One that was
    cancelled at `cancelled_at` ends with the day before `ends_on`; one that is paused rests from `pauses_on` until before `resumes_on`,
    or until somebody resumes it. All days are those of its zone. `plan_document`: what its plan states
    otherwise than the policy.
    """

    __tablename__ = "membership"
    __table_args__ = (
        *own_key(),
        refers("member_id", "person"),
        refers("contract_id", "contract"),
        CheckConstraint(
            "(tier IS NULL) = (base_minor_units IS NULL) AND (tier IS NULL) = (paid_until IS NULL)", name="plan"
        ),
        CheckConstraint("(next_cadence IS NULL) = (next_cadence_on IS NULL)", name="next_cadence"),
        CheckConstraint("base_minor_units >= 0", name="base_minor_units"),
        CheckConstraint("resumes_on IS NULL OR pauses_on < resumes_on", name="pause"),
        Index("ix_membership_member", "organisation_id", "member_id"),
    )

    member_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[MembershipStatus] = mapped_column(Coded(MembershipStatus))
    accounting_zone: Mapped[str]
    starts_on: Mapped[date]
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    contract_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    plan_document: Mapped[str | None] = mapped_column(default=None)
    tier: Mapped[Tier | None] = mapped_column(Coded(Tier), default=None)
    base_minor_units: Mapped[int | None] = mapped_column(BigInteger, default=None)
    base_currency: Mapped[str | None] = mapped_column(default=None)
    first_paid_on: Mapped[date | None] = mapped_column(default=None)
    paid_until: Mapped[date | None] = mapped_column(default=None)
    cadence: Mapped[Cadence] = mapped_column(Coded(Cadence), default=Cadence.FORTNIGHTLY, server_default="FORTNIGHTLY")
    next_cadence: Mapped[Cadence | None] = mapped_column(Coded(Cadence), default=None)
    next_cadence_on: Mapped[date | None] = mapped_column(default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    cancel_source: Mapped[str | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    pauses_on: Mapped[date | None] = mapped_column(default=None)
    resumes_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


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
