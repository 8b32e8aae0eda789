"""For a member with credit a start is bookable by herself if and only if it is offered: by the API's own `openings` and `bookSession`.

Random coaches, on the nights when a clock changes, are held to the oracle that walks the minutes of UTC, before and after each booking.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commands.add_time_off import AddTimeOff, add_time_off
from commands.book import book
from commands.outcome import Done
from commands.set_buffers import SetBuffers, set_buffers
from commands.set_date_override import SetDateOverride, Stretch, set_date_override
from commands.set_holidays import NamedDay, SetHolidays, set_holidays
from commands.set_weekly_hours import Hours, SetWeeklyHours, set_weekly_hours
from policy.facts import Availability, Interval, Zones
from policy.openings import PublishedHours, WeeklyHours
from tests.api.conftest import FrontEnd
from tests.api.documents import BOOK
from tests.policy import oracle
from tests.policy.cast import DAY, LONDON, resolved
from tests.policy.test_openings import MINUTE, ODD_ZONES, SERVERS, server_in
from tests.scenarios.documents import OPENINGS
from tests.support.platform import ZONES, Platform, done

MANY_CREDITS = """
[entitlement.quantity]
coaching = 60
[booking]
duplicate_policy = 'REFUSE'
deadline_day = 20
start_grid = 'PT30M'
"""
POLICIES = (
    ("thrive", "session", ""),
    ("thrive", "session", "[booking]\nstart_grid = 'PT50M'\nmin_notice = 'PT5H'\nhorizon = 'P2D'\n"),
    ("thrive", "session", "[booking]\nstart_grid = 'PT1H'\n[kinds.session]\nduration = 'PT25M'\n"),
    ("mastered", "coaching", MANY_CREDITS),
)
DAYS = 2
TRIED = 10
NO_SUCH_TIME = ("SLOT_UNAVAILABLE", "SLOT_TAKEN", "NOTICE_TOO_SHORT", "BOOKING_DEADLINE_PASSED")


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 120))])
def test_a_start_is_bookable_if_and_only_if_it_is_offered(
    open_front_end: Callable[..., FrontEnd], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)
    with server_in(SERVERS[seed % len(SERVERS)]):
        zone = ODD_ZONES[seed * 7 % len(ODD_ZONES)]
        monkeypatch.setitem(ZONES, "Eva", zone)
        house = House.opened(open_front_end, random, zone, *POLICIES[seed % len(POLICIES)])
        assert house.offered() == house.expected()
        for start in house.tries():
            offered = house.offered()
            booked = house.book(start)
            assert (booked is None) == (start in offered), (start, booked)
            assert booked is None or booked in NO_SUCH_TIME
            if booked is None:
                house.take(start)
                assert house.offered() == house.expected()


@dataclass
class House:
    """Maya with credit, Eva of whom she asks the openings, and what is known of both."""

    front_end: FrontEnd
    random: Random
    kind: str
    wish: oracle.Wish

    @classmethod
    def opened(
        cls, open_front_end: Callable[..., FrontEnd], random: Random, zone: str, name: str, kind: str, more: str
    ) -> "House":
        nights = oracle.transitions(zone) or (datetime(2027, 6, 1, tzinfo=UTC),)
        night = random.choice(nights)
        first = datetime(night.year, night.month, night.day, tzinfo=UTC) - random.randint(0, 1) * DAY
        now = first - random.choice([random.randint(-1440, 2880), random.randint(0, 40 * 1440)]) * MINUTE
        front_end = open_front_end(name, at=now)
        platform = front_end.platform
        platform.publish(f'extends = "{name}"\n{more}')
        platform.coach("Eva", kind, zone=zone)
        platform.coach("Dan", kind)
        for member in ("Maya", "Nora"):
            platform.member(member, "Eva", "Dan")
            if name == "thrive":
                platform.pack(member, kind, 60)
        published = _publish(platform, random, first.date())
        wish = oracle.Wish(
            policy=resolved(name, kind, more),
            zones=Zones(member=LONDON, coach=ZoneInfo(zone), organisation=LONDON, accounting=LONDON),
            published=published,
            availability=Availability(hours=()),
            first=first,
            days=DAYS,
            now=now,
        )
        house = cls(front_end=front_end, random=random, kind=kind, wish=wish)
        house.fill()
        return house

    def fill(self) -> None:
        """Times off, buffers, and sessions that staff have booked for others and with others."""
        platform, eva = self.front_end.platform, self.front_end.platform.people["Eva"]
        off = tuple(Interval(start=at, end=at + self.random.randint(5, 240) * MINUTE) for at in self._somewhere(2))
        for one in off:
            given = AddTimeOff(coach_id=eva, starts_at=one.start, ends_at=one.end)
            done(add_time_off(platform.database, platform.request(), given))
        before, after = self.random.choice([0, 10]) * MINUTE, self.random.choice([0, 15]) * MINUTE
        done(set_buffers(platform.database, platform.request(), SetBuffers(coach_id=eva, before=before, after=after)))
        hers, others = self._booked("Nora", "Eva"), self._booked("Maya", "Dan")
        self.wish = replace(
            self.wish,
            availability=Availability(
                hours=(), off=off, coach_busy=hers, member_busy=others, buffer_before=before, buffer_after=after
            ),
        )

    def _booked(self, member: str, coach: str) -> tuple[Interval, ...]:
        """Those of some sessions that could be booked: staff are bound by no hours, but by what is taken."""
        platform, found = self.front_end.platform, list[Interval]()
        for start in self._somewhere(3):
            wish = replace(platform.booking(member, self.kind, coach, start), note="asked by phone")
            if isinstance(book(platform.database, platform.request(), wish), Done):
                found.append(self._session(start))
        return tuple(found)

    def _somewhere(self, most: int) -> Sequence[datetime]:
        starts = range(self.random.randint(0, most))
        return [self.wish.first + self.random.randint(-600, DAYS * 1440) * MINUTE for _ in starts]

    def _session(self, start: datetime) -> Interval:
        return Interval(start=start, end=start + self.wish.policy.kind.duration)

    def offered(self) -> list[datetime]:
        """What Maya is shown."""
        given: dict[str, Any] = {
            "kind": self.front_end.kind(self.kind),
            "coach": self.front_end.gid("Eva"),
            "from": self.wish.first.isoformat(),
            "to": (self.wish.first + DAYS * DAY).isoformat(),
        }
        found = self.front_end.ask("Maya", ALL_OPENINGS, **given)["openings"]
        assert not found["pageInfo"]["hasNextPage"] or len(found["nodes"]) == 100
        nodes = list(found["nodes"])
        while found["pageInfo"]["hasNextPage"]:
            given["after"] = found["pageInfo"]["endCursor"]
            found = self.front_end.ask("Maya", ALL_OPENINGS, **given)["openings"]
            nodes += found["nodes"]
        return [datetime.fromisoformat(one["startsAt"]).astimezone(UTC) for one in nodes]

    def expected(self) -> list[datetime]:
        """What the minutes say."""
        return list(oracle.starts(self.wish))

    def tries(self) -> Iterator[datetime]:
        """Some that are offered now, and some minutes and seconds, near and far."""
        for _ in range(TRIED):
            offered = self.offered()
            if offered and self.random.random() < 0.4:
                yield self.random.choice(offered)
            else:
                step = self.random.choice([1, 60, 900, 1800])
                yield self.wish.first + timedelta(seconds=self.random.randrange(0, DAYS * 86400, step))

    def book(self, start: datetime) -> str | None:
        """Why Maya may not book it; None where she has."""
        given = {
            "kind": self.front_end.kind(self.kind),
            "coach": self.front_end.gid("Eva"),
            "startsAt": start.isoformat(),
            "idempotencyKey": self.front_end.key(),
        }
        return self.front_end.tell("Maya", BOOK, **given).get("code")

    def take(self, start: datetime) -> None:
        """It is known that this session stands."""
        known, taken = self.wish.availability, self._session(start)
        busy = {"coach_busy": (*known.coach_busy, taken), "member_busy": (*known.member_busy, taken)}
        self.wish = replace(self.wish, availability=replace(known, **busy))


ALL_OPENINGS = (
    OPENINGS.replace("$to: DateTime!", "$to: DateTime!, $after: String")
    .replace("first: 100", "first: 100, after: $after")
    .replace("{ nodes { startsAt endsAt } }", "{ nodes { startsAt } pageInfo { hasNextPage endCursor } }")
)


def _publish(platform: Platform, random: Random, near: date) -> PublishedHours:
    """A week of Eva's, with a date of other hours and a holiday, kept and told."""
    eva = platform.people["Eva"]
    weekly = [one for day in range(7) for one in _stretches(random, day)]
    hours = tuple(Hours(weekday=one.weekday, start=one.start, to=one.end) for one in weekly)
    done(set_weekly_hours(platform.database, platform.request(), SetWeeklyHours(coach_id=eva, hours=hours)))
    overrides = {near + random.randint(-1, 2) * DAY: _stretches(random, 0) for _ in range(random.randint(0, 1))}
    for day, stretches in overrides.items():
        given = tuple(Stretch(start=one.start, to=one.end) for one in stretches)
        command = SetDateOverride(coach_id=eva, on_date=day, stretches=given)
        done(set_date_override(platform.database, platform.request(), command))
    holidays = frozenset(near + random.randint(-1, 2) * DAY for _ in range(random.randint(0, 1)))
    for day in holidays:
        command = SetHolidays(year=day.year, holidays=(NamedDay(on_date=day, name="Day off"),))
        done(set_holidays(platform.database, platform.request(), command))
    return PublishedHours(weekly=weekly, overrides=overrides, holidays=holidays)


def _stretches(random: Random, day: int) -> list[WeeklyHours]:
    """No stretch, one or two of a day, or all of it."""
    if random.random() < 0.2:
        return [WeeklyHours(weekday=day, start=time(0), end=time(0))]
    clock = sorted(random.sample([time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)], 4))
    pairs = list(zip(clock[::2], clock[1::2], strict=True))
    return [WeeklyHours(weekday=day, start=one, end=two) for one, two in pairs[: random.randint(0, 2)]]
