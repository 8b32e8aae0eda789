"""bookSession and its twin: a member takes an opening of a coach (M1, M2, D-49)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.change import Change, apply_change
from commands.apply.notices import Subject
from commands.apply.sessions import write_session
from commands.apply.slots import decision_text
from commands.change import slot_conflict
from commands.facts.calendar import Pair, look_around
from commands.facts.policies import offered
from commands.facts.sessions import lot_of, session_cases, stops_of, zones_of
from commands.membership.dues import arrears_of
from commands.outcome import ActionCheck, Done, Outcome, Refused, check_of, refused
from commands.transaction import Request, carry_out
from models.queries.booking import pairing
from models.queries.limits import counted_starts, have_met
from models.queries.requests import quoted_extra
from models.queries.sessions import lots_of
from models.unit import Database, Unit
from policy.booking import decide_booking, rivals_wanted
from policy.decisions import Decision, consequence_of
from policy.document import ResolvedPolicy
from policy.effects import Book
from policy.entitlement import choose
from policy.facts import BookingFacts, Lot, SessionFacts
from policy.matching import CHEMISTRY
from policy.money import Money
from policy.terms import ActorKind, Basis, EngagementStatus, PeriodKind, RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSession:
    """A session of this kind with this coach at this start; `member_id` is the actor's own unless staff book for somebody.

    `beside_others`: where the policy would ask which of two bookings to keep, the second one is made.
    """

    kind_id: int
    coach_id: int
    member_id: int
    starts_at: datetime
    note: str | None = None
    beside_others: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCase:
    """A wish to book with everything that the decision is made from."""

    row: Row[Any]
    policy: ResolvedPolicy
    facts: BookingFacts
    actor_kind: ActorKind
    pair: Pair


def book(database: Database, request: Request, command: BookSession) -> Outcome:
    """The session stands, its credit is held and both are told; or nothing happened and the answer says why."""
    try:
        return carry_out(
            database,
            request,
            command,
            persons=frozenset({command.coach_id, command.member_id}),
            act=lambda unit: _act(unit, request, command),
            takes_time=True,
        )
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_book(unit: Unit, actor: Actor, command: BookSession, *, now: datetime) -> ActionCheck:
    """What booking would lead to now, without acting; three statements."""
    case = booking_case(unit, actor, command, now=now)
    if isinstance(case, RefusalCode):
        return ActionCheck(allowed=False, late=False, code=case, decision=None, consequence=None, checked_at=now)
    decision = decide_booking(case.policy, case.facts, now=now)
    return check_of(decision, consequence_of(decision), now=now)


def booking_case(unit: Unit, actor: Actor, command: BookSession, *, now: datetime) -> BookingCase | RefusalCode:
    """The facts of a wish to book, or why the actor may not even ask: three statements."""
    own, staff = actor.person_id == command.member_id, actor.may(Scope.BOOKINGS)
    kind = ActorKind.MEMBER if own else ActorKind.STAFF if staff else None
    row = pairing(unit, kind=command.kind_id, coach=command.coach_id, member=command.member_id)
    if kind is None:
        seen = actor.person_id == command.coach_id or actor.may(Scope.READ)
        return RefusalCode.FORBIDDEN if seen else RefusalCode.NOT_FOUND
    if row is None or row.member_id is None or not row.is_member or not (row.engagement_id or row.open_to_all):
        return RefusalCode.NOT_FOUND
    policy = offered(row.document, row.policy_number, row.kind_code, row.contract_document, row.plan_document)
    if policy is None:
        return RefusalCode.NOT_FOUND
    lots = lots_for(unit, command, now=now)
    return case_of_pair(unit, row, policy, command, kind, lots=lots, without=None, now=now)


def lots_for(unit: Unit, command: BookSession, *, now: datetime) -> tuple[Lot, ...]:
    """The member's lots of the kind that are not closed; one statement."""
    rows = lots_of(unit, [(command.member_id, command.kind_id)], sessions=[], since=now)
    return tuple(lot_of(lot, lot.id) for lot in rows)


