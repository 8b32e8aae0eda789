"""What rolls into the next period, oldest first and no more often than the policy lets it; and how packs are extended (MODEL 6, D-62)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.document import load_policy, resolve
from policy.resolved import ResolvedPolicy
from policy.rollover import Pack, Rolling, extended_until, objection_to_extending, pack_ends_at, rolling
from policy.terms import LotSource, RefusalCode

END = datetime(2027, 3, 31, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def rules(*lines: str) -> ResolvedPolicy:
    text = "\n".join(('extends = "thrive"', "[entitlement]", *lines))
    return resolve(load_policy(text), "session")


@pytest.mark.parametrize(
    ("lines", "came", "available", "expected"),
    [
        ((), {0: 4}, 4, []),
        (("rollover_max = 2",), {0: 4}, 4, [(2, 1)]),
        (("rollover_max = 2",), {0: 4}, 1, [(1, 1)]),
        # What has rolled is used first: of the four that are left none has.
        (("rollover_max = 5",), {0: 4, 1: 2}, 4, [(4, 1)]),
        # One of those that have rolled once is left, and rolls no more.
        (("rollover_max = 5",), {0: 4, 1: 2}, 5, [(4, 1)]),
        (("rollover_max = 5", "rollover_times = 2"), {0: 4, 1: 2}, 5, [(1, 2), (4, 1)]),
        (("rollover_max = 2", "rollover_times = 2"), {0: 4, 1: 2}, 6, [(2, 2)]),
        (("rollover_max = 9", "rollover_times = 9"), {0: 1, 1: 1, 2: 1}, 3, [(1, 3), (1, 2), (1, 1)]),
        # Units that staff have added were granted in the lot.
        (("rollover_max = 9",), {0: 1}, 3, [(1, 1), (2, 1)]),
    ],
)
def test_what_rolls(
    lines: tuple[str, ...], came: dict[int, int], available: int, expected: list[tuple[int, int]]
) -> None:
    found = rolling(rules(*lines), came, available=available)
    assert sorted(found, key=str) == sorted((Rolling(units=units, times=times) for units, times in expected), key=str)


@given(
    most=st.integers(0, 9),
    times=st.integers(0, 3),
    came=st.dictionaries(st.integers(0, 4), st.integers(1, 6), min_size=1),
    used=st.integers(0, 20),
)
def test_no_more_rolls_than_may_and_no_unit_too_often(most: int, times: int, came: dict[int, int], used: int) -> None:
    available = max(0, sum(came.values()) - used)
    found = rolling(rules(f"rollover_max = {most}", f"rollover_times = {times}"), came, available=available)
    assert sum(one.units for one in found) <= min(most, available)
    assert all(1 <= one.times <= times for one in found)
    if times > max(came):
        assert sum(one.units for one in found) == min(most, available)


def test_a_pack_lasts_by_the_calendar_from_when_it_is_sold() -> None:
    sold = datetime(2027, 1, 31, 11, tzinfo=UTC)
    assert pack_ends_at(rules(), BERLIN, now=sold) is None
    ends = pack_ends_at(rules('pack_validity = "P1M"'), BERLIN, now=sold)
    assert ends == datetime(2027, 2, 28, 11, tzinfo=UTC)
    # On the other side of a change of clocks the local time stays.
    ends = pack_ends_at(rules('pack_validity = "P2M"'), BERLIN, now=sold)
    assert ends == datetime(2027, 3, 31, 10, tzinfo=UTC)


PACK = Pack(source=LotSource.PACK, closes_at=END, extended=0)
MONTH = 'extension_by = "P1M"'


@pytest.mark.parametrize(
    ("lines", "pack", "now", "code"),
    [
        ((MONTH,), PACK, END - timedelta(microseconds=1), None),
        ((MONTH,), PACK, END, RefusalCode.DEADLINE_PASSED),
        ((), PACK, END - timedelta(days=1), RefusalCode.WRONG_STATE),
        (
            (MONTH,),
            Pack(source=LotSource.PACK, closes_at=END, extended=1),
            END - timedelta(days=1),
            RefusalCode.WRONG_STATE,
        ),
        (
            (MONTH, "extension_times = 2"),
            Pack(source=LotSource.PACK, closes_at=END, extended=1),
            END - timedelta(days=1),
            None,
        ),
        ((MONTH,), Pack(source=LotSource.PACK, closes_at=None, extended=0), END, RefusalCode.WRONG_STATE),
        (
            (MONTH,),
            Pack(source=LotSource.PERIOD, closes_at=END, extended=0),
            END - timedelta(days=1),
            RefusalCode.WRONG_STATE,
        ),
    ],
    ids=["open", "closed", "no such rule", "once already", "twice", "without end", "a period's"],
)
def test_when_a_pack_may_be_extended(
    lines: tuple[str, ...], pack: Pack, now: datetime, code: RefusalCode | None
) -> None:
    objection = objection_to_extending(rules(*lines), pack, now=now)
    assert (None if objection is None else objection.code) == code


def test_an_extension_is_counted_from_the_end_that_there_is() -> None:
    assert extended_until(rules(MONTH), BERLIN, END) == datetime(2027, 4, 30, 10, tzinfo=UTC)
