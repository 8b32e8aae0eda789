"""The last weeks of an organisation replayed under a policy that is not in force: each session twice, by its own rules and by those (D-63).

By its own rules a session must come to what the record says of it, units and money included; where it does not, it cannot be replayed and
is set aside, rather than compared.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from commands.facts.policies import stored_policy
from commands.facts.sessions import zones_of
from commands.trial.found import Changed, Found, Person, differences, outcome_of
from commands.trial.record import Record
from commands.trial.steps import Steps, concerned, stands
from models.queries.trial import decisions_in_order, number_of_sessions, record_before, sessions_of_trial
from models.unit import Unit
from policy.bills import Bill, Item, add_to, without_nothing
from policy.counting import Recorded
from policy.decisions import Decision, decision_from_json
from policy.deeds import NotRepeatable, deed_of
from policy.document import Policy, PolicyError, load_overlay, resolve
from policy.effects import LiftSteps, TakeStep, effects_from_json
from policy.facts import SessionFacts
from policy.limits import TICK
from policy.lives import Life, Place, World
from policy.money import Money
from policy.resolved import ResolvedPolicy
from policy.stating import OPEN
from policy.terms import ActorKind, Basis, Disposition, Fault, Sanction, SessionStatus, Side
from policy.watching import is_counted

_MONEY: TypeAdapter[Money] = TypeAdapter(Money)


@dataclass(slots=True, kw_only=True)
class Twice:
    """A session in both worlds. `recorded`: what the log says it has come to; `aside`: it cannot be replayed; `over`: no deed follows."""

    row: Row[Any]
    own: Life
    tried: Life
    recorded: Bill = field(default_factory=Counter[tuple[Item, str]])
    aside: bool = False
    over: bool = False

    @property
    def due_at(self) -> datetime | None:
        """When a deadline acts next in one of them."""
        if self.aside:
            return None
        return min((at for at in (self.own.due_at(), self.tried.due_at()) if at is not None), default=None)


def run_trial(unit: Unit, policy: Policy, *, since: datetime, now: datetime, each: Callable[[Changed], None]) -> Found:
    """The trial of the policy over all sessions that start in `[since, now)`; `each` is called with every one that would have come out otherwise.

    The unit is read only. In memory are the sessions between their booking and their end, and what tallies count.
    """
    replay = _Replay(unit=unit, policy=policy, found=Found(since=since, until=now), each=each)
    replay.begin()
    for batch in decisions_in_order(unit, since=since, until=now):
        replay.load(batch)
        for row in batch:
            replay.take(row)
    replay.pass_time(now)
    for one in list(replay.alive.values()):
        replay.finish(one)
    return replay.counted()


@dataclass(kw_only=True)
class _Replay:
    unit: Unit
    policy: Policy
    found: Found
    each: Callable[[Changed], None]
    alive: dict[int, Twice] = field(default_factory=dict[int, Twice])
    earlier: list[tuple[datetime, Recorded]] = field(default_factory=list[tuple[datetime, Recorded]])
    skipped: set[int] = field(default_factory=set[int])
    due: list[tuple[datetime, int]] = field(default_factory=list[tuple[datetime, int]])
    own_record: Record = field(default_factory=Record)
    tried_record: Record = field(default_factory=Record)
    steps: Steps = field(default_factory=Steps)
    rules: dict[tuple[str, str | None, str | None], ResolvedPolicy | None] = field(
        default_factory=dict[tuple[str, str | None, str | None], ResolvedPolicy | None]
    )

    def begin(self) -> None:
        """What tallies count besides is known, where a row of the policy asks for one."""
        if any(row.below for row in self.policy.rows) or any(one.steps for one in self.policy.tallies.values()):
            rows = record_before(self.unit, since=self.found.since, until=self.found.until)
            self.earlier = [(row.known_at.astimezone(UTC), _recorded(row)) for row in rows]

    def counted(self) -> Found:
        """What was found; a session of which the log has no decision is set aside as well."""
        found = self.found
        found.sessions = number_of_sessions(self.unit, since=found.since, until=found.until)
        found.set_aside = found.sessions - found.replayed - found.without_kind
        return found

    def load(self, batch: Sequence[Row[Any]]) -> None:
        """The sessions of the batch that are met for the first time are alive in both worlds."""
        new = sorted({row.session_id for row in batch} - self.alive.keys() - self.skipped)
        rows = sessions_of_trial(self.unit, new) if new else []
        documents = {row.policy_digest: row.policy for row in rows if row.policy is not None}
        for row in rows:
            if row.kind_code not in self.policy.kinds:
                self.skipped.add(row.id)
                self.found.without_kind += 1
                continue
            own, rules = stored_policy(row.policy_digest, documents[row.policy_digest]), self.rules_for(row)
            if rules is None:
                self.skipped.add(row.id)
                continue
            tried = _life(row, own, rules)
            tried.follow = self.follow if is_counted(rules) else None
            self.alive[row.id] = Twice(row=row, own=_life(row, own, own), tried=tried)

    def rules_for(self, row: Row[Any]) -> ResolvedPolicy | None:
        """What a session of this kind, contract and plan would be booked under; None where one of them does not fit the policy."""
        key = (row.kind_code, row.contract, row.plan)
        if key not in self.rules:
            self.rules[key] = self.resolved(*key)
        return self.rules[key]

    def resolved(self, kind: str, contract: str | None, plan: str | None) -> ResolvedPolicy | None:
        """The values of the kind with the plan's and the contract's on top, as a booking finds them."""
        try:
            overlays = [None if one is None else load_overlay(one, self.policy) for one in (contract, plan)]
        except PolicyError:
            return None
        return resolve(self.policy, kind, contract=overlays[0], plan=overlays[1])

    def take(self, row: Row[Any]) -> None:
        """What the row of the log says was done, is done in both worlds, after every deadline that was due before."""
        if row.session_id in self.skipped:
            return
        one = self.alive[row.session_id]
        self.pass_time(row.effective_at.astimezone(UTC))
        one.over = row.is_last
        if not one.aside:
            self.repeat(one, row)
        self.go_on(one)

    def repeat(self, one: Twice, row: Row[Any]) -> None:
        """The deed is done anew; what cannot be, sets the session aside."""
        effects = effects_from_json(row.effects)
        add_to(one.recorded, effects)
        # What tallies have led to in fact stands in the log; nobody has to count it again.
        add_to(one.own.bill, (step for step in effects if isinstance(step, TakeStep | LiftSteps)))
        try:
            deed = deed_of(decision_from_json(row.decision), effects, {line.id: line for line in one.own.rules.rows})
            if deed is None:
                return
            for life, record in ((one.own, self.own_record), (one.tried, self.tried_record)):
                moved = len(life.session.moves)
                life.do(deed, self.world(one, life, record))
                record.note(life, moved=moved, now=deed.at)
        except NotRepeatable:
            one.aside = True
        self.lead_on(one)

    def world(self, one: Twice, life: Life, record: Record) -> World:
        """What others have done until now, in the world of this life; in the record's own world, whoever was booked could be."""
        own = life is one.own
        return World(
            record=record.of(life.rules, life),
            counted=record.counted(life.rules, life),
            stops=() if own else self.steps.of(life),
            met_before=own or record.met(life),
            enrolled=own or one.row.membership_id not in self.steps.ended,
        )

    def follow(self, life: Life, decision: Decision, now: datetime) -> Decision:
        """What tallies make of a decision under the policy that is tried."""
        return life.followed(self.tried_record.of(life.rules, life), decision, now=now)

    def lead_on(self, one: Twice) -> None:
        """What the session has led to by a tally concerns its two people from now on, and their other sessions."""
        led_to, one.tried.led_to = one.tried.led_to, []
        for now, effect in led_to:
            match effect:
                case LiftSteps():
                    self.steps.lift(one.tried, now=now)
                case TakeStep():
                    self.steps.begin(one.tried, effect)
                    if Sanction.CANCEL_FUTURE in effect.then:
                        self.cancel_future(one.tried, effect, now=now)
                    if Sanction.END in effect.then:
                        self.end(one, now=now)

    def cancel_future(self, life: Life, step: TakeStep, *, now: datetime) -> None:
        """The sessions to come of whom the step concerns are cancelled without loss to the other side."""
        others = {other.tried.session.id: other for other in self.in_order()}
        for other in list(concerned(life, step, (each.tried for each in others.values()), now=now)):
            self.release(others[other.session.id], rule="MODEL 3.5", now=now, of_coach=step.to is Side.COACH)

    def end(self, one: Twice, *, now: datetime) -> None:
        """The membership of the session has ended, and what was to come under it is cancelled; once."""
        membership = one.row.membership_id
        if membership is None or membership in self.steps.ended:
            return
        self.steps.ended.add(membership)
        for other in self.in_order():
            if other.row.membership_id == membership and stands(other.tried) and other.tried.session.starts_at >= now:
                self.release(other, rule="MODEL 5.7", now=now)

    def in_order(self) -> list[Twice]:
        """The sessions that are alive, the earliest first."""
        return sorted(self.alive.values(), key=lambda one: (one.tried.session.starts_at, one.row.id))

    def release(self, one: Twice, *, rule: str, now: datetime, of_coach: bool | None = None) -> None:
        """The session is cancelled under the policy that is tried, and no longer waits for what was due."""
        life, record = one.tried, self.tried_record
        life.release(record.of(life.rules, life), rule=rule, now=now, of_coach=of_coach)
        record.note(life, moved=len(life.session.moves), now=now)
        self.go_on(one)

    def go_on(self, one: Twice) -> None:
        """The session waits for its next deadline, or for its next deed, or is over."""
        due = one.due_at
        if due is not None and due <= self.found.until:
            heapq.heappush(self.due, (due, one.row.id))
        elif one.over and due is None:
            self.finish(one)

    def pass_time(self, now: datetime) -> None:
        """Every deadline before `now` has acted, in order, and what was said of earlier sessions until then is counted."""
        while self.earlier and self.earlier[-1][0] <= now:
            _, entry = self.earlier.pop()
            self.own_record.add((entry.session_id, 0), entry)
            self.tried_record.add((entry.session_id, 0), entry)
        while self.due and self.due[0][0] < now:
            at, key = heapq.heappop(self.due)
            one = self.alive.get(key)
            if one is not None and one.due_at == at:
                self.fire(one, at + TICK)
                self.go_on(one)

    def fire(self, one: Twice, now: datetime) -> None:
        """What is due for the session has happened in both worlds."""
        try:
            for life, record in ((one.own, self.own_record), (one.tried, self.tried_record)):
                life.pass_time(now)
                record.note(life, moved=len(life.session.moves), now=now)
        except NotRepeatable:
            one.aside = True
        self.lead_on(one)

    def finish(self, one: Twice) -> None:
        """The two worlds are compared, and the session is no longer in memory."""
        self.alive.pop(one.row.id)
        self.skipped.add(one.row.id)
        if not one.aside:
            self.fire(one, self.found.until)
        if one.aside or not _agrees(one):
            return
        self.found.replayed += 1
        before, after = outcome_of(one.own), outcome_of(one.tried)
        differs = differences(before, after)
        if not differs:
            return
        changed = Changed(
            id=one.row.id,
            starts_at=one.row.starts_at.astimezone(UTC),
            kind=one.row.kind_code,
            coach=Person(id=one.row.coach_id, name=one.row.coach_name, zone=one.row.coach_zone),
            member=Person(id=one.row.member_id, name=one.row.member_name, zone=one.row.member_zone),
            before=before,
            after=after,
            differs=differs,
        )
        self.found.add(changed)
        self.each(changed)