def case_of_pair(  # noqa: PLR0913  what a booking is made from stands side by side
    unit: Unit,
    row: Row[Any],
    policy: ResolvedPolicy,
    command: BookSession,
    kind: ActorKind,
    *,
    lots: tuple[Lot, ...],
    without: int | None,
    now: datetime,
    asked: int | None = None,
) -> BookingCase:
    """The facts of a booking by this pair from these lots; `without`: a session that will not stand in its way, nor the invite `asked`."""
    pair = Pair(
        coach_id=command.coach_id,
        member_id=command.member_id,
        kind_id=command.kind_id,
        hours_zone=row.hours_zone,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
    )
    end = command.starts_at + policy.kind.duration
    # Only who has one credit for a period competes with other sessions of theirs.
    others = policy.period is not PeriodKind.NONE
    near = look_around(
        unit, pair, start=command.starts_at, end=end, now=now, without=without, asked=asked, others=others
    )
    facts = BookingFacts(
        kind=policy.kind,
        actor=kind,
        starts_at=command.starts_at,
        zones=zones_of(row),
        availability=near.availability,
        lots=lots,
        others=near.others,
        note=command.note,
        rests=row.rests,
        candidate=row.engagement_status == EngagementStatus.CANDIDATE,
        met=policy.kind.code == CHEMISTRY and have_met(unit, command.member_id, command.coach_id, command.kind_id),
        arrears=_arrears(unit, policy, command, now=now),
        counted_starts=_counted(unit, command) if policy.booking_limits else (),
        agreed=asked is not None,
        met_before=row.met_before,
        stops=stops_of(row),
    )
    if policy.basis is Basis.CADENCE and choose(lots, command.starts_at, policy.kind.units) is None:
        facts = replace(facts, quoted=quoted_extra(unit, command.member_id, command.kind_id))
    if command.beside_others and near.others and rivals_wanted(policy, facts):
        facts = replace(facts, rivals=_rivals(unit, facts, now=now))
    return BookingCase(row=row, policy=policy, facts=facts, actor_kind=kind, pair=pair)


def _rivals(unit: Unit, facts: BookingFacts, *, now: datetime) -> tuple[SessionFacts, ...]:
    """The member's other scheduled sessions of the kind as they stand."""
    cases = session_cases(unit, [one.id for one in facts.others], now=now)
    return tuple(case.facts for case in cases.values())


def _arrears(unit: Unit, policy: ResolvedPolicy, command: BookSession, *, now: datetime) -> Money | None:
    """What the member owes, where the policy asks for it (D-64)."""
    if policy.max_arrears is None:
        return None
    return Money(minor_units=arrears_of(unit, command.member_id, now=now), currency=policy.currency)


def _counted(unit: Unit, command: BookSession) -> tuple[datetime, ...]:
    return counted_starts(unit, member=command.member_id, kind=command.kind_id)


def _act(unit: Unit, request: Request, command: BookSession) -> Outcome:
    case = booking_case(unit, request.actor, command, now=request.now)
    if isinstance(case, RefusalCode):
        return refused(case)
    decision = decide_booking(case.policy, case.facts, now=request.now)
    consequence = consequence_of(decision)
    if not decision.allowed or decision.code is not None:
        check = check_of(decision, consequence, now=request.now)
        code = decision.code or RefusalCode.FORBIDDEN
        return Refused(code=code, message=check.message or "", check=check, alternatives=tuple(decision.alternatives))
    subject = insert_session(unit, command, case, decision, now=request.now)
    change = Change(
        subject=subject,
        decision=decision,
        actor=request.actor,
        actor_kind=case.actor_kind,
        now=request.now,
        policy=case.policy,
        note=command.note,
        request=request.idempotency_key,
    )
    event = apply_change(unit, change)
    return Done(object_id=subject.session_id, event_id=event, consequence=consequence)


def insert_session(
    unit: Unit, command: BookSession, case: BookingCase, decision: Decision, *, now: datetime
) -> Subject:
    """The row of the session that was decided; its interval, credit and messages are not written yet."""
    row, ends_at = case.row, command.starts_at + case.policy.kind.duration
    values = {
        "digest": case.policy.digest,
        "policy_version": row.policy_version_id,
        "document": case.policy.json_text,
        "coach": command.coach_id,
        "member": command.member_id,
        "kind": command.kind_id,
        "membership": row.membership_id,
        "start": command.starts_at,
        "end": ends_at,
        "now": now,
        "fee": row.fee_minor_units,
        "currency": row.fee_currency,
        "provisional": any(isinstance(effect, Book) and effect.provisional for effect in decision.effects),
        "decision": decision_text(decision),
    }
    written = write_session(unit, values)
    return Subject(
        session_id=written.id,
        coach_id=command.coach_id,
        member_id=command.member_id,
        kind_id=command.kind_id,
        membership_id=row.membership_id,
        resolved_policy_id=written.resolved_policy_id,
        kind_code=row.kind_code,
        kind_name=row.kind_name,
        coach_name=row.coach_name,
        member_name=row.member_name,
        accounting_zone=row.accounting_zone,
        starts_at=command.starts_at,
        ends_at=ends_at,
        sequence=0,
        version=1,
    )
