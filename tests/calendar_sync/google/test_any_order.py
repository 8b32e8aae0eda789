"""Whatever happens in whatever order, between whomever: once Google is there again, the calendar agrees with the database."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine

from calendar_sync.google import keeping
from calendar_sync.google.vault import Vault
from calendar_sync.google.watching import channel_token
from calendar_sync.google_double import FaultKind, GoogleDouble
from calendar_sync.google_double.faults import ANYWHERE, CALENDAR_ONLY, CONFERENCES, PUSHES
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.world import OPENS, TENTH, World, open_world
from tests.calendar_sync.google_support import EVA, hour
from tests.support.platform import open_platform

HOUR = timedelta(hours=1)
Json = dict[str, Any]
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


class Killed(BaseException):
    """The end of a worker, in the middle of what it was doing."""


class Life:
    """A random life of sessions, coach, Google and connection; the same for the same seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = Random(seed)
        self.free = [(member, kind) for member in MEMBERS for kind in ("coaching", "mentor")]
        self.standing: dict[int, str] = {}
        self.slots = iter(TENTH + number * HOUR for number in range(400))

    @property
    def ours(self) -> list[Json]:
        """The events in our calendar."""
        return [one for one in self.world.events if one["calendarId"] == self.world.connection.calendar_id]

    def step(self) -> None:
        """Something happens."""
        doings: list[Callable[[], object]] = [
            *[self.book] * 4, *[self.move] * 3, *[self.cancel] * 2, *[self.trouble] * 5, *[self.wait] * 2,
            *[self.hear] * 2, self.mishear, self.forget, self.die, self.coach_deletes, self.coach_moves, self.coach_copies,
            self.coach_deletes_calendar, self.withdraw, self.reconnect, self.expire,
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

    def hear(self) -> None:
        """What Google has to tell arrives, and is answered."""
        self.world.tell()
        self.world.work()

    def mishear(self) -> None:
        self.world.double.fail_next(
            self.random.choice(sorted(PUSHES)), "push", times=self.random.randint(1, 3), seconds=0
        )

    def forget(self) -> None:
        self.world.double.do("forget-sync-tokens")

    def die(self) -> None:
        """A worker dies after Google has done what was asked and before that is known here."""
        if not self.free:
            return
        member, kind = self.free.pop(self.random.randrange(len(self.free)))
        session = self.world.platform.booked(member, kind, "Eva", next(self.slots))
        self.standing[session] = member
        with patch.object(keeping, "keep_result", side_effect=Killed), suppress(Killed):
            self.world.work()
        self.world.free_what_is_held()

    def coach_copies(self) -> None:
        if events := self.ours:
            self.world.double.do("copy-event", email=EVA, event_id=self.random.choice(events)["id"])

    def coach_deletes(self) -> None:
        if events := self.ours:
            self.world.double.do("delete-event", email=EVA, event_id=self.random.choice(events)["id"])

    def coach_moves(self) -> None:
        if events := self.ours:
            away = hour("2027-03-20T15:00:00Z", "2027-03-20T15:45:00Z")
            self.world.double.do("edit-event", email=EVA, event_id=self.random.choice(events)["id"], fields=away)

    def coach_deletes_calendar(self) -> None:
        self.world.double.do("delete-calendar", email=EVA, calendar_id=self.world.connection.calendar_id)


STEPS = 30
LIVES = 34
"""More than 1,000 commands in all."""


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, LIVES))])
def test_in_the_end_every_calendar_agrees(
    database: Database,
    owner: Engine,
    double: GoogleDouble,
    keyring: Keyring,
    seed: int,
    record_testsuite_property: Callable[[str, object], None],
):
    world = open_world(open_platform(database, "mastered", at=OPENS), database, owner, double, keyring)
    world.connect()
    life = Life(world, seed)
    for _ in range(STEPS):
        life.step()
    life.reconnect()
    world.live_through(3 * HOUR)
    ours = [event for event in world.events if event["calendarId"] == world.connection.calendar_id]
    assert (world.problems, len(ours)) == ([], len(life.standing))
    assert world.connection.status == "CONNECTED"
    record_testsuite_property(f"calls per command, life {seed}", len(double.log()) / STEPS)
    _says_nothing_secret(world, keyring)


def _says_nothing_secret(world: World, keyring: Keyring) -> None:
    """Neither the refresh token nor a channel's token stands anywhere in the database, nor in Google's log of what we sent."""
    connection, said = world.connection, world.said() + str(world.double.log())
    token = Vault(keyring).open(bytes(connection.sealed_token), organisation=world.organisation, person=world.eva)
    for channel in world.double.do("channels"):
        assert channel_token(keyring, channel["id"]) not in said
    assert token.startswith("1//")
    assert token not in said
    assert token.encode().hex() not in said


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
