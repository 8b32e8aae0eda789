"""Sessions as facts of a decision, one or a page of them in two statements, one more where the policy counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import Row

from commands.apply.notices import Subject
from commands.facts.calendar import Around, Pair
from commands.facts.cases import case_of
from commands.facts.policies import stored_policy
from commands.facts.proposals import proposals_of
from commands.facts.settled import settled_facts
from models.queries.record import record_of
from models.queries.sessions import lots_of, sessions_by_id
from models.queries.settled import settled_of
from models.unit import Unit
from policy.counting import Present, Recorded, tally_values
from policy.decisions import Decision
from policy.document import ResolvedPolicy
from policy.facts import ChangeFacts, HeldUnit, Lot, Move, Question, SessionFacts, Settled, Zones
from policy.money import Money
from policy.stating import OPEN
from policy.steps import Counted, with_steps
from policy.stops import Stop
from policy.terms import ActorKind, Disposition, Fault, LotSource, Sanction, SessionStatus, Side
from policy.watching import has_steps, sides_counted


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCase:
    """A session with everything that a decision about it is made from, but the calendar around a new time.

    `record`: what tallies count, where the policy asks for one. `rivals`: the other bookings of the same open question.
    """

    subject: Subject
    facts: SessionFacts
    policy: ResolvedPolicy
    zones: Zones
    lots: tuple[Lot, ...]
    pair: Pair
    record: tuple[Recorded, ...] = ()
    rivals: tuple[SessionFacts, ...] = ()

    @property
    def persons(self) -> frozenset[int]:
        """Its two sides."""
        return frozenset({self.subject.coach_id, self.subject.member_id})

    def change_facts(self, *, at: datetime, near: Around | None = None) -> ChangeFacts:
        """What a decision about a change needs besides the session; `at` dates the change for tallies (D-59)."""
        return ChangeFacts(
            zones=self.zones,
            lots=self.lots,
            others=() if near is None else near.others,
            availability=None if near is None else near.availability,
            rivals=self.rivals,
            tallies=tally_values(self.policy, self.zones, self.record, self._present(at)),
        )

    def followed(self, decision: Decision, *, now: datetime) -> Decision:
        """The decision with what tallies make of it: the same whether it is shown or done (D-59)."""
        counted = Counted(zones=self.zones, record=self.record, present=self._present(self.facts.starts_at))
        return with_steps(self.policy, self.facts, counted, decision, now=now)

    def _present(self, at: datetime) -> Present:
        return Present(
            session_id=self.subject.session_id,
            member_id=self.subject.member_id,
            coach_id=self.subject.coach_id,
            at=at,
            lots=frozenset(held.lot.id for held in self.facts.held),
        )


def session_cases(unit: Unit, sessions: Sequence[int], *, now: datetime) -> dict[int, SessionCase]:
    """The sessions of these ids that the organisation has; two statements, whatever their number, two more for duplicates."""
    found = _cases(unit, sessions, now=now)
    others = {key for one in found.values() if one.facts.question for key in one.facts.question.sessions} - set(found)
    facts = {key: one.facts for key, one in {**found, **_cases(unit, sorted(others), now=now)}.items()}
    return {key: replace(one, rivals=_rivals(one.facts, facts)) for key, one in found.items()}


def sessions_alone(unit: Unit, sessions: Sequence[int]) -> dict[int, SessionCase]:
    """The sessions of these ids without credits, record and rivals: for what is decided by the session itself; one statement."""
    rows = sessions_by_id(unit, sessions) if sessions else ()
    policies = _policies(rows)
    return {row.id: _case(row, policies[row.id], (), (), None) for row in rows}


def _policies(rows: Sequence[Row[Any]]) -> dict[int, ResolvedPolicy]:
    """By session: the document comes with one of those that were booked under it."""
    documents = {row.policy_digest: row.policy for row in rows if row.policy is not None}
    return {row.id: stored_policy(row.policy_digest, documents[row.policy_digest]) for row in rows}


def _rivals(session: SessionFacts, facts: Mapping[int, SessionFacts]) -> tuple[SessionFacts, ...]:
    if session.question is None:
        return ()
    return tuple(facts[key] for key in session.question.sessions if key != session.id)


def _cases(unit: Unit, sessions: Sequence[int], *, now: datetime) -> dict[int, SessionCase]:
    if not sessions:
        return {}
    rows = sessions_by_id(unit, sessions)
    if not rows:
        return {}
    pairs = sorted({(row.member_id, row.kind_id) for row in rows})
    lots = lots_of(unit, pairs, sessions=[row.id for row in rows], since=now)
    policies = _policies(rows)
    sides = {row.id: sides_counted(policies[row.id]) for row in rows}
    members = sorted({row.member_id for row in rows if Side.MEMBER in sides[row.id]})
    coaches = sorted({row.coach_id for row in rows if Side.COACH in sides[row.id]})
    record = record_about(unit, members=members, coaches=coaches) if members or coaches else ()
    # A move can take a tally to a step, and stops that one has begun are known to the next.
    over = [row.id for row in rows if SessionStatus(row.status) not in OPEN or has_steps(policies[row.id])]
    settled = settled_of(unit, over) if over else {}
    return {row.id: _case(row, policies[row.id], lots, record, settled.get(row.id)) for row in rows}


def record_about(unit: Unit, *, members: Sequence[int], coaches: Sequence[int]) -> tuple[Recorded, ...]:
    """What the record says of these people, as tallies count it; one statement."""
    found = record_of(unit, members=members, coaches=coaches)
    return tuple(
        Recorded(
            session_id=one.id,
            member_id=one.member_id,
            coach_id=one.coach_id,
            reason=one.reason,
            at=one.at.astimezone(UTC),
            status=SessionStatus(one.status),
            fault=Fault(one.fault),
            lots=frozenset(one.lots),
        )
        for one in found
    )


def lot_of(row: Row[Any], order: int) -> Lot:
    """A lot with its balances; `order` is its place among the member's lots, the oldest first."""
    return Lot(
        id=row.id,
        kind=row.kind_code,
        source=LotSource(row.source),
        opens_at=row.opens_at.astimezone(UTC),
        closes_at=None if row.closes_at is None else row.closes_at.astimezone(UTC),
        available=row.available,
        held=row.held,
        granted_order=order,
    )


