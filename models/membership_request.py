"""What members ask for besides what their membership gives (MODEL 5.7)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.matters import RequestKind, RequestStatus
from policy.terms import Cadence


class MembershipRequest(Numbered, Base):
    """A request for an extra session, a session with another coach, or another rhythm.

    `coach_id`, `starts_at`: of a one-off; `replaces_id`: the session whose place it takes. `price_minor_units`: what was quoted, or what
    the one-off costs; None: nothing. `session_id`, `lot_id`: what came of it.
    """

    __tablename__ = "membership_request"
    __table_args__ = (
        *own_key(),
        refers("membership_id", "membership"),
        refers("member_id", "person"),
        refers("requested_by_id", "person"),
        refers("coach_id", "coach", "person_id"),
        refers("kind_id", "session_kind"),
        refers("replaces_id", "session"),
        refers("session_id", "session"),
        refers("lot_id", "credit_lot"),
        CheckConstraint("(price_minor_units IS NULL) = (price_currency IS NULL)", name="price"),
        Index("ix_membership_request_membership", "organisation_id", "membership_id", "id"),
        Index("ix_membership_request_member", "organisation_id", "member_id", "id"),
    )

    kind: Mapped[RequestKind] = mapped_column(Coded(RequestKind))
    status: Mapped[RequestStatus] = mapped_column(Coded(RequestStatus))
    membership_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    requested_by_id: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    kind_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    coach_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    starts_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    replaces_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    cadence: Mapped[Cadence | None] = mapped_column(Coded(Cadence), default=None)
    price_minor_units: Mapped[int | None] = mapped_column(BigInteger, default=None)
    price_currency: Mapped[str | None] = mapped_column(default=None)
    answer: Mapped[str | None] = mapped_column(default=None)
    session_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    lot_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
