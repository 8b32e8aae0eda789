"""A database with an organisation full of people, and a server process over it that also has the hand-written floors."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import orjson

from api.auth import issue_token
from api.ids import global_id
from commands.actor import Actor
from commands.add_coach import AddCoach, add_coach
from commands.add_person import AddPerson, add_person
from commands.create_organisation import Created, CreateOrganisation, create_organisation
from commands.enrol import EnrolMember, enrol
from commands.grant_pack import GrantPack, grant_pack
from commands.outcome import Done, Outcome
from commands.set_weekly_hours import Hours, SetWeeklyHours, set_weekly_hours
from commands.transaction import Request
from fortnight.database import migrate, open_database, owner_engine
from fortnight.embedded_postgres import Server, running
from models.keyring import Keyring
from models.unit import Database
from policy.terms import Role

SECRET = b"only for the bench: thirty-two bytes"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ROUND_THE_CLOCK = tuple(Hours(weekday=day, start=clock(0), to=clock(0)) for day in range(7))


@dataclass(frozen=True)
class World:
    """An organisation on Thrive's rules: `members[n]` is engaged with `coaches[n]` and has a large pack."""

    server: Server
    database: Database
    organisation: int
    staff: int
    kind: int
    coaches: list[int]
    members: list[int]

    def token(self, person: int) -> str:
        return issue_token(
            Keyring(SECRET),
            organisation_id=self.organisation,
            person_id=person,
            issued_at=datetime.now(UTC),
            expires_at=datetime.now(UTC) + timedelta(hours=1),
        )

    def gid(self, name: str, key: int) -> str:
        return global_id(name, key)

    def starts(self, count: int) -> list[datetime]:
        """Starts on the grid, one hour apart, from tomorrow on."""
        return [NOW + timedelta(days=1, hours=n) for n in range(count)]


@contextmanager
def world(pairs: int) -> Generator[World]:
    """A durable PostgreSQL with the organisation in it; nothing is left of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="fortnight-bench-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder), durable=True) as server:
            migrate(server.url())
            database = open_database(server.url(), pool_size=4)
            try:
                yield _fill(server, database, pairs)
            finally:
                database.engine.dispose()


def _fill(server: Server, database: Database, pairs: int) -> World:
    created = create_organisation(
        database,
        CreateOrganisation(
            name="Bench",
            zone="UTC",
            preset="thrive",
            staff_name="Sam",
            staff_email="sam@example.com",
            sandbox_at=NOW,
        ),
    )
    assert isinstance(created, Created)
    organisation, staff = created.organisation_id, created.person_id
    owner = owner_engine(server.url())
    with owner.connect() as connection:
        kind = int(connection.exec_driver_sql("SELECT id FROM session_kind WHERE code = 'session'").scalar_one())
    owner.dispose()
    roles = frozenset({Role.STAFF, Role.SENIOR_STAFF})
    request = Request(actor=Actor(organisation_id=organisation, person_id=staff, roles=roles), now=NOW)
    coaches = [_coach(database, request, n, kind) for n in range(pairs)]
    members = [_member(database, request, n, kind, coach) for n, coach in enumerate(coaches)]
    return World(server, database, organisation, staff, kind, coaches, members)


def _coach(database: Database, request: Request, number: int, kind: int) -> int:
    person = AddPerson(name=f"Coach {number}", email=f"coach{number}@example.com", zone="UTC", roles=(Role.COACH,))
    coach = done(add_person(database, request, person))
    terms = AddCoach(person_id=coach, fee_minor_units=10000, fee_currency="EUR", hours_zone="UTC", kinds=(kind,))
    done(add_coach(database, request, terms))
    done(set_weekly_hours(database, request, SetWeeklyHours(coach_id=coach, hours=ROUND_THE_CLOCK)))
    return coach


def _member(database: Database, request: Request, number: int, kind: int, coach: int) -> int:
    person = AddPerson(name=f"Member {number}", email=f"member{number}@example.com", zone="UTC", roles=(Role.MEMBER,))
    member = done(add_person(database, request, person))
    done(enrol(database, request, EnrolMember(member_id=member, coach_ids=(coach,))))
    done(grant_pack(database, request, GrantPack(member_id=member, kind_id=kind, units=1000)))
    return member


def done(outcome: Outcome) -> int:
    """The object of an act that took effect."""
    assert isinstance(outcome, Done), outcome
    return outcome.object_id


@contextmanager
def served(world: World, **environment: str) -> Generator[int]:
    """The port of a server process of one worker over the world's database, with these variables besides."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.server", str(port)]
    url = world.server.url().render_as_string(hide_password=False)
    process = subprocess.Popen(command, env={**os.environ, "BENCH_DATABASE": url, **environment})
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "the server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not start")


class Client:
    """One connection that stays open."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def post(self, path: str, body: Any, *, statuses: tuple[int, ...] = (200,)) -> Any:
        self._connection.request("POST", path, orjson.dumps(body), self._headers)
        response = self._connection.getresponse()
        content = response.read()
        assert response.status in statuses, content
        return orjson.loads(content)

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self.post("/graphql", {"query": query, "variables": variables})
        assert "errors" not in answer, answer
        return answer["data"]


def median_seconds(act: Callable[[], object], rounds: int) -> float:
    """The median time of `act`, after a few rounds that are not counted."""
    for _ in range(5):
        act()
    taken: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
