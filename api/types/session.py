"""Sessions, with their twins: what may be done with them, and what would follow."""

import datetime as dt
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.scalars import URL
from api.siblings import Siblings
from api.types.action_check import action_check
from api.types.case import SessionCase, cases
from api.types.consequence import SEES_COACH_MONEY
from api.types.decision import Decision, decision
from api.types.duplicate_case import DuplicateCase, duplicate_case
from api.types.earning import Earning, earnings
from api.types.kind import SessionKind, session_kind
from api.types.node import Node
from api.types.notes import ActionItem, action_items, grouped, notes
from api.types.notes import Note as SessionNote
from api.types.person import Person, person
from api.types.policy import AppliedPolicy, applied_policy
from api.types.presence import Presence
from api.types.proposal import Proposal, proposals
from api.types.questionnaire import Questionnaire, answers_of
from api.types.questions import shown_questions
from api.types.series import Series, visible_series
from api.types.session_base import reader_of
from api.types.session_lists import SessionLists
from api.types.session_twins import SessionTwins
from commands.facts.policies import stored_policy
from commands.facts.sessions import SessionCase as SessionCaseFacts
from commands.questionnaires import check_reply, questions_for, questions_from
from models.queries.cases import cases_of_sessions
from models.queries.duplicates import duplicates_of_sessions
from models.queries.earnings import earnings_of_sessions
from models.queries.notes import items_of_sessions, notes_of_sessions
from models.queries.policies import resolved_of_ids
from models.queries.presence import presence_of_sessions
from models.queries.proposals import pending_of_sessions
from models.queries.questionnaires import questionnaires_of
from models.queries.series import places_of_sessions
from models.queries.views import decisions_of_sessions, sessions_of_ids
from policy.decisions import decision_from_json
from policy.matters import QuestionnaireStatus, Words
from policy.questionnaires import Question
from policy.terms import ActorKind, Disposition, Fault, PresenceSignal, SessionStatus, Side


def questionnaire_of(
    case: SessionCaseFacts, row: Row[Any] | None, questions: tuple[Question, ...], operation: Operation
) -> Questionnaire:
    """The questionnaire of a session as the caller may read it."""
    status = QuestionnaireStatus.OPEN if row is None else QuestionnaireStatus(row.status)
    actor = operation.actor
    kind = actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id) or ActorKind.SYSTEM
    checks = [check_reply(case, status, kind, operation.now, skip=skip) for skip in (True, False)]
    kept: list[Any] | None = None if row is None else row.questions
    return Questionnaire(
        status=status,
        questions=shown_questions(questions if kept is None else questions_from(kept)),
        answers=answers_of(row, may_read=actor.person_id in case.persons),
        changed_at=None if row is None else row.changed_at,
        can_skip=action_check(checks[0], kind),
        can_submit=action_check(checks[1], kind),
    )


SESSIONS = Place(list="sessions", columns=("starts_at", "id"))


