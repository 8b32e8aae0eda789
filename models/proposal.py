"""What one side proposes about a session and the other answers (MODEL 5.2)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import Action, ActorKind, ProposalKind, ProposalStatus


class Proposal(Numbered, Base):
    """A request, a proposed time or an offer about a session; at most one of a kind waits for its answer (Inv. 6).

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
    session_id: Mapped[int] = mapped_column(BigInteger)
    coach_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[ActorKind] = mapped_column(Coded(ActorKind))
    answers: Mapped[ActorKind] = mapped_column(Coded(ActorKind))
    action: Mapped[Action] = mapped_column(Coded(Action))
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
