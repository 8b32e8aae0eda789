"""The starts that are offered are the starts that are accepted, and no others, on every night of the tz database (PEERS 2–5)."""

import os
import time as clock_time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.booking import decide_booking
from policy.facts import Availability, BookingFacts, Interval, Zones
from policy.openings import (
    PublishedHours,
    WeeklyHours,
    expand_hours,
    expand_weekly,
    is_taken,
    merged,
    objection_to_start,
    objection_to_time,
    offered_starts,
    starts_to_move_to,
)
from policy.terms import ActorKind, RefusalCode
from tests.policy import oracle
from tests.policy.cast import ALWAYS, BERLIN, DAY, HOUR, LONDON, SECOND, TICK, ZONES, at, busy, resolved
from tests.policy.scenes import make_lot

MINUTE = timedelta(minutes=1)
ODD_ZONES = [
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "America/St_Johns",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Gaza",
    "America/Asuncion",
    "America/Santiago",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Eucla",
    "Australia/Sydney",
    "Europe/Dublin",
    "Europe/Chisinau",
    "Africa/Cairo",
    "America/Nuuk",
    "America/Scoresbysund",
    "Atlantic/Azores",
    "America/Los_Angeles",
    "America/Phoenix",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "Pacific/Norfolk",
    "Asia/Jerusalem",
    "America/Port-au-Prince",
    "America/Miquelon",
    "Asia/Tokyo",
    "Etc/UTC",
    "America/Sao_Paulo",
    "Antarctica/Casey",
]
NEVER = Availability(hours=())


def hours(*stretches: tuple[str, str], days: range = range(7)) -> tuple[WeeklyHours, ...]:
    return tuple(
        WeeklyHours(weekday=day, start=time.fromisoformat(start), end=time.fromisoformat(end))
        for day in days
        for start, end in stretches
    )


def expanded(zone: ZoneInfo, start: str, end: str, *stretches: tuple[str, str]) -> list[str]:
    found = expand_weekly(hours(*stretches), zone, start=at(start), end=at(end))
    touching = [one for one in found if one.start < at(end) and at(start) < one.end]
    return [f"{one.start:%dT%H:%M} {one.end:%dT%H:%M}" for one in touching]


# -- published hours ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("night", "stretches", "expected"),
    [
        # London, 28 March 2027: 01:00 to 02:00 does not exist.
        ("2027-03-28", [("00:00", "05:00")], ["28T00:00 28T04:00"]),
        ("2027-03-28", [("01:30", "05:00")], ["28T01:30 28T04:00"]),
        ("2027-03-28", [("00:00", "01:30")], ["28T00:00 28T01:30"]),
        ("2027-03-28", [("01:15", "01:45")], ["28T01:15 28T01:45"]),
        ("2027-03-28", [("01:45", "02:15")], []),
        # 31 October 2027: 01:00 to 02:00 comes twice.
        ("2027-10-31", [("00:00", "05:00")], ["30T23:00 31T05:00"]),
        ("2027-10-31", [("01:30", "02:00")], ["31T00:30 31T02:00"]),
        ("2027-10-31", [("01:00", "01:30")], ["31T00:00 31T00:30"]),
    ],
)
def test_hours_keep_to_the_wall_clock_on_the_nights_when_it_changes(
    night: str, stretches: list[tuple[str, str]], expected: list[str]
) -> None:
    weekday = datetime.fromisoformat(night).weekday()
    weekly = hours(*stretches, days=range(weekday, weekday + 1))
    noon = at(f"{night}T12:00:00Z")
    found = expand_weekly(weekly, LONDON, start=noon - 13 * HOUR, end=noon)
    near = [one for one in found if abs(one.start - noon) < DAY]
    assert [f"{one.start:%dT%H:%M} {one.end:%dT%H:%M}" for one in near] == expected


def test_the_end_of_the_day_is_midnight_and_days_that_touch_are_one_stretch() -> None:
    assert (
        expanded(LONDON, "2027-03-16T10:00:00Z", "2027-03-16T12:00:00Z", ("22:00", "00:00"), ("00:00", "02:00")) == []
    )
    assert expanded(LONDON, "2027-03-16T22:30:00Z", "2027-03-17T01:00:00Z", ("22:00", "00:00"), ("00:00", "02:00")) == [
        "16T22:00 17T02:00"
    ]


