"""Organisations and their published policies."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Instant


class Organisation(Base):
    """An operator of a platform: live (the system's clock) or a sandbox (a clock of its own)."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("is_sandbox = (clock_at IS NOT NULL)", name="only_a_sandbox_has_a_clock"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, init=False)
    name: Mapped[str]
    zone: Mapped[str]
    preset: Mapped[str]
    is_sandbox: Mapped[bool]
    clock_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class SessionKind(Numbered, Base):
    """The identity of a kind of session; its duration, units, pay and price are values of the policy (MODEL 3.3)."""

    __tablename__ = "session_kind"
    __table_args__ = (*own_key(), UniqueConstraint("organisation_id", "code"))

    code: Mapped[str]
    name: Mapped[str]


class PolicyVersion(Numbered, Base):
    """An immutable published policy document (D-41). `findings`: what is odd in it and was acknowledged with it, by name (D-63)."""

    __tablename__ = "policy_version"
    __table_args__ = (*own_key(), UniqueConstraint("organisation_id", "number"), refers("published_by_id", "person"))

    number: Mapped[int]
    document: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by_id: Mapped[int | None] = mapped_column(BigInteger)
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'"), default_factory=list)


class ResolvedPolicyRow(Numbered, Base):
    """All values with their sources that a session was booked under; found by its digest, never changed (D-41)."""

    __tablename__ = "resolved_policy"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "digest"),
        refers("policy_version_id", "policy_version"),
    )

    policy_version_id: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
