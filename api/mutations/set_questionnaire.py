"""setQuestionnaire: the questions before sessions of a kind."""

from typing import Annotated

import strawberry

from api.context import Info, Operation
from api.describe import given, output
from api.inputs import bounded, key, word, words
from api.mutations.frame import KEY_WORDS, carry
from api.types.kind import SessionKind, session_kind
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.questionnaires import SetQuestionnaire
from commands.questionnaires import set_questionnaire as write
from commands.transaction import Request
from models.queries.policies import kinds_of_ids
from policy.matters import QuestionType
from policy.questionnaires import Question


@given
class QuestionInput:
    """A question."""

    code: str = strawberry.field(description="By which answers name it, at most 100 characters.")
    text: str = strawberry.field(description="The question, at most 500 characters.")
    type: QuestionType = strawberry.field(description="What kind of answer it takes.")
    required: bool = strawberry.field(
        default=False, description="Whether nothing is submitted without an answer to it."
    )
    choices: list[str] | None = strawberry.field(
        default=None, description="What can be chosen, of CHOICE and CHOICES: at most 20, each at most 200 characters."
    )


@given
class SetQuestionnaireInput:
    """What is asked before sessions of a kind."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    questions: list[QuestionInput] = strawberry.field(description="At most 30, in their order.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class SetQuestionnaireSuccess:
    """Questionnaires that were not submitted yet ask this."""

    kind: SessionKind = strawberry.field(description="The kind with its questions.")


SetQuestionnaireResult = Annotated[
    SetQuestionnaireSuccess | PlainRefusal,
    strawberry.union("SetQuestionnaireResult", description="The kind, or why nothing was done."),
]


def _kind(operation: Operation, key: int) -> SessionKind:
    row = kinds_of_ids(operation.unit, [key])[key]
    return session_kind(row.id, row.code, row.name)


def set_questionnaire(info: Info, input: SetQuestionnaireInput) -> SetQuestionnaireResult | None:
    """As staff, set the questions before sessions of a kind."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = SetQuestionnaire(
            kind_id=key(input.kind, "SessionKind", "kind"),
            questions=tuple(
                Question(
                    code=word(one.code, "questions") or "",
                    text=words(one.text, "questions") or "",
                    type=one.type,
                    required=one.required,
                    choices=tuple(words(said, "questions", longest=200) or "" for said in one.choices or []),
                )
                for one in bounded(input.questions, 100, "questions")
            ),
        )
        return write(operation.services.database, request, command)

    def success(done: Done) -> SetQuestionnaireSuccess:
        return SetQuestionnaireSuccess(kind=_kind(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
