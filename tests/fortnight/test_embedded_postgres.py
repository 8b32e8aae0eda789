"""The embedded PostgreSQL: whatever became of the start before, the next one works and nothing is lost."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from fortnight import embedded_postgres, places
from fortnight.embedded_postgres import Server, reached, running
from fortnight.faults import Unfit
from fortnight.places import Busy

# It says where PostgreSQL listens as soon as it answers, and then sleeps until somebody kills it.
STARTER = """
import sys, time
from pathlib import Path
from fortnight.embedded_postgres import running
if sys.argv[2] == "outlived":
    sys.platform = "a system whose children outlive their parents"
with running(Path(sys.argv[1]), durable=sys.argv[2] == "durable") as server:
    print(server.dsn(), server.process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def empty() -> Iterator[Path]:
    """An empty data folder that the account of PostgreSQL can reach, also when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="fn-data-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder).resolve()


@pytest.fixture(scope="session")
def seed() -> Iterator[Path]:
    """A data folder of one start before, to be copied: making one takes a second."""
    with tempfile.TemporaryDirectory(prefix="fn-seed-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder), durable=False):
            pass
        yield Path(folder)


@pytest.fixture
def data(seed: Path, empty: Path) -> Path:
    """A data folder of one start before."""
    subprocess.run(["cp", "-a", f"{seed}/.", empty], check=True)
    return empty


def ask(server: Server, statement: str) -> object:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        answer = connection.execute(statement.encode())
        row = answer.fetchone() if answer.description else None
    return row and row[0]


def servers_of(data: Path) -> list[psutil.Process]:
    """All server processes over the files in `data`."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd().startswith(str(data)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def start_elsewhere(data: Path, how: str = "for tests") -> tuple[subprocess.Popen[str], int]:
    """A process that runs PostgreSQL over `data`; returns it and the server's process id."""
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(data), how], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    line = starter.stdout.readline()
    starter.stdout.close()
    return starter, int(line.split()[-1])


def end(starter: subprocess.Popen[str]) -> None:
    starter.kill()
    starter.wait()


def test_the_next_start_has_the_data_of_the_one_before_and_nothing_runs_in_between(empty: Path) -> None:
    with running(empty) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert servers_of(empty) == []
    assert not server.socket_folder.exists()
    with running(empty) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_the_second_start_is_quick(data: Path) -> None:
    began = time.monotonic()
    with running(data, durable=False):
        assert time.monotonic() - began < 2


def test_text_is_utf8_and_is_sorted_and_lowered_the_same_on_every_machine(data: Path) -> None:
    with running(data, durable=False) as server:
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b', 'Z', 'ä', 'a']) AS x") == "Zabä"
        assert ask(server, "SELECT lower('ÄÖÜΣ')") == "äöüσ"
        assert ask(server, "SHOW timezone") == "UTC"


