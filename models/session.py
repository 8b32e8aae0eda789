"""Coaching sessions, their moves, and the intervals in which a person is taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import ActorKind, Disposition, Fault, SessionStatus, Side


class Session(Numbered, Base):
    """One appointment of one member with one coach, `[starts_at, ends_at)`.

    `version` rises with every change (optimistic lock); `sequence` only with a change of time or calendar status (RFC 5545).
    `undecided`: cancelled with a claim, its reason waits for `decided_by` until `decide_by` (D-58). `recorded_at`: when an
    outcome was first recorded; `stated_at`, `stated_by`: when and by whom what stands now was stated. `completes_at`: when it
    completes by itself; None while something keeps it open. `replaces_id`: the missed session that it takes the place of (D-46).
    """

    __tablename__ = "session"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "uid"),
        refers("coach_id", "coach", "person_id"),
        refers("member_id", "person"),
        refers("kind_id", "session_kind"),
        refers("membership_id", "membership"),
        refers("resolved_policy_id", "resolved_policy"),
        refers("replaces_id", "session"),
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("NOT undecided OR status = 'CANCELLED'", name="undecided"),
        Index("ix_session_coach", "organisation_id", "coach_id", "starts_at", "id"),
        Index("ix_session_member", "organisation_id", "member_id", "starts_at", "id"),
        Index("ix_session_starts", "organisation_id", "starts_at", "id"),
    )

    uid: Mapped[str] = mapped_column(init=False, server_default=text("gen_random_uuid() || '@fortnight'"))
    coach_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int] = mapped_column(BigInteger)
    membership_id: Mapped[int | None] = mapped_column(BigInteger)
    resolved_policy_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[SessionStatus] = mapped_column(Coded(SessionStatus))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    first_starts_at: Mapped[datetime] = mapped_column(Instant)
    booked_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    calendar_changed_at: Mapped[datetime] = mapped_column(Instant)
    fee_minor_units: Mapped[int]
    fee_currency: Mapped[str]
    provisional: Mapped[bool] = mapped_column(default=False, server_default="false")
    moved_by_other_unconfirmed: Mapped[bool] = mapped_column(default=False, server_default="false")
    reason: Mapped[str | None] = mapped_column(default=None)
    fault: Mapped[Fault | None] = mapped_column(Coded(Fault), default=None)
    disposition: Mapped[Disposition | None] = mapped_column(Coded(Disposition), default=None)
    late: Mapped[bool] = mapped_column(default=False, server_default="false")
    cancelled_by: Mapped[ActorKind | None] = mapped_column(Coded(ActorKind), default=None)
    on_behalf_of: Mapped[Side | None] = mapped_column(Coded(Side), default=None)
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB, default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    claim: Mapped[str | None] = mapped_column(default=None)
    undecided: Mapped[bool] = mapped_column(default=False, server_default="false")
    decide_by: Mapped[datetime | None] = mapped_column(Instant, default=None)
    decided_by: Mapped[ActorKind | None] = mapped_column(Coded(ActorKind), default=None)
    on_silence: Mapped[str | None] = mapped_column(default=None)
    recorded_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    stated_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    stated_by: Mapped[ActorKind | None] = mapped_column(Coded(ActorKind), default=None)
    completes_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    replaces_id: Mapped[int | None] = mapped_column(BigInteger, default=None)


class SessionMove(Numbered, Base):
    """A move of a session: by whom, when, from where to where (`moved_inside`, D-60)."""

    __tablename__ = "session_move"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        Index("ix_session_move_session", "organisation_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[Side] = mapped_column(Coded(Side))
    moved_at: Mapped[datetime] = mapped_column(Instant)
    from_starts_at: Mapped[datetime] = mapped_column(Instant)
    to_starts_at: Mapped[datetime] = mapped_column(Instant)


class Busy(Numbered, Base):
    """An interval in which a person is taken by a session, or a coach by a proposal that waits for its answer.

    No two of one person overlap (Inv. 4, D-49, D-51); a proposal holds what its own session does not take already.
    """

    __tablename__ = "busy"
    __table_args__ = (
        *own_key(),
        refers("person_id", "person"),
        refers("session_id", "session"),
        refers("proposal_id", "proposal"),
        UniqueConstraint("organisation_id", "session_id", "person_id"),
        CheckConstraint("(session_id IS NULL) <> (proposal_id IS NULL)", name="holder"),
        Index(
            "ix_busy_proposal",
            "organisation_id",
            "proposal_id",
            postgresql_where=text("proposal_id IS NOT NULL"),
        ),
        # int8range instead of btree_gist, which the embedded PostgreSQL does not carry.
        ExcludeConstraint(
            (text("int8range(person_id, person_id, '[]')"), "&&"),
            ("during", "&&"),
            name="ex_busy_person_during",
            using="gist",
        ),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    proposal_id: Mapped[int | None] = mapped_column(BigInteger)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
