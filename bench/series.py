"""What series cost: 2,000 of them extended by one worker in one pass, and a feed with 20 of them and a year of history.

The pass is measured at each quarter of it, so that it can be seen whether the last series takes longer than the first, and whether
memory stays what it was.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any, Final

import psutil
import structlog
from sqlalchemy import Engine, text

from bench.feed import KEYRING, icalendar_build, links_of
from calendar_sync.feed.appointment import Appointment, SessionLinks, Standing
from calendar_sync.feed.capability import Capability, FeedOptions, write_capability
from calendar_sync.feed.read import Feed, Publisher, Unchanged, read_feed
from commands.series.create import CreateSeries, create_series
from fortnight.database import migrate, open_database, owner_engine
from fortnight.embedded_postgres import temporary
from models.unit import Database
from policy.terms import WorkKind
from tests.support.platform import Platform, done, open_platform
from worker.delivery import work_off
from worker.outcomes import Delivered, Delivery

USUAL: Final = 2_000
IN_FEED: Final = 20
OPENS: Final = datetime(2027, 3, 1, 9, tzinfo=UTC)
FIRST: Final = date(2027, 3, 8)
QUARTERS: Final = 4
ANALYSED_EVERY: Final = 100
"""Series: the tables that were empty before grow by as much as autovacuum waits for."""

PAIRS = """
INSERT INTO person (organisation_id, name, email, zone, created_at, event_number, feed_generation)
SELECT :organisation, role || ' ' || number, lower(role) || number || '@example.com', 'Europe/London', :now, 0, 1
FROM generate_series(1, :pairs) AS number, unnest(ARRAY['Coach', 'Member']) AS role;
INSERT INTO person_role (organisation_id, person_id, role)
SELECT organisation_id, id, upper(split_part(name, ' ', 1)) FROM person WHERE email LIKE '%@example.com' AND name ~ '^(Coach|Member) ';
INSERT INTO coach (organisation_id, person_id, fee_minor_units, fee_currency, hours_zone, buffer_before, buffer_after)
SELECT organisation_id, id, 10000, 'EUR', 'Europe/London', '0', '0' FROM person WHERE name LIKE 'Coach %';
INSERT INTO coach_kind (organisation_id, coach_id, kind_id, open_to_all)
SELECT p.organisation_id, p.id, like_this.kind_id, false FROM person AS p, (SELECT * FROM series ORDER BY id LIMIT 1) AS like_this
WHERE p.name LIKE 'Coach %';
INSERT INTO membership (organisation_id, member_id, status, accounting_zone, starts_on, enrolled_at, cadence)
SELECT m.organisation_id, p.id, m.status, m.accounting_zone, m.starts_on, m.enrolled_at, m.cadence
FROM person AS p, membership AS m WHERE p.name LIKE 'Member %';
INSERT INTO engagement (organisation_id, membership_id, member_id, coach_id, status, started_at)
SELECT m.organisation_id, m.id, m.member_id, c.id, 'ACTIVE', :now FROM membership AS m
JOIN person AS p ON p.id = m.member_id AND p.name LIKE 'Member %' JOIN person AS c ON c.name = replace(p.name, 'Member', 'Coach');
INSERT INTO series (organisation_id, coach_id, member_id, kind_id, membership_id, cadence, first_on, at_time, zone, duration, provider,
    status, next_on, created_at, changed_at, calendar_changed_at)
SELECT s.organisation_id, e.coach_id, e.member_id, s.kind_id, e.membership_id, s.cadence, s.first_on, s.at_time, s.zone, s.duration,
    s.provider, s.status, s.next_on, s.created_at, s.changed_at, s.calendar_changed_at
FROM engagement AS e, (SELECT * FROM series ORDER BY id LIMIT 1) AS s WHERE e.coach_id <> s.coach_id;
INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank)
SELECT w.organisation_id, w.kind, replace(w.cause_key, ':' || w.object_id || ':', ':' || s.id || ':'), ARRAY[s.coach_id, s.member_id],
    s.id, w.fires_at, w.effective_at, w.strict, w.changes_state, w.rank