def test_hours_of_one_weekday_are_those_of_the_zone() -> None:
    weekly = hours(("09:00", "12:00"), days=range(1))
    (monday,) = expand_weekly(weekly, BERLIN, start=at("2027-03-15T00:00:00Z"), end=at("2027-03-16T00:00:00Z"))
    assert monday == busy("2027-03-15T08:00:00Z", "2027-03-15T11:00:00Z")


def test_an_override_holds_instead_of_the_week_also_on_a_holiday() -> None:
    monday, tuesday, wednesday = (date(2027, 3, day) for day in (15, 16, 17))
    published = PublishedHours(
        weekly=hours(("09:00", "12:00")),
        overrides={monday: hours(("14:00", "15:00"), days=range(1)), tuesday: ()},
        holidays=frozenset({monday, wednesday}),
    )
    found = expand_hours(published, LONDON, start=at("2027-03-15T00:00:00Z"), end=at("2027-03-18T00:00:00Z"))
    inside = [one for one in found if at("2027-03-15T00:00:00Z") <= one.start < at("2027-03-18T00:00:00Z")]
    assert inside == [busy("2027-03-15T14:00:00Z", "2027-03-15T15:00:00Z")]


def test_intervals_are_merged_where_they_touch() -> None:
    ten, eleven, noon = (at(f"2027-03-18T{hour}:00:00Z") for hour in (10, 11, 12))
    assert merged([Interval(start=eleven, end=noon), Interval(start=ten, end=eleven)]) == (
        Interval(start=ten, end=noon),
    )
    assert merged([Interval(start=ten, end=noon), Interval(start=ten, end=eleven)]) == (Interval(start=ten, end=noon),)
    assert len(merged([Interval(start=ten, end=eleven - TICK), Interval(start=eleven, end=noon)])) == 2


# -- what is offered ---------------------------------------------------------------------------------------------------------------

RULES = resolved("thrive")
MORNING = Availability(hours=(busy("2027-03-18T09:00:00Z", "2027-03-18T12:00:00Z"),))


def offered(availability: Availability, more: str = "", now: str = "2027-03-10T10:00:00Z") -> list[str]:
    rules = resolved("thrive", "session", more)
    found = offered_starts(
        rules, ZONES, availability, start=at("2027-03-18T00:00:00Z"), end=at("2027-03-19T00:00:00Z"), now=at(now)
    )
    return [f"{one:%H:%M}" for one in found]


def test_a_session_lies_in_the_published_hours_with_all_its_length() -> None:
    assert offered(MORNING) == [
        "09:00",
        "09:15",
        "09:30",
        "09:45",
        "10:00",
        "10:15",
        "10:30",
        "10:45",
        "11:00",
        "11:15",
    ]
    assert offered(NEVER) == []


def test_sessions_may_follow_each_other_without_a_gap() -> None:
    taken = busy("2027-03-18T09:45:00Z", "2027-03-18T10:30:00Z")
    for facts in (
        replace(MORNING, coach_busy=(taken,)),
        replace(MORNING, member_busy=(taken,)),
        replace(MORNING, off=(taken,)),
        replace(MORNING, coach_busy=(taken, busy("2027-03-18T10:00:00Z", "2027-03-18T10:15:00Z"))),
    ):
        assert offered(facts) == ["09:00", "10:30", "10:45", "11:00", "11:15"]


def test_a_gap_of_exactly_a_session_is_offered() -> None:
    facts = replace(
        MORNING,
        coach_busy=(
            busy("2027-03-18T08:00:00Z", "2027-03-18T09:15:00Z"),
            busy("2027-03-18T10:00:00Z", "2027-03-18T12:00:00Z"),
        ),
    )
    assert offered(facts) == ["09:15"]


@pytest.mark.parametrize(("before", "after"), [(15, 0), (0, 15), (15, 10), (15, 15)])
def test_a_buffer_keeps_sessions_of_the_coach_apart_whichever_was_first(before: int, after: int) -> None:
    taken = busy("2027-03-18T10:00:00Z", "2027-03-18T10:45:00Z")
    buffers = {"buffer_before": before * MINUTE, "buffer_after": after * MINUTE}
    assert offered(replace(MORNING, coach_busy=(taken,), **buffers)) == ["09:00", "11:00", "11:15"]
    assert offered(replace(MORNING, member_busy=(taken,), **buffers)) == ["09:00", "09:15", "10:45", "11:00", "11:15"]


