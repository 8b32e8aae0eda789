"""Proposals: what one side asks or offers about a session, with the twins of the answers to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.action_check import ActionCheck, action_check
from api.types.kind import SessionKind, session_kind
from api.types.node import Node
from api.types.openings import Opening
from api.types.person import Person, person
from commands.answer_openings import choosable
from commands.answer_proposal import check_proposals
from commands.answers import AcceptProposal, AnyAnswer, DeclineProposal, WithdrawProposal
from commands.facts.proposals import offered_of
from models.queries.proposals import proposals_of_ids
from policy.terms import Action, ActorKind, ProposalKind, ProposalStatus

if TYPE_CHECKING:
    from api.types.session import Session

PROPOSALS = Place(list="proposals", columns=("id",))
CHOICES = Place(list="choices", columns=("starts_at",))
NO_PROPOSAL = 0
"""A twin's command names no proposal: it is asked about each proposal of a page."""

At = Annotated[
    datetime | None,
    strawberry.argument(description="The time that you choose, of an invite or an offer that leaves it to you."),
]
Note = Annotated[
    str | None,
    strawberry.argument(description="Why, in words. Staff must give a reason; its wording changes no answer."),
]


@output
class DateTimeSpan:
    """From `from` until just before `to`."""

    from_: datetime = strawberry.field(name="from", description="The first instant of it.")
    to: datetime = strawberry.field(description="The first instant after it.")


@output
class Proposal(Node):
    """What one side asks or offers: to change a session, which stays as it is until then, or to have a new one (an invite, a request)."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    kind: ProposalKind
    status: ProposalStatus
    action: Action | None = strawberry.field(
        description="What it is about: to cancel the session, or to move it; null of a session that there is not yet."
    )
    by: ActorKind = strawberry.field(description="Who proposed it; they may withdraw it.")
    answers: ActorKind = strawberry.field(description="Who accepts or declines it.")
    starts_at: datetime | None = strawberry.field(
        description="The new start that it names; of an offer a suggestion, or null: the member chooses."
    )
    ends_at: datetime | None = strawberry.field(description="The end that belongs to it.")
    sent_at: datetime = strawberry.field(description="From when its time to be answered runs.")
    answer_until: datetime = strawberry.field(
        description="When it expires; an answer at this very instant counts, unless it is the start of a session."
    )
    reason: str | None = strawberry.field(
        description="The reason of the policy whose terms apply if it is accepted; null of a session that there is not yet."
    )
    session_kind: SessionKind = strawberry.field(description="The kind of session that it is about.")
    coach: Person = strawberry.field(description="The coach: who invites, or is asked.")
    member: Person = strawberry.field(description="The member: who is invited, or asks.")
    slots: list[Opening] = strawberry.field(
        description="Of an invite, the times of which the member takes one; the coach's time is held for each that can still be taken: `openings`."
    )
    within: list[DateTimeSpan] = strawberry.field(
        description="Of an invite, the ranges in which the member chooses a time, also outside the published hours: `openings`."
    )
    row: str | None = strawberry.field(description="The row of the change table that answered when it was sent.")
    note: str | None = strawberry.field(description="What the proposer said.")
    kept: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that it is about; of an invite the one that it has led to, null until it is accepted."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        def read(_keys: Sequence[int]) -> Mapping[int, "Session"]:
            rows = self.siblings.ask("rows", lambda _keys: {self.kept.id: self.kept})
            return visible_sessions(info.context, sorted({row.session_id for row in rows.values() if row.session_id}))

        return None if self.kept.session_id is None else self.siblings.ask("sessions", read)[self.kept.session_id]

    @strawberry.field
    def openings(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Opening]:
        """The times that can be chosen now with `acceptProposal(at)`, of an invite or of an offer that leaves the time to you."""
        part = window(CHOICES, first, after, last, before)
        found = [
            Opening(coach=self.coach, starts_at=one.start, ends_at=one.end)
            for one in choosable(info.context.unit, self.kept.id, now=info.context.now)
            if (part.after is None or part.after[0] < one.start) and (part.before is None or one.start < part.before[0])
        ]
        shown = found[-part.limit :] if part.backward else found[: part.limit]
        return Connection(nodes=shown, rows=shown, place=CHOICES, window=part, has_more=len(found) > part.limit)

    @strawberry.field
    def can_accept(self, info: Info, at: At = strawberry.UNSET, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may agree to it now, and what follows: the twin of `acceptProposal`."""
        return self._check(info, AcceptProposal(proposal_id=NO_PROPOSAL, at=at or None, note=note or None))

    @strawberry.field
    def can_decline(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may decline it now: the twin of `declineProposal`."""
        return self._check(info, DeclineProposal(proposal_id=NO_PROPOSAL, note=note or None))

    @strawberry.field
    def can_withdraw(self, info: Info, note: Note = strawberry.UNSET) -> ActionCheck:
        """Whether you may take it back now: the twin of `withdrawProposal`."""
        return self._check(info, WithdrawProposal(proposal_id=NO_PROPOSAL, note=note or None))

    def _check(self, info: Info, command: AnyAnswer) -> ActionCheck:
        operation = info.context
        checks = self.siblings.ask(
            command,
            lambda keys: check_proposals(operation.unit, operation.actor, keys, command, now=operation.now),
        )
        return action_check(checks[self.kept.id], reader_of_proposal(operation, self.kept) or ActorKind.SYSTEM)


def proposals(rows: Mapping[int, Row[Any]]) -> dict[int, Proposal]:
    """The proposals of these rows, as siblings: what one of them is asked, is read for all."""
    siblings = Siblings(tuple(rows))
    siblings.ask("rows", lambda _keys: rows)
    return {key: _proposal(row, siblings) for key, row in rows.items()}


def _proposal(row: Row[Any], siblings: Siblings) -> Proposal:
    coach = person(row.coach_id, row.coach_name, row.coach_zone)
    return Proposal(
        id=strawberry.ID(global_id("Proposal", row.id)),
        version=row.version,
        kind=row.kind,
        status=row.status,
        action=row.action,
        by=row.by,
        answers=row.answers,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sent_at=row.sent_at,
        answer_until=row.answer_until,
        reason=row.reason or None,
        session_kind=session_kind(row.about_kind_id, row.about_kind_code, row.about_kind_name),
        coach=coach,
        member=person(row.member_id, row.member_name, row.member_zone),
        slots=[
            Opening(coach=coach, starts_at=one.start, ends_at=one.end)
            for one, is_range in offered_of(row)
            if not is_range
        ],
        within=[DateTimeSpan(from_=one.start, to=one.end) for one, is_range in offered_of(row) if is_range],
        row=row.row_id,
        note=row.note,
        kept=row,
        siblings=siblings,
    )


def proposal_connection(page: Any, part: Any) -> Connection[Proposal]:
    """A page of proposals."""
    made = proposals({row.id: row for row in page.rows})
    return connection(page, PROPOSALS, part, lambda row: made[row.id])


def visible_proposals(operation: Operation, keys: Sequence[int]) -> dict[int, Proposal]:
    """Those of these proposals that the caller may see; one statement."""
    rows = proposals_of_ids(operation.unit, keys)
    return proposals({key: row for key, row in rows.items() if reader_of_proposal(operation, row) is not None})


def reader_of_proposal(operation: Operation, row: Row[Any]) -> ActorKind | None:
    """In which capacity the caller reads it; None: not at all."""
    return operation.actor.acts_on(coach_id=row.coach_id, member_id=row.member_id)
