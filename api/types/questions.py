"""Questions of questionnaires."""

import strawberry

from api.describe import output
from policy.matters import QuestionType
from policy.questionnaires import Question


@output
class QuestionnaireQuestion:
    """A question of a questionnaire."""

    code: str = strawberry.field(description="By which an answer names it.")
    text: str = strawberry.field(description="The question in words.")
    type: QuestionType = strawberry.field(description="What kind of answer it takes.")
    required: bool = strawberry.field(
        description="Whether the questionnaire cannot be submitted without an answer to it."
    )
    choices: list[str] = strawberry.field(description="What can be chosen, of CHOICE and CHOICES.")


def shown_questions(questions: tuple[Question, ...]) -> list[QuestionnaireQuestion]:
    """The questions as the contract shows them."""
    return [
        QuestionnaireQuestion(
            code=one.code, text=one.text, type=one.type, required=one.required, choices=list(one.choices)
        )
        for one in questions
    ]
