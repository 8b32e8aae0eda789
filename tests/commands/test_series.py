"""Sessions of series as they stand in the database: where an oracle that walks UTC finds them, whatever the policy's horizon (MODEL 5.3, D-45)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from commands.series.create import CreateSeries, create_series
from models.unit import Database
from policy.recurrence import Recurrence
from policy.terms import Cadence
from tests.policy.test_recurrence import CLOCK, FIRST, LAST, by_oracle, clock_changes
from tests.support.platform import Platform, done, open_platform
from tests.support.wall_clock import Stretch, every_clock, stretches

OPENS = datetime(2026, 12, 30, 12, tzinfo=UTC)
LENGTH = timedelta(minutes=45)
MADE = text("""
SELECT place.on_date, session.starts_at, session.ends_at FROM series_occurrence AS place
JOIN session ON session.organisation_id = place.organisation_id AND session.id = place.session_id
WHERE place.organisation_id = :organisation AND place.series_id = :series ORDER BY place.on_date
""")


def open_mento(database: Database, *, horizon: str) -> Platform:
    """Mento, but for how far ahead the sessions of its series exist."""
    platform = open_platform(database, "mento", at=OPENS)
    platform.publish(f'extends = "mento"\n[series]\nhorizon = "{horizon}"\n')
    return platform


def created(platform: Platform, coach: str, member: str, rule: Recurrence, until: date) -> int:
    """The series of this rule; its conflicts, if there are any, are no part of this."""
    platform.member(member, coach)
    command = CreateSeries(
        kind_id=platform.kinds["one_on_one"],
        coach_id=platform.people[coach],
        member_id=platform.people[member],
        first_on=rule.first,
        at_time=rule.at,
        cadence=rule.cadence,
        until_on=until,
    )
    return done(create_series(platform.database, platform.request(coach), command)).object_id


def made(owner: Engine, platform: Platform, series: int) -> list[tuple[date, datetime]]:
    """The sessions by original date, each of 45 minutes."""
    with owner.connect() as connection:
        rows: Any = connection.execute(MADE, {"organisation": platform.organisation_id, "series": series}).all()
    assert {row.ends_at - row.starts_at for row in rows} <= {LENGTH}
    return [(row.on_date, row.starts_at.astimezone(UTC)) for row in rows]


def falling(clock: list[Stretch], zone: ZoneInfo, until: date) -> Iterator[tuple[Recurrence, date]]:
    """Short series that fall into each change of the clock until then: at its edges, and in the midst of the gap or of the hour that comes twice."""
    for on, at in sorted(set(clock_changes(clock))):
        first, last = on - timedelta(weeks=2), on + timedelta(weeks=3)
        if first >= FIRST and last <= until:
            yield Recurrence(cadence=Cadence.FORTNIGHTLY, first=first, at=at, zone=zone), last


def assert_made_as_the_oracle(platform: Platform, owner: Engine, zone: str, until: date) -> None:
    """One series in each rhythm, and some that fall into each change of the clock until then; no coach has two."""
    clock = stretches(ZoneInfo(zone), *CLOCK)
    plain = [Recurrence(cadence=cadence, first=FIRST, at=time(18, 30), zone=ZoneInfo(zone)) for cadence in Cadence]
    rules = [*((rule, until) for rule in plain), *falling(clock, ZoneInfo(zone), until)]
    series: list[int] = []
    for rule, last in rules:
        coach = f"Coach{len(platform.people)}"
        platform.coach(coach, "one_on_one", zone=zone, home=zone)
        series.append(created(platform, coach, f"{coach}.Member", rule, last))
    platform.at(platform.now)
    for (rule, last), key in zip(rules, series, strict=True):
        expected = [found for found in by_oracle(rule, clock) if found[0] < last]
        assert made(owner, platform, key) == expected, (zone, rule)


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe"])
def test_half_a_year_of_each_rhythm_stands_where_the_oracle_finds_it(
    database: Database, owner: Engine, zone: str
) -> None:
    assert_made_as_the_oracle(open_mento(database, horizon="P30W"), owner, zone, date(2027, 6, 1))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_years_of_each_rhythm_stand_where_the_oracle_finds_them_on_every_clock(
    database: Database, owner: Engine
) -> None:
    platform = open_mento(database, horizon="P110W")
    for zone in every_clock(*CLOCK).values():
        assert_made_as_the_oracle(platform, owner, zone, LAST)


def test_another_horizon_neither_loses_an_occurrence_nor_makes_one_early(database: Database, owner: Engine) -> None:
    """Six weeks become two, twelve, twenty: each date has its session once it lies within the horizon of then."""
    platform = open_mento(database, horizon="P6W")
    zone = ZoneInfo("Europe/London")
    platform.coach("Eva", "one_on_one")
    rule = Recurrence(cadence=Cadence.WEEKLY, first=FIRST, at=time(9), zone=zone)
    series = created(platform, "Eva", "Leo", rule, LAST)
    every = by_oracle(rule, stretches(zone, *CLOCK))

    def look(weeks: int) -> None:
        """What stands is what starts within so many weeks."""
        last = platform.now + timedelta(weeks=weeks)
        assert made(owner, platform, series) == [one for one in every if one[1] <= last]

    look(6)
    for weeks, wait in ((2, 5), (12, 2), (20, 2)):
        platform.publish(f'extends = "mento"\n[series]\nhorizon = "P{weeks}W"\n')
        # What exists stays. Further ones follow once the next date is dealt with.
        platform.at(platform.now + timedelta(weeks=wait))
        look(weeks)
