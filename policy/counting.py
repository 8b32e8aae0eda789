"""How much a tally counts: a sum over the record, never a counter that is kept (D-59, MODEL 3.5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from policy.calendar_terms import term_of
from policy.facts import Zones
from policy.periods import same_period
from policy.resolved import ResolvedPolicy
from policy.tallies import Tally
from policy.terms import Fault, SessionStatus, TallyOf, TallyWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A reason in the record of a member and a coach.

    `at`: the scheduled start of its session, or the instant of a move. `status`: SCHEDULED for a move. `lots`: from which the
    session was paid.
    """

    session_id: int
    member_id: int
    coach_id: int
    reason: str
    at: datetime
    status: SessionStatus
    fault: Fault
    lots: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The event for which a tally is asked, itself not counted: of which session and people, dated, paid from which lots."""

    session_id: int
    member_id: int
    coach_id: int
    at: datetime
    lots: frozenset[int] = frozenset()


def asked_tallies(policy: ResolvedPolicy) -> frozenset[str]:
    """The tallies that rows of the change table ask for."""
    return frozenset(name for row in policy.rows for name in row.below)


def tally_values(policy: ResolvedPolicy, zones: Zones, record: Sequence[Recorded], present: Present) -> dict[str, int]:
    """The value of each tally that a row asks for, at the date of the present event."""
    return {
        name: tally_value(policy.tallies[name], policy, zones, record, present)
        for name in sorted(asked_tallies(policy))
    }


def tally_value(
    tally: Tally, policy: ResolvedPolicy, zones: Zones, record: Sequence[Recorded], present: Present
) -> int:
    """What the record adds up to at the date of the present event."""
    concerned = [one for one in record if _concerns(tally, one, present)]
    if tally.in_a_row:
        concerned = list(_latest_row(tally, concerned))
    return sum(tally.counts.get(one.reason, 0) for one in concerned if _inside(tally, policy, zones, one, present))


def _concerns(tally: Tally, one: Recorded, present: Present) -> bool:
    match tally.of:
        case TallyOf.MEMBER:
            return one.member_id == present.member_id
        case TallyOf.COACH:
            return one.coach_id == present.coach_id
        case TallyOf.PAIR:
            return (one.member_id, one.coach_id) == (present.member_id, present.coach_id)


def _inside(tally: Tally, policy: ResolvedPolicy, zones: Zones, one: Recorded, present: Present) -> bool:
    window = tally.window
    if isinstance(window, timedelta):
        return present.at - window < one.at <= present.at
    match window:
        case TallyWindow.SESSION:
            return one.session_id == present.session_id
        case TallyWindow.LOT:
            return bool(one.lots & present.lots)
        case TallyWindow.PERIOD:
            return same_period(policy, zones, one.at, present.at)
        case TallyWindow.TERM:
            return term_of(zones, one.at) == term_of(zones, present.at)
        case TallyWindow.ALL:
            return True


def _latest_row(tally: Tally, record: Iterable[Recorded]) -> Iterator[Recorded]:
    """Backwards from the latest event, what counts, until something ends the row."""
    for one in sorted(record, key=lambda one: one.at, reverse=True):
        if one.reason in tally.counts:
            yield one
        elif _ends_row(tally, one):
            return


def _ends_row(tally: Tally, one: Recorded) -> bool:
    """A session that was held, or missed by whose events are counted for a reason that does not count (D-17, D-59)."""
    if one.status is SessionStatus.COMPLETED:
        return True
    faults = {TallyOf.COACH: (Fault.COACH, Fault.BOTH)}.get(tally.of, (Fault.MEMBER, Fault.BOTH))
    return one.status is SessionStatus.MISSED and one.fault in faults
