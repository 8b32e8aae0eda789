"""Work for the team (MODEL 13)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.matters import TaskStatus


class Task(Numbered, Base):
    """Something that somebody asked of the team about a session, due by `due_at`; `template` names its kind (`policy.tasks`).

    `escalated_at`: since when it is late and senior staff know.
    """

    __tablename__ = "task"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("raised_by_id", "person"),
        refers("concluded_by_id", "person"),
        CheckConstraint("(status = 'DONE') = (conclusion IS NOT NULL)", name="conclusion"),
        Index("ix_task_session", "organisation_id", "session_id"),
    )

    template: Mapped[str]
    session_id: Mapped[int] = mapped_column(BigInteger)
    raised_by_id: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str]
    status: Mapped[TaskStatus] = mapped_column(Coded(TaskStatus))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    escalated_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    conclusion: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    concluded_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    concluded_by_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
