"""Credit lots and their append-only ledger (MODEL 6)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import Account, LedgerKind, LotSource


class CreditLot(Numbered, Base):
    """Credits of one kind with a window `[opens_at, closes_at)` for the start of the sessions they can pay for.

    `extended`: how often its end was put off (D-62).
    """

    __tablename__ = "credit_lot"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "cause_key"),
        refers("member_id", "person"),
        refers("kind_id", "session_kind"),
        refers("membership_id", "membership"),
        CheckConstraint("closes_at IS NULL OR opens_at < closes_at", name="order"),
        Index("ix_credit_lot_member", "organisation_id", "member_id", "kind_id", "closes_at"),
    )

    member_id: Mapped[int] = mapped_column(BigInteger)
    kind_id: Mapped[int] = mapped_column(BigInteger)
    membership_id: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[LotSource] = mapped_column(Coded(LotSource))
    opens_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    cause_key: Mapped[str]
    extended: Mapped[int] = mapped_column(default=0, server_default="0")


class LedgerEntry(Numbered, Base):
    """A whole number of units from one account to another: of one lot, of two (CARRY), or from and to the outside (`None`).

    `rolled`: of a CARRY into a further period, how often its units have rolled by it (D-62).
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "cause_key"),
        refers("from_lot_id", "credit_lot"),
        refers("to_lot_id", "credit_lot"),
        refers("session_id", "session"),
        refers("event_id", "event"),
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("(from_lot_id IS NULL) = (from_account IS NULL)", name="source"),
        CheckConstraint("(to_lot_id IS NULL) = (to_account IS NULL)", name="target"),
        CheckConstraint("from_lot_id IS NOT NULL OR to_lot_id IS NOT NULL", name="some_lot"),
        Index("ix_ledger_entry_from_lot", "organisation_id", "from_lot_id"),
        Index("ix_ledger_entry_to_lot", "organisation_id", "to_lot_id"),
        Index("ix_ledger_entry_session", "organisation_id", "session_id"),
    )

    kind: Mapped[LedgerKind] = mapped_column(Coded(LedgerKind))
    from_lot_id: Mapped[int | None] = mapped_column(BigInteger)
    from_account: Mapped[Account | None] = mapped_column(Coded(Account))
    to_lot_id: Mapped[int | None] = mapped_column(BigInteger)
    to_account: Mapped[Account | None] = mapped_column(Coded(Account))
    units: Mapped[int]
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    effective_at: Mapped[datetime] = mapped_column(Instant)
    cause_key: Mapped[str]
    rolled: Mapped[int | None] = mapped_column(default=None)
