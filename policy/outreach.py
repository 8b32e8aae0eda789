"""A member who cannot be reached: when the membership ends by that, and when the team is warned (O22 … O25, D-23)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from policy.limits import wall_instant
from policy.periods import month_after
from policy.resolved import ResolvedPolicy

WARNING = timedelta(days=7)
PARTS = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)


def calendar_after(at: datetime, span: str, zone: ZoneInfo) -> datetime:
    """The same local time so many years, months, weeks and days later, clamped to the month's last day (D-02)."""
    found = PARTS.fullmatch(span)
    if found is None:
        raise ValueError(f"{span} is no calendar duration")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    local = at.astimezone(zone)
    day = month_after(local.date(), years * 12 + months) + timedelta(weeks=weeks, days=days)
    return wall_instant(datetime.combine(day, local.time()), zone)


def churn_due(
    policy: ResolvedPolicy, zone: ZoneInfo, *, coach_first_at: datetime | None, team_first_at: datetime | None
) -> datetime | None:
    """When the membership ends unless there is a sign of life; None while one side has not tried, or where the policy has no such rule.

    Both periods run side by side from the first logged attempt of each, or, one after the other, the team's after the coach's.
    """
    coach, team = policy.value("outreach.coach_period"), policy.value("outreach.team_period")
    if coach is None or team is None or coach_first_at is None or team_first_at is None:
        return None
    coach_over = calendar_after(coach_first_at, coach, zone)
    if policy.value("outreach.mode") == "SEQUENTIAL":
        return calendar_after(max(coach_over, team_first_at), team, zone)
    return max(coach_over, calendar_after(team_first_at, team, zone))


def warning_at(due: datetime) -> datetime:
    """When the team is told that it is about to happen."""
    return due - WARNING
