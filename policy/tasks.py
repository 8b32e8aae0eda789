"""Work for the team: what kinds there are, until when it is due, and how it may be concluded (MODEL 13, D-31)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.facts import Zones
from policy.limits import wall_instant
from policy.resolved import ResolvedPolicy

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTemplate:
    """A kind of work: `sla` names the parameter that says within how many business days it is done; `conclusions`: how it may end."""

    code: str
    title: str
    sla: str | None
    checklist: tuple[str, ...]
    conclusions: tuple[str, ...]
    rule: str


SUPPORT = TaskTemplate(
    code="SUPPORT",
    title="Somebody asks for help with a session",
    sla="support.sla_business_days",
    checklist=(
        "Read what was written, and the session's history.",
        "Change the session, its outcome or its credit by the ordinary verbs, where that is the answer.",
        "Answer who asked.",
    ),
    conclusions=("ANSWERED", "SETTLED", "NOTHING_TO_DO"),
    rule="A19, T11, V24",
)
TEMPLATES: Mapping[str, TaskTemplate] = {SUPPORT.code: SUPPORT}


def due_at(policy: ResolvedPolicy, template: TaskTemplate, zones: Zones, *, received: datetime) -> datetime | None:
    """Until when the work is done; None where the policy sets no time."""
    days = None if template.sla is None else policy.optional_integer(template.sla)
    if days is None:
        return None
    return end_of_business_day(received, days, zones.organisation, zones)


def end_of_business_day(received: datetime, days: int, zone: ZoneInfo, zones: Zones) -> datetime:
    """23:59:59 of the last of so many business days after the day of receipt: Monday to Friday without holidays (D-31)."""
    day = received.astimezone(zone).date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in zones.holidays
    return wall_instant(datetime.combine(day, LAST_SECOND), zone)