def test_the_grid_is_the_coachs_wall_clock() -> None:
    assert offered(MORNING, "[booking]\nstart_grid = 'PT1H'\n") == ["09:00", "10:00", "11:00"]
    assert offered(MORNING, "[booking]\nstart_grid = 'PT50M'\n") == ["09:10", "10:00", "10:50"]
    kathmandu = replace(ZONES, coach=ZoneInfo("Asia/Kathmandu"))
    found = offered_starts(
        resolved("thrive", "session", "[booking]\nstart_grid = 'PT1H'\n"),
        kathmandu,
        MORNING,
        start=at("2027-03-18T00:00:00Z"),
        end=at("2027-03-19T00:00:00Z"),
        now=at("2027-03-10T10:00:00Z"),
    )
    assert [f"{one:%H:%M}" for one in found] == ["09:15", "10:15", "11:15"]


def test_an_hour_that_comes_twice_is_offered_twice() -> None:
    night = Availability(hours=(busy("2027-10-31T00:00:00Z", "2027-10-31T03:00:00Z"),))
    found = offered_starts(
        resolved("thrive", "session", "[booking]\nstart_grid = 'PT1H'\n"),
        ZONES,
        night,
        start=at("2027-10-30T00:00:00Z"),
        end=at("2027-11-01T00:00:00Z"),
        now=at("2027-10-10T00:00:00Z"),
    )
    assert [f"{one:%H:%M} {one.astimezone(LONDON):%H:%M}" for one in found] == [
        "00:00 01:00",
        "01:00 01:00",
        "02:00 02:00",
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-03-18T09:00:00Z", "11:00 11:15"),
        ("2027-03-18T09:00:00.000001Z", "11:15"),
        ("2027-03-18T09:15:00.000001Z", ""),
    ],
)
def test_notice_that_is_reached_exactly_is_enough(now: str, expected: str) -> None:
    assert offered(MORNING, "[booking]\nmin_notice = 'PT2H'\n", now) == expected.split()


def test_where_members_do_not_book_themselves_nothing_is_offered() -> None:
    assert offered(MORNING, "[booking]\nself_service = false\n") == []


def test_where_the_coach_confirms_each_booking_the_times_to_ask_for_are_offered() -> None:
    assert offered(MORNING, "[booking]\nby_request = true\n") == offered(MORNING, "")


def test_after_the_deadline_only_the_next_period_is_offered_but_moves_are_not_bound() -> None:
    span = {"start": at("2027-03-30T00:00:00Z"), "end": at("2027-04-03T00:00:00Z")}
    grid = "[booking]\ndeadline_day = 20\nstart_grid = 'P1D'\n[kinds.coaching]\nduration = 'PT24H'\n"
    rules = resolved("mastered", "coaching", grid)
    in_time, late = at("2027-03-20T23:59:59Z"), at("2027-03-21T00:00:00Z")
    assert [one.day for one in offered_starts(rules, ZONES, ALWAYS, now=in_time, **span)] == [30, 31, 1, 2]
    assert [one.day for one in offered_starts(rules, ZONES, ALWAYS, now=late, **span)] == [31, 1, 2]
    assert [one.day for one in starts_to_move_to(rules, ZONES, ALWAYS, now=late, **span)] == [30, 31, 1, 2]


