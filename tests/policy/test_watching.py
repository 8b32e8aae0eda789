"""A step acts when an event takes a tally from below its number to it, and again only after it has been below (D-17, D-59)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from policy.counting import Present, Recorded
from policy.resolved import ResolvedPolicy
from policy.tallies import Step, Tally
from policy.terms import Fault, Sanction, SessionStatus, Side, TallyOf, TallyWindow, Until
from policy.watching import end_of_step, reached, side_of, sides_counted, watched
from tests.policy.cast import ZONES, resolved

START = datetime(2027, 3, 1, 10, tzinfo=UTC)
LATE, ROW = "CLIENT_CANCELLED_LATE", "row"


def tally(*steps: Step, window: timedelta | TallyWindow = TallyWindow.ALL, in_a_row: bool = False) -> Tally:
    return Tally(of=TallyOf.PAIR, counts={LATE: 1}, window=window, in_a_row=in_a_row, steps=steps)


def policy_with(one: Tally) -> ResolvedPolicy:
    return replace(resolved("mento", "one_on_one"), tallies={ROW: one})


def event(day: int, reason: str = LATE) -> Recorded:
    held = reason == "HELD"
    return Recorded(
        session_id=day,
        member_id=1,
        coach_id=2,
        reason=reason,
        at=START + timedelta(days=day),
        status=SessionStatus.COMPLETED if held else SessionStatus.CANCELLED,
        fault=Fault.NONE if held else Fault.MEMBER,
    )


def steps_of(one: Tally, *events: Recorded) -> list[int]:
    """At which of these events, one after the other, the team is asked."""
    policy, found = policy_with(one), list[int]()
    for number, last in enumerate(events):
        present = Present(session_id=last.session_id, member_id=1, coach_id=2, at=last.at)
        if list(reached(policy, ZONES, events[:number], last, present)):
            found.append(number)
    return found


AT_TWO = Step(then=(Sanction.TASK,), at=2)


@pytest.mark.parametrize(
    ("one", "events", "expected"),
    [
        (tally(AT_TWO), [event(0), event(14), event(28)], [1]),
        (
            tally(AT_TWO, in_a_row=True),
            [event(0), event(14), event(28), event(42, "HELD"), event(56), event(70)],
            [1, 5],
        ),
        (
            tally(AT_TWO, window=timedelta(days=20)),
            [event(0), event(10), event(15), event(28), event(70), event(75)],
            [1, 5],
        ),
        (tally(AT_TWO, window=timedelta(days=14)), [event(0), event(14)], []),
        (tally(Step(then=(Sanction.TASK,), every=2)), [event(day) for day in range(5)], [1, 3]),
        (tally(Step(then=(Sanction.WARN,), at=1)), [event(0)], [0]),
        (tally(AT_TWO), [event(0), event(1, "OTHER"), event(2)], [2]),
    ],
    ids=["once", "row", "window", "window's edge", "every", "a warning", "another reason"],
)
def test_when_a_step_acts(one: Tally, events: list[Recorded], expected: list[int]) -> None:
    assert steps_of(one, *events) == expected


def test_only_reasons_that_count_are_watched() -> None:
    policy = policy_with(tally(AT_TWO))
    assert watched(policy, LATE)
    assert not watched(policy, "OTHER")
    assert not watched(policy, None)
    assert not watched(policy_with(tally()), LATE)


def test_a_reached_step_says_what_was_counted() -> None:
    present = Present(session_id=14, member_id=1, coach_id=2, at=event(14).at)
    [found] = reached(policy_with(tally(AT_TWO)), ZONES, [event(0)], event(14), present)
    assert found.words == "row: CLIENT_CANCELLED_LATE, 2 times"


@pytest.mark.parametrize(
    ("lasts", "end"),
    [
        (timedelta(days=14), "2027-03-15T10:00:00+00:00"),
        ("P2M", "2027-05-01T09:00:00+00:00"),
        (Until.PERIOD, "2027-03-31T23:00:00+00:00"),
        (Until.STAFF, None),
        (Until.PAID, None),
        (None, None),
    ],
    ids=["elapsed", "calendar months, on the other side of a change of clocks", "period", "team", "paid", "none"],
)
def test_until_when_a_sanction_lasts(lasts: timedelta | str | Until | None, end: str | None) -> None:
    step = Step(then=(Sanction.BLOCK,), at=1, lasts=lasts)
    found = end_of_step(step, policy_with(tally(step)), ZONES, begins_at=START)
    assert (None if found is None else found.astimezone(UTC).isoformat()) == end


def test_what_follows_concerns_whose_events_are_counted() -> None:
    sides = [side_of(replace(tally(), of=of)) for of in (TallyOf.MEMBER, TallyOf.PAIR, TallyOf.COACH)]
    assert sides == [Side.MEMBER, Side.MEMBER, Side.COACH]


def test_only_the_record_of_those_who_are_counted_is_looked_at() -> None:
    """A condition of a row asks too; a tally that nothing asks for and from which nothing follows does not."""
    of_coach = replace(tally(AT_TWO), of=TallyOf.COACH)
    assert sides_counted(policy_with(tally(AT_TWO))) == {Side.MEMBER}
    assert sides_counted(policy_with(of_coach)) == {Side.COACH}
    assert sides_counted(policy_with(tally())) == frozenset()
