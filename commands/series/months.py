"""Months of three sessions are found and both sides told of them two weeks before they have to decide (O8, D-18)."""

from datetime import date, datetime, timedelta

from commands.apply.work import Work
from commands.series.planning import Pairing
from policy.months import full_months
from policy.recurrence import Recurrence
from policy.terms import WorkKind


def watch_months(
    series_id: int, pair: Pairing, rule: Recurrence, *, now: datetime, after: date | None = None
) -> list[Work]:
    """The timer of the next month of three that there is still time to decide about; after the date `after`, if it is given.

    Where the notice would have been due already, it is due at once: late is better than never, as long as there is time.
    """
    start = rule.first if after is None else after + timedelta(days=1)
    start = max(start, now.astimezone(rule.zone).date())
    month = next((one for one in full_months(pair.policy, rule, start) if one.decide_by > now), None)
    if month is None:
        return []
    return [
        Work(
            kind=WorkKind.SPLIT_NOTICE,
            cause_key=f"split-notice:{series_id}:{month.first.on.isoformat()}",
            persons=pair.persons,
            object_id=series_id,
            fires_at=max(month.notice_at, now),
        )
    ]