# -- why a start is not to be had --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "code", "parameter"),
    [
        ("2027-03-18T09:00:00Z", None, None),
        ("2027-03-18T09:00:01Z", RefusalCode.SLOT_UNAVAILABLE, "booking.start_grid"),
        ("2027-03-18T09:05:00Z", RefusalCode.SLOT_UNAVAILABLE, "booking.start_grid"),
        ("2027-03-18T08:45:00Z", RefusalCode.SLOT_UNAVAILABLE, "openings"),
        ("2027-03-18T11:30:00Z", RefusalCode.SLOT_UNAVAILABLE, "openings"),
        ("2027-03-18T10:00:00Z", RefusalCode.SLOT_TAKEN, "D-49"),
        ("2027-03-18T10:30:00Z", RefusalCode.SLOT_TAKEN, "D-49"),
        ("2027-03-18T10:45:00Z", RefusalCode.SLOT_UNAVAILABLE, "openings"),
        ("2027-03-18T11:15:00Z", RefusalCode.SLOT_TAKEN, "D-49"),
        ("2027-03-10T10:00:00Z", RefusalCode.SLOT_UNAVAILABLE, "D-05"),
        ("2026-02-10T10:00:00Z", RefusalCode.SLOT_UNAVAILABLE, "D-05"),
        ("2027-03-10T10:59:00Z", RefusalCode.NOTICE_TOO_SHORT, "booking.min_notice"),
        ("2027-06-09T10:00:00Z", RefusalCode.SLOT_UNAVAILABLE, "booking.horizon"),
        ("2036-03-18T10:00:00Z", RefusalCode.SLOT_UNAVAILABLE, "booking.horizon"),
    ],
)
def test_a_refusal_says_what_it_rests_on(start: str, code: RefusalCode | None, parameter: str | None) -> None:
    facts = replace(
        MORNING,
        coach_busy=(busy("2027-03-18T10:00:00Z", "2027-03-18T10:45:00Z"),),
        member_busy=(busy("2027-03-18T11:45:00Z", "2027-03-18T12:00:00Z"),),
        buffer_after=15 * MINUTE,
    )
    rules = resolved("thrive", "session", "[booking]\nmin_notice = 'PT1H'\n")
    found = objection_to_start(rules, ZONES, facts, at(start), now=at("2027-03-10T10:00:00Z"))
    assert (None if found is None else (found.code, found.parameter)) == (None if code is None else (code, parameter))


def test_hours_grid_and_notice_bind_only_members_but_a_session_binds_everybody() -> None:
    facts = replace(NEVER, coach_busy=(busy("2027-03-18T10:00:00Z", "2027-03-18T10:45:00Z"),))
    now, length = at("2027-03-18T08:00:00Z"), 45 * MINUTE

    def code(start: datetime) -> RefusalCode | None:
        found = objection_to_time(facts, start, length, now=now)
        return None if found is None else found.code

    assert code(at("2027-03-18T08:01:00Z")) is None
    assert code(at("2027-03-18T09:15:00Z")) is None
    assert code(at("2027-03-18T09:16:00Z")) is RefusalCode.SLOT_TAKEN
    assert code(at("2027-03-18T08:00:00Z")) is RefusalCode.SLOT_UNAVAILABLE
    assert code(at("2027-03-18T09:00:01Z")) is RefusalCode.SLOT_UNAVAILABLE
    assert code(at("2027-03-18T09:00:00Z") + TICK) is RefusalCode.SLOT_UNAVAILABLE
    assert is_taken(facts, at("2027-03-18T10:44:00Z"), length)
    assert not is_taken(facts, at("2027-03-18T10:45:00Z"), length)


# -- against the oracle ------------------------------------------------------------------------------------------------------------

CLOCK_TIMES = st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)])
POLICIES = (
    ("thrive", "session", ""),
    ("thrive", "session", "[booking]\nstart_grid = 'PT50M'\nmin_notice = 'PT5H'\nhorizon = 'P2D'\n"),
    ("thrive", "session", "[booking]\nstart_grid = 'PT1H'\n[kinds.session]\nduration = 'PT25M'\n"),
    ("mastered", "coaching", "[booking]\ndeadline_day = 20\nstart_grid = 'PT30M'\n"),
)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[WeeklyHours, ...]:
    found: list[WeeklyHours] = []
    for day in range(7):
        ends = sorted(draw(st.sets(CLOCK_TIMES, max_size=4)))
        found += [WeeklyHours(weekday=day, start=one, end=two) for one, two in zip(ends[::2], ends[1::2], strict=False)]
        if draw(st.booleans()) and (not found or found[-1].weekday < day or found[-1].end <= time(20)):
            found.append(WeeklyHours(weekday=day, start=time(20), end=time(0)))
    return tuple(found)


@st.composite
def published_weeks(draw: st.DrawFn, near: date) -> PublishedHours:
    """A week, and around a date some days that it does not hold on: with other hours, closed, or a holiday."""
    days = st.integers(-2, 3).map(lambda n: near + n * DAY)
    others = st.one_of(st.just(()), weeks().map(lambda week: [one for one in week if one.weekday == 0]))
    return PublishedHours(
        weekly=draw(weeks()),
        overrides=draw(st.dictionaries(days, others, max_size=2)),
        holidays=draw(st.frozensets(days, max_size=1)),
    )


