"""sendInvite and requestBooking with their twins: a coach invites a member, a member asks a coach (V1 … V3, D-35, D-64)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.change import Change, apply_change
from commands.apply.subject import Subject
from commands.book import BookingCase, BookSession, case_of_pair, lots_for
from commands.change import refusal_of, slot_conflict
from commands.facts.calendar import Pair, look_around
from commands.facts.policies import offered
from commands.outcome import ActionCheck, Done, Outcome, Refused, check_of, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.queries.booking import pairing
from models.queries.proposals import proposal_of_event
from models.unit import Database, Unit
from policy.decisions import Decision, consequence_of
from policy.document import ResolvedPolicy
from policy.facts import Interval
from policy.inviting import Invitation, decide_invite, decide_request
from policy.terms import ActorKind, RefusalCode, Scope

MOST_TIMES = 20
"""Of one invite."""
LONGEST_RANGES = timedelta(days=31)
"""All ranges of one invite together."""
FARTHEST = timedelta(days=366)
"""How far ahead an invite reaches at most: whoever reads it has every time of it looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendInvite:
    """Invite this member to a session at one of `slots`, or at a time of their choice within `ranges`."""

    kind_id: int
    coach_id: int
    member_id: int
    slots: tuple[datetime, ...] = ()
    ranges: tuple[Interval, ...] = ()
    note: str | None = None

    @property
    def starts_at(self) -> datetime:
        """The first start that it offers."""
        return min([*self.slots, *(one.start for one in self.ranges)])

    @property
    def ends_at(self) -> datetime:
        """The last instant that it speaks of, but for the length of a session."""
        return max([*self.slots, *(one.end for one in self.ranges)])


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBooking:
    """Ask this coach for a session at this start."""

    kind_id: int
    coach_id: int
    member_id: int
    starts_at: datetime
    note: str | None = None


AnyWish = SendInvite | RequestBooking


def propose_session(database: Database, request: Request, command: AnyWish) -> Outcome:
    """The other side is asked, and the coach's time that is named is held; or nothing happened and the answer says why."""
    wrong = _wrong_times(command, now=request.now)
    if wrong is not None:
        return wrong
    persons = frozenset({command.coach_id, command.member_id})
    try:
        return carry_out(
            database,
            request,
            command,
            persons=persons,
            act=lambda unit: _act(unit, request, command),
            takes_time=True,
        )
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_wish(unit: Unit, actor: Actor, command: AnyWish, *, now: datetime) -> ActionCheck:
    """What the invite or the request would lead to now, without acting."""
    wrong = _wrong_times(command, now=now)
    case = wrong.code if wrong is not None else wish_case(unit, actor, command, now=now)
    if isinstance(case, RefusalCode):
        return ActionCheck(allowed=False, late=False, code=case, decision=None, consequence=None, checked_at=now)
    decision = _decide(case, command, now=now)
    return check_of(decision, consequence_of(decision), now=now)


def _wrong_times(command: AnyWish, *, now: datetime) -> Refused | None:
    if isinstance(command, RequestBooking):
        return None
    if not command.slots and not command.ranges:
        return invalid("Name a time.", "slots")
    if len(command.slots) + len(command.ranges) > MOST_TIMES:
        return invalid(f"At most {MOST_TIMES} times.", "slots")
    if len(set(command.slots)) < len(command.slots) or any(one.end <= one.start for one in command.ranges):
        return invalid("Each start once, and each range with its end after its start.", "slots")
    return _too_far(command, now=now)


def _too_far(command: SendInvite, *, now: datetime) -> Refused | None:
    if sum((one.end - one.start for one in command.ranges), timedelta(0)) > LONGEST_RANGES:
        return invalid(f"Ranges of at most {LONGEST_RANGES.days} days together.", "within")
    if command.ends_at > now + FARTHEST:
        return invalid(f"At most {FARTHEST.days} days ahead.", "slots" if command.slots else "within")
    return None


