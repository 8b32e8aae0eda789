"""What the double was told outlives its process, whatever ended it; and the process ends when it shall."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from calendar_sync.google_double import FaultKind, GoogleDouble, RemoteDouble, channels
from calendar_sync.google_double.store import Store
from tests.calendar_sync.google_support import EVA, MEET, MORNING, Raw, raw_of

PATIENCE_SECONDS = 10


@contextmanager
def process(*arguments: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "calendar_sync.google_double", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running, running.stdout.readline().strip()
        finally:
            running.kill()


def test_a_store_is_as_it_was_after_a_restart(tmp_path: Path):
    path = tmp_path / "google.sqlite3"
    with GoogleDouble(store=path) as double:
        raw = raw_of(double)
        made = raw("POST", body={**MORNING, "conferenceData": MEET}, conferenceDataVersion=1).json()
        log = double.log()
    with GoogleDouble(store=path) as double:
        assert double.log() == log
        again = Raw(double=double, token=raw.token, calendar_id=raw.calendar_id)
        read = again("GET", f"/{made['id']}").json()
        assert read["etag"] == made["etag"]
        assert read["hangoutLink"].rpartition("/")[2] == made["hangoutLink"].rpartition("/")[2]


def test_a_double_that_is_not_running_says_so(tmp_path: Path):
    double = GoogleDouble(store=tmp_path / "google.sqlite3")
    double.stop()
    with pytest.raises(RuntimeError, match="not running"):
        double.log()
    with double, pytest.raises(OSError, match="in use"):
        GoogleDouble(int(double.url.rpartition(":")[2])).start()


def test_a_double_on_this_machine_may_be_called_localhost(double: GoogleDouble):
    raw = raw_of(RemoteDouble(double.url.replace("127.0.0.1", "localhost")))
    made = raw("POST", body={**MORNING, "conferenceData": MEET}, conferenceDataVersion=1).json()
    assert made["hangoutLink"].startswith("http://localhost:")


def test_who_waits_for_news_is_woken_by_what_was_kept_and_not_by_looking():
    store = Store(None)
    with store.transaction() as books:
        books.run("INSERT INTO account VALUES ('eva@example.org', 'Europe/Berlin')")
    assert store.written.is_set()
    store.written.clear()
    with store.transaction() as books:
        assert channels.due(books, now=0) == []
    assert not store.written.is_set()
    store.close()


def test_without_a_store_all_is_forgotten():
    double = GoogleDouble()
    with double:
        raw_of(double)
    with double:
        assert double.log() == []


def test_what_was_answered_survives_a_killed_process(tmp_path: Path):
    store = str(tmp_path / "google.sqlite3")
    with process("--store", store) as (running, url):
        raw = raw_of(RemoteDouble(url))
        numbers = [raw("POST", body=MORNING).status_code for _ in range(20)]
        running.send_signal(signal.SIGKILL)
        running.wait(PATIENCE_SECONDS)
    assert numbers == [200] * 20
    with process("--store", store) as (_, url):
        assert len(RemoteDouble(url).events(EVA)) == 20


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_process_ends_in_order_when_told_even_with_a_slow_answer_on_its_way(told: signal.Signals):
    with process() as (running, url):
        double = RemoteDouble(url)
        raw = raw_of(double)
        double.fail_next(FaultKind.SLOW, "events.list", seconds=60)
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as waiting:
            path = f"/calendar/v3/calendars/{raw.calendar_id}/events"
            waiting.sendall(
                f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {raw.token}\r\n\r\n".encode()
            )
            while double.log()[-1]["call"] != "events.list":
                time.sleep(0.01)
            running.send_signal(told)
            assert running.wait(PATIENCE_SECONDS) == 0


def test_a_process_does_not_outlive_the_parent_that_asked_for_it():
    started = (
        "import os, subprocess, sys; "
        "child = subprocess.Popen([sys.executable, '-m', 'calendar_sync.google_double', '--parent-pid', str(os.getpid())],"
        " stdout=subprocess.PIPE); "
        "child.stdout.readline(); print(child.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", started], capture_output=True, text=True, timeout=30, check=True)
    child, deadline = int(done.stdout), time.monotonic() + PATIENCE_SECONDS
    while _runs(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_taken_port_is_one_clear_line(double: GoogleDouble):
    port = double.url.rpartition(":")[2]
    with process("--port", port) as (running, _):
        _, said = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == 1
    assert said.startswith(f"The Google double cannot start on port {port}: ")
    assert said.count("\n") == 1


def test_a_store_that_cannot_be_written_is_one_clear_line(tmp_path: Path):
    with process("--store", str(tmp_path / "missing" / "google.sqlite3")) as (running, _):
        _, said = running.communicate(timeout=PATIENCE_SECONDS)
    assert (running.returncode, said.count("\n")) == (1, 1)


def test_a_store_of_another_version_is_one_clear_line(tmp_path: Path):
    path = tmp_path / "google.sqlite3"
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA user_version = 99")
    with process("--store", str(path)) as (running, _):
        _, said = running.communicate(timeout=PATIENCE_SECONDS)
    assert (running.returncode, said.count("\n")) == (1, 1)
    assert "its store is of version 99 and not 1" in said


def test_a_running_double_can_be_asked_and_told_from_outside(tmp_path: Path):
    with process("--store", str(tmp_path / "google.sqlite3")) as (_, url):
        remote = RemoteDouble(url)
        raw = raw_of(remote)
        event = raw("POST", body=MORNING).json()
        with remote.fail_while(FaultKind.UNAVAILABLE, "events.*"):
            assert raw("GET").status_code == 503
        assert [line["call"] for line in remote.log()][-2:] == ["events.insert", "events.list"]
        remote.do("delete-event", email=EVA, event_id=event["id"])
        assert remote.events(EVA) == []
        assert [event["status"] for event in remote.events(EVA, deleted=True)] == ["cancelled"]
        with pytest.raises(ValueError, match="no such"):
            remote.do("fly")
        with pytest.raises(ValueError, match="no such event"):
            remote.do("delete-event", email=EVA, event_id="nothere")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
