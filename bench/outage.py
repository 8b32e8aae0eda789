"""A day without workers, caught up in due order by two of them: works a second, memory, and what is read meanwhile.

`python -m bench outage=100000` for as many works as the promise names; fewer by default, because that takes a while.
"""

import os
import random
import sys
import time
from bisect import bisect_right, insort
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psutil
from sqlalchemy import URL, Connection, Engine, text

from bench.stage import NOW, SECRET, Client, World, done, served, world
from commands.actor import Actor
from commands.book import BookSession, book
from commands.transaction import Request
from fortnight.database import owner_engine
from fortnight.doctor import WORKERS
from fortnight.installation import WORKER_NAME
from policy.terms import Role

AT_WORK = 2
USUAL = 6_000
BEGINS = datetime(2027, 3, 2, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=1)
PER_PAIR = 24 * 3
"""Of each pair's session an hour: the end and the second reminder of today's, the first reminder of tomorrow's."""
PATIENCE_SECONDS = 7200.0
LOOK_SECONDS = 2.0
"""How often it is counted what is left: often enough, and seldom enough to be no work of its own."""

PEOPLE = """
INSERT INTO person (organisation_id, name, email, zone, created_at, event_number, feed_generation)
SELECT :organisation, role || ' ' || number, lower(role) || number || '@example.com', 'UTC', :now, 0, 1
FROM generate_series(1, :pairs) AS number, unnest(ARRAY['Coach', 'Member']) AS role;
INSERT INTO person_role (organisation_id, person_id, role)
SELECT organisation_id, id, upper(split_part(name, ' ', 1)) FROM person AS p
WHERE NOT EXISTS (SELECT FROM person_role AS known WHERE known.person_id = p.id);
INSERT INTO coach (organisation_id, person_id, fee_minor_units, fee_currency, hours_zone, buffer_before, buffer_after)
SELECT organisation_id, id, 10000, 'EUR', 'UTC', '0', '0' FROM person AS p
WHERE name LIKE 'Coach %' AND NOT EXISTS (SELECT FROM coach WHERE person_id = p.id);
INSERT INTO membership (organisation_id, member_id, status, accounting_zone, starts_on, enrolled_at, cadence)
SELECT m.organisation_id, p.id, m.status, m.accounting_zone, m.starts_on, m.enrolled_at, m.cadence
FROM person AS p, membership AS m WHERE p.name LIKE 'Member %' AND p.id <> m.member_id;
INSERT INTO engagement (organisation_id, membership_id, member_id, coach_id, status, started_at)
SELECT m.organisation_id, m.id, m.member_id, c.id, 'ACTIVE', :now FROM membership AS m
JOIN person AS p ON p.id = m.member_id JOIN person AS c ON c.name = replace(p.name, 'Member', 'Coach')
WHERE NOT EXISTS (SELECT FROM engagement AS known WHERE known.member_id = m.member_id);
"""
# What a session was decided by, under which policy and for which fee it was booked, is as in the one that was booked in earnest.
SESSIONS = """
INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, decision)
SELECT like_this.organisation_id, e.coach_id, e.member_id, like_this.kind_id, e.membership_id, like_this.resolved_policy_id, 'SCHEDULED',
    hour, hour + interval '45 minutes', hour, :now, :now, :now, 10000, 'EUR', false, like_this.decision
FROM (SELECT * FROM session ORDER BY id LIMIT 1) AS like_this, engagement AS e,
    generate_series(CAST(:begins AS timestamptz), CAST(:ends AS timestamptz) + interval '23 hours', '1 hour') AS hour
WHERE e.coach_id <> like_this.coach_id;
INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank)
SELECT s.organisation_id, work.kind, lower(work.kind) || ':' || s.id || ':' || work.at, ARRAY[s.coach_id, s.member_id], s.id, work.at,
    work.at, false, work.kind = 'SESSION_END', CASE work.kind WHEN 'SESSION_END' THEN 8 ELSE 10 END
FROM session AS s CROSS JOIN LATERAL (VALUES ('SESSION_END', s.ends_at), ('REMINDER', s.starts_at - interval '1 day'),
    ('REMINDER', s.starts_at - interval '1 hour')) AS work (kind, at)
WHERE s.starts_at >= :begins AND work.at >= :begins;
UPDATE due_work SET done_at = :now WHERE kind IN ('MAIL', 'GOOGLE_PUSH');
ANALYZE;
"""
DUE = "kind IN ('SESSION_END', 'REMINDER') AND effective_at < :ends"
LEFT = text(f"SELECT count(*) FROM due_work WHERE {DUE} AND done_at IS NULL")
ALL_DUE = text(f"SELECT count(*) FROM due_work WHERE {DUE}")
DONE = text("SELECT count(*) FROM due_work WHERE done_at IS NOT NULL")
CLOCK = text("UPDATE organisation SET clock_at = :ends")
ORDER = """
SELECT work.effective_at, work.persons FROM event
JOIN due_work AS work ON work.organisation_id = event.organisation_id AND work.cause_key = event.cause
WHERE work.attempts > 0
"""
FAMILIES = {"deadlines": "work.kind = 'SESSION_END'", "reminders": "work.kind = 'REMINDER'"}
BATCH = 20
"""How much a worker claims at a time."""
SESSIONS_READ = "{ viewer { sessions(first: 50) { nodes { status startsAt endsAt } } } }"
EVERYBODYS = "{ sessions(first: 50) { nodes { status startsAt endsAt } } }"


