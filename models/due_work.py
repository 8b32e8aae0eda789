"""Due work: timers, mails and pushes as rows, written by the transaction that causes them (ARCHITECTURE, decision 5)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key
from models.types import Coded, Instant
from policy.terms import WorkKind


def _in_order(name: str, which: str) -> Index:
    """What is left to do of these works, organisation by organisation in due order: a worker finds its turn at the front."""
    left = "done_at IS NULL AND set_aside_at IS NULL"
    return Index(
        f"ix_due_work_{name}",
        "organisation_id",
        "fires_at",
        "strict",
        "rank",
        "object_id",
        "id",
        postgresql_where=text(left if which == "true" else f"{left} AND {which}"),
    )


class DueWork(Numbered, Base):
    """Something to do at an instant, once; ids only, never content or tokens.

    `strict` work belongs to somebody's answer until its instant and fires after it; other work fires at it (MODEL 8).
    `rank` orders work of one instant; `lane` orders what must not overtake (the writes to one calendar).
    `lease_by` is the number of the worker that holds it until `lease_until`; `request_id` names the request that caused it, and
    `trace_parent` the span in which it was written, where somebody traces.
    """

    __tablename__ = "due_work"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "cause_key"),
        _in_order("pending", "true"),
        _in_order("state", "changes_state"),
        _in_order("telling", "NOT changes_state AND rank < 11"),
        _in_order("mail", "rank >= 11 AND kind = 'MAIL'"),
        _in_order("calendar", "rank >= 11 AND kind <> 'MAIL'"),
        Index(
            "ix_due_work_lane",
            "organisation_id",
            "lane",
            "id",
            postgresql_where=text("done_at IS NULL AND set_aside_at IS NULL AND lane IS NOT NULL"),
        ),
    )

    kind: Mapped[WorkKind] = mapped_column(Coded(WorkKind))
    cause_key: Mapped[str]
    persons: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    object_id: Mapped[int] = mapped_column(BigInteger)
    fires_at: Mapped[datetime] = mapped_column(Instant)
    effective_at: Mapped[datetime] = mapped_column(Instant)
    strict: Mapped[bool]
    changes_state: Mapped[bool]
    rank: Mapped[int]
    lane: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[datetime | None] = mapped_column(Instant, default=None)
    done_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    set_aside_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    last_error: Mapped[str | None] = mapped_column(default=None)
    lease_by: Mapped[int | None] = mapped_column(Integer, default=None)
    request_id: Mapped[str | None] = mapped_column(
        default=None, server_default=text("nullif(current_setting('fortnight.request', true), '')")
    )
    trace_parent: Mapped[str | None] = mapped_column(
        default=None, server_default=text("nullif(current_setting('fortnight.trace', true), '')")
    )