@output
class Session(SessionTwins, SessionLists, Node):
    """One appointment of one member with one coach, from `startsAt` until just before `endsAt`."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    status: SessionStatus
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime = strawberry.field(description="Moving a session does not make its booking younger.")
    late: bool = strawberry.field(description="Whether its last change was late by its policy.")
    provisional: bool = strawberry.field(
        description="Whether the member has yet to choose between it and another booking."
    )
    awaits_confirmation: bool = strawberry.field(
        description="Whether the other side has moved it and the member has not agreed yet: they may still cancel without loss."
    )
    reason: str | None = strawberry.field(
        description="The reason of the policy by which it last changed: `policy.reasons`."
    )
    fault: Fault | None = strawberry.field(
        description="Whose doing it was that it did not take place; null as long as it may."
    )
    disposition: Disposition | None = strawberry.field(description="What became of its credit; null while it is held.")
    cancelled_by: ActorKind | None = strawberry.field(description="Null as long as it is not cancelled.")
    on_behalf_of: Side | None = strawberry.field(description="For which side a coach or staff made its last change.")
    claim: str | None = strawberry.field(description="What the member claimed when cancelling, such as EMERGENCY.")
    undecided: bool = strawberry.field(
        description="Whether it was cancelled and its reason, and so its cost, is still to be stated."
    )
    decide_by: datetime | None = strawberry.field(
        description="Until when the reason is stated before silence gives one; null where there is no such limit."
    )
    recorded_at: datetime | None = strawberry.field(description="When its outcome was first stated.")
    stated_by: ActorKind | None = strawberry.field(description="Who stated what stands now.")
    completes_at: datetime | None = strawberry.field(
        description="After which instant it counts as held by itself; null where it never does, or something keeps it open."
    )
    kind: SessionKind
    coach: Person
    member: Person
    policy_version: int = strawberry.field(description="The version of the policy that it was booked under and keeps.")
    conference_url: URL | None = strawberry.field(
        description="The video conference itself; null until the calendar provider has made it."
    )

    @strawberry.field
    def join_url(self, info: Info) -> URL | None:
        """Your own way into the session, good until it ends; null for anybody but its coach and its member."""
        reader = info.context.actor.person_id
        if reader is None or reader not in (self.row.coach_id, self.row.member_id):
            return None
        if self.status is not SessionStatus.SCHEDULED:
            return None
        return URL(
            info.context.addresses.join_url(
                organisation_id=self.row.organisation_id,
                person_id=reader,
                session_id=self.row.id,
                ends_at=self.ends_at,
            )
        )

    @strawberry.field
    def decision(self, info: Info) -> Decision | None:
        """How its last change was decided."""
        found = self.siblings.ask("decisions", lambda keys: decisions_of_sessions(info.context.unit, keys))
        stored = found.get(self.row.id)
        return None if stored is None else decision(decision_from_json(stored))

    @strawberry.field
    def policy(self, info: Info) -> AppliedPolicy:
        """What it was booked under and what decides about it, whatever was published later."""

        def read(_keys: Sequence[int]) -> dict[int, AppliedPolicy]:
            rows = resolved_of_ids(info.context.unit, sorted({row.resolved_policy_id for row in self.rows()}))
            return {key: applied_policy(stored_policy(row.digest, row.document)) for key, row in rows.items()}

        return self.siblings.ask("policies", read)[self.row.resolved_policy_id]

    @strawberry.field
    def duplicate_case(self, info: Info) -> DuplicateCase | None:
        """Which of several bookings is kept, if that is or was asked about it."""
        found = self.siblings.ask("duplicates", lambda keys: duplicates_of_sessions(info.context.unit, keys))
        return duplicate_case(found[self.row.id]) if self.row.id in found else None

    @strawberry.field
    def presence(self, info: Info) -> list[Presence]:
        """The signs that its two sides were there, the first one first."""
        found = self.siblings.ask("presence", lambda keys: presence_of_sessions(info.context.unit, keys))
        return [
            Presence(
                side=Side.COACH if row.person_id == self.row.coach_id else Side.MEMBER,
                signal=PresenceSignal(row.signal),
                at=row.at,
            )
            for row in found[self.row.id]
        ]

    @strawberry.field
    def may_write_notes(self, info: Info) -> bool:
        """Whether you may write notes and action items about it: its coach may, nobody else."""
        return info.context.actor.person_id == self.row.coach_id

    @strawberry.field
    def notes(self, info: Info) -> list[SessionNote]:
        """What its coach has noted: for the coach everything, for the member what is shared, for nobody else anything."""
        reader = info.context.actor.person_id
        if reader not in (self.row.coach_id, self.row.member_id):
            return []
        rows = self.siblings.ask("notes", lambda keys: grouped(notes_of_sessions(info.context.unit, keys), keys))
        shown = notes(rows[self.row.id], reader)
        info.context.has_read(Words.NOTE, [one.key for one in shown if not one.may_edit])
        return shown

    @strawberry.field
    def questionnaire(self, info: Info) -> Questionnaire | None:
        """What the member is asked before it; null where its policy has no questionnaires."""
        operation, key = info.context, self.row.id
        case = self.siblings.ask("cases", operation.cases)[key]
        if not case.policy.flag("questionnaire.enabled"):
            return None
        row = self.siblings.ask("questionnaires", lambda keys: questionnaires_of(operation.unit, keys)).get(key)
        kinds = sorted({one.kind_id for one in self.rows()})
        asked = self.siblings.ask("questions", lambda _keys: questions_for(operation.unit, kinds))
        reader = operation.actor.person_id
        if row is not None and row.answers is not None and reader == self.row.coach_id:
            operation.has_read(Words.QUESTIONNAIRE, [key])
        return questionnaire_of(case, row, asked[self.row.kind_id], operation)

    @strawberry.field
    def action_items(self, info: Info) -> list[ActionItem]:
        """The next steps that it leads to: for the coach all, for the member those that are shared, for nobody else any."""
        reader = info.context.actor.person_id
        if reader not in (self.row.coach_id, self.row.member_id):
            return []
        rows = self.siblings.ask("items", lambda keys: grouped(items_of_sessions(info.context.unit, keys), keys))
        return action_items(rows[self.row.id], reader)

    @strawberry.field
    def earning(self, info: Info) -> Earning | None:
        """What its coach has earned by it; null for members, and where nothing was earned."""
        if self.reader(info.context) not in SEES_COACH_MONEY:
            return None
        found = self.siblings.ask("earnings", lambda keys: earnings(earnings_of_sessions(info.context.unit, keys)))
        return found.get(self.row.id)

    @strawberry.field
    def series(self, info: Info) -> Series | None:
        """The series that it is an occurrence of; null for a single session."""
        place = self._place(info)
        if place is None:
            return None
        places = self.siblings.ask("places", lambda keys: places_of_sessions(info.context.unit, keys))
        keys = sorted({one.series_id for one in places.values()})
        found = self.siblings.ask("series", lambda _keys: visible_series(info.context, keys))
        return found.get(place.series_id)

    @strawberry.field
    def original_date(self, info: Info) -> dt.date | None:
        """The date of its series that it stands for, whatever time it was moved to; null for a single session."""
        place = self._place(info)
        return None if place is None else place.on_date

    def _place(self, info: Info) -> Row[Any] | None:
        places = self.siblings.ask("places", lambda keys: places_of_sessions(info.context.unit, keys))
        return places.get(self.row.id)

    @strawberry.field
    def proposals(self, info: Info) -> list[Proposal]:
        """What is proposed about it and waits for an answer, the oldest first."""

        def read(keys: Sequence[int]) -> dict[int, list[Proposal]]:
            rows = pending_of_sessions(info.context.unit, keys)
            made = proposals({row.id: row for found in rows.values() for row in found})
            return {key: [made[row.id] for row in found] for key, found in rows.items()}

        return self.siblings.ask("proposals", read)[self.row.id]

    @strawberry.field
    def cases(self, info: Info) -> list[SessionCase]:
        """Reports, contests and investigations about it, the oldest first."""

        def read(keys: Sequence[int]) -> dict[int, list[SessionCase]]:
            rows = cases_of_sessions(info.context.unit, keys)
            made = cases({row.id: row for found in rows.values() for row in found})
            return {key: [made[row.id] for row in found] for key, found in rows.items()}

        return self.siblings.ask("session cases", read)[self.row.id]


def session(row: Row[Any], siblings: Siblings) -> Session:
    """The session of a row of `models.queries.views.session_columns`."""
    return Session(
        id=strawberry.ID(global_id("Session", row.id)),
        version=row.version,
        status=row.status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        booked_at=row.booked_at,
        late=row.late,
        provisional=row.provisional,
        awaits_confirmation=row.moved_by_other_unconfirmed,
        reason=row.reason,
        fault=row.fault,
        disposition=row.disposition,
        cancelled_by=row.cancelled_by,
        on_behalf_of=row.on_behalf_of,
        claim=row.claim,
        undecided=row.undecided,
        decide_by=row.decide_by,
        recorded_at=row.recorded_at,
        stated_by=row.stated_by,
        completes_at=row.completes_at,
        kind=session_kind(row.kind_id, row.kind_code, row.kind_name),
        coach=person(row.coach_id, row.coach_name, row.coach_zone),
        member=person(row.member_id, row.member_name, row.member_zone),
        policy_version=row.policy_number,
        conference_url=row.conference_url,
        row=row,
        siblings=siblings,
    )


def session_connection(page: Any, part: Any) -> Connection[Session]:
    """A page of sessions."""
    made = sessions({row.id: row for row in page.rows})
    return connection(page, SESSIONS, part, lambda row: made[row.id])


def sessions(rows: Mapping[int, Row[Any]]) -> dict[int, Session]:
    """The sessions of these rows, as siblings: what one of them is asked, is read for all."""
    siblings = Siblings(tuple(rows))
    siblings.ask("rows", lambda _keys: rows)
    return {key: session(row, siblings) for key, row in rows.items()}


def visible_sessions(operation: Operation, keys: Sequence[int]) -> dict[int, Session]:
    """Those of these sessions that the caller may see; one statement."""
    rows = sessions_of_ids(operation.unit, keys)
    return sessions({key: row for key, row in rows.items() if reader_of(operation, row) is not None})
