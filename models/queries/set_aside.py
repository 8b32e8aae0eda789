"""Due work that waits for somebody: set aside because trying again changes nothing, or put off after it failed."""

from collections.abc import Sequence

from sqlalchemy import text

from models.unit import Unit
from policy.terms import WorkKind

# Mails and pushes wait anew from now on; what tells of a session keeps its instant, which says what there is to tell.
_AGAIN = """
UPDATE due_work AS work SET set_aside_at = NULL, lease_until = NULL, lease_by = NULL, last_error = NULL, attempts = 0,
    fires_at = stands.now, effective_at = CASE WHEN work.kind IN ('MAIL', 'GOOGLE_PUSH', 'GOOGLE_HOLD', 'GOOGLE_SYNC') THEN stands.now ELSE work.effective_at END
FROM (SELECT coalesce(clock_at, clock_timestamp()) AS now FROM organisation WHERE id = :organisation) AS stands
WHERE work.organisation_id = :organisation AND work.done_at IS NULL AND work.lease_by IS NULL AND NOT work.changes_state
    AND {which}
RETURNING work.id
"""
SET_ASIDE = "work.set_aside_at IS NOT NULL"
PUT_OFF = (
    "work.set_aside_at IS NULL AND work.attempts > 0 AND work.last_error IS NOT NULL AND work.fires_at > stands.now"
)
THESE = text(_AGAIN.format(which=f"{SET_ASIDE} AND work.id = ANY(CAST(:works AS bigint[]))"))
ALL = text(
    _AGAIN.format(
        which=f"({SET_ASIDE} OR (:waiting AND {PUT_OFF})) AND (CAST(:kind AS text) IS NULL OR work.kind = :kind)"
    )
)


def repeat_these(unit: Unit, works: Sequence[int]) -> list[int]:
    """Those of these works that were set aside are due now; returns which they were."""
    values = {"organisation": unit.organisation_id, "works": list(works)}
    return list(unit.connection.execute(THESE, values).scalars())


def repeat_all(unit: Unit, *, kind: WorkKind | None, waiting: bool) -> list[int]:
    """All that was set aside is due now, of one kind or of all; with `waiting` also what failed and waits for its next turn."""
    values = {"organisation": unit.organisation_id, "kind": kind, "waiting": waiting}
    return list(unit.connection.execute(ALL, values).scalars())
