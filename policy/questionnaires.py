"""Questions before a session: what a template may be, what an answer may be, and when somebody is reminded (V13, V14, D-40)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from policy.effects import Notify
from policy.facts import SessionFacts
from policy.matters import QuestionnaireStatus, QuestionType
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, NoticeCode, RefusalCode, SessionStatus, Side
from policy.texts import says_nothing

MOST_QUESTIONS = 30
MOST_CHOICES = 20
LONGEST_QUESTION = 500
LONGEST_ANSWER = {QuestionType.SHORT_TEXT: 200, QuestionType.LONG_TEXT: 4000}
LOWEST, HIGHEST = 1, 10
"""Of a scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question by its code, which answers name; `choices`: of one or several that can be chosen."""

    code: str
    text: str
    type: QuestionType
    required: bool = False
    choices: tuple[str, ...] = ()


USUAL = (
    Question(code="TOPIC", text="What would you like to talk about?", type=QuestionType.LONG_TEXT, required=True),
    Question(code="OUTCOME", text="What would make the session worth your time?", type=QuestionType.LONG_TEXT),
    Question(code="ENERGY", text="How are you at present, from 1 to 10?", type=QuestionType.SCALE),
)
"""The questions of a kind for which the platform has set none."""


def fault_of_questions(questions: Sequence[Question]) -> str | None:
    """What is wrong with a template, in words; None where nothing is."""
    codes = [one.code for one in questions]
    if not 1 <= len(questions) <= MOST_QUESTIONS or len(set(codes)) < len(codes):
        return f"A questionnaire has 1 to {MOST_QUESTIONS} questions, each with a code of its own."
    for one in questions:
        chosen = one.type in (QuestionType.CHOICE, QuestionType.CHOICES)
        if says_nothing(one.code) or says_nothing(one.text) or len(one.text) > LONGEST_QUESTION:
            return f"A question has a code, and 1 to {LONGEST_QUESTION} characters."
        if chosen != bool(one.choices) or len(one.choices) > MOST_CHOICES or len(set(one.choices)) < len(one.choices):
            return f"CHOICE and CHOICES have 1 to {MOST_CHOICES} different choices, others none."
    return None


def fault_of_answers(questions: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> str | None:
    """What is wrong with the answers, in words; None where nothing is. An answer is a list of texts, one but of CHOICES."""
    known = {one.code: one for one in questions}
    for code, said in answers.items():
        if code not in known:
            return f"There is no question {code}."
        if not _fits(known[code], said):
            return f"This is no answer to {code}."
    missing = next(
        (one for one in questions if one.required and all(map(says_nothing, answers.get(one.code, ())))), None
    )
    return None if missing is None else f"{missing.code} needs an answer."


def _fits(question: Question, said: Sequence[str]) -> bool:
    if not said or (len(said) > 1 and question.type is not QuestionType.CHOICES):
        return False
    match question.type:
        case QuestionType.SHORT_TEXT | QuestionType.LONG_TEXT:
            return len(said[0]) <= LONGEST_ANSWER[question.type]
        case QuestionType.CHOICE | QuestionType.CHOICES:
            return set(said) <= set(question.choices) and len(set(said)) == len(said)
        case QuestionType.SCALE:
            return said[0] in {str(step) for step in range(LOWEST, HIGHEST + 1)}
        case QuestionType.YES_NO:
            return said[0] in ("YES", "NO")


def objection_to_answering(
    policy: ResolvedPolicy, session: SessionFacts, status: QuestionnaireStatus, actor: ActorKind, *, skip: bool
) -> RefusalCode | None:
    """Why the member may not skip or submit it; it can be completed until the session is over (V13)."""
    if actor is not ActorKind.MEMBER or not policy.flag("questionnaire.enabled"):
        return RefusalCode.FORBIDDEN
    if session.status is not SessionStatus.SCHEDULED or status is QuestionnaireStatus.SUBMITTED:
        return RefusalCode.WRONG_STATE
    return RefusalCode.WRONG_STATE if skip and status is QuestionnaireStatus.SKIPPED else None


def questionnaire_reminders_at(
    policy: ResolvedPolicy, starts_at: datetime, *, agreed_at: datetime
) -> tuple[datetime, ...]:
    """When the member is reminded of the questionnaire, as of a present time that was agreed then."""
    if not policy.flag("questionnaire.enabled"):
        return ()
    due = {starts_at - offset for offset in policy.value("questionnaire.reminders")}
    return tuple(sorted(at for at in due if agreed_at < at))


def questionnaire_notices(
    policy: ResolvedPolicy, session: SessionFacts, status: QuestionnaireStatus, *, due: datetime, now: datetime
) -> tuple[Notify, ...]:
    """The member is reminded until it is submitted, skipped or not, never after the start; of several due together once (D-40)."""
    stands = session.status is SessionStatus.SCHEDULED and now < session.starts_at
    wanted = questionnaire_reminders_at(policy, session.starts_at, agreed_at=session.agreed_at)
    latest = max((at for at in wanted if at <= now), default=None)
    if not stands or status is QuestionnaireStatus.SUBMITTED or due != latest:
        return ()
    return (Notify(code=NoticeCode.QUESTIONNAIRE_REMINDER, to=Side.MEMBER),)
