"""What a feed of 1,000 sessions costs, against icalendar's own full build of the same events (CALENDAR 43).

Every reading of ours is whole: from the address to the octets, with the statements to a PostgreSQL on this machine. The
floor has its events ready in memory and asks no database.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText, vUri

from calendar_sync.feed.appointment import Appointment, SessionLinks, vevent
from calendar_sync.feed.calendar import END_OF_CALENDAR
from calendar_sync.feed.capability import FeedOptions, read_capability
from calendar_sync.feed.projection import LinkedSession, Reader, appointment_of
from calendar_sync.feed.read import Feed, Publisher, Unchanged, read_feed
from fortnight.database import migrate, open_database, owner_engine
from fortnight.embedded_postgres import temporary
from models.keyring import Keyring
from models.queries.feed import ENTRY, feed_head, feed_sessions, session_of
from models.unit import Database
from notifications.links import Addresses, LinkKind
from tests.calendar_sync.feed.world import BASE, NOW, World

EVENTS: Final = 1_000
CHANGED: Final = EVENTS // 100
PATIENCE: Final = 3.0
"""Seconds for which an act is repeated, at least seven times."""
AT_MOST: Final = {"cold": 1.3, "unchanged_304": 0.02, "warm_1_percent": 0.02}
"""The parts of icalendar's time that CALENDAR 43 allows; a plain join is what no reading can be faster than."""
CHANGE: Final = """UPDATE session SET sequence = sequence + 1, calendar_changed_at = calendar_changed_at + interval '1 second'
    WHERE id IN (SELECT id FROM session ORDER BY random() LIMIT :changed)"""


KEYRING: Final = Keyring(b"only for the bench: thirty-two bytes")
ADDRESSES: Final = Addresses(
    keyring=KEYRING, base_url=BASE, front_end_url=None, global_id=lambda name, key: f"{name}:{key}"
)


def links_of(session: LinkedSession) -> SessionLinks:
    """The personal, signed links that a member's feed carries."""
    whose = {"organisation_id": session.organisation_id, "person_id": session.person_id}

    def change(kind: LinkKind) -> str:
        return ADDRESSES.change_url(kind, **whose, session_id=session.session_id, starts_at=session.starts_at)

    return SessionLinks(
        join=ADDRESSES.join_url(**whose, session_id=session.session_id, ends_at=session.ends_at),
        reschedule=change(LinkKind.RESCHEDULE),
        cancel=change(LinkKind.CANCEL),
    )


@dataclass(frozen=True)
class Bench:
    """A member with a thousand calls."""

    world: World
    database: Database
    address: str

    def publisher(self) -> Publisher:
        """A server that has written nothing yet."""
        return Publisher(database=self.database, keyring=self.world.keyring, links=links_of)

    def read(self, publisher: Publisher, version: str | None = None) -> Feed | Unchanged:
        """One reading by a program that has this version."""
        reading = read_feed(publisher, self.address, lambda found: found == version)
        assert isinstance(reading, (Feed, Unchanged))
        return reading

    def change(self) -> None:
        """One event in a hundred is another one than before."""
        self.world.run(CHANGE, changed=CHANGED)

    def appointments(self) -> list[Appointment]:
        """The events of the feed, as the floor takes them: ready in memory."""
        capability = read_capability(self.world.keyring, self.address)
        assert capability is not None
        reader = Reader(
            organisation_id=capability.organisation_id,
            person_id=capability.person_id,
            generation=capability.generation,
            options=FeedOptions(),
            links=links_of,
        )
        with self.database.unit(capability.organisation_id, read_only=True) as unit:
            head = feed_head(unit, capability.person_id)
            assert head is not None
            entries = [head.entries[at : at + ENTRY] for at in range(0, len(head.entries), ENTRY)]
            sessions = feed_sessions(unit, head, [session_of(entry) for entry in entries])
        return [appointment_of(session, reader) for session in sessions.values()]


