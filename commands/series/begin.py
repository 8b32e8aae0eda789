"""A series begins: its row, the sessions of its horizon, their credits, and what is due of it (MODEL 5.3)."""

from datetime import date, datetime

from sqlalchemy import insert

from commands.apply.work import Work
from commands.series.credit import Granting, fit_periods
from commands.series.making import Making, go_on, make_sessions, mark
from commands.series.months import watch_months
from commands.series.planning import Pairing
from commands.series.pushing import push_after
from models.series import Series
from models.unit import Unit
from policy.matters import SeriesStatus
from policy.recurrence import Recurrence
from policy.series import YEAR, SeriesPlan, within_horizon


def begin(
    unit: Unit, making: Making, plan: SeriesPlan, *, event_id: int
) -> tuple[list[Work], list[tuple[int, datetime]]]:
    """A series that was just written has the sessions of its horizon with their credits; returns what is due, and the sessions."""
    mark(unit, making.series_id, plan.conflicts)
    soon = [one for one in plan.possible if within_horizon(making.pair.policy, one.starts_at, now=making.now)]
    granting = Granting(event_id=event_id, now=making.now, recorded_at=making.recorded_at)
    works = [push_after(making.series_id, making.pair.coach_id, making.pair.member_id, version=1, now=making.now)]
    works += fit_periods(unit, making.pair, [one.starts_at for one in soon], granting)
    sessions = [(one.session_id, one.starts_at) for one in make_sessions(unit, making, soon)]
    works += go_on(unit, making, _first_left(making, plan))
    works += watch_months(making.series_id, making.pair, making.rule, now=making.now)
    return works, sessions


def _first_left(making: Making, plan: SeriesPlan) -> date:
    """The first date that the plan does not reach, or whose session does not exist yet."""
    later = (
        one.on for one in plan.occurrences if not within_horizon(making.pair.policy, one.starts_at, now=making.now)
    )
    return next(later, making.rule.first + YEAR)


def insert_series(unit: Unit, pair: Pairing, rule: Recurrence, *, now: datetime, predecessor: int | None = None) -> int:
    """The series stands, as yet without sessions; returns its id."""
    return unit.connection.execute(
        insert(Series)
        .values(
            organisation_id=unit.organisation_id,
            coach_id=pair.coach_id,
            member_id=pair.member_id,
            kind_id=pair.kind_id,
            membership_id=pair.row.membership_id,
            cadence=rule.cadence,
            first_on=rule.first,
            at_time=rule.at,
            zone=rule.zone.key,
            duration=pair.policy.kind.duration,
            provider=str(pair.policy.value("conference.provider")),
            until_on=rule.until,
            status=SeriesStatus.ACTIVE,
            predecessor_id=predecessor,
            next_on=rule.first,
            created_at=now,
            changed_at=now,
            calendar_changed_at=now,
        )
        .returning(Series.id)
    ).scalar_one()
