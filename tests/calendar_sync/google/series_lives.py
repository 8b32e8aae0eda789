"""Series that several people and workers change at once, and an oracle for what has to stand afterwards.

The oracle walks through days and through UTC; of a series it knows its row, and which deeds succeeded. It asks none of our rules.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from sqlalchemy import text

from calendar_sync.feed.appointment import SessionLinks
from calendar_sync.feed.capability import Capability, FeedOptions, write_capability
from calendar_sync.feed.projection import LinkedSession
from calendar_sync.feed.read import Feed, Publisher, read_feed
from commands.advance_clock import AdvanceClock, advance_clock
from commands.cancel import CancelSession, cancel
from commands.outcome import Done, Outcome
from commands.reschedule import RescheduleSession, reschedule
from commands.series.change import ChangeSeries, change_series
from commands.series.create import CreateSeries, create_series
from commands.series.end import EndSeries, end_series
from models.keyring import Keyring
from policy.terms import Cadence
from tests.calendar_sync.google.series_world import SeriesWorld
from tests.policy.test_recurrence import on_days
from tests.support.platform import done
from tests.support.wall_clock import Stretch, instant_of, stretches
from worker.delivery import work_off

HORIZON = timedelta(weeks=16)
SEEN_BACK, SEEN_AHEAD = timedelta(days=80), timedelta(days=200)
MEMBERS = ("Leo", "Nora", "Kai")
CLOCK = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2031, 2, 1, tzinfo=UTC))
LAST = date(2031, 1, 1)
"""Beyond what any life reaches, and as far after it as calendars are looked at."""

SERIES = text("SELECT * FROM series WHERE organisation_id = :organisation ORDER BY id")
PLACES = text("""
SELECT place.series_id, place.on_date, place.starts_at AS original_at, place.trouble, place.session_id, session.status, session.starts_at,
    session.member_id
FROM series_occurrence AS place
LEFT JOIN session ON session.organisation_id = place.organisation_id AND session.id = place.session_id
WHERE place.organisation_id = :organisation ORDER BY place.series_id, place.on_date
""")
ALONE = text("""
SELECT count(*) AS number FROM session WHERE organisation_id = :organisation
AND NOT EXISTS (SELECT FROM series_occurrence AS place WHERE place.organisation_id = session.organisation_id AND place.session_id = session.id)
""")
TIMERS_LEFT = text("""
SELECT count(*) AS number FROM due_work WHERE organisation_id = :organisation AND done_at IS NULL AND kind = 'SERIES_HORIZON' AND fires_at <= :now
""")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What somebody does to a series or to a session of one: which one is found by counting, so that any number will do."""

    what: str
    who: int = 0
    place: int = 0
    hour: int = 9
    cadence: Cadence | None = None


