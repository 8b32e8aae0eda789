"""submitQuestionnaire: the member answers the questions before a session."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, bounded, key, word, words
from api.mutations.changes import SESSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from api.types.session import Session, visible_sessions
from commands.outcome import Done, Outcome
from commands.questionnaires import SubmitQuestionnaire, reply_to_questionnaire
from commands.transaction import Request


@given
class QuestionnaireAnswerInput:
    """What you answer to one question."""

    question: str = strawberry.field(description="The code of the question.")
    values: list[str] = strawberry.field(
        description="One text, at most 4,000 characters; several of CHOICES. 1 to 10 of SCALE, YES or NO of YES_NO, one of the choices of CHOICE."
    )


@given
class SubmitQuestionnaireInput:
    """What you answer."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    answers: list[QuestionnaireAnswerInput] = strawberry.field(description="At most one for each question.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class SubmitQuestionnaireSuccess:
    """It is submitted; the coach reads it."""

    session: Session


SubmitQuestionnaireResult = Annotated[
    SubmitQuestionnaireSuccess | PlainRefusal,
    strawberry.union(
        "SubmitQuestionnaireResult", description="The session with its questionnaire, or why nothing was done."
    ),
]


def submit_questionnaire(info: Info, input: SubmitQuestionnaireInput) -> SubmitQuestionnaireResult | None:
    """As a member, answer the questions before a session. Only its coach and you read the answers."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = SubmitQuestionnaire(
            session_id=key(input.session, "Session", "session"),
            answers=_answers(input),
        )
        return reply_to_questionnaire(operation.services.database, request, command)

    def success(done: Done) -> SubmitQuestionnaireSuccess:
        return SubmitQuestionnaireSuccess(session=visible_sessions(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)


def _answers(input: SubmitQuestionnaireInput) -> dict[str, tuple[str, ...]]:
    given = [
        (
            word(one.question, "answers") or "",
            tuple(words(said, "answers") or "" for said in bounded(one.values, 20, "answers")),
        )
        for one in bounded(input.answers, 100, "answers")
    ]
    if len(dict(given)) < len(given):
        raise InputRefused("One answer to each question.", "answers")
    return dict(given)
