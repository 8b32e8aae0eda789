"""When a coach is there: the week, single dates, holidays, buffers and times off; what stands is named and never changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from commands.add_time_off import AddTimeOff, add_time_off
from commands.book import BookSession, book
from commands.openings import FindOpenings, openings
from commands.outcome import Outcome
from commands.remove_time_off import RemoveTimeOff, remove_time_off
from commands.set_buffers import SetBuffers, set_buffers
from commands.set_date_override import SetDateOverride, Stretch, set_date_override
from commands.set_holidays import NamedDay, SetHolidays, set_holidays
from commands.set_weekly_hours import Hours, SetWeeklyHours, set_weekly_hours
from models.queries.views import sessions_within
from policy.terms import RefusalCode
from tests.commands.operator.house import CALL, House, refusal
from tests.support.platform import done

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2027, 3, 23)


def week(house: House, *hours: Hours, zone: str | None = None, coach: str = "Cora") -> Outcome:
    command = SetWeeklyHours(coach_id=house.people[coach], hours=hours, zone=zone)
    return set_weekly_hours(house.database, house.request(), command)


def override(house: House, on: date, *stretches: Stretch, removed: bool = False, coach: str = "Cora") -> Outcome:
    command = SetDateOverride(coach_id=house.people[coach], on_date=on, stretches=None if removed else stretches)
    return set_date_override(house.database, house.request(), command)


def holidays(house: House, *days: NamedDay, year: int = 2027) -> Outcome:
    return set_holidays(house.database, house.request(), SetHolidays(year=year, holidays=days))


def offered(house: House, on: date, *, coach: str = "Cora", member: str = "Leo", zone: ZoneInfo = BERLIN) -> list[str]:
    """The starts that the coach offers on this date of their zone, as local times."""
    start = datetime.combine(on, time(0), zone).astimezone(UTC)
    wish = FindOpenings(
        kind_id=house.platform.kinds["coaching"],
        coach_id=house.people[coach],
        start=start,
        end=datetime.combine(on + timedelta(days=1), time(0), zone).astimezone(UTC),
    )
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        found = openings(unit, house.platform.actor(member), wish, now=house.platform.now)
    assert found is not None
    return [f"{one.starts_at.astimezone(zone):%H:%M}" for one in found]


def at(text: str) -> time:
    return time.fromisoformat(text)


@pytest.fixture
def mornings(house: House) -> House:
    """Cora is there from nine to ten every day, which makes two starts of a 45-minute call."""
    done(week(house, *(Hours(weekday=day, start=at("09:00"), to=at("10:00")) for day in range(7))))
    assert offered(house, TUESDAY) == ["09:00", "09:15"]
    return house


def test_an_override_replaces_the_week_on_its_date_alone(mornings: House) -> None:
    done(override(mornings, TUESDAY, Stretch(start=at("14:00"), to=at("14:45"))))
    assert offered(mornings, TUESDAY) == ["14:00"]
    for day in (TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=7)):
        assert offered(mornings, day) == ["09:00", "09:15"]


def test_an_override_of_nothing_is_a_day_off(mornings: House) -> None:
    done(override(mornings, TUESDAY))
    assert offered(mornings, TUESDAY) == []


def test_said_again_an_override_is_replaced_and_with_none_the_week_holds_again(mornings: House) -> None:
    done(override(mornings, TUESDAY))
    done(override(mornings, TUESDAY, Stretch(start=at("20:00"), to=at("00:00"))))
    assert offered(mornings, TUESDAY)[-1] == "23:15"
    done(override(mornings, TUESDAY, removed=True))
    assert offered(mornings, TUESDAY) == ["09:00", "09:15"]
    assert mornings.rows("SELECT * FROM date_override WHERE organisation_id = :organisation") == []


def test_on_a_holiday_the_week_does_not_hold_and_an_override_does(mornings: House) -> None:
    done(holidays(mornings, NamedDay(on_date=TUESDAY, name="A holiday")))
    assert offered(mornings, TUESDAY) == []
    assert offered(mornings, TUESDAY + timedelta(days=1)) == ["09:00", "09:15"]
    done(override(mornings, TUESDAY, Stretch(start=at("11:00"), to=at("11:45"))))
    assert offered(mornings, TUESDAY) == ["11:00"]


def test_a_holiday_is_a_date_of_the_coachs_own_zone(house: House) -> None:
    """The day of Kiritimati, fourteen hours ahead, is over when that of Honolulu has hardly begun."""
    done(holidays(house, NamedDay(on_date=TUESDAY, name="A holiday")))
    for name in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        zone = ZoneInfo(name)
        done(week(house, *(Hours(weekday=day, start=at("00:00"), to=at("00:00")) for day in range(7)), zone=name))
        assert offered(house, TUESDAY, zone=zone) == []
        day_before = offered(house, TUESDAY - timedelta(days=1), zone=zone)
        assert (day_before[0], day_before[-1]) == ("00:00", "23:15")


def test_a_call_on_a_holiday_or_closed_date_stands_and_none_is_booked_into_it(mornings: House) -> None:
    wish = BookSession(
        kind_id=mornings.platform.kinds["coaching"],
        coach_id=mornings.people["Cora"],
        member_id=mornings.people["Leo"],
        starts_at=datetime.combine(TUESDAY, at("09:00"), BERLIN).astimezone(UTC),
    )
    eve = "Eva"
    with mornings.watch() as seen:
        done(
            holidays(
                mornings, NamedDay(on_date=TUESDAY, name="A holiday"), NamedDay(on_date=CALL.date(), name="Another")
            )
        )
        done(override(mornings, CALL.date(), coach=eve))
    assert "session" not in seen.touched
    refusal(book(mornings.database, mornings.request("Leo"), wish), RefusalCode.SLOT_UNAVAILABLE)


def test_the_hours_zone_is_changed_with_the_week(mornings: House) -> None:
    hours = (Hours(weekday=1, start=at("09:00"), to=at("10:00")),)
    done(week(mornings, *hours, zone="America/New_York"))
    assert offered(mornings, TUESDAY, zone=ZoneInfo("America/New_York")) == ["09:00", "09:15"]
    done(week(mornings, *hours))
    assert offered(mornings, TUESDAY, zone=ZoneInfo("America/New_York")) == ["09:00", "09:15"]


def test_an_override_on_a_day_of_a_clock_change_follows_the_wall_clock(house: House) -> None:
    """In Berlin the clocks go from two to three on 28 March 2027: a stretch from one to four lasts two hours."""
    sunday = date(2027, 3, 28)
    done(override(house, sunday, Stretch(start=at("01:00"), to=at("04:00"))))
    assert offered(house, sunday) == ["01:00", "01:15", "01:30", "01:45", "03:00", "03:15"]


# -- bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stretches",
    [
        [("10:00", "09:00")],
        [("09:00", "09:00")],
        [("09:00", "11:00"), ("10:00", "12:00")],
        [("00:00", "00:00"), ("12:00", "13:00")],
        [("09:00:30", "10:00")],
        [("09:00", "10:00:00.5")],
    ],
)
def test_stretches_that_overlap_or_run_backwards_are_refused(house: House, stretches: list[tuple[str, str]]) -> None:
    with house.watch() as seen:
        outcome = override(house, TUESDAY, *(Stretch(start=at(one), to=at(two)) for one, two in stretches))
        assert refusal(outcome, RefusalCode.INVALID_INPUT).path == ("stretches",)
        outcome = week(house, *(Hours(weekday=1, start=at(one), to=at(two)) for one, two in stretches))
        assert refusal(outcome, RefusalCode.INVALID_INPUT).path == ("hours",)
    seen.assert_nothing_happened()


def test_stretches_that_touch_are_one(house: House) -> None:
    done(
        override(house, TUESDAY, Stretch(start=at("10:00"), to=at("10:30")), Stretch(start=at("09:30"), to=at("10:00")))
    )
    assert offered(house, TUESDAY) == ["09:30", "09:45"]


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_week_has_seven_days(house: House, weekday: int) -> None:
    refusal(week(house, Hours(weekday=weekday, start=at("09:00"), to=at("10:00"))), RefusalCode.INVALID_INPUT)


@pytest.mark.parametrize(
    ("days", "year", "path"),
    [
        ([(date(2026, 12, 31), "Old")], 2027, ("holidays",)),
        ([(TUESDAY, "One"), (TUESDAY, "Two")], 2027, ("holidays",)),
        ([(TUESDAY, "")], 2027, ("holidays", "name")),
        ([(TUESDAY, "a\x00b")], 2027, ("holidays", "name")),
        ([(TUESDAY, "n" * 201)], 2027, ("holidays", "name")),
        ([], 0, ("year",)),
        ([], 10000, ("year",)),
    ],
)
def test_holidays_are_named_dates_of_their_year(
    house: House, days: list[tuple[date, str]], year: int, path: tuple[str, ...]
) -> None:
    with house.watch() as seen:
        outcome = holidays(house, *(NamedDay(on_date=day, name=name) for day, name in days), year=year)
        assert refusal(outcome, RefusalCode.INVALID_INPUT).path == path
    seen.assert_nothing_happened()


def test_holidays_of_a_year_are_replaced_and_other_years_stay(house: House) -> None:
    done(holidays(house, NamedDay(on_date=date(2028, 1, 1), name="New Year"), year=2028))
    done(holidays(house, NamedDay(on_date=TUESDAY, name="One"), NamedDay(on_date=date(2027, 12, 31), name="Last")))
    done(holidays(house, NamedDay(on_date=TUESDAY, name="Renamed")))
    rows = house.rows("SELECT on_date, name FROM holiday WHERE organisation_id = :organisation ORDER BY on_date")
    assert [tuple(row) for row in rows] == [(TUESDAY, "Renamed"), (date(2028, 1, 1), "New Year")]


# -- buffers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        (timedelta(seconds=-1), timedelta(0), ("before",)),
        (timedelta(0), timedelta(hours=12, microseconds=1), ("after",)),
    ],
)
def test_a_buffer_lasts_up_to_twelve_hours(
    house: House, before: timedelta, after: timedelta, path: tuple[str, ...]
) -> None:
    command = SetBuffers(coach_id=house.people["Eva"], before=before, after=after)
    assert refusal(set_buffers(house.database, house.request(), command), RefusalCode.INVALID_INPUT).path == path


def test_buffers_keep_new_starts_apart_and_move_nothing(house: House) -> None:
    day = CALL.date()
    london = ZoneInfo("Europe/London")
    house.platform.pack("Maya", "coaching", 1)
    assert {"09:15", "10:45"} <= set(offered(house, day, coach="Eva", member="Maya", zone=london))
    command = SetBuffers(coach_id=house.people["Eva"], before=timedelta(minutes=15), after=timedelta(minutes=15))
    with house.watch() as seen:
        done(set_buffers(house.database, house.request("Eva"), command))
    assert "session" not in seen.touched
    starts = set(offered(house, day, coach="Eva", member="Maya", zone=london))
    assert {"09:00", "11:00"} <= starts
    assert not {"09:15", "10:45"} & starts


# -- times off -----------------------------------------------------------------------------------------------------------


def off(house: House, start: datetime, end: datetime, who: str = "Eva") -> Outcome:
    command = AddTimeOff(coach_id=house.people["Eva"], starts_at=start, ends_at=end)
    return add_time_off(house.database, house.request(who), command)


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        (CALL - timedelta(hours=1), CALL, False),
        (CALL - timedelta(hours=1), CALL + timedelta(microseconds=1), True),
        (CALL, CALL + timedelta(minutes=1), True),
        (CALL + timedelta(minutes=44), CALL + timedelta(days=1), True),
        (CALL + timedelta(minutes=45), CALL + timedelta(days=1), False),
    ],
)
def test_time_off_answers_with_the_calls_it_touches_and_changes_none(
    house: House, start: datetime, end: datetime, *, touches: bool
) -> None:
    with house.watch() as seen:
        done(off(house, start, end))
    assert "session" not in seen.touched
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        found = sessions_within(unit, house.people["Eva"], start, end)
    assert list(found) == ([house.call] if touches else [])


def test_a_cancelled_call_is_not_named(house: House) -> None:
    house.platform.cancel("Maya", house.call)
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        assert not sessions_within(unit, house.people["Eva"], CALL, CALL + timedelta(hours=1))


def test_time_off_is_offered_again_when_it_is_removed(house: House) -> None:
    day = date(2027, 3, 23)
    start = datetime.combine(day, time(0), BERLIN).astimezone(UTC)
    command = AddTimeOff(coach_id=house.people["Cora"], starts_at=start, ends_at=start + timedelta(days=1))
    added = done(add_time_off(house.database, house.request("Cora"), command)).object_id
    assert offered(house, day) == []
    done(remove_time_off(house.database, house.request("Cora"), RemoveTimeOff(time_off_id=added)))
    assert offered(house, day)
    again = remove_time_off(house.database, house.request("Sam"), RemoveTimeOff(time_off_id=added))
    refusal(again, RefusalCode.NOT_FOUND)


def test_time_off_ends_after_it_starts(house: House) -> None:
    assert refusal(off(house, CALL, CALL), RefusalCode.INVALID_INPUT).path == ("endsAt",)
