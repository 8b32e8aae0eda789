"""skipQuestionnaire: the member does not answer now."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.changes import SESSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from api.types.session import Session, visible_sessions
from commands.outcome import Done, Outcome
from commands.questionnaires import SkipQuestionnaire, reply_to_questionnaire
from commands.transaction import Request


@given
class SkipQuestionnaireInput:
    """Whose questionnaire is skipped."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class SkipQuestionnaireSuccess:
    """It is hidden; you are still reminded of it, and may complete it later."""

    session: Session


SkipQuestionnaireResult = Annotated[
    SkipQuestionnaireSuccess | PlainRefusal,
    strawberry.union(
        "SkipQuestionnaireResult", description="The session with its questionnaire, or why nothing was done."
    ),
]


def skip_questionnaire(info: Info, input: SkipQuestionnaireInput) -> SkipQuestionnaireResult | None:
    """As a member, skip the questionnaire for now: only the form is hidden by it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = SkipQuestionnaire(session_id=key(input.session, "Session", "session"))
        return reply_to_questionnaire(operation.services.database, request, command)

    def success(done: Done) -> SkipQuestionnaireSuccess:
        return SkipQuestionnaireSuccess(session=visible_sessions(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
