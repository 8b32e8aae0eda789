"""A session with another coach: in place of one with the regular coach, or besides (O31, O32, O33, D-26)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from commands.apply.change import Change, apply_change
from commands.apply.credits import Posting, open_lot, post_entry
from commands.apply.work import Work
from commands.book import BookingCase, BookSession, case_of_pair, insert_session
from commands.facts.policies import offered
from commands.facts.sessions import lot_of, session_cases
from commands.membership.extra import came_of_it
from commands.membership.log import Doer, note_down
from commands.membership.released import release_sessions, tell_released
from commands.membership.requests import RequestCase
from commands.outcome import Refused, refused
from models.queries.booking import pairing
from models.queries.sessions import lots_of
from models.unit import Unit
from policy.booking import decide_booking
from policy.decisions import Decision
from policy.effects import NewLot
from policy.facts import HeldUnit, Lot
from policy.terms import ActorKind, LedgerKind, LotSource, RefusalCode, SessionStatus

NOT_YET = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOff:
    """A one-off as it can be booked: its case, and how it is decided."""

    case: BookingCase
    decision: Decision
    command: BookSession


def plan_one_off(unit: Unit, case: RequestCase, *, now: datetime) -> OneOff | Refused:
    """The one-off as it would be booked now, with the credit that will be free for it; or why it cannot be."""
    row = case.row
    command = BookSession(
        kind_id=row.kind_id,
        coach_id=row.coach_id,
        member_id=row.member_id,
        starts_at=row.starts_at.astimezone(UTC),
        beside_others=False,
    )
    found = pairing(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if found is None or found.member_id is None:
        return refused(RefusalCode.NOT_FOUND)
    policy = offered(found.document, found.policy_number, found.kind_code, found.contract_document, found.plan_document)
    if policy is None:
        return refused(RefusalCode.NOT_FOUND)
    replaced = _replaced(unit, case, now=now)
    if isinstance(replaced, Refused):
        return replaced
    lots = (_bought(policy.kind.code, policy.kind.units, now=now),) if replaced is None else replaced
    # The team has approved the time with the coach: published hours play no part.
    made = case_of_pair(unit, found, policy, command, ActorKind.SYSTEM, lots=lots, without=row.replaces_id, now=now)
    decision = decide_booking(policy, made.facts, now=now)
    if not decision.allowed:
        return refused(decision.code or RefusalCode.WRONG_STATE)
    return OneOff(case=made, decision=replace(decision, actor=ActorKind.MEMBER), command=command)


def _replaced(unit: Unit, case: RequestCase, *, now: datetime) -> tuple[Lot, ...] | Refused | None:
    """The credit of the session whose place it takes, as it will be free; None where it takes nobody's place."""
    if case.row.replaces_id is None:
        return None
    found = session_cases(unit, [case.row.replaces_id], now=now)[case.row.replaces_id]
    if found.facts.status is not SessionStatus.SCHEDULED or found.facts.starts_at <= now:
        return refused(RefusalCode.WRONG_STATE, message="The session whose place it takes does not stand any more.")
    return tuple(_freed(one) for one in found.facts.held)


def _freed(held: HeldUnit) -> Lot:
    return replace(held.lot, available=held.lot.available + held.units)


def _bought(kind: str, units: int, *, now: datetime) -> Lot:
    """What a purchase will grant."""
    return Lot(
        id=NOT_YET,
        kind=kind,
        source=LotSource.PURCHASE,
        opens_at=now,
        closes_at=None,
        available=units,
        held=0,
        granted_order=NOT_YET,
    )


def book_one_off(unit: Unit, case: RequestCase, one_off: OneOff, doer: Doer) -> tuple[int, int | None, list[Work]]:
    """The session stands, in the place of the other where it takes one; returns it, the lot that was bought, and the mails.

    A late replacement pays the regular coach; the member loses nothing by it (D-26).
    """
    works: list[Work] = []
    lot: int | None = None
    if case.row.replaces_id is not None:
        released = release_sessions(unit, [case.row.replaces_id], doer, rule="D-26", paid_if_late=True)
        works += tell_released(unit, released, doer)
    else:
        lot = _buy(unit, case, one_off, doer)
    decision = _paid_from(unit, case, one_off, lot)
    subject = insert_session(unit, one_off.command, one_off.case, decision, now=doer.now)
    change = Change(
        subject=subject,
        decision=decision,
        actor=doer.actor,
        actor_kind=ActorKind.MEMBER,
        now=doer.now,
        policy=one_off.case.policy,
        recorded_at=doer.recorded_at,
        timer=doer.cause,
    )
    apply_change(unit, change)
    return subject.session_id, lot, works


def _buy(unit: Unit, case: RequestCase, one_off: OneOff, doer: Doer) -> int:
    event = note_down(unit, doer, "CREDIT_GRANTED", frozenset({case.row.member_id}), request=case.row.id)
    posting = Posting(
        member_id=case.row.member_id,
        kind_id=case.row.kind_id,
        membership_id=case.membership.id,
        event_id=event,
        session_id=None,
        reason=None,
        recorded_at=doer.recorded_at,
        effective_at=doer.now,
        cause=f"one-off:{case.row.id}",
    )
    window = NewLot(source=LotSource.PURCHASE, opens_at=doer.now, closes_at=None)
    lot = open_lot(unit, posting, window, cause=posting.cause)
    if lot is None:
        raise RuntimeError(f"the lot of {posting.cause} was opened before")
    post_entry(unit, posting, LedgerKind.GRANT, one_off.case.policy.kind.units, lot)
    return came_of_it(unit, case, posting.cause)


def _paid_from(unit: Unit, case: RequestCase, one_off: OneOff, lot: int | None) -> Decision:
    """The decision with the lots as they stand now; it was allowed before, and nothing came between."""
    if lot is None:
        return one_off.decision
    rows = lots_of(unit, [(case.row.member_id, case.row.kind_id)], sessions=[], since=one_off.decision.facts.now)
    lots = tuple(lot_of(row, row.id) for row in rows if row.id == lot)
    facts = replace(one_off.case.facts, lots=lots)
    decision = decide_booking(one_off.case.policy, facts, now=one_off.decision.facts.now)
    return replace(decision, actor=ActorKind.MEMBER)
