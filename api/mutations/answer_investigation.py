"""answerInvestigation: the member answers the questions about a missed call, and says what they have to show."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, bounded, key, words
from api.mutations.changes import NOTE_WORDS, SESSION_WORDS, VERSION_WORDS, change
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.answer_investigation import AnswerInvestigation
from commands.answer_investigation import answer_investigation as answer_questions
from commands.outcome import Outcome
from commands.transaction import Request
from policy.investigation import LONGEST_ANSWER, MOST_ITEMS, QUESTIONS, Evidence


@given
class QuestionAnswerInput:
    """The answer to one question."""

    question: str = strawberry.field(description="The question's `code`.")
    answer: str = strawberry.field(description=f"At most {LONGEST_ANSWER} characters.")


@given
class EvidenceInput:
    """Something to show, which you keep; only where it lies and what it is are written down."""

    name: str = strawberry.field(description="What the file is called, at most 200 characters.")
    media_type: str = strawberry.field(description="image/png, image/jpeg, image/webp, application/pdf or text/plain.")
    octets: int = strawberry.field(description="Its size: at most 10 MiB.")
    sha256: str = strawberry.field(description="The SHA-256 digest of its content, 64 lower-case hexadecimal digits.")
    reference: str = strawberry.field(
        description="Where it lies, at most 2000 characters: a name in a store of yours, or an address that begins with https://, s3:// or gs://. Never opened by us."
    )


@given
class AnswerInvestigationInput:
    """The answers to an investigation's questions; `Session.canAnswerInvestigation` says whether you may give them."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    answers: list[QuestionAnswerInput] = strawberry.field(description="One for each question that needs an answer.")
    evidence: list[EvidenceInput] = strawberry.field(
        default_factory=list, description=f"At most {MOST_ITEMS} items, such as screenshots."
    )
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class AnswerInvestigationSuccess:
    """The team has your answers and decides; there is no further deadline."""

    session: Session


AnswerInvestigationResult = Annotated[
    AnswerInvestigationSuccess | RuleRefusal,
    strawberry.union("AnswerInvestigationResult", description="The session, or why the answers were not taken."),
]


def answer_investigation(info: Info, input: AnswerInvestigationInput) -> AnswerInvestigationResult | None:
    """Answer the questions about a call that you missed, once, until the case's `dueAt`: without an answer it is closed against you."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AnswerInvestigation(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            answers=_answers(input),
            evidence=_evidence(input),
            note=words(input.note, "note"),
        )
        return answer_questions(operation.services.database, request, command)

    def success(session: Session, _shown: Consequence) -> AnswerInvestigationSuccess:
        return AnswerInvestigationSuccess(session=session)

    return change(operation, input.idempotency_key, run, success)


def _answers(input: AnswerInvestigationInput) -> dict[str, str]:
    given = bounded(input.answers, len(QUESTIONS), "answers")
    found = {
        one.question: words(one.answer, "answers", str(place), "answer", longest=LONGEST_ANSWER) or ""
        for place, one in enumerate(given)
    }
    if len(found) < len(given):
        raise InputRefused("A question is answered once.", "answers")
    return found


def _evidence(input: AnswerInvestigationInput) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            name=words(one.name, "evidence", str(place), "name", longest=200) or "",
            media_type=one.media_type,
            octets=one.octets,
            sha256=one.sha256,
            reference=words(one.reference, "evidence", str(place), "reference", longest=2000) or "",
        )
        for place, one in enumerate(bounded(input.evidence, MOST_ITEMS, "evidence"))
    )
