"""Who is signed in, and everything of theirs."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info, Operation
from api.describe import given, output
from api.ids import global_id
from api.inputs import key_or_none
from api.scalars import TimeZone
from api.types.calendar import CalendarLink, calendar_link
from api.types.calendar_question import QUESTIONS, CalendarQuestion, question_connection
from api.types.case import CASES, SessionCase, case_connection
from api.types.coach_offer import CoachOffer, coach_offer
from api.types.entitlement import LOTS, Entitlement, entitlements
from api.types.membership import Membership, membership
from api.types.membership_request import REQUESTS, MembershipRequest, request_connection
from api.types.money_entry import MONEY, MoneyEntry, money_connection
from api.types.node import Node
from api.types.notification import NOTIFICATIONS, Notification, notification
from api.types.organisation import Organisation, organisation
from api.types.person import Person, person
from api.types.proposal import PROPOSALS, Proposal, proposal_connection
from api.types.sanction import SANCTIONS, BookingStop, stop_connection
from api.types.series import SERIES, Series, series_connection
from api.types.session import SESSIONS, Session, session_connection
from api.types.sponsorship import Sponsorship, sponsorship
from api.types.task import TASKS, Task, sees_restricted, task_connection
from api.types.thread import THREADS, Thread, threads
from models.queries.acquaintances import visible_memberships
from models.queries.calendars import questions_page
from models.queries.cases import cases_page
from models.queries.offers import offers_to
from models.queries.operator import memberships_of
from models.queries.proposals import proposals_page
from models.queries.requests import requests_page
from models.queries.sanctions import sanctions_page
from models.queries.series import series_page
from models.queries.sponsors import sponsorships_of
from models.queries.tasks import tasks_page
from models.queries.threads import threads_page
from models.queries.views import SessionFilter as Wanted
from models.queries.views import lots_page, money_of_person, notifications_page, sessions_page, unread_notifications
from policy.matters import RequestStatus, SanctionStatus, TaskStatus
from policy.terms import CaseStatus, ProposalKind, ProposalStatus, Role, SessionStatus


@given
class DateTimeRange:
    """From `from` until just before `to`; leave one out for no bound on that side."""

    from_: datetime | None = strawberry.field(name="from", default=None, description="The first instant of it.")
    to: datetime | None = strawberry.field(default=None, description="The first instant after it.")


@given
class SessionFilter:
    """Which sessions are meant; what is left out does not restrict."""

    status: list[SessionStatus] | None = strawberry.field(default=None, description="One of these states.")
    during: DateTimeRange | None = strawberry.field(default=None, description="Sessions that start in this range.")
    with_: strawberry.ID | None = strawberry.field(
        name="with", default=None, description="The id of a person who is the other side of it."
    )


@output
class Viewer(Node):
    """The person who is signed in, with everything of their own."""

    person: Person = strawberry.field(description="You, as others see you.")
    time_zone: TimeZone = strawberry.field(description="The zone in which you read times.")
    roles: list[Role] = strawberry.field(description="What you are in the organisation; several are possible.")
    key: strawberry.Private[int]

    @strawberry.field
    def organisation(self, info: Info) -> Organisation:
        """Your organisation."""
        return organisation(info.context)

    @strawberry.field
    def sessions(
        self,
        info: Info,
        filter: SessionFilter | None = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Session]:
        """Your sessions as coach or member, the earliest first."""
        part = window(SESSIONS, first, after, last, before)
        return session_connection(sessions_page(info.context.unit, wanted(filter or None, self.key), part), part)

    @strawberry.field
    def upcoming_sessions(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Session]:
        """Your sessions that stand and are not over yet, the next one first."""
        now, stands = info.context.now, (SessionStatus.SCHEDULED,)
        part = window(SESSIONS, first, after, last, before)
        found = Wanted(person_id=self.key, statuses=stands, ends_after=now)
        return session_connection(sessions_page(info.context.unit, found, part), part)

    @strawberry.field
    def past_sessions(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Session]:
        """Your sessions whose time is over and that were not cancelled, the earliest first: `last` gives the latest ones."""
        part = window(SESSIONS, first, after, last, before)
        over = (SessionStatus.AWAITING_OUTCOME, SessionStatus.COMPLETED, SessionStatus.MISSED)
        found = Wanted(person_id=self.key, statuses=over, ends_until=info.context.now)
        return session_connection(sessions_page(info.context.unit, found, part), part)

    @strawberry.field
    def sessions_to_answer(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Session]:
        """Your sessions that wait for you: as coach for their outcome, a reason or an answer to a report; as member for a new time
        to be agreed to or questions to be answered; as either for an answer to a proposal.
        """
        part = window(SESSIONS, first, after, last, before)
        found = Wanted(person_id=self.key, to_be_answered_by=self.key)
        return session_connection(sessions_page(info.context.unit, found, part), part)

    @strawberry.field
    def membership(self, info: Info) -> Membership | None:
        """Your membership as a member, the latest one; null where you have none."""
        found = memberships_of(info.context.unit, [self.key])[self.key]
        if not found:
            return None
        latest = found[-1].id
        return membership(visible_memberships(info.context.unit, [latest], reader=self.key)[latest])

    @strawberry.field
    def sponsorships(self, info: Info) -> list[Sponsorship]:
        """The contracts for whose sponsor you read: dates, counts and what it owes; empty for everybody else."""
        return [sponsorship(row) for row in sponsorships_of(info.context.unit, self.key)]

    @strawberry.field
    def series(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Series]:
        """Your series as coach or member, the oldest first."""
        part = window(SERIES, first, after, last, before)
        return series_connection(series_page(info.context.unit, part, person_id=self.key), part)

    @strawberry.field
    def coaches(self, info: Info) -> list[CoachOffer]:
        """The coaches whom you can book as a member, by name: yours, and those who are there for everybody."""
        return [coach_offer(row) for row in offers_to(info.context.unit, self.key)]

    @strawberry.field
    def entitlements(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Entitlement]:
        """Your credits as a member, the oldest window first."""
        part = window(LOTS, first, after, last, before)
        page = lots_page(info.context.unit, self.key, part)
        made = entitlements({row.id: row for row in page.rows})
        return connection(page, LOTS, part, lambda row: made[row.id])

    @strawberry.field
    def notifications(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Notification]:
        """Your messages, in the order in which they were caused."""
        part = window(NOTIFICATIONS, first, after, last, before)
        page = notifications_page(info.context.unit, part, recipient_id=self.key)
        return connection(page, NOTIFICATIONS, part, notification)

    @strawberry.field
    def unread_notifications(self, info: Info) -> int:
        """How many of your messages you have not read yet: `markNotificationsRead`."""
        return unread_notifications(info.context.unit, self.key)

    @strawberry.field
    def threads(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Thread]:
        """Your conversations and, as staff, all with the team; the oldest first."""
        part = window(THREADS, first, after, last, before)
        page = threads_page(info.context.unit, part, person_id=self.key, staff=info.context.actor.is_staff)
        made = threads({row.id: row for row in page.rows})
        return connection(page, THREADS, part, lambda row: made[row.id])

    @strawberry.field
    def money(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[MoneyEntry]:
        """What is due from or to you, in the order in which it was written."""
        part = window(MONEY, first, after, last, before)
        return money_connection(money_of_person(info.context.unit, self.key, part), part)

    @strawberry.field
    def proposals(
        self,
        info: Info,
        status: list[ProposalStatus] | None = strawberry.UNSET,
        kind: Annotated[
            list[ProposalKind] | None,
            strawberry.argument(description="Only those of one of these kinds; left out, all."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Proposal]:
        """What was proposed to you and by you, invites among it (`kind: [NEW_SESSION]`), and, as staff, what the team is asked; the oldest first."""
        part = window(PROPOSALS, first, after, last, before)
        page = proposals_page(
            info.context.unit,
            part,
            person_id=self.key,
            staff=info.context.actor.is_staff,
            statuses=status or None,
            kinds=kind or None,
        )
        return proposal_connection(page, part)

    @strawberry.field
    def requests(
        self,
        info: Info,
        status: list[RequestStatus] | None = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[MembershipRequest]:
        """What you have asked for or is asked for you, as staff everybody's, as a sponsor what you may approve; the oldest first."""
        operation = info.context
        part = window(REQUESTS, first, after, last, before)
        page = requests_page(operation.unit, part, reader=operation.reader, statuses=status or None)
        return request_connection(operation, page, part)

    @strawberry.field
    def cases(
        self,
        info: Info,
        status: list[CaseStatus] | None = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[SessionCase]:
        """Reports, contests and investigations about your sessions, as staff about everybody's; the oldest first."""
        part = window(CASES, first, after, last, before)
        page = cases_page(info.context.unit, part, person_id=info.context.reader, statuses=status or None)
        return case_connection(page, part)

    @strawberry.field
    def tasks(
        self,
        info: Info,
        status: Annotated[
            list[TaskStatus] | None,
            strawberry.argument(description="Only those in one of these states; left out, all."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Task] | None:
        """As staff: what the team was asked, the oldest first. Null and FORBIDDEN for anybody else."""
        info.context.require_staff()
        part = window(TASKS, first, after, last, before)
        return task_connection(
            tasks_page(info.context.unit, part, statuses=status or None, restricted=sees_restricted(info.context)), part
        )

    @strawberry.field
    def sanctions(
        self,
        info: Info,
        status: Annotated[
            list[SanctionStatus] | None,
            strawberry.argument(description="Only those in one of these states; left out, all."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[BookingStop]:
        """Stops of your bookings, or of bookings with you, that counts have led to; as staff everybody's. The oldest first."""
        operation = info.context
        part = window(SANCTIONS, first, after, last, before)
        page = sanctions_page(
            operation.unit, part, person_id=operation.reader, statuses=status or None, now=operation.now
        )
        return stop_connection(page, part, now=operation.now)

    @strawberry.field
    def calendar_questions(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[CalendarQuestion]:
        """What you are asked as a coach about events that you moved or deleted in your own calendar; the oldest first."""
        part = window(QUESTIONS, first, after, last, before)
        page = questions_page(info.context.unit, part, person_id=self.key, now=info.context.now)
        return question_connection(page, part)

    @strawberry.field
    def calendar(self, info: Info) -> CalendarLink | None:
        """Your iCal feed, and as a coach your Google Calendar."""
        return calendar_link(info.context, self.key)


def viewer(operation: Operation) -> Viewer:
    """The caller."""
    known = operation.person
    return Viewer(
        id=strawberry.ID(global_id("Viewer", known.person_id)),
        person=person(known.person_id, known.person_name, known.person_zone),
        time_zone=TimeZone(known.person_zone),
        roles=sorted(known.roles),
        key=known.person_id,
    )


def wanted(given: SessionFilter | None, person_id: int | None) -> Wanted:
    """The sessions of a person (None: of everybody) that a filter lets through."""
    if given is None:
        return Wanted(person_id=person_id)
    return Wanted(
        person_id=person_id,
        with_id=key_or_none(given.with_, "Person", "filter.with"),
        statuses=None if given.status is None else tuple(given.status),
        starts_from=None if given.during is None else given.during.from_,
        starts_before=None if given.during is None else given.during.to,
    )
