"""What each state-changing timer does when it fires, as the actor *system*, as of its due instant (MODEL 8)."""

from datetime import datetime

from commands.grants import grant_next_period
from commands.lots import close_lot
from commands.session_end import end_session
from models.queries.due_work import Timer
from models.unit import Unit
from policy.terms import WorkKind


def fire(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The timer's effect stands, effective at its due instant and recorded at `now`; without effect where its moment has gone."""
    match timer.kind:
        case WorkKind.LOT_GRANT:
            grant_next_period(unit, timer, now=now)
        case WorkKind.LOT_CLOSE:
            close_lot(unit, timer, now=now)
        case WorkKind.SESSION_END:
            end_session(unit, timer, now=now)
        case WorkKind.MAIL | WorkKind.GOOGLE_PUSH:
            raise ValueError(f"{timer.kind} changes no state and is not settled")
