"""`fortnight calendar check`: what an operator is told of every connected calendar, and what is put right."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

from calendar_sync.google_double import FaultKind, GoogleDouble
from fortnight.beside import shown_to_commands
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.world import OPENS, World, open_world
from tests.calendar_sync.google_support import EVA, hour
from tests.fortnight.conftest import Run
from tests.support.platform import open_platform

AWAY = hour("2027-03-20T15:00:00Z", "2027-03-20T15:45:00Z")


@pytest.fixture
def double() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        yield double


@pytest.fixture
def world(
    installed: URL,
    database: Database,
    owner: Engine,
    double: GoogleDouble,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setenv("FORTNIGHT_GOOGLE_SANDBOX_URL", double.url)
    world = open_world(open_platform(database, "mastered", at=OPENS), database, owner, double, keyring)
    world.connect()
    world.book()
    return world


def whose(world: World) -> str:
    return f"organisation {world.organisation}, person {world.eva}"


def test_it_says_that_all_is_well(world: World, run: Run) -> None:
    said = run("calendar", "check", "--organisation", str(world.organisation))
    assert (said.code, said.out, said.err) == (0, f"{whose(world)}: 1 sessions, all as they should be\n", "")


def test_it_names_what_differs_with_exit_code_1_and_repairs_it_when_told_to(world: World, run: Run) -> None:
    event = world.events[0]
    world.double.do("edit-event", email=EVA, event_id=event["id"], fields=AWAY)
    etag = world.events[0]["etag"]
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE google_event SET etag = :etag"), {"etag": etag})
    one = world.one("SELECT id FROM session WHERE organisation_id = :organisation").id
    differs = f"{whose(world)}: session {one} of 2027-03-10T09:00Z: its event differs in end, start\n"
    here = ("calendar", "check", "--organisation", str(world.organisation))
    assert run(*here)[:2] == (1, differs)
    assert world.problems != []
    assert run(*here, "--repair")[:2] == (0, f"{differs}{whose(world)}: 1 pushes are due now\n")
    world.work()
    assert (run(*here).code, world.problems) == (0, [])


def test_what_a_coach_did_is_put_back_by_their_question(world: World, run: Run) -> None:
    world.double.do("delete-event", email=EVA, event_id=world.events[0]["id"])
    said = run("calendar", "check", "--organisation", str(world.organisation), "--repair")
    assert (said.code, said.out.splitlines()[-1]) == (0, f"{whose(world)}: 1 pushes were on their way already")
    assert world.logged("CALENDAR_QUESTION_ASKED") == 1
    world.work()
    assert world.problems == []


def test_a_calendar_that_cannot_be_read_is_exit_code_1(world: World, run: Run) -> None:
    with world.double.fail_while(FaultKind.UNAVAILABLE, "events.list"):
        said = run("calendar", "check", "--organisation", str(world.organisation))
    assert (said.code, said.out) == (1, f"{whose(world)}: the calendar could not be read: backendError (HTTP 503)\n")


def test_it_asks_the_demos_google_of_the_server_that_runs_over_the_same_folder(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FORTNIGHT_GOOGLE_SANDBOX_URL")
    monkeypatch.setenv("FORTNIGHT_DATA", str(tmp_path))
    here = ("calendar", "check", "--organisation", str(world.organisation))
    with shown_to_commands(tmp_path, google=world.double.url, base="http://127.0.0.1:8000"):
        assert run(*here)[:2] == (0, f"{whose(world)}: 1 sessions, all as they should be\n")
    said = run(*here)
    assert (said.code, "no Google is set for it (FORTNIGHT_GOOGLE_CLIENT_ID;" in said.out) == (1, True)


def test_without_a_connected_calendar_there_is_nothing_to_check(world: World, run: Run) -> None:
    world.disconnect()
    said = run("calendar", "check", "--organisation", str(world.organisation))
    assert said[:2] == (0, "no calendar is connected\n")
    unknown = run("calendar", "check", "--organisation", "999999")
    assert (unknown.code, unknown.err) == (1, "fortnight: there is no organisation 999999\n")
