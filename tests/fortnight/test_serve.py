"""`fortnight serve`: one command starts everything, one Ctrl-C ends it, and after any death the next start goes on."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, text

from fortnight.doctor import Verdict, examine
from fortnight.listener import free_port
from fortnight.settings import CHECKOUT, Settings
from tests.support.postgres import Cluster

ADVANCE = """
mutation { advanceTestClock(input: {to: "2027-03-02T09:00:00Z"}) {
  ... on AdvanceTestClockSuccess { organisation { now } } ... on Refusal { code message } } }
"""
NOW = "{ organisation { now } }"
PATIENCE_SECONDS = 100


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder that the account of PostgreSQL can reach, also when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="fn-serve-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder).resolve()


class Serving:
    """A `fortnight serve` that runs, seen from outside: what it printed, its processes, its answers."""

    def __init__(self, process: subprocess.Popen[str], printed: str) -> None:
        self.process = process
        self.printed = printed
        found = re.search(r"GraphQL +(http://\S+)/graphql", printed)
        assert found, printed
        self.url = found[1]

    def token(self, name: str) -> str:
        """The token that was printed for somebody of the demo."""
        found = re.search(rf"^ +{name} .* (ey\S+)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]

    def ask(self, name: str, document: str) -> Any:
        """The data of an answer of the GraphQL endpoint."""
        request = urllib.request.Request(
            f"{self.url}/graphql",
            json.dumps({"query": document}).encode(),
            {"authorization": f"Bearer {self.token(name)}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def processes(self) -> list[psutil.Process]:
        """The supervisor and all that it has started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def child(self, word: str, *, besides: int = 0) -> psutil.Process | None:
        """The living child with this word in its command line."""
        for one in self.processes()[1:]:
            with suppress(psutil.Error):  # it has just ended
                if word in one.cmdline() and one.pid != besides:
                    return one
        return None

    def kill(self, *processes: psutil.Process) -> None:
        """These processes have been killed, with no chance to tidy up."""
        for one in processes:
            one.kill()
        if self.process.pid in [one.pid for one in processes]:
            self.process.wait(PATIENCE_SECONDS)

    def interrupt(self) -> int:
        """Ctrl-C has been pressed; the exit code of what it ended."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)


def line_and_environment(data: Path, *arguments: str, **settings: str) -> tuple[list[str], dict[str, str]]:
    """The command line, and an environment in which nothing else is set."""
    named = {f"FORTNIGHT_{name.upper()}": value for name, value in settings.items()}
    environment = {"PATH": os.environ["PATH"], "FORTNIGHT_DATA": str(data), "FORTNIGHT_PORT": "0"} | named
    return [sys.executable, "-m", "fortnight", "serve", *arguments], environment


@contextmanager
def serving(data: Path, *arguments: str, last: str = r" +Sam +staff", **settings: str) -> Generator[Serving]:
    """A running `fortnight serve` on a free port, whose last printed line is `last`; it is ended with the block."""
    line, environment = line_and_environment(data, *arguments, **settings)
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            line, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        assert process.stdout is not None
        printed = ""
        try:
            for one in process.stdout:
                printed += one
                if re.match(last, one):
                    break
            else:
                errors.seek(0)
                pytest.fail(f"it ended with {process.wait()}: {errors.read()}")
            yield Serving(process, printed)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE_SECONDS)
            process.stdout.close()


def refused(data: Path, *arguments: str, **settings: str) -> str:
    """What is said on stderr by a start that cannot be."""
    line, environment = line_and_environment(data, *arguments, **settings)
    said = subprocess.run(
        line, env=environment, cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert (said.returncode, said.stdout) == (1, "")
    return said.stderr


def alive(processes: list[psutil.Process], *, after: float) -> list[str]:
    """Those of the processes that are still there after so many seconds."""
    _, left = psutil.wait_procs(processes, timeout=after)
    return [str(one) for one in left]


def test_what_was_done_outlives_kill_9_of_everything_and_ctrl_c_leaves_nothing_behind(data: Path) -> None:
    with serving(data) as first:
        assert first.ask("Maya", NOW) == {"organisation": {"now": "2027-03-01T09:00:00Z"}}
        first.ask("Sam", ADVANCE)
        everything = first.processes()
        first.kill(*everything)
        assert alive(everything, after=5) == []
    with serving(data) as second:
        assert second.ask("Maya", NOW) == {"organisation": {"now": "2027-03-02T09:00:00Z"}}
        second.printed = first.printed
        assert second.ask("Leo", NOW) == {"organisation": {"now": "2027-03-02T09:00:00Z"}}, "a token outlives a start"
        everything = second.processes()
        assert len(everything) > 4
        assert second.interrupt() == 0
        assert alive(everything, after=5) == []
        assert list(data.rglob("postmaster.pid")) == []


def test_whichever_child_is_killed_runs_again_and_with_its_parent_all_of_them_end(data: Path) -> None:
    with serving(data) as running:
        for word in ("api", "worker", "calendar_sync.google_double"):
            killed = running.child(word)
            assert killed is not None
            running.kill(killed)
            await_true(partial(running.child, word, besides=killed.pid))
        assert running.ask("Maya", NOW) == {"organisation": {"now": "2027-03-01T09:00:00Z"}}, (
            "requests wait at the door"
        )
        everything = running.processes()
        running.kill(psutil.Process(running.process.pid))
        assert alive(everything, after=30) == []


def test_a_taken_port_is_told_in_one_line(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(data, port=str(port))
    assert said == f"fortnight: port {port} is taken: choose a free one with PORT=\n"


def test_a_data_folder_that_cannot_be_written_to_is_told_in_one_line() -> None:
    said = refused(Path("/proc/fortnight"))
    assert re.fullmatch(r"fortnight: the data directory /proc/fortnight cannot be written to: .+\n", said)


def test_a_database_of_its_own_is_served_and_its_death_or_being_newer_is_told_in_one_line(
    data: Path, cluster: Cluster, owner: Engine, database_name: str
) -> None:
    settings = {
        "database_url": cluster.url(database_name).render_as_string(hide_password=False),
        "secret": "a secret of the operator, long enough",
    }
    with serving(data, "--no-demo", last=r".*/graphql$", **settings) as running:
        with urllib.request.urlopen(f"{running.url}/readyz", timeout=30) as answer:
            assert answer.status == 200
        assert not any("postgres" in one.name() for one in running.processes())
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert refused(data, **settings).startswith(
        "fortnight: the database is newer than this code: it is at revision 9999"
    )
    away = {**settings, "database_url": "postgresql://127.0.0.1:1/fortnight"}
    assert re.fullmatch(r"fortnight: the database cannot be reached: .+\n", refused(data, **away))
    assert refused(data, database_url=settings["database_url"]).startswith("fortnight: FORTNIGHT_SECRET is needed")


def test_a_second_start_over_the_same_data_and_the_end_of_the_database_are_told_in_one_line(data: Path) -> None:
    with serving(data, "--no-demo", last=r".*/graphql$") as running:
        said = refused(data)
        assert said == f"fortnight: {data} is in use by process {running.process.pid}\n"
        database = next(
            one for one in running.processes() if one.name() == "postgres" and one.ppid() == running.process.pid
        )
        running.kill(database)
        assert running.process.wait(PATIENCE_SECONDS) == 1
    with serving(data, "--no-demo", last=r".*/graphql$") as running:
        assert running.interrupt() == 0


def test_the_api_and_a_worker_by_themselves_end_in_order_when_they_are_told(
    cluster: Cluster, database_name: str
) -> None:
    url, port = cluster.url(database_name), free_port(0)
    environment = {
        "PATH": os.environ["PATH"],
        "FORTNIGHT_DATABASE_URL": url.render_as_string(hide_password=False),
        "FORTNIGHT_SECRET": "a secret of the operator, long enough",
        "FORTNIGHT_PORT": str(port),
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "fortnight", name], env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL
        )
        for name in ("api", "worker")
    ]
    try:
        await_true(lambda: examine(Settings(), url)[1].verdict is Verdict.OK and is_ready(port))
        for process in started:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE_SECONDS) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()
            process.wait()


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


def await_true(ask: Callable[[], object]) -> None:
    """It has become true, in good time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ask():
        assert time.monotonic() < deadline
        time.sleep(0.2)