@dataclass
class Reads:
    """What was asked while it was being caught up."""

    right: int = 0
    catching_up: int = 0
    stale: int = 0
    seconds: list[float] = field(default_factory=list[float])


def measure(due: int = USUAL) -> dict[str, float]:
    """How fast two workers catch up a day, how much memory each needs at most, and how many reads were right."""
    with world(1) as stage:
        owner = owner_engine(stage.server.url())
        number = fill(stage, owner, due)
        with served(stage) as port, workers(stage.server.url()) as at_work:
            begun = time.perf_counter()
            with owner.begin() as connection:
                connection.execute(CLOCK, {"ends": ENDS})
                before = connection.execute(DONE).scalar_one()
            reads, most = watch(stage, owner, port, at_work)
            seconds = time.perf_counter() - begun
        with owner.connect() as connection:
            worked = connection.execute(DONE).scalar_one() - before
        orders = {family: order_of(owner, family) for family in FAMILIES}
        owner.dispose()
    assert reads.stale == 0, reads
    return {
        "due_works": number,
        "caught_up_seconds": seconds,
        "works_per_second": number / seconds,
        "with_what_they_caused": worked / seconds,
        "worker_memory_mb": most,
        **{f"{family}_overtaken_at_most": float(found) for family, found in orders.items()},
        "reads_right": reads.right,
        "reads_catching_up": reads.catching_up,
        "reads_stale": reads.stale,
        "read_ms_at_most": 1000 * max(reads.seconds, default=0.0),
    }


def fill(stage: World, owner: Engine, due: int) -> int:
    """The organisation has pairs with a session each hour of two days, whose works of the first are due; returns how many."""
    actor = Actor(organisation_id=stage.organisation, person_id=stage.members[0], roles=frozenset({Role.MEMBER}))
    wish = BookSession(
        kind_id=stage.kind, coach_id=stage.coaches[0], member_id=stage.members[0], starts_at=ENDS + timedelta(days=9)
    )
    done(book(stage.database, Request(actor=actor, now=NOW, idempotency_key="like this"), wish))
    pairs = -(-due // PER_PAIR)
    values = {"organisation": stage.organisation, "now": NOW, "pairs": pairs, "begins": BEGINS, "ends": ENDS}
    with owner.begin() as connection:
        for statement in f"{PEOPLE}{SESSIONS}".split(";\n"):
            if statement.strip():
                execute(connection, statement, values)
        return connection.execute(ALL_DUE, {"ends": ENDS}).scalar_one()


def execute(connection: Connection, statement: str, values: Mapping[str, object]) -> None:
    """One statement with those of the values that it names."""
    connection.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})