def measure() -> dict[str, float]:
    """Milliseconds of icalendar's build and of each reading, and what part of icalendar's time it takes (CALENDAR 43)."""
    with temporary() as server:
        migrate(server.url())
        owner, database = owner_engine(server.url()), open_database(server.url(), pool_size=2)
        try:
            return _figures(_stage(World(database, owner, KEYRING)))
        finally:
            owner.dispose()
            database.engine.dispose()


def _stage(world: World) -> Bench:
    world.coach("Eva", "Europe/London", hours_zone="Europe/London")
    world.person("Maya", "Europe/London")
    for n in range(EVENTS):
        session = world.session("Eva", "Maya", NOW - timedelta(days=89) + n * timedelta(hours=11))
        world.conference(session, "Eva", f"https://meet.google.com/abc-{n:04d}-hij")
    world.run("ANALYZE")
    address = world.url("Maya").rsplit("/", 1)[1].removesuffix(".ics")
    return Bench(world, world.database, address)


def _figures(bench: Bench) -> dict[str, float]:
    calls = bench.appointments()
    assert len(calls) == EVENTS
    publisher = bench.publisher()
    version = bench.read(publisher).version
    texts = [vevent(call).encode() for call in calls]
    taken = {
        "cold": _seconds(lambda: bench.read(bench.publisher())),
        "unchanged_304": _seconds(lambda: bench.read(publisher, version)),
        "warm_1_percent": _seconds(lambda: bench.read(publisher), before=bench.change),
        "events_alone": _seconds(lambda: _write(calls)),
        "plain_join": _seconds(lambda: b"".join([*texts, END_OF_CALENDAR])),
    }
    floor = _seconds(lambda: icalendar_build(calls))
    figures = {"icalendar_ms": floor * 1000}
    for name, seconds in taken.items():
        figures |= {f"{name}_ms": seconds * 1000, f"{name}_part": seconds / floor}
        if name in AT_MOST:
            figures[f"{name}_at_most"] = AT_MOST[name]
    return figures


def _write(calls: Sequence[Appointment]) -> bytes:
    return b"".join([vevent(call).encode() for call in calls])


def _seconds(act: Callable[[], object], *, before: Callable[[], object] = lambda: None) -> float:
    """The shortest time of an act in many rounds, each after `before`: what else the machine does only adds to it."""
    taken: list[float] = []
    until = time.perf_counter() + PATIENCE
    while len(taken) < 7 or time.perf_counter() < until:
        before()
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return min(taken)


def icalendar_build(calls: Sequence[Appointment]) -> bytes:
    """The same calendar, built whole by icalendar itself."""
    calendar = Calendar()
    calendar.add("prodid", "-//Fortnight//Bench//EN")
    calendar.add("version", "2.0")
    calendar.add("uid", "0" * 32)
    calendar.add("name", vText("Mastered"))
    for call in calls:
        calendar.add_component(_event(call))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(call: Appointment) -> Event:
    zone, links = ZoneInfo(call.zone), call.links
    event = Event()
    event.add("uid", call.uid)
    event.add("dtstamp", call.changed_at)
    event.add("created", call.booked_at)
    event.add("last-modified", call.changed_at)
    event.add("sequence", call.sequence)
    event.add("dtstart", call.starts_at.astimezone(zone))
    event.add("dtend", call.ends_at.astimezone(zone))
    event.add("summary", call.title)
    event.add("status", str(call.standing))
    event.add("location", links.join)
    event.add("url", links.join)
    conference = vUri(links.join or "")
    conference.params.update({"VALUE": "URI", "FEATURE": "AUDIO,VIDEO", "LABEL": "Join"})
    event.add("conference", conference)
    event.add("description", f"Join: {links.join}\nReschedule: {links.reschedule}\nCancel: {links.cancel}")
    return event


if __name__ == "__main__":
    for label, value in measure().items():
        print(f"{label:32}{value:12.2f}")
