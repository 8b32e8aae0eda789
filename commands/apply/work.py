"""Due work written by the transaction that causes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

import orjson
from sqlalchemy import text

from models.unit import Unit
from policy.terms import WorkKind


class Rank(IntEnum):
    """The order of timers that fire at one instant (MODEL 8)."""

    PROPOSAL = 1
    DUPLICATE = 2
    CASE = 3
    LOT_CLOSE = 4
    RENEWAL = 5
    LOT_GRANT = 6
    SERIES = 7
    SESSION_END = 8
    AUTO_COMPLETE = 9
    REMINDER = 10
    OUTBOUND = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One thing to do once; `cause_key` names its cause, so that the same cause is never entered twice."""

    kind: WorkKind
    cause_key: str
    persons: frozenset[int]
    object_id: int
    fires_at: datetime
    lane: str | None = None
    strict: bool = False
    copy_for: int | None = None
    """Of a push: the member, in whose own calendar the same is to stand where one is connected."""
    only_if_connected: int | None = None
    """A person without whose connected calendar there is nothing to do, and so no work."""
    after: int | None = None
    """The work that has led to it: it is told of the same request and trace, whoever did that work, and however many with it."""


_RANKS: Mapping[WorkKind, Rank] = {
    WorkKind.PROPOSAL_EXPIRY: Rank.PROPOSAL,
    WorkKind.DUPLICATE_REPLY: Rank.DUPLICATE,
    WorkKind.TASK_DUE: Rank.AUTO_COMPLETE,
    WorkKind.CASE_DUE: Rank.CASE,
    WorkKind.REASON_DUE: Rank.CASE,
    WorkKind.SANCTION_END: Rank.CASE,
    WorkKind.LOT_CLOSE: Rank.LOT_CLOSE,
    WorkKind.RENEWAL: Rank.RENEWAL,
    WorkKind.OUTREACH_WARNING: Rank.AUTO_COMPLETE,
    WorkKind.OUTREACH_DUE: Rank.RENEWAL,
    WorkKind.LOT_GRANT: Rank.LOT_GRANT,
    WorkKind.SERIES_HORIZON: Rank.SERIES,
    WorkKind.SPLIT_NOTICE: Rank.SERIES,
    WorkKind.SESSION_END: Rank.SESSION_END,
    WorkKind.AUTO_COMPLETE: Rank.AUTO_COMPLETE,
    WorkKind.EARNING_PAYABLE: Rank.AUTO_COMPLETE,
    WorkKind.REMINDER: Rank.REMINDER,
    WorkKind.QUESTIONNAIRE_REMINDER: Rank.REMINDER,
    WorkKind.NUDGE: Rank.REMINDER,
    WorkKind.OUTCOME_PROMPT: Rank.REMINDER,
    WorkKind.SHIFT_NOTICE: Rank.REMINDER,
    WorkKind.MAIL: Rank.OUTBOUND,
    WorkKind.GOOGLE_PUSH: Rank.OUTBOUND,
    WorkKind.GOOGLE_HOLD: Rank.OUTBOUND,
    WorkKind.GOOGLE_SYNC: Rank.OUTBOUND,
    WorkKind.GOOGLE_SERIES: Rank.OUTBOUND,
    WorkKind.GOOGLE_COPY: Rank.OUTBOUND,
    WorkKind.GOOGLE_SERIES_COPY: Rank.OUTBOUND,
    WorkKind.GOOGLE_CHECK: Rank.OUTBOUND,
}
COPIES: Mapping[WorkKind, WorkKind] = {
    WorkKind.GOOGLE_PUSH: WorkKind.GOOGLE_COPY,
    WorkKind.GOOGLE_SERIES: WorkKind.GOOGLE_SERIES_COPY,
}
"""What brings the same into the member's calendar."""


def rank_of(kind: WorkKind) -> Rank:
    """Where a kind of work stands among others of the same instant."""
    return _RANKS[kind]


def changes_state(kind: WorkKind) -> bool:
    """Whether everybody has to see the effect of this work from its instant on, worker or not."""
    return rank_of(kind) < Rank.REMINDER


# One statement for any number of works, the same text each time: a VALUES list of every length would be compiled anew.
SCHEDULE = text("""
INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank, lane,
    request_id, trace_parent)
SELECT :organisation, work.kind, work.cause_key, ARRAY(SELECT jsonb_array_elements_text(work.persons)::bigint), work.object_id,
    work.fires_at, work.fires_at, work.strict, work.changes_state, work.rank, work.lane,
    coalesce(cause.request_id, nullif(current_setting('fortnight.request', true), '')),
    coalesce(cause.trace_parent, nullif(current_setting('fortnight.trace', true), ''))
FROM jsonb_to_recordset(CAST(:works AS jsonb)) AS work (kind text, cause_key text, persons jsonb, object_id bigint,
    fires_at timestamptz, strict boolean, changes_state boolean, rank integer, lane text, only_if_connected bigint, after bigint)
LEFT JOIN due_work AS cause ON cause.organisation_id = :organisation AND cause.id = work.after
WHERE work.only_if_connected IS NULL OR EXISTS (SELECT FROM google_connection AS connection
    WHERE connection.organisation_id = :organisation AND connection.person_id = work.only_if_connected AND connection.status = 'CONNECTED')
ON CONFLICT (organisation_id, cause_key) DO NOTHING
""")


def schedule(unit: Unit, works: Iterable[Work]) -> None:
    """These works are due at their instants, each once per cause, and pushes go to a connected member too; one statement."""
    rows = [_row(one) for work in works for one in _with_copy(work)]
    if rows:
        values = {"organisation": unit.organisation_id, "works": orjson.dumps(rows).decode()}
        unit.connection.execute(SCHEDULE, values)


def _with_copy(work: Work) -> Iterable[Work]:
    """The work, and for a push the same into the member's calendar, in that calendar's lane."""
    yield work
    if work.copy_for is not None:
        yield copy_of(work, work.copy_for)


def copy_of(push: Work, member_id: int) -> Work:
    """The push of the same into the calendar of its member, where one is connected."""
    return replace(
        push,
        kind=COPIES[push.kind],
        cause_key=f"{push.cause_key}:copy",
        lane=push_lane(member_id),
        copy_for=None,
        only_if_connected=member_id,
    )


def into_calendar_of(person_id: int, push: Work) -> Work:
    """Of a push to the calendars of two people, that to this one's alone."""
    return copy_of(push, person_id) if push.copy_for == person_id else replace(push, copy_for=None)


def push_lane(person_id: int) -> str:
    """The lane of the pushes to one person's calendar."""
    return f"google:{person_id}"


def _row(work: Work) -> dict[str, Any]:
    return {
        "kind": work.kind,
        "cause_key": work.cause_key,
        "persons": sorted(work.persons),
        "object_id": work.object_id,
        "fires_at": work.fires_at,
        "strict": work.strict,
        "changes_state": changes_state(work.kind),
        "rank": int(rank_of(work.kind)),
        "lane": work.lane,
        "only_if_connected": work.only_if_connected,
        "after": work.after,
    }


def mails_of(notifications: Sequence[tuple[int, int]], *, now: datetime) -> list[Work]:
    """The mails of (notification, recipient) pairs that were just written."""
    return [
        Work(
            kind=WorkKind.MAIL,
            cause_key=f"mail:{notification}",
            persons=frozenset({recipient}),
            object_id=notification,
            fires_at=now,
        )
        for notification, recipient in notifications
    ]
