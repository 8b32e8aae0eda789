"""Each limit of each preset, to the microsecond on both sides, on ordinary days and where the clock changes (D-01, D-02, D-05)."""

from datetime import timedelta

import pytest

from policy.terms import Action, ActorKind
from tests.policy.cast import HOUR, TICK, at, preset, resolved, session
from tests.policy.test_change_table import ask

LIMITS = (
    # As MODEL 3.4 states them: preset, action, hours; the row until then, the row afterwards.
    ("mastered", Action.CANCEL, 48, "cancel", "cancel-late"),
    ("mastered", Action.MOVE, 48, "move", "move-late"),
    ("mento", Action.CANCEL, 48, "cancel", "cancel-late"),
    ("mento", Action.MOVE, 48, "move", "move-late"),
    ("aceup", Action.CANCEL, 24, "cancel", "cancel-late"),
    ("aceup", Action.MOVE, 24, "move", "move-late"),
    ("thrive", Action.CANCEL, 24, "cancel", "cancel-late"),
    ("thrive", Action.MOVE, 24, "move", "move-late"),
)
STARTS = (
    "2027-03-18T10:00:00Z",
    # The nights between lose an hour in London and Berlin, and gain one in autumn; New York has its own.
    "2027-03-28T10:00:00+01:00",
    "2027-03-29T00:30:00+01:00",
    "2027-10-31T10:00:00+00:00",
    "2027-11-01T09:00:00+00:00",
    "2027-03-14T09:00:00-04:00",
    "2027-11-08T00:30:00-05:00",
)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("name", "action", "hours", "in_time", "late"), LIMITS)
def test_a_limit_is_kept_on_its_own_microsecond_and_missed_on_the_next(
    name: str, action: Action, hours: int, in_time: str, late: str, start: str
) -> None:
    rules, limit = resolved(name), at(start) - timedelta(hours=hours)
    wanted = session(rules.kind, start=at(start))

    def row(now_shift: timedelta) -> str:
        return ask(rules, limit + now_shift, action=action, of=wanted, to=(at(start) + HOUR).isoformat())

    assert [row(shift) for shift in (-TICK, timedelta(0), TICK)] == [in_time, in_time, late]
    assert ask(rules, at(start) - TICK, action=action, of=wanted, to=(at(start) + HOUR).isoformat()) == late
    assert ask(rules, at(start), action=action, of=wanted, to=(at(start) + HOUR).isoformat()) == "started"


@pytest.mark.parametrize("start", STARTS)
def test_topmate_asks_the_coach_until_the_last_microsecond(start: str) -> None:
    rules = resolved("topmate")
    wanted = session(rules.kind, start=at(start))
    for action, row in ((Action.CANCEL, "cancel"), (Action.MOVE, "move")):
        for now in (at(start) - 1000 * HOUR, at(start) - 24 * HOUR + TICK, at(start) - TICK):
            assert ask(rules, now, action=action, of=wanted, to=(at(start) + HOUR).isoformat()) == row
        assert ask(rules, at(start), action=action, of=wanted, to=(at(start) + HOUR).isoformat()) == "started"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", ["mastered", "mento", "aceup", "topmate", "thrive"])
def test_the_coachs_own_change_has_no_limit(name: str, start: str) -> None:
    rules = resolved(name)
    wanted = session(rules.kind, start=at(start))
    for action, row in ((Action.CANCEL, "coach-cancel"), (Action.MOVE, "coach-move")):
        for now in (at(start) - 48 * HOUR + TICK, at(start) - TICK):
            found = ask(rules, now, action=action, actor=ActorKind.COACH, of=wanted, to=(at(start) + HOUR).isoformat())
            assert found == row


SIXTH_STARTS = (
    # A start, and the last instant of 20:00 on the evening before in London, which is the coach's zone.
    ("2027-03-18T10:00:00Z", "2027-03-17T20:00:00Z"),
    ("2027-03-29T09:00:00+01:00", "2027-03-28T19:00:00Z"),
    ("2027-03-28T10:00:00+01:00", "2027-03-27T20:00:00Z"),
    ("2027-10-31T10:00:00+00:00", "2027-10-30T19:00:00Z"),
    ("2027-11-01T09:00:00+00:00", "2027-10-31T20:00:00Z"),
)


@pytest.mark.parametrize(("start", "evening"), SIXTH_STARTS)
def test_the_tiers_of_the_sixth_platform_are_as_exact(start: str, evening: str) -> None:
    rules = resolved("sixth")
    wanted = session(rules.kind, start=at(start))
    three_days, half = at(start) - timedelta(hours=72), at(evening)
    asked = (three_days - TICK, three_days, three_days + TICK, half, half + TICK, at(start) - TICK, at(start))
    assert [ask(rules, now, of=wanted) for now in asked] == [
        "cancel",
        "cancel",
        "cancel-half",
        "cancel-half",
        "cancel-late",
        "cancel-late",
        "started",
    ]


def test_every_row_with_a_limit_is_in_the_list() -> None:
    listed = {(name, in_time) for name, _, _, in_time, _ in LIMITS}
    limited = {
        (name, row.id)
        for name in ("mastered", "mento", "aceup", "topmate", "thrive")
        for row in preset(name).rows
        if row.notice is not None
    }
    # Mastered's move into another month has the limit of its move inside the month.
    assert limited - {("mastered", "move-elsewhere")} == listed