FROM series AS s, (SELECT * FROM due_work WHERE kind = 'SERIES_HORIZON' AND done_at IS NULL) AS w WHERE s.id <> w.object_id;
INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, decision)
SELECT s.organisation_id, s.coach_id, s.member_id, s.kind_id, s.membership_id, one.resolved_policy_id, one.status, one.starts_at,
    one.ends_at, one.first_starts_at, one.booked_at, one.changed_at, one.calendar_changed_at, one.fee_minor_units, one.fee_currency,
    one.provisional, one.decision
FROM session AS one, series AS s WHERE s.coach_id <> one.coach_id;
INSERT INTO series_occurrence (organisation_id, series_id, on_date, starts_at, session_id)
SELECT s.organisation_id, s.id, o.on_date, o.starts_at, session.id
FROM series AS s JOIN session ON session.coach_id = s.coach_id JOIN series_occurrence AS o ON o.starts_at = session.starts_at
WHERE s.id <> o.series_id;
INSERT INTO busy (organisation_id, person_id, session_id, during)
SELECT organisation_id, unnest(ARRAY[coach_id, member_id]), id, tstzrange(starts_at, ends_at)
FROM session WHERE id NOT IN (SELECT session_id FROM busy);
ANALYZE;
"""
OTHERS_DONE = text("UPDATE due_work SET done_at = :now WHERE kind <> 'SERIES_HORIZON' AND done_at IS NULL")
DUE_AT = text("SELECT max(fires_at) FROM due_work WHERE kind = 'SERIES_HORIZON' AND done_at IS NULL")
CLOCK = text("UPDATE organisation SET clock_at = :now WHERE id = :organisation")
MADE = text("SELECT count(*) FROM series_occurrence WHERE session_id IS NOT NULL AND on_date = :on")
PLACES = text("SELECT starts_at, ends_at FROM session WHERE status <> 'CANCELLED' ORDER BY starts_at")
BARE = (
    """INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, decision)
    SELECT organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at + :by, ends_at + :by,
    first_starts_at + :by, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, decision
    FROM session WHERE organisation_id = :organisation ORDER BY id LIMIT 1 RETURNING id""",
    """INSERT INTO busy (organisation_id, person_id, session_id, during)
    SELECT organisation_id, unnest(ARRAY[coach_id, member_id]), id, tstzrange(starts_at, ends_at) FROM session
    WHERE organisation_id = :organisation AND id = :id""",
)


@dataclass
class Watch:
    """How far a pass has come, when, and how much memory it had then; looked at at each quarter.

    It hears of each work by the worker's log, which nobody else has to read. `analyse`: the statistics are brought up to date, as an
    operator's PostgreSQL does by itself while tables grow; that of tests and benches does not.
    """

    series: int
    analyse: Callable[[], None]
    begun: float = field(default_factory=time.perf_counter)
    works: int = 0
    seconds: list[float] = field(default_factory=list[float])
    megabytes: list[float] = field(default_factory=list[float])

    def heard(self, _logger: object, _method: str, told: Mapping[str, Any]) -> str:
        """A work was done: of a series that was extended, how long it took until then."""
        if told.get("kind") == WorkKind.SERIES_HORIZON:
            self._extended()
        raise structlog.DropEvent

    def _extended(self) -> None:
        self.works += 1
        if self.works % ANALYSED_EVERY == 0:
            self.analyse()
        if self.works % (self.series // QUARTERS) == 0:
            self.seconds.append(time.perf_counter() - self.begun)
            self.megabytes.append(psutil.Process().memory_info().rss / 2**20)


def measure(series: int = USUAL) -> dict[str, float]:
    """Both figures."""
    with temporary() as server:
        migrate(server.url())
        owner, database = owner_engine(server.url()), open_database(server.url(), pool_size=2)
        try:
            return {**_pass(owner, database, series), **_feed(owner, database)}
        finally:
            owner.dispose()
            database.engine.dispose()


def _pass(owner: Engine, database: Database, series: int) -> dict[str, float]:
    platform = _platform(database, owner, pairs=series - 1)
    with owner.begin() as connection:
        due = connection.execute(DUE_AT).scalar_one()
        connection.execute(CLOCK, {"now": due, "organisation": platform.organisation_id})
    watch = Watch(series=series, analyse=lambda: _analyse(owner))

    def pushed(_database: Database, _claim: Any) -> Delivery:
        # Each extended series orders one push; there is no calendar.
        return Delivered()

    told = structlog.get_config()
    structlog.configure(processors=[watch.heard])
    work_off(database, {WorkKind.GOOGLE_SERIES: pushed}, organisation_id=platform.organisation_id)
    structlog.configure(**told)
    with owner.connect() as connection:
        made = connection.execute(MADE, {"on": FIRST + timedelta(weeks=16)}).scalar_one()
    assert made == series, f"{made} of {series} series were extended"
    quarters = [after - before for before, after in zip([0.0, *watch.seconds], watch.seconds, strict=False)]
    bare = _bare_seconds(owner, platform.organisation_id, rounds=200)
    return {
        "series": made,
        "seconds": watch.seconds[-1],
        "ms_each_in_1st_quarter": 1000 * quarters[0] / (series // QUARTERS),
        "ms_each_in_2nd_quarter": 1000 * quarters[1] / (series // QUARTERS),
        "ms_each_in_3rd_quarter": 1000 * quarters[2] / (series // QUARTERS),
        "ms_each_in_last_quarter": 1000 * quarters[3] / (series // QUARTERS),
        "mb_after_1st_quarter": watch.megabytes[0],
        "mb_at_the_end": watch.megabytes[-1],
        "bare_insert_ms": 1000 * bare,
    }


def _analyse(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("ANALYZE"))


def _platform(database: Database, owner: Engine, *, pairs: int) -> Platform:
    """One pair with a series made in earnest, and so many others like it with the sessions that theirs has by now."""
    platform = open_platform(database, "mento", at=OPENS)
    platform.coach("Eva", "one_on_one")
    platform.member("Leo", "Eva")
    _series(platform, "Leo", FIRST, clock(9))
    with owner.begin() as connection:
        connection.execute(OTHERS_DONE, {"now": OPENS})
        values = {"organisation": platform.organisation_id, "now": OPENS, "pairs": pairs}
        for statement in PAIRS.split(";\n"):
            if statement.strip():
                named = {name: value for name, value in values.items() if f":{name}" in statement}
                connection.execute(text(statement), named)
    return platform


def _series(platform: Platform, member: str, first: date, at: clock) -> int:
    wish = CreateSeries(
        kind_id=platform.kinds["one_on_one"],
        coach_id=platform.people["Eva"],
        member_id=platform.people[member],
        first_on=first,
        at_time=at,
    )
    return done(create_series(platform.database, platform.request("Eva"), wish)).object_id


def _bare_seconds(owner: Engine, organisation: int, *, rounds: int) -> float:
    """The median time of the bare inserts of a session and its two intervals, committed one by one."""
    taken: list[float] = []
    for number in range(rounds):
        begun = time.perf_counter()
        with owner.begin() as connection:
            values = {"organisation": organisation, "by": timedelta(days=3650 + number)}
            key = connection.execute(text(BARE[0]), values).scalar_one()
            connection.execute(text(BARE[1]), {"organisation": organisation, "id": key})
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _feed(owner: Engine, database: Database) -> dict[str, float]:
    """A coach's feed after a year with twenty members; one session in eight was moved or cancelled by itself."""
    platform = open_platform(database, "mento", at=OPENS)
    platform.coach("Eva", "one_on_one")
    for number in range(IN_FEED):
        platform.member(f"Member{number}", "Eva")
        _series(platform, f"Member{number}", FIRST + timedelta(days=number % 5), clock(8 + number // 5))
    for weeks in range(4, 53, 4):
        platform.at(OPENS + timedelta(weeks=weeks))
        _change_some(platform, owner)
    capability = Capability(
        organisation_id=platform.organisation_id,
        person_id=platform.people["Eva"],
        generation=1,
        options=FeedOptions(),
    )
    address = write_capability(KEYRING, capability)
    warm = Publisher(database=database, keyring=KEYRING, links=links_of)
    known = _read(warm, address)
    calls = _each_alone(owner, platform)
    figures = {
        "feed_series": float(IN_FEED),
        "feed_sessions": float(len(calls)),
        "feed_kilobytes": len(known.body) / 1024,
        "feed_cold_ms": 1000 * _shortest(lambda: _read(_new(database), address)),
        "feed_304_ms": 1000 * _shortest(lambda: _unchanged(warm, address, known)),
    }
    floor = 1000 * _shortest(lambda: icalendar_build(calls))
    return {**figures, "icalendar_each_alone_ms": floor, "feed_cold_faster_by": floor / figures["feed_cold_ms"]}


def _new(database: Database) -> Publisher:
    return Publisher(database=database, keyring=KEYRING, links=links_of)


def _read(publisher: Publisher, address: str) -> Feed:
    reading = read_feed(publisher, address, lambda _: False)
    assert isinstance(reading, Feed)
    return reading


def _unchanged(publisher: Publisher, address: str, known: Feed) -> None:
    assert isinstance(read_feed(publisher, address, lambda found: found == known.version), Unchanged)


TO_CHANGE = text("""
SELECT session.id, member.name, session.starts_at FROM session
JOIN person AS member ON member.organisation_id = session.organisation_id AND member.id = session.member_id
WHERE session.organisation_id = :organisation AND status = 'SCHEDULED' AND starts_at BETWEEN :first AND :last
AND starts_at = first_starts_at ORDER BY session.id
""")


def _change_some(platform: Platform, owner: Engine) -> None:
    """Of the sessions of the next four weeks every eighth is moved to the next evening, or cancelled."""
    first = platform.now + timedelta(days=3)
    with owner.connect() as connection:
        values = {"organisation": platform.organisation_id, "first": first, "last": first + timedelta(weeks=4)}
        rows = connection.execute(TO_CHANGE, values).all()
    for number, row in enumerate(rows[::8]):
        if number % 2:
            platform.cancel(row.name, row.id)
        else:
            day = row.starts_at.astimezone(UTC) + timedelta(days=1)
            platform.reschedule(row.name, row.id, day.replace(hour=18, minute=0))


def _each_alone(owner: Engine, platform: Platform) -> Sequence[Appointment]:
    """The same sessions as single events, ready in memory."""
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT starts_at, ends_at FROM session WHERE organisation_id = :o AND status <> 'CANCELLED'"),
            {"o": platform.organisation_id},
        ).all()
    return [
        Appointment(
            uid=f"{number:08}-0000-4000-8000-000000000001@fortnight",
            title="1-on-1 with Leo",
            starts_at=row.starts_at.astimezone(UTC),
            ends_at=row.ends_at.astimezone(UTC),
            zone="Europe/London",
            standing=Standing.CONFIRMED,
            sequence=0,
            changed_at=OPENS,
            booked_at=OPENS,
            links=SessionLinks(
                join=f"https://meet.google.com/abc-{number:04}-hij",
                reschedule=f"https://fortnight.example.com/change/{number:090}",
                cancel=f"https://fortnight.example.com/change/{number:090}",
            ),
        )
        for number, row in enumerate(rows)
    ]


def _shortest(act: Callable[[], object], *, rounds: int = 15) -> float:
    taken: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return min(taken)


if __name__ == "__main__":
    for label, value in measure().items():
        print(f"{label:32}{value:12.2f}")
