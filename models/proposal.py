"""What one side proposes about a session and the other answers (MODEL 5.2)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.terms import Action, ActorKind, ProposalKind, ProposalStatus


class Proposal(Numbered, Base):
    """A request, a proposed time or an offer about a session, or an invite to one; of a session, at most one of a kind waits for its
    answer (Inv. 6).

    `session_id`: of an invite the session that it has led to. `kind_id`: of an invite the kind of session. `uid`: of its holds.
    `answer_until`, `at_start`: the last instant for an answer or, where it is a start, the first one that is too late.
    `event_id`: the event with which it was sent.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("coach_id", "coach", "person_id"),
        refers("member_id", "person"),
        refers("event_id", "event"),
        refers("kind_id", "session_kind"),
        CheckConstraint("session_id IS NOT NULL OR kind_id IS NOT NULL", name="about"),
        Index(
            "uq_proposal_pending",
            "organisation_id",
            "session_id",
            "kind",
            unique=True,
            postgresql_where=text("status = 'PENDING'"),
        ),
        Index("ix_proposal_session", "organisation_id", "session_id", "id"),
        Index("ix_proposal_coach", "organisation_id", "coach_id", "id"),
        Index("ix_proposal_member", "organisation_id", "member_id", "id"),
    )

    kind: Mapped[ProposalKind] = mapped_column(Coded(ProposalKind))
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    coach_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[ActorKind] = mapped_column(Coded(ActorKind))
    answers: Mapped[ActorKind] = mapped_column(Coded(ActorKind))
    action: Mapped[Action | None] = mapped_column(Coded(Action))
    reason: Mapped[str]
    row_id: Mapped[str | None]
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    answer_until: Mapped[datetime] = mapped_column(Instant)
    at_start: Mapped[bool]
    status: Mapped[ProposalStatus] = mapped_column(Coded(ProposalStatus))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    kind_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    uid: Mapped[str] = mapped_column(init=False, server_default=text("gen_random_uuid() || '@fortnight'"))


class ProposalSlot(Owned, Base):
    """A time that an invite offers; `is_range`: any start within it may be chosen, and nothing is held (V2, V3).

    `lapses_at`: of a time that is held, the first instant at which it can be taken no more, though the invite may still wait.
    """

    __tablename__ = "proposal_slot"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "proposal_id", "number"),
        refers("proposal_id", "proposal"),
        CheckConstraint("starts_at < ends_at", name="order"),
    )

    proposal_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    is_range: Mapped[bool]
    lapses_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
