"""The twins of the verbs on a session: what may be done with it now, and what would follow."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import output
from api.twins import NO_SESSION, Twin, forbidden, misplaced
from api.types.action_check import ActionCheck, action_check
from api.types.override import OverrideInput
from api.types.override import override as override_of
from api.types.session_base import SessionBase
from api.types.verb_check import VerbCheck, verb_check
from commands.answer_investigation import AnswerInvestigation
from commands.attend import check_attend
from commands.cancel import CancelSession
from commands.confirm_new_time import ConfirmNewTime
from commands.contact_support import objection_to_contacting
from commands.contest_outcome import ContestOutcome
from commands.decide_case import DecideCase
from commands.keep_session import KeepSession
from commands.notes import objection_to_writing
from commands.offer_rebooking import OfferRebooking
from commands.record_outcome import RecordOutcome
from commands.report_no_show import ReportNoShow, WithdrawReport
from commands.reschedule import RescheduleSession
from commands.state_reason import StateReason
from commands.verb_check import verb_check as checked
from policy.terms import Side

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
class SessionTwins(SessionBase):
    """What may be done with a session."""

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
    def can_contact_support(self, info: Info) -> VerbCheck:
        """Whether you may ask the team for help with it: the twin of `contactSupport`."""
        operation = info.context
        return verb_check(checked(objection_to_contacting(operation.actor, self._parties), now=operation.now))

    @strawberry.field
    def can_write_note(self, info: Info) -> VerbCheck:
        """Whether you may note something about it: the twin of `writeNote`."""
        return self._may_write(info)

    @strawberry.field
    def can_add_action_item(self, info: Info) -> VerbCheck:
        """Whether you may write down a next step: the twin of `addActionItem`."""
        return self._may_write(info)

    @property
    def _parties(self) -> tuple[int, int]:
        return self.row.coach_id, self.row.member_id

    def _may_write(self, info: Info) -> VerbCheck:
        operation = info.context
        return verb_check(checked(objection_to_writing(operation.actor, self._parties), now=operation.now))

    def _check(self, info: Info, twin: Twin) -> ActionCheck:
        operation, reader = info.context, self.reader(info.context)
        if misplaced(twin.side, reader):
            return action_check(forbidden(operation.now), reader)
        cases = self.siblings.ask("cases", operation.cases)
        checks = self.siblings.ask(twin.question, lambda _keys: twin.check(operation, cases))
        return action_check(checks[self.row.id], reader)
