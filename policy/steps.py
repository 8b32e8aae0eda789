"""What tallies make of a decision: the steps that its event takes them to, and those that it takes back (MODEL 3.5, D-59)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from policy.counting import Present, Recorded
from policy.decisions import Decision
from policy.effects import Cancel, Conclude, Effect, LiftSteps, Move, TakeStep
from policy.facts import Sanctioned, SessionFacts, Zones
from policy.reading import STOPS
from policy.resolved import ResolvedPolicy
from policy.terms import Fault, SessionStatus, TallyOf, Until
from policy.watching import Reached, end_of_step, reached, reached_from, side_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What tallies are asked with: the record of the two people, where days are counted, and of which session it is."""

    zones: Zones
    record: Sequence[Recorded]
    present: Present


def with_steps(
    policy: ResolvedPolicy, session: SessionFacts, counted: Counted, decision: Decision, *, now: datetime
) -> Decision:
    """The decision with what follows from its event by a tally, as effects at its end; what was said before is no new event."""
    event = _event(session, counted, decision, now=now) if decision.allowed else None
    if event is None:
        return decision
    own = _lots(counted.record, session) | event.lots
    event = replace(event, lots=own)
    lifted = tuple(_lifted(session, decision, event, now=now))
    taken = tuple(_taken(policy, session, counted, event, lifted, now=now))
    return replace(decision, effects=(*decision.effects, *lifted, *taken))


def with_steps_from(
    policy: ResolvedPolicy, session: SessionFacts, zones: Zones, numbers: Mapping[str, int], decision: Decision
) -> Decision:
    """The decision with its steps where only numbers are known: what each tally has come to before it."""
    now = decision.facts.now
    present = Present(session_id=session.id, member_id=0, coach_id=0, at=now, lots=frozenset())
    counted = Counted(zones=zones, record=(), present=present)
    event = _event(session, counted, decision, now=now) if decision.allowed else None
    if event is None:
        return decision
    steps = (_step(policy, zones, one, (), now=now) for one in reached_from(policy, numbers, event.reason))
    return replace(decision, effects=(*decision.effects, *(one for one in steps if one.then)))


def _event(session: SessionFacts, counted: Counted, decision: Decision, *, now: datetime) -> Recorded | None:
    """What the record will say of the session by this decision; None where it says nothing new (D-17)."""
    for effect in decision.effects:
        match effect:
            case Cancel() if effect.reason:
                return _recorded(counted, effect.reason, session.starts_at, SessionStatus.CANCELLED, effect.fault)
            case Conclude() if (effect.reason, effect.status) != (session.reason, session.status):
                return _recorded(counted, effect.reason, session.starts_at, effect.status, effect.fault)
            case Move():
                return _recorded(counted, effect.reason, now, SessionStatus.SCHEDULED, Fault.NONE)
            case _:
                continue
    return None


def _recorded(counted: Counted, reason: str, at: datetime, status: SessionStatus, fault: Fault) -> Recorded:
    present = counted.present
    return Recorded(
        session_id=present.session_id,
        member_id=present.member_id,
        coach_id=present.coach_id,
        reason=reason,
        at=at.astimezone(UTC),
        status=status,
        fault=fault,
        lots=present.lots,
    )


def _lots(record: Sequence[Recorded], session: SessionFacts) -> frozenset[int]:
    """From which lots the session was paid, also after it has ended and holds nothing any more."""
    return frozenset[int]().union(*(one.lots for one in record if one.session_id == session.id))


def _lifted(session: SessionFacts, decision: Decision, event: Recorded, *, now: datetime) -> Iterator[LiftSteps]:
    """What the session had led to for the reason that is taken back."""
    amends = any(isinstance(effect, Conclude) and effect.amends for effect in decision.effects)
    if not amends or event.reason == session.reason:
        return
    settled = session.settled
    standing = [one for one in settled.sanctions if one.stands(now=now)]
    if standing or settled.charge or settled.penalty:
        yield LiftSteps(
            sanctions=tuple(one.id for one in standing),
            sides=tuple(sorted({one.to for one in standing})),
            charge=settled.charge,
            penalty=settled.penalty,
        )


def _taken(
    policy: ResolvedPolicy,
    session: SessionFacts,
    counted: Counted,
    event: Recorded,
    lifted: tuple[LiftSteps, ...],
    *,
    now: datetime,
) -> Iterator[Effect]:
    # Until now the record says of the session what the decision takes the place of; its moves are events of their own.
    own = {SessionStatus.SCHEDULED} if event.status is not SessionStatus.SCHEDULED else set(SessionStatus)
    others = [one for one in counted.record if one.session_id != session.id or one.status in own]
    present = replace(counted.present, at=event.at, lots=event.lots)
    gone = {key for one in lifted for key in one.sanctions}
    standing = [one for one in session.settled.sanctions if one.id not in gone]
    for one in reached(policy, counted.zones, others, event, present):
        step = _step(policy, counted.zones, one, standing, now=now)
        if step.then:
            yield step


def _step(
    policy: ResolvedPolicy, zones: Zones, one: Reached, standing: Sequence[Sanctioned], *, now: datetime
) -> TakeStep:
    """The step as an effect. What lasts is not begun a second time by the same session."""
    begun = any((old.tally, old.step) == (one.name, one.place) for old in standing)
    then = tuple(what for what in one.step.then if not (begun and what in STOPS))
    lasting = any(what in STOPS for what in then)
    end = end_of_step(one.step, policy, zones, begins_at=now) if lasting else None
    kinds = one.step.kinds
    return TakeStep(
        tally=one.name,
        step=one.place,
        to=side_of(one.tally),
        then=then,
        words=one.words,
        until=None if end is None else end.astimezone(UTC),
        lasts=one.step.lasts if lasting and end is None and isinstance(one.step.lasts, Until) else None,
        amount=one.step.amount,
        kinds=None if kinds is None else tuple(sorted(kinds)),
        of_pair=one.tally.of is TallyOf.PAIR,
    )
