"""What each state-changing timer does when it fires, as the actor *system*, as of its due instant (MODEL 8)."""

from datetime import datetime

from commands.case_due import case_is_due
from commands.decision_due import decide_by_silence
from commands.earning_due import become_payable
from commands.expire_proposal import expire_proposal
from commands.grants import grant_next_period
from commands.lots import close_lot
from commands.membership.outreach import churn, warn_of_churn
from commands.membership.renewal import renew
from commands.resolve_duplicates import resolve_unanswered
from commands.session_end import complete_session, end_session
from commands.task_due import escalate_task
from models.queries.due_work import Timer
from models.unit import Unit
from policy.terms import WorkKind


def fire(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The timer's effect stands, effective at its due instant and recorded at `now`; without effect where its moment has gone."""
    match timer.kind:
        case WorkKind.PROPOSAL_EXPIRY:
            expire_proposal(unit, timer, now=now)
        case WorkKind.CASE_DUE:
            case_is_due(unit, timer, now=now)
        case WorkKind.TASK_DUE:
            escalate_task(unit, timer, now=now)
        case WorkKind.DUPLICATE_REPLY:
            resolve_unanswered(unit, timer, now=now)
        case WorkKind.RENEWAL | WorkKind.OUTREACH_WARNING | WorkKind.OUTREACH_DUE:
            _fire_of_membership(unit, timer, now=now)
        case WorkKind.LOT_GRANT:
            grant_next_period(unit, timer, now=now)
        case WorkKind.LOT_CLOSE:
            close_lot(unit, timer, now=now)
        case WorkKind.SESSION_END:
            end_session(unit, timer, now=now)
        case WorkKind.AUTO_COMPLETE:
            complete_session(unit, timer, now=now)
        case WorkKind.EARNING_PAYABLE:
            become_payable(unit, timer, now=now)
        case WorkKind.REASON_DUE:
            decide_by_silence(unit, timer, now=now)
        case _:
            raise ValueError(f"{timer.kind} changes no state and is not settled")


def _fire_of_membership(unit: Unit, timer: Timer, *, now: datetime) -> None:
    match timer.kind:
        case WorkKind.RENEWAL:
            renew(unit, timer, now=now)
        case WorkKind.OUTREACH_WARNING:
            warn_of_churn(unit, timer, now=now)
        case _:
            churn(unit, timer, now=now)
