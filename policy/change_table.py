"""The ordered table of MODEL 3.4: the first row that matches decides (D-55)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from policy.decisions import LimitFact, TimelineStep
from policy.facts import Attempt, ChangeFacts, SessionFacts
from policy.limits import TICK, Limit
from policy.periods import same_period
from policy.resolved import ResolvedPolicy
from policy.rows import Row, duplicate_row, started_row, unconfirmed_row
from policy.terms import Action, Anchor, Answer, Boundary, Side, ZoneOf


def anchor_of(policy: ResolvedPolicy, session: SessionFacts) -> datetime:
    """The start that the notice runs to (D-44)."""
    match policy.anchor:
        case Anchor.CURRENT_START:
            return session.starts_at
        case Anchor.EARLIEST_START:
            return session.first_starts_at


def limit_instant(policy: ResolvedPolicy, session: SessionFacts, facts: ChangeFacts, limit: Limit) -> datetime:
    """The last instant at which a limit is kept."""
    match policy.limit_zone:
        case ZoneOf.MEMBER:
            zone = facts.zones.member
        case ZoneOf.COACH:
            zone = facts.zones.coach
        case ZoneOf.ORGANISATION:
            zone = facts.zones.organisation
    return limit.instant(anchor_of(policy, session), zone=zone, holidays=facts.zones.holidays)


def kept(policy: ResolvedPolicy, at: datetime, *, now: datetime) -> bool:
    """Whether a notice is kept: exactly on the limit it is, unless the policy says otherwise (D-01)."""
    return now <= at if policy.boundary is Boundary.INCLUSIVE else now < at


def row_for(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> Row:
    """The row that decides at `now`. Raises LookupError where a table has a hole, which no published one has (3.6)."""
    fixed = fixed_row(session, attempt, now=now)
    if fixed is not None:
        return fixed
    for row in rows_of(policy, attempt):
        if _holds(row, policy, session, attempt, facts, now):
            return row
    raise LookupError(f"no row of {policy.name} decides {attempt.action} by {attempt.by}")


def fixed_row(session: SessionFacts, attempt: Attempt, *, now: datetime) -> Row | None:
    """The row that stands before every table and decides at `now`, if one does (MODEL 3.4)."""
    if attempt.action is Action.MISS:
        return None
    if now >= session.starts_at:
        return started_row(attempt.by or Side.MEMBER, attempt.action)
    if attempt.by is Side.MEMBER and session.question is not None and attempt.action is Action.CANCEL:
        return duplicate_row()
    if attempt.by is Side.MEMBER and session.moved_by_other_unconfirmed:
        return unconfirmed_row(attempt.action)
    return None


def rows_of(policy: ResolvedPolicy, attempt: Attempt) -> Iterator[Row]:
    """The rows for this side and action, in order."""
    return (row for row in policy.rows if row.by is attempt.by and row.action is attempt.action)


def _holds(
    row: Row, policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, now: datetime
) -> bool:
    notice = row.notice is None or kept(policy, limit_instant(policy, session, facts, row.notice), now=now)
    young = row.booked_within is None or now <= session.booked_at + row.booked_within
    below = all(facts.tallies.get(name, 0) < number for name, number in row.below.items())
    return (
        notice
        and young
        and below
        and (row.kinds is None or session.kind.code in row.kinds)
        and (row.claim is None or row.claim == attempt.claim)
        and (row.moved_inside is None or _moved_inside(session, attempt.by, row.moved_inside))
        and (row.to is None or _lies_near(row.to, policy, session, attempt, facts))
    )


def _moved_inside(session: SessionFacts, by: Side | None, notice: timedelta) -> bool:
    """Whether the acting side has moved the session before with less notice than this (D-60)."""
    return any(move.by is by and move.starts_at_before - move.at < notice for move in session.moves)


def _lies_near(
    to: timedelta | str, policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts
) -> bool:
    if attempt.to is None:
        return False
    if isinstance(to, timedelta):
        return attempt.to - session.starts_at <= to
    return same_period(policy, facts.zones, session.starts_at, attempt.to)


def limits_of(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> tuple[LimitFact, ...]:
    """The limits that the rows of this side and action name."""
    return tuple(
        LimitFact(row=row.id, limit=row.notice.text, at=at, kept=kept(policy, at, now=now))
        for row in rows_of(policy, attempt)
        if row.notice is not None
        for at in (limit_instant(policy, session, facts, row.notice),)
    )


def timeline_of(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> tuple[TimelineStep, ...]:
    """From now on, which row would decide the same request from when until when: each boundary instant is tried."""
    found: list[tuple[datetime, Row]] = []
    for at in (now, *_boundaries(policy, session, attempt, facts, now=now)):
        row = row_for(policy, session, attempt, facts, now=at)
        if not found or found[-1][1].id != row.id:
            found.append((at, row))
    # A step ends at the last instant before the next one begins: that is the limit itself, not the tick after it.
    ends = [at - TICK for at, _ in found[1:]]
    return tuple(_step(row, at, until) for (at, row), until in zip(found, [*ends, None], strict=True))


def _step(row: Row, at: datetime, until: datetime | None) -> TimelineStep:
    code = row.code if row.then is Answer.REFUSE else None
    return TimelineStep(from_at=at, until_at=until, row=row.id, answer=row.then, reason=row.reason, code=code)


def _boundaries(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> list[datetime]:
    """The first instants after now at which another row may decide."""
    after_limit = timedelta(0) if policy.boundary is Boundary.EXCLUSIVE else TICK
    found = {session.starts_at}
    for row in rows_of(policy, attempt):
        if row.notice is not None:
            found.add(limit_instant(policy, session, facts, row.notice) + after_limit)
        if row.booked_within is not None:
            found.add(session.booked_at + row.booked_within + TICK)
    return sorted(at for at in found if at > now)