def wish_case(unit: Unit, actor: Actor, command: AnyWish, *, now: datetime) -> BookingCase | RefusalCode:
    """The facts of a wish, or why the actor may not even ask. Coaches invite their own members, members ask for themselves."""
    row = pairing(unit, kind=command.kind_id, coach=command.coach_id, member=command.member_id)
    kind = _capacity(actor, command)
    if kind is None:
        return _hidden(actor, command)
    if row is None or row.member_id is None or not row.is_member or not (row.engagement_id or row.open_to_all):
        return RefusalCode.NOT_FOUND
    if isinstance(command, SendInvite) and kind is ActorKind.COACH and not (row.engagement_id or row.met_before):
        return RefusalCode.NOT_FOUND
    policy = offered(row.document, row.policy_number, row.kind_code, row.contract_document, row.plan_document)
    if policy is None:
        return RefusalCode.NOT_FOUND
    wish = BookSession(
        kind_id=command.kind_id,
        coach_id=command.coach_id,
        member_id=command.member_id,
        starts_at=command.starts_at,
        note=command.note,
        beside_others=False,
    )
    case = case_of_pair(unit, row, policy, wish, kind, lots=lots_for(unit, wish, now=now), without=None, now=now)
    if isinstance(command, RequestBooking):
        return case
    return _as_the_coach_sees_it(unit, case, row, policy, command, now=now)


def _capacity(actor: Actor, command: AnyWish) -> ActorKind | None:
    own = command.coach_id if isinstance(command, SendInvite) else command.member_id
    if actor.person_id == own:
        return ActorKind.COACH if isinstance(command, SendInvite) else ActorKind.MEMBER
    # A session is asked for by its member alone; staff book it.
    return ActorKind.STAFF if isinstance(command, SendInvite) and actor.may(Scope.BOOKINGS) else None


def _hidden(actor: Actor, command: AnyWish) -> RefusalCode:
    seen = actor.person_id in (command.coach_id, command.member_id)
    return (
        RefusalCode.FORBIDDEN if seen or actor.may(Scope.READ) or actor.may(Scope.BOOKINGS) else RefusalCode.NOT_FOUND
    )


def _as_the_coach_sees_it(
    unit: Unit, case: BookingCase, row: Row[Any], policy: ResolvedPolicy, command: SendInvite, *, now: datetime
) -> BookingCase:
    """An invite is checked against the coach's time alone: what the member has elsewhere is not the coach's to know (D-35)."""
    pair = Pair(
        coach_id=command.coach_id,
        member_id=None,
        kind_id=command.kind_id,
        hours_zone=row.hours_zone,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
    )
    end = command.ends_at + policy.kind.duration
    near = look_around(unit, pair, start=max(command.starts_at, now), end=max(end, now), now=now)
    return replace(case, facts=replace(case.facts, availability=near.availability))


def _decide(case: BookingCase, command: AnyWish, *, now: datetime) -> Decision:
    match command:
        case SendInvite():
            offer = Invitation(slots=tuple(sorted(command.slots)), ranges=command.ranges)
            return decide_invite(case.policy, case.facts, offer, now=now)
        case RequestBooking():
            return decide_request(case.policy, case.facts, now=now)


def _act(unit: Unit, request: Request, command: AnyWish) -> Outcome:
    case = wish_case(unit, request.actor, command, now=request.now)
    if isinstance(case, RefusalCode):
        return refused(case)
    decision = _decide(case, command, now=request.now)
    consequence = consequence_of(decision)
    if not decision.allowed:
        return refusal_of(check_of(decision, consequence, now=request.now), decision)
    change = Change(
        subject=subject_of(case, command.starts_at, proposal_id=None),
        decision=decision,
        actor=request.actor,
        actor_kind=case.actor_kind,
        now=request.now,
        policy=case.policy,
        note=command.note,
        request=request.idempotency_key,
    )
    event = apply_change(unit, change)
    return Done(object_id=proposal_of_event(unit, event), event_id=event, consequence=consequence)


def subject_of(case: BookingCase, starts_at: datetime, *, proposal_id: int | None) -> Subject:
    """The session that is only proposed, as messages and the log name it."""
    row = case.row
    return Subject(
        session_id=0,
        coach_id=row.coach_id,
        member_id=row.member_id,
        kind_id=row.kind_id,
        membership_id=row.membership_id,
        resolved_policy_id=0,
        kind_code=row.kind_code,
        kind_name=row.kind_name,
        coach_name=row.coach_name,
        member_name=row.member_name,
        accounting_zone=row.accounting_zone,
        starts_at=starts_at,
        ends_at=starts_at + case.policy.kind.duration,
        sequence=0,
        version=1,
        proposal_id=proposal_id,
    )