@dataclass
class Lives:
    """A world of series, and what became of the deeds there."""

    world: SeriesWorld
    keyring: Keyring
    cancelled: set[int] = field(default_factory=set[int])
    moved: set[int] = field(default_factory=set[int])
    succeeded: int = 0

    # -- deeds ----------------------------------------------------------------------------------------------------------

    def together(self, deeds: Sequence[Deed], *, workers: int = 2) -> None:
        """All of them at one moment, while workers do what is due; then everything that follows."""
        acts = [act for deed in deeds if (act := self._act(deed)) is not None]
        at_once([*acts, *[self._work] * workers])
        while self._work():
            pass

    def pass_time(self, span: timedelta) -> None:
        """Time goes on; what falls due waits for whoever comes first, a worker or a command."""
        to = self.world.platform.now + span
        command = AdvanceClock(to=to, run_timers=False)
        done(advance_clock(self.world.database, self.world.platform.request(), command, deliver=lambda _: 0))
        self.world.platform.now = to

    def _work(self) -> int:
        return work_off(self.world.database, self.world.handlers, organisation_id=self.world.organisation)

    def _act(self, deed: Deed) -> Callable[[], None] | None:
        match deed.what:
            case "create":
                return lambda: self._create(deed)
            case "change" | "end":
                series = [row for row in self.rows(SERIES) if row.until_on is None]
                return (lambda: self._cut(deed, series[deed.who % len(series)])) if series else None
            case _:
                standing = [
                    row for row in self.rows(PLACES) if row.status == "SCHEDULED" and row.starts_at > self.in_time
                ]
                return (lambda: self._one(deed, standing[deed.place % len(standing)])) if standing else None

    @property
    def in_time(self) -> datetime:
        """From when on a member may change a session freely."""
        return self.world.platform.now + timedelta(hours=48)

    def _create(self, deed: Deed) -> None:
        platform = self.world.platform
        first = (platform.now + timedelta(days=3 + deed.place)).date()
        command = CreateSeries(
            kind_id=platform.kinds["one_on_one"],
            coach_id=self.world.eva,
            member_id=platform.people[MEMBERS[deed.who % 3]],
            first_on=first,
            at_time=datetime(2027, 1, 1, deed.hour).time(),
            cadence=deed.cadence,
        )
        self._seen(lambda again: create_series(self.world.database, platform.request("Eva"), again), command)

    def _cut(self, deed: Deed, row: Any) -> None:
        platform = self.world.platform
        from_on = platform.now.date() + timedelta(days=7 * deed.place)
        if deed.what == "end":
            command = EndSeries(series_id=row.id, from_on=from_on)
            self._count(end_series(self.world.database, platform.request("Eva"), command))
            return
        at = datetime(2027, 1, 1, deed.hour).time()
        command = ChangeSeries(series_id=row.id, from_on=from_on, at_time=at, cadence=deed.cadence)
        self._seen(lambda again: change_series(self.world.database, platform.request("Eva"), again), command)

    def _seen(self, run: Callable[[Any], Outcome], command: Any) -> None:
        """Done, with the conflicts left out that it was refused for, if it was."""
        outcome = run(command)
        plan = getattr(outcome, "plan", None)
        if plan is not None:
            outcome = run(replace(command, acknowledge=plan.digest))
        self._count(outcome)

    def _one(self, deed: Deed, row: Any) -> None:
        platform, who = self.world.platform, self.name_of(row.member_id)
        if deed.what == "cancel":
            command = CancelSession(session_id=row.session_id)
            if self._count(cancel(self.world.database, platform.request(who), command)):
                self.cancelled.add(row.session_id)
            return
        to = row.starts_at.astimezone(UTC) + timedelta(days=1, hours=deed.hour - 9)
        again = RescheduleSession(session_id=row.session_id, to=to)
        if self._count(reschedule(self.world.database, platform.request(who), again)):
            self.moved.add(row.session_id)

    def _count(self, outcome: Outcome) -> bool:
        self.succeeded += isinstance(outcome, Done)
        return isinstance(outcome, Done)

    def name_of(self, person: int) -> str:
        return next(name for name, key in self.world.platform.people.items() if key == person)

    # -- looking --------------------------------------------------------------------------------------------------------

    def rows(self, sql: Any, **values: Any) -> Sequence[Any]:
        with self.world.owner.connect() as connection:
            return connection.execute(sql, {"organisation": self.world.organisation, **values}).all()

    def check(self) -> None:
        """Database, feeds and Google hold each occurrence once, and none is missing."""
        self.check_database()
        first, last = self.world.platform.now - SEEN_BACK, self.world.platform.now + SEEN_AHEAD
        for name in ("Eva", *MEMBERS):
            assert self.in_feed(name, first, last) == self.wanted(name, first, last), name
        assert self.in_google(first, last) == self.wanted("Eva", first, last)
        assert self.world.problems == []

    def check_database(self) -> None:
        """Each date of each rule up to the horizon was dealt with, once; what stands is what nobody took away."""
        now = self.world.platform.now
        assert self.rows(TIMERS_LEFT, now=now)[0].number == self.rows(ALONE)[0].number == 0
        places: dict[int, dict[date, Any]] = {}
        for row in self.rows(PLACES):
            assert row.on_date not in places.setdefault(row.series_id, {})
            places[row.series_id][row.on_date] = row
        sessions = [row.session_id for of in places.values() for row in of.values() if row.session_id is not None]
        assert len(sessions) == len(set(sessions))
        for series in self.rows(SERIES):
            self._check_series(series, places.get(series.id, {}), now)

    def _check_series(self, series: Any, places: dict[date, Any], now: datetime) -> None:
        clock = clock_of(series.zone)
        rule = {on: instant_of(clock, on, series.at_time) for on in dates_of(series)}
        made = {on for on, row in places.items() if row.session_id is not None}
        assert {on for on, at in rule.items() if at - HORIZON <= now} <= set(places), "an occurrence is lost"
        assert not {on for on, at in rule.items() if at - HORIZON > now} & made, "an occurrence is early"
        for on, row in places.items():
            if on in rule:
                assert row.original_at == rule[on]
            if row.session_id is not None:
                assert (row.status != "CANCELLED") == self._stands(series, row), (series.id, on)

    def _stands(self, series: Any, row: Any) -> bool:
        """Whether it has to stand: nobody has cancelled it, and its series goes on beyond it, or it was moved by itself."""
        if row.session_id in self.cancelled:
            return False
        return series.until_on is None or row.on_date < series.until_on or row.session_id in self.moved

    def wanted(self, name: str, first: datetime, last: datetime) -> list[datetime]:
        """When somebody's calendar has to show a session: those that stand, and those that are to come by the rules."""
        person = self.world.platform.people[name]
        places = self.rows(PLACES)
        dealt = {(row.series_id, row.on_date) for row in places}
        own = [row for row in self.rows(SERIES) if person in (row.coach_id, row.member_id)]
        kept = {row.id for row in own}
        found = [
            row.starts_at.astimezone(UTC)
            for row in places
            if row.series_id in kept and row.session_id is not None and row.status != "CANCELLED"
        ]
        for series in own:
            clock = clock_of(series.zone)
            to_come = [on for on in dates_of(series) if (series.id, on) not in dealt]
            found += [instant_of(clock, on, series.at_time) for on in to_come]
        return sorted(at for at in found if first <= at < last)

    def in_google(self, first: datetime, last: datetime) -> list[datetime]:
        shown = self.world.agenda("2000-01-01", f"{last + timedelta(days=1):%Y-%m-%d}")
        return sorted(at for one in shown if first <= (at := datetime.fromisoformat(one).astimezone(UTC)) < last)

    def in_feed(self, name: str, first: datetime, last: datetime) -> list[datetime]:
        """When a calendar program shows something of the person's feed, read anew."""
        capability = Capability(
            organisation_id=self.world.organisation,
            person_id=self.world.platform.people[name],
            generation=1,
            options=FeedOptions(),
        )
        publisher = Publisher(database=self.world.database, keyring=self.keyring, links=no_links)
        reading = read_feed(publisher, write_capability(self.keyring, capability), lambda _: False)
        assert isinstance(reading, Feed)
        events = recurring_ical_events.of(icalendar.Calendar.from_ical(reading.body)).between(first, last)
        starts = [event.decoded("DTSTART").astimezone(UTC) for event in events]
        return sorted(at for at in starts if first <= at < last)


def no_links(_: LinkedSession) -> SessionLinks:
    return SessionLinks()


_CLOCKS: dict[str, list[Stretch]] = {}


def clock_of(zone: str) -> list[Stretch]:
    """How clocks go there."""
    return _CLOCKS.setdefault(zone, stretches(ZoneInfo(zone), *CLOCK))


def dates_of(series: Any) -> list[date]:
    """The dates of a stored series, found by walking through the calendar; about four years of them, if it has no end."""
    last = LAST if series.until_on is None else min(series.until_on, LAST)
    return on_days(Cadence(series.cadence), series.first_on, last)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """All begin at the same moment, each in a thread and with a connection of its own."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(start, acts))
