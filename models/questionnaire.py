"""Questions before a session, by kind of session, and what members answer (V13, V14)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Owned, own_key, refers
from models.types import Coded, Instant
from policy.matters import QuestionnaireStatus


class QuestionnaireTemplate(Numbered, Base):
    """The questions of a kind of session from `set_at` on; never changed, the newest holds."""

    __tablename__ = "questionnaire_template"
    __table_args__ = (
        *own_key(),
        refers("kind_id", "session_kind"),
        Index("ix_questionnaire_template_kind", "organisation_id", "kind_id", "id"),
    )

    kind_id: Mapped[int] = mapped_column(BigInteger)
    questions: Mapped[list[Any]] = mapped_column(JSONB)
    set_at: Mapped[datetime] = mapped_column(Instant)


class Questionnaire(Owned, Base):
    """What became of the questionnaire of a session: skipped, or submitted with `answers` to `questions`; open where there is no row."""

    __tablename__ = "questionnaire"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "session_id"), refers("session_id", "session"))

    session_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[QuestionnaireStatus] = mapped_column(Coded(QuestionnaireStatus))
    questions: Mapped[list[Any] | None] = mapped_column(JSONB)
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(Instant)
