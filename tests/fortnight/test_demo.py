"""The demo: loaded once, whole, the same everywhere, and taken up again where it was broken off."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import URL, Engine, text

from api.auth import verify_token
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google_double import GoogleDouble
from fortnight import demo
from fortnight.compose import real_now
from fortnight.database import open_database
from fortnight.demo import ROLES, load_demo
from fortnight.faults import Unfit
from fortnight.settings import Settings
from fortnight.showing import demo_shown
from models.keyring import Keyring
from models.unit import Database
from tests.scenarios.records import Records, read_records
from tests.support.postgres import Cluster, owner_engine

CALLBACK = "http://127.0.0.1:8000/google/callback"


@pytest.fixture
def double() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        yield double


@pytest.fixture
def google(double: GoogleDouble, keyring: Keyring) -> GoogleSettings:
    return GoogleSettings(live=None, sandbox=GoogleEndpoints.loopback(double.url), keyring=keyring)


@pytest.fixture
def url(cluster: Cluster, database_name: str) -> URL:
    return cluster.url(database_name)


def load(url: URL, database: Database, google: GoogleSettings) -> int:
    return load_demo(url, database, google, redirect_uri=CALLBACK, real_now=real_now())


def people(owner: Engine) -> list[tuple[Any, ...]]:
    with owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT id, name, email, zone FROM person ORDER BY id"))]


def fixed(records: Records) -> dict[str, Any]:
    """The records without what is random by nature: the token that Google gave, and how it is sealed."""
    return {name: rows for name, rows in records.tables.items() if name != "google_connection"}


def test_the_cast_is_there_and_the_clock_stands_at_its_instant(
    url: URL, database: Database, owner: Engine, google: GoogleSettings
) -> None:
    organisation = load(url, database, google)
    with owner.connect() as connection:
        row = connection.execute(text("SELECT id, is_sandbox, clock_at, preset FROM organisation")).one()
    assert tuple(row) == (organisation, True, datetime(2027, 3, 1, 9, tzinfo=UTC), "mastered")
    assert {name for _, name, _, _ in people(owner)} == set(ROLES)


def test_eva_is_connected_to_google_by_consent_on_its_page(
    url: URL, database: Database, owner: Engine, google: GoogleSettings, double: GoogleDouble
) -> None:
    load(url, database, google)
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT name, status FROM google_connection JOIN person ON person.id = person_id")
        ).all()
    assert [tuple(row) for row in rows] == [("Eva", "CONNECTED")]
    assert "oauth.token" in {line["call"] for line in double.log()}


def test_loading_it_again_changes_nothing(
    url: URL, database: Database, owner: Engine, google: GoogleSettings, double: GoogleDouble
) -> None:
    organisation = load(url, database, google)
    before, calls = read_records(owner, organisation), len(double.log())
    assert load(url, database, google) == organisation
    assert read_records(owner, organisation) == before
    assert len(double.log()) == calls


def test_a_loading_that_was_broken_off_is_taken_up_where_it_was(
    url: URL, database: Database, owner: Engine, google: GoogleSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(demo, "enrol", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            load(url, database, google)
    begun = people(owner)
    organisation = load(url, database, google)
    assert people(owner)[: len(begun)] == begun
    assert [name for _, name, _, _ in people(owner)] == ["Sam", "Eva", "Cora", "Mona", "Maya", "Leo"]
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM organisation")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM membership")).scalar_one() == 2
    assert load(url, database, google) == organisation


def test_without_a_double_eva_is_connected_by_a_later_loading(
    url: URL, database: Database, owner: Engine, google: GoogleSettings, keyring: Keyring
) -> None:
    load(url, database, GoogleSettings(live=None, sandbox=None, keyring=keyring))
    count = text("SELECT count(*) FROM google_connection")
    with owner.connect() as connection:
        assert connection.execute(count).scalar_one() == 0
    load(url, database, google)
    with owner.connect() as connection:
        assert connection.execute(count).scalar_one() == 1


def test_its_rows_are_the_same_everywhere(
    cluster: Cluster, url: URL, database: Database, owner: Engine, google: GoogleSettings
) -> None:
    other = cluster.url(cluster.clone())
    elsewhere, their_owner = open_database(other, pool_size=2), owner_engine(other)
    first = fixed(read_records(owner, load(url, database, google)))
    second = fixed(read_records(their_owner, load(other, elsewhere, google)))
    elsewhere.engine.dispose()
    their_owner.dispose()
    cluster.drop(str(other.database))
    assert first == second


def test_the_console_shows_a_token_for_each_role_and_the_pages(
    url: URL, database: Database, google: GoogleSettings, keyring: Keyring
) -> None:
    organisation = load(url, database, google)
    settings = Settings(google_sandbox_url="http://127.0.0.1:8001")
    shown = demo_shown(settings, database, keyring, days=30)
    tokens = dict(re.findall(r"^  (\w+) .* (ey\S+)$", shown, re.MULTILINE))
    assert set(tokens) == set(ROLES)
    assert all(
        verify_token(keyring, token, real_now=real_now()).organisation_id == organisation for token in tokens.values()
    )
    assert "http://127.0.0.1:8000/feeds/" in shown
    assert "http://127.0.0.1:8000/mailbox/" in shown
    assert "http://127.0.0.1:8001/calendar/eva@example.com" in shown


def test_a_demo_that_has_lost_somebody_says_so(
    url: URL, database: Database, owner: Engine, google: GoogleSettings, keyring: Keyring
) -> None:
    load(url, database, google)
    with owner.begin() as connection:
        connection.execute(text("UPDATE person SET email = 'maya@elsewhere.example' WHERE name = 'Maya'"))
        connection.execute(text("UPDATE person SET email = 'x' || id || '@example.com' WHERE name = 'Leo'"))
    with pytest.raises(Unfit, match="the demo has lost Maya"):
        demo_shown(Settings(), database, keyring, days=1)
