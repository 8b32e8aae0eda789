"""The console in this process, over the test's own database."""

import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from sqlalchemy import URL

from fortnight.cli import main
from tests.conftest import SECRET
from tests.support.postgres import Cluster


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the console command in this process: `run("token", "maya")`."""

    def run_one(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["fortnight", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        written = capsys.readouterr()
        return Said(code if isinstance(code, int) else 0, written.out, written.err)

    return run_one


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, cluster: Cluster, database_name: str) -> URL:
    """The settings name the test's own database."""
    url = cluster.url(database_name)
    monkeypatch.setenv("FORTNIGHT_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("FORTNIGHT_SECRET", SECRET.decode())
    return url