@st.composite
def wishes(draw: st.DrawFn) -> oracle.Wish:
    zone = draw(st.sampled_from(ODD_ZONES))
    days = 2
    nights = oracle.transitions(zone) or (datetime(2027, 6, 1, tzinfo=UTC),)
    night = draw(st.sampled_from(nights))
    first = datetime(night.year, night.month, night.day, tzinfo=UTC) - draw(st.integers(0, 1)) * DAY
    published = draw(published_weeks(first.date()))

    def interval() -> Interval:
        start = first + draw(st.integers(-600, days * 1440)) * MINUTE
        return Interval(start=start, end=start + draw(st.integers(5, 240)) * MINUTE)

    def some() -> tuple[Interval, ...]:
        return tuple(interval() for _ in range(draw(st.integers(0, 3))))

    name, kind, more = draw(st.sampled_from(POLICIES))
    return oracle.Wish(
        policy=resolved(name, kind, more),
        zones=Zones(member=LONDON, coach=ZoneInfo(zone), organisation=LONDON, accounting=ZoneInfo(zone)),
        published=published,
        availability=Availability(
            hours=expand_hours(published, ZoneInfo(zone), start=first - DAY, end=first + (days + 1) * DAY),
            off=some(),
            coach_busy=some(),
            member_busy=some(),
            buffer_before=draw(st.sampled_from([0, 10])) * MINUTE,
            buffer_after=draw(st.sampled_from([0, 15])) * MINUTE,
        ),
        first=first,
        days=days,
        now=first - draw(st.integers(-1440, 40 * 1440)) * MINUTE,
    )


@contextmanager
def server_in(zone: str) -> Generator[None]:
    """The process runs in this zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "TZ", zone)
        clock_time.tzset()
        try:
            yield
        finally:
            patch.undo()
            clock_time.tzset()


SERVERS = ("Pacific/Auckland", "America/Los_Angeles", "Europe/London")


@pytest.mark.parametrize("server", SERVERS)
@given(data=st.data())
def test_what_is_offered_is_what_the_minutes_say_and_what_is_accepted(server: str, data: st.DataObject) -> None:
    with server_in(server):
        wish = data.draw(wishes())
        end = wish.first + wish.days * DAY
        offered = offered_starts(wish.policy, wish.zones, wish.availability, start=wish.first, end=end, now=wish.now)
        assert list(offered) == list(oracle.starts(wish))
        tried = data.draw(st.lists(st.integers(0, wish.days * 1440 * 60 - 1), max_size=8))
        instants = [wish.first + one * SECOND for one in tried]
        instants += [wish.first + one // 900 * 900 * SECOND for one in tried]
        for start in {*instants, *offered[:3], *offered[-3:]}:
            assert accepted(wish, start) == (start in offered)


def accepted(wish: oracle.Wish, start: datetime) -> bool:
    """Whether a member with credit books this start herself."""
    lots = (replace(make_lot("pack", free=9), opens_at=datetime(2020, 1, 1, tzinfo=UTC)),)
    facts = BookingFacts(
        kind=wish.policy.kind,
        actor=ActorKind.MEMBER,
        starts_at=start,
        zones=wish.zones,
        availability=wish.availability,
        lots=lots,
    )
    return decide_booking(wish.policy, facts, now=wish.now).allowed


@given(zone=st.sampled_from(ODD_ZONES), weekly=weeks(), index=st.integers(0, 20))
def test_hours_are_read_off_the_zones_clock(zone: str, weekly: tuple[WeeklyHours, ...], index: int) -> None:
    nights = oracle.transitions(zone) or (datetime(2027, 6, 1, tzinfo=UTC),)
    night = nights[index % len(nights)]
    first = datetime(night.year, night.month, night.day, tzinfo=UTC)
    expected = merged(oracle.hours_of(PublishedHours(weekly=weekly), zone, first, 2))
    found = expand_weekly(weekly, ZoneInfo(zone), start=first, end=first + 2 * DAY)
    inside = first + DAY
    assert [one for one in found if abs(one.start - inside) < DAY] == [
        one for one in expected if abs(one.start - inside) < DAY
    ]
