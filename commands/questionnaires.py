"""setQuestionnaire, skipQuestionnaire and submitQuestionnaire: what is asked before a session, and what the member says (V13, V14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from commands.apply.record import Record, write_event
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import ActionCheck, Done, Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, exists, invalid
from commands.transaction import Request, carry_out
from models.queries.questionnaires import questionnaires_of, questions_of_kinds
from models.queries.sessions import parties_of
from models.questionnaire import Questionnaire, QuestionnaireTemplate
from models.unit import Database, Unit
from policy.matters import QuestionnaireStatus
from policy.questionnaires import USUAL, Question, fault_of_answers, fault_of_questions, objection_to_answering
from policy.terms import ActorKind, RefusalCode, Scope

_QUESTIONS: TypeAdapter[tuple[Question, ...]] = TypeAdapter(tuple[Question, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuestionnaire:
    """These are the questions of a kind of session from now on."""

    kind_id: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipQuestionnaire:
    """The member does not want to answer now."""

    session_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitQuestionnaire:
    """What the member answers: by the question's code one text, several for CHOICES."""

    session_id: int
    answers: dict[str, tuple[str, ...]]


AnyReply = SkipQuestionnaire | SubmitQuestionnaire


def set_questionnaire(database: Database, request: Request, command: SetQuestionnaire) -> Outcome:
    """What has not been submitted yet asks these questions."""
    fault = fault_of_questions(command.questions)

    def act(unit: Unit) -> Written | Refused:
        if not exists(unit, "session_kind", command.kind_id):
            return refused(RefusalCode.NOT_FOUND)
        if fault is not None:
            return invalid(fault, "questions")
        values = {
            "organisation_id": unit.organisation_id,
            "kind_id": command.kind_id,
            "questions": _QUESTIONS.dump_python(command.questions, mode="json"),
            "set_at": request.now,
        }
        statement = insert(QuestionnaireTemplate).values(**values).returning(QuestionnaireTemplate.id)
        template = unit.connection.execute(statement).scalar_one()
        return Written(object_id=command.kind_id, effects=({"template": template},))

    verb = Verb(name="QUESTIONNAIRE_SET", scope=Scope.POLICY)
    return as_staff(database, request, command, verb, act)


def questions_for(unit: Unit, kinds: Sequence[int]) -> Mapping[int, tuple[Question, ...]]:
    """The questions of these kinds in force; one statement."""
    found = questions_of_kinds(unit, kinds)
    return {kind: questions_from(found[kind]) if kind in found else USUAL for kind in kinds}


def questions_from(stored: list[Any]) -> tuple[Question, ...]:
    """Questions as they are kept."""
    return _QUESTIONS.validate_python(stored)


def status_of(unit: Unit, session_id: int) -> QuestionnaireStatus:
    """What became of the questionnaire of a session so far."""
    row = questionnaires_of(unit, [session_id]).get(session_id)
    return QuestionnaireStatus.OPEN if row is None else QuestionnaireStatus(row.status)


def reply_to_questionnaire(database: Database, request: Request, command: AnyReply) -> Outcome:
    """The questionnaire is skipped or submitted; the coach reads what was submitted."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [command.session_id]).get(command.session_id)
    if parties is None or request.actor.acts_on(coach_id=parties[0], member_id=parties[1]) is None:
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset(parties)
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def check_reply(
    case: SessionCase, status: QuestionnaireStatus, kind: ActorKind, now: datetime, *, skip: bool
) -> ActionCheck:
    """The twin: whether the member may skip or submit it now."""
    code = objection_to_answering(case.policy, case.facts, status, kind, skip=skip)
    return ActionCheck(allowed=code is None, late=False, code=code, decision=None, consequence=None, checked_at=now)


def _act(unit: Unit, request: Request, command: AnyReply) -> Outcome:
    case = session_cases(unit, [command.session_id], now=request.now)[command.session_id]
    kind = request.actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    if kind is None:
        raise LookupError("a stranger is refused before")
    skip = isinstance(command, SkipQuestionnaire)
    code = objection_to_answering(case.policy, case.facts, status_of(unit, command.session_id), kind, skip=skip)
    if code is not None:
        return refused(code)
    questions = questions_for(unit, [case.subject.kind_id])[case.subject.kind_id]
    fault = fault_of_answers(questions, command.answers) if isinstance(command, SubmitQuestionnaire) else None
    if fault is not None:
        return invalid(fault, "answers")
    _keep(unit, request, command, questions)
    name = "QUESTIONNAIRE_SKIPPED" if skip else "QUESTIONNAIRE_SUBMITTED"
    return Done(object_id=command.session_id, event_id=write_event(unit, _record(request, case, kind, name)))


def _keep(unit: Unit, request: Request, command: AnyReply, questions: tuple[Question, ...]) -> None:
    submitted = isinstance(command, SubmitQuestionnaire)
    values: dict[str, Any] = {
        "status": QuestionnaireStatus.SUBMITTED if submitted else QuestionnaireStatus.SKIPPED,
        "questions": _QUESTIONS.dump_python(questions, mode="json") if submitted else None,
        "answers": command.answers if submitted else None,
        "changed_at": request.now,
    }
    key = {"organisation_id": unit.organisation_id, "session_id": command.session_id}
    statement = upsert(Questionnaire).values({**key, **values})
    unit.connection.execute(
        statement.on_conflict_do_update(index_elements=["organisation_id", "session_id"], set_=values)
    )


def _record(request: Request, case: SessionCase, kind: ActorKind, name: str) -> Record:
    """That it was skipped or submitted stands in the session's history; what was said stands in none."""
    return Record(
        name=name,
        persons=case.persons,
        actor_kind=kind,
        actor_id=request.actor.person_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        session_id=case.subject.session_id,
        resolved_policy_id=case.subject.resolved_policy_id,
        recorded_at=request.now,
        effective_at=request.now,
    )