def test_data_for_people_are_written_through_and_only_those_of_tests_are_not(empty: Path) -> None:
    with running(empty / "kept") as server:
        assert [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3
    with running(empty / "test", durable=False) as server:
        assert ask(server, "SHOW fsync") == "off"


def test_nobody_can_reach_it_over_the_network(data: Path) -> None:
    with running(data, durable=False) as server:
        assert ask(server, "SHOW listen_addresses") == ""
        assert server.socket_folder.stat().st_mode & 0o077 == 0


def test_the_socket_has_room_below_a_path_of_any_length(data: Path) -> None:
    long = data / ("d" * 60) / ("e" * 60)
    long.mkdir(parents=True)
    for folder in (long, long.parent):
        folder.chmod(0o711)
    with running(long, durable=False) as server:
        assert ask(server, "SELECT 1") == 1
        assert len(os.fsencode(server.socket_folder / ".s.PGSQL.5432")) <= 107
    assert not server.socket_folder.exists()


def test_when_its_starter_is_killed_it_ends_by_itself(data: Path) -> None:
    starter, _ = start_elsewhere(data)
    left = servers_of(data)
    assert left
    end(starter)
    assert psutil.wait_procs(left, timeout=20)[1] == []


def test_after_kill_9_of_the_starter_the_next_start_has_the_data(data: Path) -> None:
    starter, _ = start_elsewhere(data)
    with reached(data) as server:
        assert server.process is None
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    end(starter)
    with running(data, durable=False) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_after_kill_9_of_the_starter_and_every_server_process_nothing_is_lost(data: Path) -> None:
    starter, _ = start_elsewhere(data, "durable")
    with reached(data) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    for process in servers_of(data):
        with suppress(psutil.NoSuchProcess):  # one that ends by itself meanwhile, such as a worker of the server's
            process.kill()
    end(starter)
    with running(data, durable=False) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_a_server_that_outlived_its_starter_is_ended_by_the_next_start(data: Path) -> None:
    starter, server = start_elsewhere(data, "outlived")
    end(starter)
    assert psutil.Process(server).is_running()
    with running(data, durable=False) as again:
        assert ask(again, "SELECT 1") == 1
        assert again.process is not None
        assert again.process.pid != server
        assert not any(one.pid == server for one in servers_of(data))


def test_a_stale_note_that_names_a_living_process_of_somebody_else_is_no_hindrance(data: Path) -> None:
    with running(data, durable=False) as server:
        assert server.process is not None
        note = next(data.glob("*/postmaster.pid"))
        text = note.read_text()
    note.write_text(text.replace(text.splitlines()[0], str(os.getppid()), 1))
    with running(data, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_first_start_that_was_broken_off_half_way_is_begun_again(empty: Path) -> None:
    half = empty / "postgresql.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running(empty, durable=False) as server:
        assert ask(server, "SELECT 1") == 1
    assert not half.exists()


def test_two_starts_over_one_folder_do_not_run_side_by_side(data: Path) -> None:
    with running(data, durable=False) as first:
        with pytest.raises(Busy, match=f"in use by process {os.getpid()}"), running(data, durable=False):
            pass
        with reached(data) as second:
            assert second.process is None
            assert second.socket_folder == first.socket_folder
            assert ask(second, "SELECT 1") == 1
        assert ask(first, "SELECT 1") == 1


def test_a_folder_that_cannot_be_written_to_is_told_in_one_line(data: Path) -> None:
    file = data / "file"
    file.write_text("")
    with pytest.raises(Unfit, match=r"^the data directory .*file cannot be written to: File exists$"), running(file):
        pass
    with (
        pytest.raises(Unfit, match=r"^the data directory /proc/\S+ cannot be written to: "),
        running(Path("/proc/none")),
    ):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_told_in_one_line(data: Path) -> None:
    data.chmod(0o500)
    with pytest.raises(Unfit, match="cannot be written to: Permission denied"), running(data, durable=False):
        pass


def test_files_of_another_postgresql_are_told_in_one_line(data: Path) -> None:
    next(data.glob("*/PG_VERSION")).write_text("13\n")
    with pytest.raises(Unfit, match=r"is of PostgreSQL 13, this Fortnight brings 18$"), running(data, durable=False):
        pass


def test_a_server_that_does_not_start_says_why(data: Path) -> None:
    next(data.glob("*/postgresql.auto.conf")).write_text("shared_buffers = 'a lot'\n")
    with (
        pytest.raises(
            Unfit, match=r"^the database did not start: configuration file .* contains errors \(more in .*log\)$"
        ),
        running(data, durable=False),
    ):
        pass
    assert servers_of(data) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give PostgreSQL to somebody else")
def test_under_root_it_runs_as_nobody_where_nobody_can_reach(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "FOR_ROOT", empty / "var")
    hidden = empty / "home"
    hidden.mkdir(mode=0o700)
    with running(hidden / "data", durable=False) as server:
        assert server.process is not None
        assert psutil.Process(server.process.pid).username() == "nobody"
        assert ask(server, "SELECT 1") == 1
        place = Path((hidden / "data" / "place.txt").read_text().strip())
        assert place.parent == empty / "var"
        assert (place / "postgresql" / "PG_VERSION").exists()
    with running(hidden / "data", durable=False) as server:
        assert ask(server, "SELECT 1") == 1
    (hidden / "data").rename(hidden / "moved")
    with pytest.raises(Unfit, match="has been moved or copied"), running(hidden / "moved", durable=False):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_goes_on_with_files_that_another_user_made(data: Path) -> None:
    owner = (data / "postgresql").stat().st_uid
    for path in (data / "postgresql").rglob("*"):
        os.chown(path, 1, 1)
    os.chown(data / "postgresql", 1, 1)
    with running(data, durable=False) as server:
        assert server.process is not None
        assert psutil.Process(server.process.pid).uids().real == 1 != owner
        assert ask(server, "SELECT 1") == 1


def test_a_server_for_tests_leaves_nothing_behind() -> None:
    with embedded_postgres.temporary() as server:
        server.create_database("one")
        server.create_database("two", template="one")
        assert server.has_database("two")
        server.drop_database("two")
        assert not server.has_database("two")
        assert server.process is not None
        folder = Path(psutil.Process(server.process.pid).cwd()).parent
        assert folder.exists()
    assert not folder.exists()
    assert not server.socket_folder.exists()


def test_what_killed_tests_have_left_is_removed_an_hour_later(monkeypatch: pytest.MonkeyPatch, empty: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(empty))
    monkeypatch.setattr(embedded_postgres, "MEMORY", "/nowhere")
    old, fresh, used = (empty / f"fortnight-test-{name}" for name in ("old", "fresh", "used"))
    for folder in (old, fresh, used):
        folder.mkdir()
    with places.only_user(used):
        for folder in (old, used):
            os.utime(folder, times=(time.time() - 4000, time.time() - 4000))
        with embedded_postgres.temporary():
            assert (old.exists(), fresh.exists(), used.exists()) == (False, True, True)


def test_a_disk_that_takes_no_files_is_told_in_one_line(data: Path) -> None:
    (data / "postgresql.log").unlink()
    (data / "postgresql.log").mkdir()
    message = r"^the database in \S+ cannot be started: Is a directory \(\S+postgresql.log\)$"
    with pytest.raises(Unfit, match=message), running(data, durable=False):
        pass
