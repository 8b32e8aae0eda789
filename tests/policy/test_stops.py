"""What a tally has stopped keeps a member from a start for as long as it stands, and says until when (MODEL 3.5, D-64)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from policy.stops import Stop, startable, stopped
from policy.terms import Sanction

NOW = datetime(2027, 3, 18, 22, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
TONIGHT, TOMORROW = datetime(2027, 3, 19, 3, tzinfo=UTC), datetime(2027, 3, 19, 10, tzinfo=UTC)
END = datetime(2027, 3, 30, 10, tzinfo=UTC)


def until(*stops: Stop, start: datetime = TOMORROW, met: bool = False, now: datetime = NOW) -> str | None:
    found = stopped(stops, start, met_before=met, zone=NEW_YORK, now=now)
    return None if found is None else str(found.possible_from)


def test_nothing_stops_nothing() -> None:
    assert until() is None


@pytest.mark.parametrize("kind", [Sanction.BLOCK, Sanction.PAUSE, Sanction.HIDE])
def test_a_stop_ends_at_its_end(kind: Sanction) -> None:
    stop = Stop(kind=kind, ends_at=END)
    assert until(stop) == str(END)
    assert until(stop, now=END - timedelta(microseconds=1)) == str(END)
    assert until(stop, now=END) is None
    assert until(Stop(kind=kind)) == "None"


def test_a_hidden_coach_is_there_for_whom_they_know() -> None:
    assert until(Stop(kind=Sanction.HIDE), met=True) is None
    assert until(Stop(kind=Sanction.PAUSE), met=True) == "None"


def test_the_same_day_is_the_one_where_days_are_counted() -> None:
    stop = Stop(kind=Sanction.SAME_DAY, ends_at=END)
    assert until(stop, start=TONIGHT) is None
    assert until(stop) == "2027-03-19 04:00:00+00:00"
    assert until(Stop(kind=Sanction.SAME_DAY, ends_at=NOW + timedelta(hours=1))) == "2027-03-18 23:00:00+00:00"


def test_of_several_the_last_one_counts_and_one_without_an_end_makes_it_unknown() -> None:
    first, last = Stop(kind=Sanction.BLOCK, ends_at=END), Stop(kind=Sanction.PAUSE, ends_at=END + timedelta(days=1))
    assert until(first, last) == str(END + timedelta(days=1))
    assert until(first, Stop(kind=Sanction.PAUSE)) == "None"


def test_starts_are_those_that_nothing_stops() -> None:
    stop = Stop(kind=Sanction.SAME_DAY)
    found = startable([stop], [TONIGHT, TOMORROW], met_before=False, zone=NEW_YORK, now=NOW)
    assert found == (TONIGHT,)
    assert startable([], [TONIGHT, TOMORROW], met_before=False, zone=NEW_YORK, now=NOW) == (TONIGHT, TOMORROW)