def _life(row: Row[Any], own: ResolvedPolicy, rules: ResolvedPolicy) -> Life:
    """The session before its booking, under these rules; `own`: those that it was booked under."""
    starts_at = row.booked_for.astimezone(UTC)
    paid = None if row.price is None else _MONEY.validate_python(row.price)
    session = SessionFacts(
        id=row.id,
        kind=rules.kind,
        starts_at=starts_at,
        ends_at=starts_at + rules.kind.duration,
        status=SessionStatus.SCHEDULED,
        booked_at=row.booked_at.astimezone(UTC),
        first_starts_at=starts_at,
        fee=Money(minor_units=row.fee_minor_units, currency=row.fee_currency),
        price=paid if rules is own else _price(paid, own, rules),
        coach_present=row.coach_present,
    )
    place = Place(member_id=row.member_id, coach_id=row.coach_id, zones=zones_of(row))
    same = (own.basis, own.period) == (rules.basis, rules.period)
    return Life(rules=rules, place=place, session=session, same_credits=same)


def _price(paid: Money | None, own: ResolvedPolicy, rules: ResolvedPolicy) -> Money | None:
    """What would have been paid: nothing where sessions are not purchased; what was paid, where the price is not another one."""
    if rules.basis is not Basis.PURCHASE:
        return None
    return paid if paid is not None and rules.kind.price == own.kind.price else rules.kind.price or paid


def _agrees(one: Twice) -> bool:
    """Whether the session comes, by its own rules, to what the record says; a deadline may have acted that nobody has noticed yet."""
    row, session = one.row, one.own.session
    if not one.own.booked or row.starts_at.astimezone(UTC) != session.starts_at:
        return False
    status = SessionStatus(row.status)
    if status in OPEN and (session.status in OPEN or session.stated_by is ActorKind.SYSTEM):
        return True
    disposition = None if row.disposition is None else Disposition(row.disposition)
    ended = (session.status, session.reason, session.disposition) == (status, row.reason, disposition)
    return ended and without_nothing(one.own.bill) == without_nothing(one.recorded)


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(
        session_id=row.id,
        member_id=row.member_id,
        coach_id=row.coach_id,
        reason=row.reason,
        at=row.at.astimezone(UTC),
        status=SessionStatus(row.status),
        fault=Fault(row.fault),
        lots=frozenset(row.lots),
    )
