"""Sessions and series, coach and members, every fault of Google, and workers killed in the middle of their work: in the end all agrees.

The long run, with its figures: `python -m pytest tests/calendar_sync/google/test_any_life.py -m slow -n0 -s`.
"""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from calendar_sync.google.reconcile import reconcile
from calendar_sync.google.vault import Vault
from calendar_sync.google.watching import channel_token
from calendar_sync.google_double import GoogleDouble
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.random_life import HOUR, Life
from tests.calendar_sync.google.series_world import open_series_world
from tests.calendar_sync.google.world import REAL_NOW
from tests.support.postgres import Cluster

STEPS = 60
COMMANDS = 1_000
"""So many commands were carried out when the long run is over."""


def lived(life: Life, steps: int) -> None:
    """A whole life; in the end Google is there again, everybody is connected, and all that waited is done."""
    life.begin()
    for _ in range(steps):
        life.step()
    life.reconnect()
    life.world.live_through(3 * HOUR)
    life.world.tell()
    life.world.work()


def agrees(life: Life, keyring: Keyring, logged: str) -> None:
    """Both sides agree to an independent eye and to our own, and nothing secret was said."""
    world = life.world
    assert world.problems == []
    assert world.connection.status == "CONNECTED"
    reports = reconcile(world.database, world.google, world.organisation, repair=False, real_now=REAL_NOW)
    assert [(one.drift, one.failure, one.waiting) for one in reports] == [((), None, 0)] * 3
    says_nothing_secret(life, keyring, logged)


TOKENS = re.compile(r"1//[\w-]{20,}|ya29\.[\w-]{20,}|eyJ[\w-]{20,}")


def says_nothing_secret(life: Life, keyring: Keyring, logged: str) -> None:
    """No token stands anywhere in the database, due work and errors included, in Google's log of what we sent, or in our logs."""
    world = life.world
    said = world.said() + str(world.double.log()) + logged
    assert TOKENS.findall(said) == []
    with world.owner.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT organisation_id, person_id, sealed_token FROM google_connection"
        ).all()
    for row in rows:
        token = Vault(keyring).open(bytes(row.sealed_token), organisation=row.organisation_id, person=row.person_id)
        assert TOKENS.fullmatch(token)
        assert token.encode().hex() not in said
    for channel in world.double.do("channels"):
        assert channel_token(keyring, channel["id"]) not in said


@pytest.fixture
def open_life(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring, cluster: Cluster, database_name: str
) -> Callable[[int], Life]:
    def open_one(seed: int) -> Life:
        double.do("forget")
        return Life(open_series_world(database, owner, double, keyring), cluster.url(database_name), seed)

    return open_one


@pytest.mark.parametrize("seed", [2, 4])
def test_a_short_life_ends_in_agreement(
    open_life: Callable[[int], Life], keyring: Keyring, capfd: pytest.CaptureFixture[str], seed: int
):
    life = open_life(seed)
    lived(life, 20)
    agrees(life, keyring, "".join(capfd.readouterr()))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_after_a_thousand_commands_every_calendar_agrees(
    open_life: Callable[[int], Life], keyring: Keyring, capfd: pytest.CaptureFixture[str]
):
    lives = done = deaths = calls = 0
    while done < COMMANDS:
        life = open_life(100 + lives)
        lived(life, STEPS)
        agrees(life, keyring, "".join(capfd.readouterr()))
        lives, done, deaths = lives + 1, done + life.done, deaths + life.deaths
        calls += len([line for line in life.world.double.log() if line["call"].startswith(("events.", "calendars."))])
        with capfd.disabled():
            figures = f"{done} commands, {deaths} workers killed, {calls / done:.2f} calls per command"
            print(f"{lives} lives, {figures}", flush=True)  # noqa: T201  the figures of the long run
    assert deaths > lives
