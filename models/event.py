"""The one log: every change writes one event, numbered per person without gaps (ARCHITECTURE, decision 9)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.terms import ActorKind


class Event(Numbered, Base):
    """What changed, who did it, under which policy, and which row or parameter decided.

    `policy_version_id`: that of the resolved policy, or the version that was in force where no session's policy was asked; None only
    before an organisation has published any. Where an API key acted, `actor_kind` is STAFF and the key is named in place of a person.
    """

    __tablename__ = "event"
    __table_args__ = (
        *own_key(),
        refers("session_id", "session"),
        refers("actor_id", "person"),
        refers("resolved_policy_id", "resolved_policy"),
        refers("api_key_id", "api_key"),
        refers("policy_version_id", "policy_version"),
        CheckConstraint("actor_id IS NULL OR api_key_id IS NULL", name="one_actor"),
        Index("ix_event_session", "organisation_id", "session_id", "id"),
    )

    name: Mapped[str]
    actor_kind: Mapped[ActorKind] = mapped_column(Coded(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    cause: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    resolved_policy_id: Mapped[int | None] = mapped_column(BigInteger)
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    effects: Mapped[list[Any]] = mapped_column(JSONB)
    note: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    effective_at: Mapped[datetime] = mapped_column(Instant)
    api_key_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    policy_version_id: Mapped[int | None] = mapped_column(BigInteger, default=None)


class EventPerson(Owned, Base):
    """An event concerns a person and is their `number`-th one."""

    __tablename__ = "event_person"
    __table_args__ = (
        PrimaryKeyConstraint("organisation_id", "person_id", "number"),
        refers("person_id", "person"),
        refers("event_id", "event"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)


class Notification(Numbered, Base):
    """A message for one person: its code and facts; the text is rendered whenever it is read or sent (MODEL 9).

    `proposal_id`: of a message about an invite, which has no session yet. `thread_id`: of one that tells of
    a message. `read_at`: when the recipient saw it in the notification centre.
    """

    __tablename__ = "notification"
    __table_args__ = (
        *own_key(),
        refers("recipient_id", "person"),
        refers("session_id", "session"),
        refers("event_id", "event"),
        refers("proposal_id", "proposal"),
        refers("thread_id", "thread"),
        Index("ix_notification_recipient", "organisation_id", "recipient_id", "id"),
    )

    code: Mapped[str]
    recipient_id: Mapped[int] = mapped_column(BigInteger)
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    channel: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    proposal_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    read_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    thread_id: Mapped[int | None] = mapped_column(BigInteger, default=None)


class IdempotencyKey(Owned, Base):
    """A command that took effect under a key: the same command answers the stored outcome, another one is refused."""

    __tablename__ = "idempotency_key"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "actor_key", "key"),)

    actor_key: Mapped[str]
    key: Mapped[str]
    command_digest: Mapped[str]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
