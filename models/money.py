"""What is due, in minor units: recorded here, executed by adapters (MODEL 7)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, own_key, refers
from models.types import Coded, Instant
from policy.terms import MoneyKind


class MoneyEntry(Numbered, Base):
    """An amount due from or to a person for one cause; an amount of 0 makes no entry.

    `contract_id`: it is not due from the person but from the sponsor of this contract, for their sake. `tally`: the tally that made
    it due, or made it due back.
    """

    __tablename__ = "money_entry"
    __table_args__ = (
        *own_key(),
        UniqueConstraint("organisation_id", "cause_key"),
        refers("person_id", "person"),
        refers("session_id", "session"),
        refers("event_id", "event"),
        refers("contract_id", "contract"),
        CheckConstraint("minor_units > 0", name="minor_units"),
        Index("ix_money_entry_person", "organisation_id", "person_id"),
        Index("ix_money_entry_session", "organisation_id", "session_id"),
        Index("ix_money_entry_contract", "organisation_id", "contract_id"),
    )

    kind: Mapped[MoneyKind] = mapped_column(Coded(MoneyKind))
    person_id: Mapped[int] = mapped_column(BigInteger)
    minor_units: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    effective_at: Mapped[datetime] = mapped_column(Instant)
    cause_key: Mapped[str]
    contract_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    tally: Mapped[str | None] = mapped_column(default=None)
