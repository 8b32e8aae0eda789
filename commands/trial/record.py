"""What tallies and limits count while sessions are replayed under one policy: kept by person, one entry for each ending (D-59)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from policy.counting import Recorded
from policy.lives import Life
from policy.resolved import ResolvedPolicy
from policy.terms import Fault, SessionStatus
from policy.watching import is_counted

Key = tuple[int, int]
"""A session, and which of its events: 0 its ending, from 1 on its moves."""


@dataclass(slots=True)
class Record:
    """The reasons that have been recorded so far; nothing is kept where no row asks."""

    by_member: dict[int, dict[Key, Recorded]] = field(default_factory=lambda: defaultdict(dict))
    by_coach: dict[int, dict[Key, Recorded]] = field(default_factory=lambda: defaultdict(dict))
    starts: dict[int, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, rules: ResolvedPolicy, life: Life) -> tuple[Recorded, ...]:
        """Everything that a tally of these rules may count for this member and coach."""
        if not is_counted(rules):
            return ()
        own = self.by_member[life.place.member_id]
        others = self.by_coach[life.place.coach_id]
        return (*own.values(), *(one for key, one in others.items() if key not in own))

    def counted(self, rules: ResolvedPolicy, life: Life) -> tuple[datetime, ...]:
        """Starts of the member's other sessions that count for `booking.limits`."""
        if not rules.booking_limits:
            return ()
        return tuple(at for key, at in self.starts[life.place.member_id].items() if key != life.session.id)

    def met(self, life: Life) -> bool:
        """Whether the two have had a session."""
        return any(
            one.status is SessionStatus.COMPLETED and one.coach_id == life.place.coach_id
            for one in self.by_member[life.place.member_id].values()
        )

    def add(self, key: Key, entry: Recorded) -> None:
        """The entry stands, in place of an earlier one of the same key."""
        self.by_member[entry.member_id][key] = entry
        self.by_coach[entry.coach_id][key] = entry

    def note(self, life: Life, *, moved: int, now: datetime) -> None:
        """The session's state counts as it is now; `moved`: how many moves it had before."""
        rules, session = life.rules, life.session
        if rules.booking_limits:
            starts = self.starts[life.place.member_id]
            if life.booked and session.status is not SessionStatus.CANCELLED:
                starts[session.id] = session.starts_at
            else:
                starts.pop(session.id, None)
        if not is_counted(rules):
            return
        for number in range(moved, len(session.moves)):
            self.add((session.id, number + 1), _entry(life, life.last_move_reason, now, SessionStatus.SCHEDULED))
        if session.status in ENDED and session.reason is not None:
            self.add((session.id, 0), _entry(life, session.reason, session.starts_at, session.status))


ENDED = (SessionStatus.CANCELLED, SessionStatus.MISSED, SessionStatus.COMPLETED)


def _entry(life: Life, reason: str, at: datetime, status: SessionStatus) -> Recorded:
    terms = life.rules.reasons.get(reason)
    return Recorded(
        session_id=life.session.id,
        member_id=life.place.member_id,
        coach_id=life.place.coach_id,
        reason=reason,
        at=at,
        status=status,
        fault=Fault.NONE if terms is None or status is SessionStatus.SCHEDULED else terms.fault,
        lots=frozenset(one.lot.id for one in life.paid_from),
    )
