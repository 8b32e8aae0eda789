"""When a sign counts that somebody is there: shortly before the start until the end (D-19)."""

from datetime import datetime, timedelta
from typing import Final

from policy.facts import SessionFacts
from policy.terms import RefusalCode, SessionStatus

BEFORE: Final = timedelta(minutes=15)
"""Who comes earlier than this is not there yet: they may leave again before the session begins."""


def objection_to_attending(session: SessionFacts, *, now: datetime) -> RefusalCode | None:
    """Why nobody can be there for this session now; None where they can."""
    if now >= session.ends_at or session.status not in (SessionStatus.SCHEDULED, SessionStatus.MISSED):
        return RefusalCode.WRONG_STATE
    return RefusalCode.TOO_EARLY if now < session.starts_at - BEFORE else None
