"""D-59: a tally is a sum over the record; what counts, and from when on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from policy.counting import Present, Recorded, asked_tallies, tally_values
from policy.document import load_policy, resolve
from policy.facts import Zones
from policy.terms import Fault, SessionStatus

NOW = datetime(2027, 4, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
ZONES = Zones(member=LONDON, coach=LONDON, organisation=LONDON, accounting=LONDON)
PRESENT = Present(session_id=1, member_id=10, coach_id=20, at=NOW, lots=frozenset({5}))
DOCUMENT = """
extends = "thrive"
[change]
rules = [
  {{id = "cancel", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"}},
  {{id = "move", by = "MEMBER", action = "MOVE", below = {{counted = 1}}, then = "DO", reason = "MOVED_LATE"}},
  {{id = "move-late", by = "MEMBER", action = "MOVE", then = "REFUSE"}},
  {{id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"}},
  {{id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"}},
]
[reasons]
MOVED_LATE = {{use = "moved", fault = "member", late = true}}
[tallies]
unasked = {{of = "MEMBER", counts = {{MOVED_LATE = 1}}, window = "ALL"}}
counted = {{{tally}}}
"""


def counted(tally: str, *record: Recorded, period: bool = False) -> int:
    """The value of a tally over this record."""
    document = DOCUMENT.format(tally=tally)
    policy = resolve(load_policy(document.replace('"thrive"', '"aceup"') if period else document), "session")
    assert asked_tallies(policy) == {"counted"}
    values = tally_values(policy, ZONES, record, PRESENT)
    assert set(values) == {"counted"}
    return values["counted"]


def late(at: datetime = NOW - DAY, **more: Any) -> Recorded:
    """Another session of the two, moved too late."""
    fields: dict[str, Any] = {
        "session_id": 2,
        "member_id": 10,
        "coach_id": 20,
        "reason": "MOVED_LATE",
        "at": at,
        "status": SessionStatus.SCHEDULED,
        "fault": Fault.NONE,
    }
    return Recorded(**{**fields, **more})


ALL = 'of = "MEMBER", counts = {MOVED_LATE = 1}, window = "ALL"'


def test_nothing_in_the_record_counts_nothing() -> None:
    assert counted(ALL) == 0


def test_each_reason_counts_with_its_weight() -> None:
    tally = 'of = "MEMBER", counts = {MOVED_LATE = 2, CLIENT_NO_SHOW = 3}, window = "ALL"'
    assert counted(tally, late(), late(), late(reason="CLIENT_NO_SHOW"), late(reason="CLIENT_CANCELLED")) == 7


@pytest.mark.parametrize(("of", "other_member", "other_coach"), [("MEMBER", 0, 1), ("COACH", 1, 0), ("PAIR", 0, 0)])
def test_events_are_counted_of_whom_the_tally_is(of: str, other_member: int, other_coach: int) -> None:
    tally = f'of = "{of}", counts = {{MOVED_LATE = 1}}, window = "ALL"'
    assert counted(tally, late()) == 1
    assert counted(tally, late(member_id=11)) == other_member
    assert counted(tally, late(coach_id=21)) == other_coach


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (NOW - 60 * DAY, 0),
        (NOW - 60 * DAY + timedelta(microseconds=1), 1),
        (NOW, 1),
        (NOW + timedelta(microseconds=1), 0),
    ],
    ids=["60 days earlier is outside", "a moment later inside", "its own instant inside", "later outside"],
)
def test_a_window_holds_its_own_instant_and_not_the_one_so_many_days_earlier(at: datetime, value: int) -> None:
    assert counted('of = "MEMBER", counts = {MOVED_LATE = 1}, window = "P60D"', late(at)) == value


def test_a_window_may_be_the_session() -> None:
    tally = 'of = "MEMBER", counts = {MOVED_LATE = 1}, window = "SESSION"'
    assert counted(tally, late(), late(session_id=1)) == 1


def test_a_window_may_be_the_lot() -> None:
    tally = 'of = "MEMBER", counts = {MOVED_LATE = 1}, window = "LOT"'
    assert counted(tally, late(lots=frozenset({4})), late(lots=frozenset({4, 5}))) == 1


def test_a_window_may_be_the_period() -> None:
    tally = 'of = "MEMBER", counts = {MOVED_LATE = 1}, window = "PERIOD"'
    april = datetime(2027, 3, 31, 23, tzinfo=UTC)
    assert counted(tally, late(april), late(april - timedelta(seconds=1)), period=True) == 1


def absence(at: datetime, reason: str, status: SessionStatus, fault: Fault = Fault.MEMBER) -> Recorded:
    return late(at, reason=reason, status=status, fault=fault)


@pytest.mark.parametrize(
    ("between", "value"),
    [
        (absence(NOW - 2 * DAY, "HELD", SessionStatus.COMPLETED, Fault.NONE), 1),
        (absence(NOW - 2 * DAY, "OTHER", SessionStatus.MISSED, Fault.MEMBER), 1),
        (absence(NOW - 2 * DAY, "OTHER", SessionStatus.MISSED, Fault.NONE), 2),
        (absence(NOW - 2 * DAY, "COACH_MISSED", SessionStatus.MISSED, Fault.COACH), 2),
        (absence(NOW - 2 * DAY, "CLIENT_CANCELLED", SessionStatus.CANCELLED), 2),
    ],
    ids=["held ends it", "missed for another reason ends it", "excused", "the coach's absence", "cancelled in time"],
)
def test_a_row_is_broken_by_what_was_held_or_missed_otherwise(between: Recorded, value: int) -> None:
    tally = 'of = "PAIR", counts = {CLIENT_CANCELLED_LATE = 1}, window = "ALL", in_a_row = true'
    first, last = (absence(NOW - days * DAY, "CLIENT_CANCELLED_LATE", SessionStatus.CANCELLED) for days in (3, 1))
    assert counted(tally, last, between, first) == value
