"""Work for the team (MODEL 13)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.matters import TaskStatus


class Task(Numbered, Base):
    """Something that somebody asked of the team, due by `due_at`; `template` names its kind (`policy.tasks`).

    It is about a session, or about a member and, where one is concerned, a coach; `request_id`: what the member has asked for.
    `escalated_at`: since when it is late and senior staff know. `urgent` goes before other work; `restricted` is for senior staff.
    """

    __tablename__ = "task"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("member_id", "person"),
        refers("coach_id", "coach", "person_id"),
        refers("request_id", "membership_request"),
        refers("raised_by_id", "person"),
        refers("concluded_by_id", "person"),
        CheckConstraint("(status = 'DONE') = (conclusion IS NOT NULL)", name="conclusion"),
        CheckConstraint("session_id IS NOT NULL OR member_id IS NOT NULL", name="about"),
        Index("ix_task_session", "organisation_id", "session_id"),
        Index("ix_task_request", "organisation_id", "request_id"),
    )

    template: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(BigInteger)
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
    member_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    coach_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    request_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    urgent: Mapped[bool] = mapped_column(default=False, server_default="false")
    restricted: Mapped[bool] = mapped_column(default=False, server_default="false")
