"""Questions before a session, and what the member answered (V13, V14)."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.describe import output
from api.types.action_check import ActionCheck
from api.types.questions import QuestionnaireQuestion
from policy.matters import QuestionnaireStatus


@output
class QuestionnaireAnswer:
    """What the member answered to one question."""

    question: str = strawberry.field(description="The code of the question.")
    values: list[str] = strawberry.field(description="The answer; several of CHOICES.")


@output
class Questionnaire:
    """The questionnaire of a session. Skipping only hides it; the member may complete it until the session is over."""

    status: QuestionnaireStatus
    questions: list[QuestionnaireQuestion] = strawberry.field(
        description="What is asked; once it was submitted, what was asked then."
    )
    answers: list[QuestionnaireAnswer] = strawberry.field(
        description="What the member submitted: for the member and the coach of the session; for nobody else anything."
    )
    changed_at: datetime | None = strawberry.field(
        description="When it was skipped or submitted; null while it is open."
    )
    can_skip: ActionCheck = strawberry.field(
        description="Whether you may skip it now: the twin of `skipQuestionnaire`."
    )
    can_submit: ActionCheck = strawberry.field(
        description="Whether you may submit it now: the twin of `submitQuestionnaire`. Whether the answers fit is not asked."
    )


def answers_of(row: Row[Any] | None, *, may_read: bool) -> list[QuestionnaireAnswer]:
    """What was submitted, for whom it is."""
    if row is None or row.answers is None or not may_read:
        return []
    return [QuestionnaireAnswer(question=code, values=list(said)) for code, said in row.answers.items()]
