"""The ordered table of MODEL 3.4: the first row that matches decides (D-55)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from policy.decisions import LimitFact, TimelineStep
from policy.facts import Attempt, ChangeFacts, SessionFacts
from policy.limits import Limit
from policy.periods import same_period
from policy.terms import Action, Anchor, Answer, Boundary, RefusalCode, Side, ZoneOf

if TYPE_CHECKING:
    from policy.document import ResolvedPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: whose change, which one, under which conditions, and the answer. A condition that is None always holds."""

    id: str
    by: Side
    action: Action
    then: Answer
    reason: str | None = None
    code: RefusalCode = RefusalCode.NOTICE_TOO_SHORT
    kinds: frozenset[str] | None = None
    notice: Limit | None = None
    booked_within: timedelta | None = None
    moved_inside: timedelta | None = None
    claim: str | None = None
    to: timedelta | str | None = None
    below: dict[str, int] = field(default_factory=dict)
    rule: str | None = None


STARTED = "started"
UNCONFIRMED_MOVE = "unconfirmed-move"


def started_row(attempt: Attempt) -> Row:
    """Once a session has started nothing is cancelled or moved any more (D-05)."""
    return Row(
        id=STARTED,
        by=attempt.by or Side.MEMBER,
        action=attempt.action,
        then=Answer.REFUSE,
        code=RefusalCode.SESSION_STARTED,
        rule="D-05",
    )


def unconfirmed_row(action: Action) -> Row:
    """After a direct move by the other side the member may decline the new time without loss (D-36)."""
    reason = "MOVE_DECLINED" if action is Action.CANCEL else "CLIENT_MOVED"
    return Row(id=UNCONFIRMED_MOVE, by=Side.MEMBER, action=action, then=Answer.DO, reason=reason, rule="D-36")


def anchor_of(policy: "ResolvedPolicy", session: SessionFacts) -> datetime:
    """The start that the notice runs to (D-44)."""
    match policy.anchor:
        case Anchor.CURRENT_START:
            return session.starts_at
        case Anchor.EARLIEST_START:
            return session.first_starts_at


def limit_instant(policy: "ResolvedPolicy", session: SessionFacts, facts: ChangeFacts, limit: Limit) -> datetime:
    """The last instant at which a limit is kept."""
    match policy.limit_zone:
        case ZoneOf.MEMBER:
            zone = facts.zones.member
        case ZoneOf.COACH:
            zone = facts.zones.coach
        case ZoneOf.ORGANISATION:
            zone = facts.zones.organisation
    return limit.instant(anchor_of(policy, session), zone=zone, holidays=facts.zones.holidays)


def kept(policy: "ResolvedPolicy", at: datetime, *, now: datetime) -> bool:
    """Whether a notice is kept: exactly on the limit it is, unless the policy says otherwise (D-01)."""
    return now <= at if policy.boundary is Boundary.INCLUSIVE else now < at


def row_for(
    policy: "ResolvedPolicy", session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> Row:
    """The row that decides at `now`. Raises LookupError where a table has a hole, which no published one has (3.6)."""
    if now >= session.starts_at and attempt.action is not Action.MISS:
        return started_row(attempt)
    if session.moved_by_other_unconfirmed and attempt.by is Side.MEMBER and attempt.action is not Action.MISS:
        return unconfirmed_row(attempt.action)
    for row in policy.rows:
        if row.by is attempt.by and row.action is attempt.action and _holds(row, policy, session, attempt, facts, now):
            return row
    raise LookupError(f"no row of {policy.name} decides {attempt.action} by {attempt.by}")


def _holds(
    row: Row, policy: "ResolvedPolicy", session: SessionFacts, attempt: Attempt, facts: ChangeFacts, now: datetime
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
    to: timedelta | str, policy: "ResolvedPolicy", session: SessionFacts, attempt: Attempt, facts: ChangeFacts
) -> bool:
    if attempt.to is None:
        return False
    if isinstance(to, timedelta):
        return attempt.to - session.starts_at <= to
    return same_period(policy, facts.zones, session.starts_at, attempt.to)


def limits_of(
    policy: "ResolvedPolicy", session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> tuple[LimitFact, ...]:
    """The limits that the rows of this side and action name."""
    return tuple(
        LimitFact(row=row.id, limit=row.notice.text, at=at, kept=kept(policy, at, now=now))
        for row in policy.rows
        if row.by is attempt.by and row.action is attempt.action and row.notice is not None
        for at in (limit_instant(policy, session, facts, row.notice),)
    )


def timeline_of(
    policy: "ResolvedPolicy", session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> tuple[TimelineStep, ...]:
    """From now on, which row would decide the same request from when until when: each boundary instant is tried."""
    steps: list[TimelineStep] = []
    for at in [now, *_boundaries(policy, session, attempt, facts, now=now)]:
        row = row_for(policy, session, attempt, facts, now=at)
        if steps and steps[-1].row == row.id:
            continue
        if steps:
            steps[-1] = _until(steps[-1], at)
        code = row.code if row.then is Answer.REFUSE else None
        step = TimelineStep(from_at=at, until_at=None, row=row.id, answer=row.then, reason=row.reason, code=code)
        steps.append(step)
    return tuple(steps)


TICK = timedelta(microseconds=1)


def _until(step: TimelineStep, next_from: datetime) -> TimelineStep:
    """A step ends at the last instant before the next one begins; limits are named, not the tick after them."""
    last = next_from - TICK
    return TimelineStep(
        from_at=step.from_at, until_at=last, row=step.row, answer=step.answer, reason=step.reason, code=step.code
    )


def _boundaries(
    policy: "ResolvedPolicy", session: SessionFacts, attempt: Attempt, facts: ChangeFacts, *, now: datetime
) -> list[datetime]:
    """The first instants after now at which another row may decide."""
    after_limit = timedelta(0) if policy.boundary is Boundary.EXCLUSIVE else TICK
    found = {session.starts_at}
    for row in policy.rows:
        if row.by is attempt.by and row.action is attempt.action:
            if row.notice is not None:
                found.add(limit_instant(policy, session, facts, row.notice) + after_limit)
            if row.booked_within is not None:
                found.add(session.booked_at + row.booked_within + TICK)
    return sorted(at for at in found if at > now)