def _case(
    row: Row[Any],
    policy: ResolvedPolicy,
    all_lots: Sequence[Row[Any]],
    record: tuple[Recorded, ...],
    settled: Row[Any] | None,
) -> SessionCase:
    # A one-off is paid by the credit of the session that it takes the place of, which is one of another kind (D-26).
    own = [
        lot
        for lot in all_lots
        if lot.member_id == row.member_id and (lot.kind_id == row.kind_id or row.id in lot.touched)
    ]
    lots = {lot.id: lot_of(lot, lot.id) for lot in own}
    held = tuple(
        HeldUnit(lot=lots[lot.id], units=units) for lot in own for session, units in lot.held_by if session == row.id
    )
    return SessionCase(
        subject=_subject(row),
        facts=_facts(
            row, policy, held, Settled() if settled is None else settled_facts(settled, lots, coach_id=row.coach_id)
        ),
        policy=policy,
        zones=zones_of(row),
        lots=tuple(lots.values()),
        pair=Pair(
            coach_id=row.coach_id,
            member_id=row.member_id,
            kind_id=row.kind_id,
            hours_zone=row.hours_zone,
            buffer_before=row.buffer_before,
            buffer_after=row.buffer_after,
        ),
        record=record,
    )


def zones_of(row: Row[Any]) -> Zones:
    """The zones of a session's or a pairing's people, the first day of the membership (D-08, D-62), the holidays (D-31)."""
    return Zones(
        member=ZoneInfo(row.member_zone),
        coach=ZoneInfo(row.coach_zone),
        organisation=ZoneInfo(row.organisation_zone),
        accounting=ZoneInfo(row.accounting_zone),
        enrolled_on=row.enrolled_on,
        paid_from=row.paid_from,
        holidays=frozenset(row.holidays),
        terms=tuple(row.terms),
    )


def stops_of(row: Row[Any]) -> tuple[Stop, ...]:
    """What tallies have stopped for a pairing's member and coach."""
    return tuple(
        Stop(kind=Sanction(kind), ends_at=None if ends_at is None else _utc(datetime.fromisoformat(ends_at)))
        for kind, ends_at in row.stops
    )


def _facts(row: Row[Any], policy: ResolvedPolicy, held: tuple[HeldUnit, ...], settled: Settled) -> SessionFacts:
    return SessionFacts(
        id=row.id,
        kind=policy.kind,
        starts_at=row.starts_at.astimezone(UTC),
        ends_at=row.ends_at.astimezone(UTC),
        status=SessionStatus(row.status),
        booked_at=row.booked_at.astimezone(UTC),
        first_starts_at=row.first_starts_at.astimezone(UTC),
        fee=Money(minor_units=row.fee_minor_units, currency=row.fee_currency),
        price=None if row.price is None else _MONEY.validate_python(row.price),
        held=held,
        moves=tuple(
            Move(by=Side(by), at=datetime.fromisoformat(at), starts_at_before=datetime.fromisoformat(before))
            for by, at, before in row.moves
        ),
        moved_by_other_unconfirmed=row.moved_by_other_unconfirmed,
        provisional=row.provisional,
        reason=row.reason,
        late=row.late,
        recorded_at=_utc(row.recorded_at),
        stated_by=None if row.stated_by is None else ActorKind(row.stated_by),
        undecided=row.undecided,
        decided_by=None if row.decided_by is None else ActorKind(row.decided_by),
        decide_by=_utc(row.decide_by),
        on_silence=row.on_silence,
        completes_at=_utc(row.completes_at),
        coach_present=row.coach_present,
        member_present=row.member_present,
        disposition=None if row.disposition is None else Disposition(row.disposition),
        settled=settled,
        proposals=proposals_of(row.proposals),
        case=case_of(row.last_case),
        stated_at=_utc(row.stated_at),
        offer_ended_at=_utc(row.offer_ended_at),
        rebooked=row.rebooked,
        question=None if row.question is None else _QUESTION.validate_python(row.question),
        asked_until=_utc(row.asked_until),
    )


_MONEY: TypeAdapter[Money] = TypeAdapter(Money)
_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)


def _subject(row: Row[Any]) -> Subject:
    return Subject(
        session_id=row.id,
        coach_id=row.coach_id,
        member_id=row.member_id,
        kind_id=row.kind_id,
        membership_id=row.membership_id,
        resolved_policy_id=row.resolved_policy_id,
        kind_code=row.kind_code,
        kind_name=row.kind_name,
        coach_name=row.coach_name,
        member_name=row.member_name,
        accounting_zone=row.accounting_zone,
        starts_at=row.starts_at.astimezone(UTC),
        ends_at=row.ends_at.astimezone(UTC),
        sequence=row.sequence,
        version=row.version,
    )
