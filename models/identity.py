"""Who may act besides people who sign in here: API keys, and the identities that an OIDC issuer vouches for."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Instant


class ApiKey(Numbered, Base):
    """A key of an operator's back end: only the SHA-256 of its secret is kept; it acts as staff within its scopes (MODEL 10).

    `created_by_id` is None for the key that `organisation create` prints, and for one that another key made.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "digest"),
        refers("created_by_id", "person"),
        CheckConstraint("cardinality(scopes) > 0", name="some_scope"),
    )

    name: Mapped[str]
    digest: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Identity(Numbered, Base):
    """A person is the one whom this issuer calls `subject`; a person may be known to several issuers."""

    __tablename__ = "identity"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "issuer", "subject"),
        refers("person_id", "person"),
        Index("ix_identity_person", "organisation_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(Instant)
