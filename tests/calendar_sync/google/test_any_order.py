"""Whatever happens in whatever order, between whomever: once Google is there again, the calendar agrees with the database."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from threading import Thread

import pytest
from sqlalchemy import Engine

from calendar_sync.google_double import FaultKind, GoogleDouble
from calendar_sync.google_double.faults import ANYWHERE, CALENDAR_ONLY, CONFERENCES
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.world import OPENS, TENTH, World, open_world
from tests.calendar_sync.google_support import EVA, hour
from tests.support.platform import open_platform

HOUR = timedelta(hours=1)
MEMBERS = ("Maya", "Leo", "Nora", "Kai")
TROUBLE = sorted(ANYWHERE | CALENDAR_ONLY | CONFERENCES)
PLACES = (
    "events.*",
    "events.insert",
    "events.patch",
    "events.get",
    "events.list",
    "events.delete",
    "calendars.*",
    "oauth.token",
    "*",
)


class Life:
    """A random life of sessions, coach, Google and connection; the same for the same seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = Random(seed)
        self.free = [(member, kind) for member in MEMBERS for kind in ("coaching", "mentor")]
        self.standing: dict[int, str] = {}
        self.slots = iter(TENTH + number * HOUR for number in range(400))

    def step(self) -> None:
        """Something happens."""
        doings: list[Callable[[], object]] = [
            *[self.book] * 4, *[self.move] * 3, *[self.cancel] * 2, *[self.trouble] * 5, *[self.wait] * 2,
            self.coach_deletes, self.coach_moves, self.coach_deletes_calendar, self.withdraw, self.reconnect, self.expire,
        ]  # fmt: skip
        self.random.choice(doings)()

    def book(self) -> None:
        if self.free:
            member, kind = self.free.pop(self.random.randrange(len(self.free)))
            self.standing[self.world.book(member, kind, next(self.slots))] = member

    def move(self) -> None:
        if self.standing:
            session, member = self.random.choice(sorted(self.standing.items()))
            self.world.move(session, next(self.slots), who=member)

    def cancel(self) -> None:
        if self.standing:
            session, member = self.random.choice(sorted(self.standing.items()))
            del self.standing[session]
            self.world.cancel(session, who=member)

    def trouble(self) -> None:
        kind, place = self.random.choice(TROUBLE), self.random.choice(PLACES)
        self.world.double.fail_next(
            kind, place, times=self.random.randint(1, 3), seconds=0, reads=self.random.randint(0, 3)
        )

    def wait(self) -> None:
        self.world.live_through(timedelta(minutes=self.random.randint(1, 50)))

    def expire(self) -> None:
        self.world.double.do("expire-access-tokens")

    def withdraw(self) -> None:
        self.world.double.do("withdraw-consent", email=EVA)

    def reconnect(self) -> None:
        self.world.double.do("clear-faults")
        self.world.connect()

    def coach_deletes(self) -> None:
        if events := self.world.events:
            self.world.double.do("delete-event", email=EVA, event_id=self.random.choice(events)["id"])

    def coach_moves(self) -> None:
        if events := self.world.events:
            away = hour("2027-03-20T15:00:00Z", "2027-03-20T15:45:00Z")
            self.world.double.do("edit-event", email=EVA, event_id=self.random.choice(events)["id"], fields=away)

    def coach_deletes_calendar(self) -> None:
        self.world.double.do("delete-calendar", email=EVA, calendar_id=self.world.connection.calendar_id)


@pytest.mark.parametrize("seed", range(8))
def test_in_the_end_every_calendar_agrees(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring, seed: int
):
    world = open_world(open_platform(database, "mastered", at=OPENS), database, owner, double, keyring)
    world.connect()
    life = Life(world, seed)
    for _ in range(30):
        life.step()
    life.reconnect()
    world.live_through(3 * HOUR)
    assert (world.problems, len(world.events)) == ([], len(life.standing))
    assert world.connection.status == "CONNECTED"


def test_workers_side_by_side_make_each_event_once_and_in_order(world: World):
    world.connect()
    for number, member in enumerate(MEMBERS):
        for kind in ("coaching", "mentor"):
            world.platform.booked(member, kind, "Eva", TENTH + number * 2 * HOUR + (kind == "mentor") * HOUR)
    with world.double.fail_while(FaultKind.SLOW, "events.insert", seconds=0.02):
        threads = [Thread(target=world.work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    world.work()
    inserts = [line["body"]["start"]["dateTime"] for line in world.double.log() if line["call"] == "events.insert"]
    assert inserts == sorted(inserts)
    assert (world.problems, len(inserts), len(world.events)) == ([], 8, 8)
