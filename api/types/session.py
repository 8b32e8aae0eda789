"""Sessions, with their twins: what may be done with them, and what would follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.scalars import URL
from api.siblings import Siblings
from api.twins import NO_SESSION, Twin, forbidden, misplaced
from api.types.action_check import ActionCheck, action_check
from api.types.case import SessionCase, cases
from api.types.consequence import SEES_COACH_MONEY
from api.types.decision import Decision, decision
from api.types.duplicate_case import DuplicateCase, duplicate_case
from api.types.earning import Earning, earnings
from api.types.entitlement import ENTRIES, LedgerEntry, ledger_connection
from api.types.history import HISTORY, HistoryEntry, history_entry
from api.types.kind import SessionKind, session_kind
from api.types.money_entry import MONEY, MoneyEntry, money_connection
from api.types.node import Node
from api.types.notes import ActionItem, action_items, grouped, notes
from api.types.notes import Note as SessionNote
from api.types.override import OverrideInput
from api.types.override import override as override_of
from api.types.person import Person, person
from api.types.policy import AppliedPolicy, applied_policy
from api.types.presence import Presence
from api.types.proposal import Proposal, proposals
from commands.answer_investigation import AnswerInvestigation
from commands.attend import check_attend
from commands.cancel import CancelSession
from commands.confirm_new_time import ConfirmNewTime
from commands.contest_outcome import ContestOutcome
from commands.decide_case import DecideCase
from commands.facts.policies import stored_policy
from commands.keep_session import KeepSession
from commands.offer_rebooking import OfferRebooking
from commands.record_outcome import RecordOutcome
from commands.report_no_show import ReportNoShow, WithdrawReport
from commands.reschedule import RescheduleSession
from commands.state_reason import StateReason
from models.queries.cases import cases_of_sessions
from models.queries.duplicates import duplicates_of_sessions
from models.queries.earnings import earnings_of_sessions
from models.queries.notes import items_of_sessions, notes_of_sessions
from models.queries.policies import resolved_of_ids
from models.queries.presence import presence_of_sessions
from models.queries.proposals import pending_of_sessions
from models.queries.views import (
    decisions_of_sessions,
    history_of_sessions,
    ledger_of_sessions,
    money_of_sessions,
    sessions_of_ids,
)
from policy.decisions import decision_from_json
from policy.explain import sentence_of
from policy.terms import ActorKind, Disposition, Fault, PresenceSignal, SessionStatus, Side

SESSIONS = Place(list="sessions", columns=("starts_at", "id"))

OnBehalfOf = Annotated[
    Side | None,
    strawberry.argument(
        description="As a coach or as staff: for which side. MEMBER: the member's own rules then decide, at the member's cost."
    ),
]
To = Annotated[
    datetime | None,
    strawberry.argument(description="The new start. Without it the answer is about the right to move at all."),
]
Claim = Annotated[
    str | None, strawberry.argument(description="A claim that a row of the policy may ask for, such as EMERGENCY.")
]
OverrideTo = Annotated[
    OverrideInput | None,
    strawberry.argument(description="Only for senior staff: the reason whose terms apply instead."),
]
Held = Annotated[bool, strawberry.argument(description="Whether it took place.")]
Reason = Annotated[
    str | None, strawberry.argument(description="A reason of the policy: `policy.reasons`. Held: HELD, if left out.")
]
WhyCancelled = Annotated[str, strawberry.argument(description="A reason of the policy that ends a session.")]
Absent = Annotated[Side | None, strawberry.argument(description="Who was absent; the policy then gives the reason.")]
Note = Annotated[
    str | None,
    strawberry.argument(description="Why, in words. Staff must give a reason; its wording changes no answer."),
]


@output
class Session(Node):
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
    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

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
            rows = resolved_of_ids(info.context.unit, sorted({row.resolved_policy_id for row in self._rows()}))
            return {key: applied_policy(stored_policy(row.digest, row.document)) for key, row in rows.items()}

        return self.siblings.ask("policies", read)[self.row.resolved_policy_id]

    @strawberry.field
    def can_cancel(
        self,
        info: Info,
        on_behalf_of: OnBehalfOf = strawberry.UNSET,
        claim: Claim = strawberry.UNSET,
        override: OverrideTo = strawberry.UNSET,
        note: Note = strawberry.UNSET,
    ) -> ActionCheck:
        """Whether it may be cancelled now, until when on these terms, and what follows: the twin of `cancelSession`."""
        command = CancelSession(
            session_id=NO_SESSION,
            on_behalf_of_member=on_behalf_of is Side.MEMBER,
            claim=claim or None,
            override=override_of(override or None),
            note=note or None,
        )
        return self._check(info, Twin(command=command, side=on_behalf_of or None))

    @strawberry.field
    def can_reschedule(
        self,
        info: Info,
        to: To = strawberry.UNSET,
        on_behalf_of: OnBehalfOf = strawberry.UNSET,
        override: OverrideTo = strawberry.UNSET,
        note: Note = strawberry.UNSET,
    ) -> ActionCheck:
        """Whether it may be moved now, until when on these terms, and what follows: the twin of `rescheduleSession`."""
        command = RescheduleSession(
            session_id=NO_SESSION,
            to=to or None,
            on_behalf_of_member=on_behalf_of is Side.MEMBER,
            override=override_of(override or None),
            note=note or None,
        )
        return self._check(info, Twin(command=command, side=on_behalf_of or None))

    @strawberry.field
    def can_confirm_new_time(self, info: Info) -> ActionCheck:
        """Whether you may agree to the time that the other side moved it to: the twin of `confirmNewTime`."""
        return self._check(info, Twin(command=ConfirmNewTime(session_id=NO_SESSION)))

    @strawberry.field
    def can_keep(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether it may be chosen now as the booking that is kept: the twin of `keepSession`."""
        return self._check(info, Twin(command=KeepSession(session_id=NO_SESSION, note=note or None)))

    @strawberry.field
    def duplicate_case(self, info: Info) -> DuplicateCase | None:
        """Which of several bookings is kept, if that is or was asked about it."""
        found = self.siblings.ask("duplicates", lambda keys: duplicates_of_sessions(info.context.unit, keys))
        return duplicate_case(found[self.row.id]) if self.row.id in found else None

    @strawberry.field
    def can_record_outcome(
        self,
        info: Info,
        held: Held,
        reason: Reason = strawberry.UNSET,
        absent: Absent = strawberry.UNSET,
        note: Note = strawberry.UNSET,
    ) -> ActionCheck:
        """Whether this may be said of it now, and what follows: the twin of `recordOutcome`."""
        command = RecordOutcome(
            session_id=NO_SESSION, held=held, reason=reason or None, absent=absent or None, note=note or None
        )
        return self._check(info, Twin(command=command))

    @strawberry.field
    def can_state_reason(self, info: Info, reason: WhyCancelled, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether this may be stated as the reason of its cancellation, and what follows: the twin of `stateReason`."""
        return self._check(info, Twin(command=StateReason(session_id=NO_SESSION, reason=reason, note=note or None)))

    @strawberry.field
    def can_check_in(self, info: Info) -> ActionCheck:
        """Whether you may say now that you are there: the twin of `checkIn`."""
        operation = info.context
        cases = self.siblings.ask("cases", operation.cases)
        checks = self.siblings.ask("check-in", lambda _keys: check_attend(operation.actor, cases, now=operation.now))
        return action_check(checks[self.row.id], self.reader(operation))

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
        return notes(rows[self.row.id], reader)

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

    @strawberry.field
    def can_offer_rebooking(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may let the member choose another time: the twin of `offerRebooking`."""
        return self._check(info, Twin(command=OfferRebooking(session_id=NO_SESSION, note=note or None)))

    @strawberry.field
    def can_report_no_show(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may report that the coach did not come: the twin of `reportNoShow`."""
        return self._check(info, Twin(command=ReportNoShow(session_id=NO_SESSION, note=note or None)))

    @strawberry.field
    def can_withdraw_report(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may take your report back: the twin of `withdrawReport`."""
        return self._check(info, Twin(command=WithdrawReport(session_id=NO_SESSION, note=note or None)))

    @strawberry.field
    def can_contest_outcome(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may object to what was recorded, until when: the twin of `contestOutcome`."""
        return self._check(info, Twin(command=ContestOutcome(session_id=NO_SESSION, note=note or None)))

    @strawberry.field
    def can_answer_investigation(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may answer the questions of an investigation: the twin of `answerInvestigation`."""
        return self._check(info, Twin(command=AnswerInvestigation(session_id=NO_SESSION, note=note or None)))

    @strawberry.field
    def can_decide_case(
        self,
        info: Info,
        held: Annotated[bool, strawberry.argument(description="Whether it was held.")],
        reason: Annotated[
            str | None, strawberry.argument(description="Why it was not; a reason of the policy.")
        ] = strawberry.UNSET,
        absent: Annotated[
            Side | None, strawberry.argument(description="Whose absence it was; the policy then gives the reason.")
        ] = strawberry.UNSET,
        note: Note = strawberry.UNSET,
    ) -> ActionCheck:
        """As staff, what deciding its case like this would lead to: the twin of `decideCase`."""
        command = DecideCase(
            session_id=NO_SESSION, held=held, reason=reason or None, absent=absent or None, note=note or None
        )
        return self._check(info, Twin(command=command))

    @strawberry.field
    def ledger_entries(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[LedgerEntry]:
        """What happened to credits because of it, in the order in which it was written."""
        part = window(ENTRIES, first, after, last, before)
        pages = self.siblings.ask(("ledger", part), lambda keys: ledger_of_sessions(info.context.unit, keys, part))
        return ledger_connection(pages[self.row.id], part)

    @strawberry.field
    def money_entries(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[MoneyEntry]:
        """What is due because of it: as staff everything, else what is due from or to yourself."""
        part = window(MONEY, first, after, last, before)
        mine = info.context.reader
        pages = self.siblings.ask(
            ("money", part), lambda keys: money_of_sessions(info.context.unit, keys, part, person_id=mine)
        )
        return money_connection(pages[self.row.id], part)

    @strawberry.field
    def history(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[HistoryEntry]:
        """What happened to it, the first thing first, each with who did it and which rule decided."""
        part = window(HISTORY, first, after, last, before)
        pages = self.siblings.ask(("history", part), lambda keys: history_of_sessions(info.context.unit, keys, part))
        reader = self.reader(info.context)
        return connection(pages[self.row.id], HISTORY, part, lambda row: history_entry(row, sentence_of(row, reader)))

    def _check(self, info: Info, twin: Twin) -> ActionCheck:
        operation, reader = info.context, self.reader(info.context)
        if misplaced(twin.side, reader):
            return action_check(forbidden(operation.now), reader)
        cases = self.siblings.ask("cases", operation.cases)
        checks = self.siblings.ask(twin.question, lambda _keys: twin.check(operation, cases))
        return action_check(checks[self.row.id], reader)

    def reader(self, operation: Operation) -> ActorKind:
        """In which capacity the caller reads it."""
        reader = reader_of(operation, self.row)
        if reader is None:
            raise LookupError("a session is made only for somebody who may see it")
        return reader

    def _rows(self) -> Sequence[Row[Any]]:
        return list(self.siblings.ask("rows", lambda _keys: {self.row.id: self.row}).values())


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


def reader_of(operation: Operation, row: Row[Any]) -> ActorKind | None:
    """In which capacity the caller reads what is about a session of this coach and this member; None: not at all."""
    return operation.actor.acts_on(coach_id=row.coach_id, member_id=row.member_id)
