"""Due work that waits for somebody: set aside because trying again changes nothing, or put off after it failed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select, text

from models.due_work import DueWork
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit
from policy.terms import WorkKind

# Mails and pushes wait anew from now on; what tells of a session keeps its instant, which says what there is to tell.
_AGAIN = """
UPDATE due_work AS work SET set_aside_at = NULL, lease_until = NULL, lease_by = NULL, last_error = NULL, attempts = 0,
    fires_at = stands.now, effective_at = CASE WHEN work.kind IN ('MAIL', 'GOOGLE_PUSH', 'GOOGLE_SERIES', 'GOOGLE_HOLD', 'GOOGLE_COPY',
        'GOOGLE_SERIES_COPY', 'GOOGLE_SYNC', 'GOOGLE_CHECK') THEN stands.now ELSE work.effective_at END
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


def set_aside_page(unit: Unit, window: Window, *, kind: WorkKind | None) -> Page[Row[Any]]:
    """What is set aside in the organisation, of one kind or of all, the work caused first first; one statement. The key is (id)."""
    statement = _columns(unit).where(DueWork.set_aside_at.is_not(None), DueWork.done_at.is_(None))
    if kind is not None:
        statement = statement.where(DueWork.kind == kind)
    return read_page(unit, statement, (DueWork.id,), window)


def due_work_of_id(unit: Unit, work_id: int) -> Row[Any] | None:
    """The work of this id; one statement."""
    return unit.connection.execute(_columns(unit).where(DueWork.id == work_id)).one_or_none()


def _columns(unit: Unit) -> Select[*tuple[Any, ...]]:
    return select(
        DueWork.id,
        DueWork.kind,
        DueWork.persons,
        DueWork.effective_at,
        DueWork.attempts,
        DueWork.last_error,
        DueWork.set_aside_at,
        DueWork.done_at,
    ).where(DueWork.organisation_id == unit.organisation_id)
