"""A random life of sessions, series, their people, Google and dying workers; the same for the same seed.

Commands may be refused, as anybody's may; what was done is counted.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import URL, text

from calendar_sync.google_double.faults import ANYWHERE, CALENDAR_ONLY, CONFERENCES, PUSHES, FaultKind
from commands.cancel import CancelSession, cancel
from commands.outcome import Done
from commands.reschedule import RescheduleSession, reschedule
from commands.series.change import ChangeSeries, change_series
from commands.series.create import CreateSeries, create_series
from commands.series.end import EndSeries, end_series
from fortnight.database import open_database
from policy.calendars import CalendarPlace
from policy.terms import Cadence
from tests.calendar_sync.google.series_world import SeriesWorld
from tests.calendar_sync.google_support import EVA, hour
from worker.delivery import work_off

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Json = dict[str, Any]
MEMBERS = ("Leo", "Nora", "Kai")
FIRST = date(2027, 3, 8)
TROUBLE = sorted({*ANYWHERE, *CALENDAR_ONLY, *CONFERENCES, FaultKind.NEW_REFRESH_TOKEN, FaultKind.INVALID_GRANT})
PLACES = ("events.*", "events.insert", "events.patch", "events.get", "events.list", "events.instances", "events.delete",
    "calendars.*", "oauth.token", "*")  # fmt: skip
AWAY = hour("2027-05-20T21:00:00Z", "2027-05-20T21:45:00Z")

STANDING = text("""
SELECT id, coach_id, member_id, starts_at FROM session
WHERE organisation_id = :organisation AND status = 'SCHEDULED' AND starts_at > :now ORDER BY id
""")
RUNNING = text(
    "SELECT id, member_id FROM series WHERE organisation_id = :organisation AND status = 'ACTIVE' ORDER BY id"
)


class Life:
    """What may happen, and what did: `done` commands, and workers that died."""

    def __init__(self, world: SeriesWorld, url: URL, seed: int) -> None:
        self.world, self.url = world, url
        self.random = Random(seed)
        self.place = CalendarPlace.PRIMARY if seed % 3 == 2 else CalendarPlace.OWN
        self.done = 0
        self.deaths = 0
        self.evenings = iter(datetime(2027, 3, 9, 18, tzinfo=UTC) + number * DAY for number in range(400))

    def begin(self) -> None:
        """Everybody is connected, one of them with the primary calendar, and has credits."""
        for member in MEMBERS:
            self.world.platform.pack(member, "one_on_one", 100)
        self.world.connect(place=self.place)
        self.world.connect("Leo")
        self.world.connect("Nora", place=CalendarPlace.PRIMARY)

    def step(self) -> None:
        """Something happens."""
        doings: list[Callable[[], object]] = [
            *[self.book] * 3, *[self.move] * 4, *[self.cancel] * 3, *[self.create_series] * 3, *[self.change_series] * 2,
            self.end_series, *[self.trouble] * 5, *[self.wait] * 2, *[self.hear] * 2, self.mishear, self.forget, *[self.die] * 2,
            self.delete, self.take_back, self.drag, self.copy, self.split, self.delete_calendar, self.withdraw, self.reconnect, self.expire,
        ]  # fmt: skip
        self.random.choice(doings)()

    # -- commands -------------------------------------------------------------------------------------------------------

    def book(self) -> None:
        self.try_to(lambda: self.world.platform.book(self.member(), "one_on_one", "Eva", next(self.evenings)))

    def move(self) -> None:
        if session := self.session():
            command = RescheduleSession(session_id=session.id, to=next(self.evenings))
            self.try_to(lambda: reschedule(self.world.database, self.by(session), command))

    def cancel(self) -> None:
        if session := self.session():
            self.try_to(lambda: cancel(self.world.database, self.by(session), CancelSession(session_id=session.id)))

    def create_series(self) -> None:
        taken = {row.member_id for row in self.rows(RUNNING)}
        free = [member for member in MEMBERS if self.world.platform.people[member] not in taken]
        if free:
            member = self.random.choice(free)
            command = CreateSeries(
                kind_id=self.world.platform.kinds["one_on_one"],
                coach_id=self.world.eva,
                member_id=self.world.platform.people[member],
                first_on=FIRST + timedelta(days=self.random.randrange(14)),
                at_time=self.time(member),
                cadence=self.random.choice(list(Cadence)),
            )
            self.agree(lambda digest: create_series(
                self.world.database, self.world.platform.request("Eva"), replace(command, acknowledge=digest)
            ))  # fmt: skip

    def change_series(self) -> None:
        if series := self.series():
            member = next(name for name in MEMBERS if self.world.platform.people[name] == series.member_id)
            command = ChangeSeries(series_id=series.id, at_time=self.time(member))
            self.agree(lambda digest: change_series(
                self.world.database, self.world.platform.request("Eva"), replace(command, acknowledge=digest)
            ))  # fmt: skip

    def end_series(self) -> None:
        if series := self.series():
            command = EndSeries(series_id=series.id)
            self.try_to(lambda: end_series(self.world.database, self.world.platform.request("Eva"), command))

    def agree(self, act: Callable[[str | None], Any]) -> None:
        """The act, and where it asks whether dates may be left out, once more with a yes."""

        def said() -> Any:
            outcome = act(None)
            plan = getattr(outcome, "plan", None)
            return outcome if plan is None else act(plan.digest)

        self.try_to(said)

    def try_to(self, act: Callable[[], Any]) -> None:
        self.done += isinstance(act(), Done)
        if self.random.random() < 0.8:
            self.world.work()

    # -- a worker -------------------------------------------------------------------------------------------------------

    def die(self) -> None:
        """A worker process is killed in the middle of whatever it is doing."""
        child = os.fork()
        if child == 0:
            self._work_until_death()
        time.sleep(self.random.random() * 0.15)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        self.deaths += os.WIFSIGNALED(status)
        self.world.free_what_is_held()

    def _work_until_death(self) -> None:
        try:
            work_off(open_database(self.url, pool_size=2), self.world.handlers, organisation_id=self.world.organisation)
        finally:
            os._exit(0)

    # -- Google ---------------------------------------------------------------------------------------------------------

    def trouble(self) -> None:
        kind, place = self.random.choice(TROUBLE), self.random.choice(PLACES)
        self.world.double.fail_next(
            kind, place, times=self.random.randint(1, 3), seconds=0, reads=self.random.randint(0, 3)
        )

    def mishear(self) -> None:
        self.world.double.fail_next(
            self.random.choice(sorted(PUSHES)), "push", times=self.random.randint(1, 3), seconds=0
        )

    def wait(self) -> None:
        self.world.live_through(timedelta(minutes=self.random.randint(1, 50)))

    def hear(self) -> None:
        """What Google has to tell arrives, and is answered."""
        self.world.tell()
        self.world.work()

    def forget(self) -> None:
        self.world.double.do("forget-sync-tokens")

    def expire(self) -> None:
        self.world.double.do("expire-access-tokens")

    # -- a coach, in Google's own pages ---------------------------------------------------------------------------------

    def delete(self) -> None:
        if events := self.events():
            self.world.double.do("delete-event", email=EVA, event_id=self.random.choice(events)["id"])

    def take_back(self) -> None:
        """An event is deleted, and comes back out of the trash when another one may stand in its place."""
        if events := self.events():
            event = self.random.choice(events)
            self.world.double.do("delete-event", email=EVA, event_id=event["id"])
            self.hear()
            # An instance, or an event that nobody missed while Google was away, may stand again by now.
            with suppress(ValueError):
                self.world.double.do("restore-event", email=EVA, event_id=event["id"])

    def drag(self) -> None:
        if events := self.events():
            self.world.double.do("edit-event", email=EVA, event_id=self.random.choice(events)["id"], fields=AWAY)

    def copy(self) -> None:
        if events := [event for event in self.events() if "recurringEventId" not in event]:
            self.world.double.do("copy-event", email=EVA, event_id=self.random.choice(events)["id"])

    def split(self) -> None:
        if events := [event for event in self.events() if event.get("recurrence")]:
            event = self.random.choice(events)
            rule = [line for line in event["recurrence"] if line.startswith("RRULE")]
            ended = [f"{line.partition(';UNTIL')[0]};UNTIL=20270420T000000Z" for line in rule]
            self.world.double.do("edit-event", email=EVA, event_id=event["id"], fields={"recurrence": ended or None})

    def delete_calendar(self) -> None:
        if self.place is CalendarPlace.OWN:
            self.world.double.do("delete-calendar", email=EVA, calendar_id=self.world.connection.calendar_id)

    def withdraw(self) -> None:
        email = self.random.choice([EVA, "leo@example.com", "nora@example.com"])
        self.world.double.do("withdraw-consent", email=email)

    def reconnect(self) -> None:
        self.world.double.do("clear-faults")
        self.world.connect(place=self.place)
        self.world.connect("Leo")
        self.world.connect("Nora", place=CalendarPlace.PRIMARY)

    def events(self) -> list[Json]:
        """The coach's events that an application wrote."""
        own = EVA if self.place is CalendarPlace.PRIMARY else self.world.connection.calendar_id
        return [
            event
            for event in self.world.events
            if event["calendarId"] == own and not event["id"].startswith(("byhand", "copy"))
        ]

    # -- choosing -------------------------------------------------------------------------------------------------------

    def rows(self, statement: Any) -> list[Any]:
        with self.world.owner.connect() as connection:
            values = {"organisation": self.world.organisation, "now": self.world.platform.now}
            return list(
                connection.execute(statement, {name: values[name] for name in values if f":{name}" in statement.text})
            )

    def session(self) -> Any:
        rows = self.rows(STANDING)
        return self.random.choice(rows) if rows else None

    def series(self) -> Any:
        rows = self.rows(RUNNING)
        return self.random.choice(rows) if rows else None

    def by(self, session: Any) -> Any:
        """A request of the session's member or its coach."""
        names = {person: name for name, person in self.world.platform.people.items()}
        return self.world.platform.request(names[self.random.choice([session.coach_id, session.member_id])])

    def member(self) -> str:
        return self.random.choice(MEMBERS)

    def time(self, member: str) -> Any:
        """Each member has hours of their own, one of them where clocks change."""
        hours = {"Leo": ("09:00", "01:30"), "Nora": ("10:30", "11:15"), "Kai": ("13:00", "14:30")}[member]
        return datetime.strptime(self.random.choice(hours), "%H:%M").replace(tzinfo=UTC).time()
