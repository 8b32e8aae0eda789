"""The rows of the change table as data, and the three that stand before every table (MODEL 3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from policy.limits import Limit
from policy.terms import Action, ActorKind, Answer, RefusalCode, Side

SAME_PERIOD = "SAME_PERIOD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: whose change, which one, under which conditions, and the answer. A condition that is None always holds.

    `asks_staff`, `answer_within`: of `ASK`, who is asked and until when (None: the start). `decided_by`, `decide_within`,
    `on_silence`: of `DECIDE`, who states the reason, until when (None: at any time), and the reason that silence gives.
    """

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
    below: Mapping[str, int] = field(default_factory=dict[str, int])
    asks_staff: bool = False
    answer_within: timedelta | None = None
    decided_by: ActorKind = ActorKind.COACH
    decide_within: timedelta | None = None
    on_silence: str | None = None
    rule: str | None = None


STARTED = "started"
DUPLICATE = "duplicate"
UNCONFIRMED_MOVE = "unconfirmed-move"
FIXED = (STARTED, DUPLICATE, UNCONFIRMED_MOVE)
"""Names that no row of a policy may have."""


def started_row(by: Side, action: Action) -> Row:
    """Once a session has started nothing is cancelled or moved any more (D-05)."""
    return Row(id=STARTED, by=by, action=action, then=Answer.REFUSE, code=RefusalCode.SESSION_STARTED, rule="D-05")


def duplicate_row() -> Row:
    """While it is asked which of two bookings to keep, the member cancels either without loss (D-14)."""
    return Row(
        id=DUPLICATE,
        by=Side.MEMBER,
        action=Action.CANCEL,
        then=Answer.DO,
        reason="DUPLICATE_RESOLVED",
        rule="D-14",
    )


def unconfirmed_row(action: Action) -> Row:
    """After a direct move by the other side the member may decline the new time without loss (D-36)."""
    reason = "MOVE_DECLINED" if action is Action.CANCEL else "CLIENT_MOVED"
    return Row(id=UNCONFIRMED_MOVE, by=Side.MEMBER, action=action, then=Answer.DO, reason=reason, rule="D-36")
