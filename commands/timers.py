"""What each state-changing timer does when it fires, as the actor *system*, as of its due instant (MODEL 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from commands.apply.steps import FURTHER
from commands.case_due import case_is_due
from commands.decision_due import decide_by_silence
from commands.earning_due import become_payable
from commands.expire_proposal import expire_proposal
from commands.grants import grant_next_period
from commands.lots import close_lot
from commands.membership.by_step import cancel_future, end
from commands.membership.outreach import churn, warn_of_churn
from commands.membership.renewal import renew
from commands.resolve_duplicates import resolve_unanswered
from commands.sanctions import end_sanction
from commands.series.horizon import announce_month, extend_series
from commands.session_end import complete_session, end_session, end_sessions
from commands.task_due import escalate_task
from models.queries.due_work import Timer
from models.unit import Unit
from policy.terms import Sanction, WorkKind


class Fires(Protocol):
    """What a timer does: effective at its due instant, recorded at `now`; nothing where its moment has gone."""

    def __call__(self, unit: Unit, timer: Timer, *, now: datetime) -> None:
        """The effect stands."""
        ...


class FiresTogether(Protocol):
    """What timers of one kind that share nobody do, each effective at its due instant, in fewer statements than one by one."""

    def __call__(self, unit: Unit, timers: Sequence[Timer], *, now: datetime) -> None:
        """The effects stand."""
        ...


FIRES: Mapping[WorkKind, Fires] = {
    WorkKind.PROPOSAL_EXPIRY: expire_proposal,
    WorkKind.CASE_DUE: case_is_due,
    WorkKind.TASK_DUE: escalate_task,
    WorkKind.DUPLICATE_REPLY: resolve_unanswered,
    WorkKind.RENEWAL: renew,
    WorkKind.OUTREACH_WARNING: warn_of_churn,
    WorkKind.OUTREACH_DUE: churn,
    WorkKind.LOT_GRANT: grant_next_period,
    WorkKind.LOT_CLOSE: close_lot,
    WorkKind.SERIES_HORIZON: extend_series,
    WorkKind.SPLIT_NOTICE: announce_month,
    WorkKind.SESSION_END: end_session,
    WorkKind.AUTO_COMPLETE: complete_session,
    WorkKind.EARNING_PAYABLE: become_payable,
    WorkKind.REASON_DUE: decide_by_silence,
    WorkKind.SANCTION_END: end_sanction,
}

TOGETHER: Mapping[WorkKind, FiresTogether] = {WorkKind.SESSION_END: end_sessions}
"""Of what there is most after an outage: many of them take hardly longer than one."""

# What a step does beyond its session changes other sessions, and so leads back to where steps are taken, which cannot name it.
FURTHER.update({Sanction.CANCEL_FUTURE: cancel_future, Sanction.END: end})


def fire_all(unit: Unit, timers: Sequence[Timer], *, now: datetime) -> None:
    """The effects of timers of one kind in `TOGETHER` that share nobody stand."""
    TOGETHER[timers[0].kind](unit, timers, now=now)


def fire(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The timer's effect stands, effective at its due instant and recorded at `now`; without effect where its moment has gone."""
    if timer.kind not in FIRES:
        raise ValueError(f"{timer.kind} changes no state and is not settled")
    FIRES[timer.kind](unit, timer, now=now)
