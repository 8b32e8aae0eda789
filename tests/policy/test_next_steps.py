"""From which day on a next step may be due (A18)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from policy.next_steps import earliest_day

LONDON, AUCKLAND, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland"), ZoneInfo("America/New_York")
START = datetime(2027, 3, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zones", "earliest"),
    [
        (datetime(2027, 3, 1, 9, tzinfo=UTC), (LONDON, LONDON), date(2027, 3, 1)),
        (datetime(2027, 3, 30, 9, tzinfo=UTC), (LONDON, LONDON), date(2027, 3, 18)),
        # In Auckland it is the 19th when the session begins, in New York the 18th.
        (datetime(2027, 3, 30, 9, tzinfo=UTC), (AUCKLAND, NEW_YORK), date(2027, 3, 18)),
        (datetime(2027, 3, 30, 9, tzinfo=UTC), (AUCKLAND, AUCKLAND), date(2027, 3, 19)),
        # At two in the morning, UTC, it is still the last of February in New York.
        (datetime(2027, 3, 1, 2, tzinfo=UTC), (LONDON, NEW_YORK), date(2027, 2, 28)),
    ],
)
def test_the_sessions_day_or_today_before_it_and_the_earlier_one_of_two_zones(
    now: datetime, zones: tuple[ZoneInfo, ZoneInfo], earliest: date
) -> None:
    assert earliest_day(START, zones, now=now) == earliest