def order_of(owner: Engine, family: str) -> int:
    """By how many later ones a work of this family was overtaken at most; of two deadlines that share a person, none ever was.

    Seen in the log, which is numbered for each person under that person's lock. What a reader's question has applied for that reader
    is left out: nobody waits behind it.
    """
    with owner.connect() as connection:
        rows = connection.execute(text(f"{ORDER} AND {FAMILIES[family]} ORDER BY event.id")).all()
    done_before: list[datetime] = []
    last: dict[int, datetime] = {}
    most = 0
    for row in rows:
        most = max(most, len(done_before) - bisect_right(done_before, row.effective_at))
        insort(done_before, row.effective_at)
        for person in row.persons if family == "deadlines" else ():
            assert last.get(person, row.effective_at) <= row.effective_at, f"{family} of {person} out of order"
            last[person] = row.effective_at
    assert most <= max(AT_WORK * BATCH, len(rows) // 100), f"{family} were overtaken by {most} of {len(rows)}"
    return most


@contextmanager
def workers(url: URL, number: int = AT_WORK) -> Generator[list[psutil.Popen]]:
    """So many workers as an operator runs them; they end in order with the block."""
    settings = {
        "FORTNIGHT_DATABASE_URL": url.render_as_string(hide_password=False),
        "FORTNIGHT_SECRET": SECRET.decode(),
        "FORTNIGHT_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "fortnight", "worker"]
    started = [psutil.Popen(command, env={**os.environ, **settings}) for _ in range(number)]
    try:
        _await_presence(url, number)
        yield started
    finally:
        for process in started:
            process.terminate()
        codes = [process.wait(60) for process in started]
        assert set(codes) == {0}, codes


def _await_presence(url: URL, number: int) -> None:
    """So many workers listen."""
    owner = owner_engine(url)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with owner.connect() as connection:
            if connection.execute(WORKERS, {"name": WORKER_NAME}).scalar_one() == number:
                return
        time.sleep(0.1)
    raise AssertionError("the workers did not start")


def watch(stage: World, owner: Engine, port: int, at_work: list[psutil.Popen]) -> tuple[Reads, float]:
    """Until all is caught up: somebody reads all the time, and the most memory that a worker has needed is kept, in MB."""
    reads, most, chance = Reads(), 0.0, random.Random(1)
    staff = Client(port, stage.token(stage.staff))
    with owner.connect() as connection:
        members = list(
            connection.execute(text("SELECT id FROM person WHERE name LIKE 'Member %' ORDER BY id")).scalars()
        )
    deadline, looked = time.monotonic() + PATIENCE_SECONDS, 0.0
    while time.monotonic() < deadline:
        if time.monotonic() - looked > LOOK_SECONDS:
            looked = time.monotonic()
            with owner.connect() as connection:
                left = connection.execute(LEFT, {"ends": ENDS}).scalar_one()
            if left == 0:
                return reads, most
            sys.stderr.write(f"\r{left} are left ")
        member = Client(port, stage.token(chance.choice(members)))
        ask(member, SESSIONS_READ, reads)
        ask(staff, EVERYBODYS, reads)
        most = max(most, *(process.memory_info().rss / 2**20 for process in at_work))
        time.sleep(0.2)
    raise AssertionError("it was not caught up")


def ask(client: Client, query: str, reads: Reads) -> None:
    """One read, and whether it was right: no session whose end has passed is shown as if it were still to come."""
    begun = time.perf_counter()
    answer = client.post("/graphql", {"query": query}, statuses=(200, 503))
    reads.seconds.append(time.perf_counter() - begun)
    if "errors" in answer:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["CATCHING_UP"], answer
        reads.catching_up += 1
        return
    data = answer["data"]
    nodes = (data.get("viewer") or data)["sessions"]["nodes"]
    assert nodes
    if any(node["status"] == "SCHEDULED" and datetime.fromisoformat(node["endsAt"]) <= ENDS for node in nodes):
        reads.stale += 1
    else:
        reads.right += 1


if __name__ == "__main__":
    sys.stdout.write(f"{measure(*(int(one) for one in sys.argv[1:]))}\n")
