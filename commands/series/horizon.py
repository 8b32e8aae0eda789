"""The timers of a series: its next session comes to exist at the horizon, and months of three are announced (MODEL 5.3, 8)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from commands.actor import system
from commands.apply.record import Record, write_event
from commands.apply.work import Work, schedule
from commands.series.credit import Granting, fit_periods
from commands.series.making import Making, go_on, make_sessions, mark
from commands.series.months import watch_months
from commands.series.notices import Telling, notice_of, parties_of, tell_sides
from commands.series.planning import Pairing, facts_for, pair_of
from commands.series.pushing import push_of_series
from commands.series.rule import rule_of
from commands.series.running_out import end_at_next
from models.queries.due_work import Timer
from models.queries.series import series_of_ids
from models.unit import Unit
from policy.months import FullMonth, full_months, kept_by_silence
from policy.recurrence import WEEK, Recurrence
from policy.series import Planned, planned, sides_at_another_hour, within_horizon
from policy.terms import ActorKind, NoticeCode, WorkKind

DAY = timedelta(days=1)
SHIFT_NOTICE = timedelta(days=14)
"""How long before the first session at another hour its side is told (D-45)."""

KNOWN = text("""
SELECT EXISTS (SELECT FROM series_occurrence WHERE organisation_id = :organisation AND series_id = :series AND on_date = :on)
""")


def extend_series(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The session of the next date stands as of the timer's instant, or both are told why there is none; once for ever.

    Beyond its end nothing is made; a series whose pair is no more, because the coach, the member or the kind is offered no
    longer, ends at that date, and both are told.
    """
    row = series_of_ids(unit, [timer.object_id])[timer.object_id]
    if row.next_on is None:
        return
    if _date_of(timer) != row.next_on:
        return
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if pair is None:
        schedule(unit, end_at_next(unit, row, _ended(row, timer, now=now)))
        return
    making = Making(
        series_id=row.id,
        pair=pair,
        rule=rule_of(row),
        actor=system(unit.organisation_id),
        actor_kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        recorded_at=now,
        timer=timer.cause_key,
    )
    start = making.rule.occurrence(row.next_on).starts_at
    if making.rule.holds(row.next_on) and not within_horizon(pair.policy, start, now=making.now):
        # The policy looks less far ahead than it did when the timer was set.
        schedule(unit, go_on(unit, making, row.next_on))
        return
    works: list[Work] = []
    values = {"organisation": unit.organisation_id, "series": row.id, "on": row.next_on}
    if making.rule.holds(row.next_on) and not unit.connection.execute(KNOWN, values).scalar_one():
        works += _extend(unit, making, row)
    schedule(unit, [*works, *go_on(unit, making, row.next_on + DAY)])


def _ended(row: Row[Any], timer: Timer, *, now: datetime) -> Record:
    return Record(
        name="SERIES_ENDED",
        persons=frozenset({row.coach_id, row.member_id}),
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=timer.cause_key,
        recorded_at=now,
        effective_at=timer.effective_at,
    )


def _date_of(timer: Timer) -> date:
    return date.fromisoformat(timer.cause_key.rpartition(":")[2])


def _extend(unit: Unit, making: Making, row: Row[Any]) -> list[Work]:
    found = _look(unit, making, row.next_on)
    event = write_event(unit, _record(making, "SERIES_EXTENDED" if found.trouble is None else "OCCURRENCE_LEFT_OUT"))
    granting = Granting(event_id=event, now=making.now, recorded_at=making.recorded_at)
    works = fit_periods(unit, making.pair, [found.starts_at], granting)
    if found.trouble is not None:
        return [*works, *_leave_out(unit, making, row, found, event)]
    for subject in make_sessions(unit, making, [found]):
        works += _shift_notice(making, found, subject.session_id)
    return [*works, _push(making, row, found)]


def _push(making: Making, row: Row[Any], found: Planned) -> Work:
    return push_of_series(row, now=making.recorded_at, cause=f":{found.on.isoformat()}")


def _look(unit: Unit, making: Making, on: date) -> Planned:
    """The occurrence of this date as both calendars stand."""
    alone = replace(making.rule, first=on, until=on + DAY)
    facts = facts_for(unit, making.pair, alone, actor=ActorKind.SYSTEM, now=making.now, span=DAY)
    return next(planned(making.pair.policy, facts, now=making.now))


def _leave_out(unit: Unit, making: Making, row: Row[Any], found: Planned, event: int) -> list[Work]:
    mark(unit, making.series_id, [found])
    telling = Telling(
        parties=parties_of(making.pair),
        code=NoticeCode.OCCURRENCE_UNAVAILABLE,
        about=notice_of(making.rule, left_out=(found.starts_at,), make_up=found.alternatives),
        starts_at=found.starts_at,
        event_id=event,
        now=making.recorded_at,
    )
    return [*tell_sides(unit, telling), _push(making, row, found)]


def _shift_notice(making: Making, found: Planned, session_id: int) -> list[Work]:
    """Whoever's clock shows another time than at the occurrence before is told beforehand (D-45)."""
    if not sides_at_another_hour(making.rule, making.pair.zones, found.on):
        return []
    return [
        Work(
            kind=WorkKind.SHIFT_NOTICE,
            cause_key=f"shift-notice:{making.series_id}:{found.on.isoformat()}",
            persons=making.pair.persons,
            object_id=session_id,
            fires_at=max(found.starts_at - SHIFT_NOTICE, making.now),
        )
    ]


def announce_month(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """Both know that a month holds three sessions and until when it can be split; the next such month is watched (O8, D-18)."""
    row = series_of_ids(unit, [timer.object_id])[timer.object_id]
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if pair is None:
        return
    rule, first = rule_of(row), _date_of(timer)
    month = next((one for one in full_months(pair.policy, rule, first) if one.first.on == first), None)
    works = watch_months(row.id, pair, rule, now=now, after=first)
    if month is not None and now <= month.decide_by:
        works += _announce(unit, pair, rule, month, timer, now=now)
    schedule(unit, works)


def _announce(
    unit: Unit, pair: Pairing, rule: Recurrence, month: FullMonth, timer: Timer, *, now: datetime
) -> list[Work]:
    record = Record(
        name="THREE_SESSIONS_ANNOUNCED",
        persons=pair.persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=timer.cause_key,
        recorded_at=now,
        effective_at=timer.effective_at,
    )
    telling = Telling(
        parties=parties_of(pair),
        code=NoticeCode.THREE_SESSIONS,
        about=notice_of(
            rule,
            starts=tuple(one.starts_at for one in month.occurrences),
            split=split_starts(rule, month),
            kept=kept_by_silence(pair.policy),
        ),
        starts_at=month.first.starts_at,
        event_id=write_event(unit, record),
        now=now,
        answer_by=month.decide_by,
    )
    return tell_sides(unit, telling)


def split_starts(rule: Recurrence, month: FullMonth) -> tuple[datetime, ...]:
    """When the month's sessions are after a split: the first is dropped, and the others are a week earlier (O7)."""
    return tuple(rule.occurrence(one.on - WEEK).starts_at for one in month.occurrences[1:])


def _record(making: Making, name: str) -> Record:
    return Record(
        name=name,
        persons=making.pair.persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=making.timer or "series",
        recorded_at=making.recorded_at,
        effective_at=making.now,
    )
