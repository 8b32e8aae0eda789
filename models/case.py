"""Open questions about what happened, and what the member shows for it (MODEL 5.4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import CaseKind, CaseResult, CaseStatus


class SessionCase(Numbered, Base):
    """A report, a contest or an investigation about a session; at most one of a kind is open (Inv. 6).

    `due_at`: until when it is answered, None without a deadline. `asked`: questions were put to the member; `answers` are theirs,
    by question. `contradicted`: each side says that the other was absent. `dispute_until`: of one that was closed as held.
    """

    __tablename__ = "session_case"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("coach_id", "coach", "person_id"),
        refers("member_id", "person"),
        CheckConstraint("(status = 'CLOSED') = (result IS NOT NULL)", name="result"),
        Index(
            "uq_session_case_open",
            "organisation_id",
            "session_id",
            "kind",
            unique=True,
            postgresql_where=text("status <> 'CLOSED'"),
        ),
        Index("ix_session_case_session", "organisation_id", "session_id", "id"),
        Index("ix_session_case_coach", "organisation_id", "coach_id", "id"),
        Index("ix_session_case_member", "organisation_id", "member_id", "id"),
    )

    kind: Mapped[CaseKind] = mapped_column(Coded(CaseKind))
    session_id: Mapped[int] = mapped_column(BigInteger)
    coach_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[CaseStatus] = mapped_column(Coded(CaseStatus))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    contradicted: Mapped[bool]
    asked: Mapped[bool]
    claim: Mapped[str | None]
    result: Mapped[CaseResult | None] = mapped_column(Coded(CaseResult))
    reason: Mapped[str | None]
    dispute_until: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB, default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class CaseEvidence(Numbered, Base):
    """Something that the member shows, kept elsewhere: where it lies, and the digest by which it is known again (D-16)."""

    __tablename__ = "case_evidence"
    __table_args__ = (
        *own_key(),
        refers("case_id", "session_case"),
        CheckConstraint("octets > 0", name="octets"),
        Index("ix_case_evidence_case", "organisation_id", "case_id", "id"),
    )

    case_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    media_type: Mapped[str]
    octets: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    reference: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(Instant)
