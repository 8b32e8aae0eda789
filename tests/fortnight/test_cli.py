"""The console: help, exit codes, one line for what has to be put right."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import URL

from api.auth import verify_token
from fortnight.compose import real_now
from fortnight.installation import choose_organisation
from fortnight.settings import CHECKOUT
from fortnight.version import version
from models.keyring import Keyring
from models.unit import Database
from tests.conftest import SECRET
from tests.fortnight.conftest import Run, Said

COMMANDS = (
    "serve",
    "api",
    "worker",
    "migrate",
    "demo",
    "schema",
    "token",
    "doctor",
    "organisation",
    "calendar",
    "work",
    "policy",
)
CREATE = ("organisation", "create", "--name", "Calm", "--preset", "mastered", "--staff-name", "Sam")


def created(said: Said) -> int:
    """The number of the organisation that was created."""
    found = re.search(r"^organisation +(\d+)$", said.out, re.MULTILINE)
    assert found, said
    return int(found[1])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    said = run(command, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: fortnight {command}")
    assert command in run("--help").out


def test_it_says_which_version_it_is(run: Run) -> None:
    assert run("--version") == Said(0, f"{version()}\n", "")


@pytest.mark.parametrize("arguments", [("nonsense",), ("serve", "--nonsense"), ("token",), ("organisation", "create")])
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


def test_a_wrong_setting_is_one_line_and_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORTNIGHT_PROT", "1")
    assert run("doctor") == Said(1, "", "fortnight: FORTNIGHT_PROT is no setting; did you mean FORTNIGHT_PORT?\n")


def test_a_data_folder_that_cannot_be_written_to_is_one_line_and_exit_code_1(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FORTNIGHT_DATA", str(tmp_path / "file"))
    said = run("migrate")
    assert (said.code, said.out) == (1, "")
    assert re.fullmatch(r"fortnight: the data directory \S+ cannot be written to: File exists\n", said.err)


def test_the_module_is_the_command() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "fortnight", "--version"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert said.stdout == f"{version()}\n"


def test_migrating_says_the_revision(run: Run, installed: URL) -> None:
    said = run("migrate")
    assert said.code == 0
    assert re.fullmatch(r"the database is at revision \w+\n", said.out)


def test_an_organisation_is_created_with_its_first_member_of_staff_and_a_key(run: Run, installed: URL) -> None:
    said = run(*CREATE, "--staff-email", "sam@example.com", "--zone", "Europe/London")
    assert said.code == 0
    assert re.search(r"^API key +fnk_\d+_\S{32,}$", said.out, re.MULTILINE)
    token = run("token", "sam@example.com", "--organisation", str(created(said)))
    bearer = verify_token(Keyring(SECRET), token.out.strip(), real_now=real_now())
    assert bearer.organisation_id == created(said)


def test_a_sandbox_stands_where_it_is_told_to(run: Run, installed: URL, database: Database) -> None:
    said = run(*CREATE, "--staff-email", "sam@example.com", "--sandbox", "--at", "2027-03-01T09:00:00Z")
    with database.across_organisations() as connection:
        rows = connection.exec_driver_sql("SELECT id, is_sandbox, clock_at::text FROM organisation").all()
    assert [tuple(row) for row in rows] == [(created(said), True, "2027-03-01 09:00:00+00")]


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (("--staff-email", "sam"), 1, "fortnight: staffEmail: This is not an e-mail address.\n"),
        (("--staff-email", "sam@example.com", "--preset", "nobody"), 1, "fortnight: there is no preset nobody\n"),
        (
            ("--staff-email", "sam@example.com", "--zone", "Mars"),
            1,
            "fortnight: zone: This is not a zone of the tz database.\n",
        ),
        (
            ("--staff-email", "sam@example.com", "--at", "2027-03-01T09:00:00Z"),
            2,
            "only a sandbox has a clock of its own",
        ),
        (("--staff-email", "sam@example.com", "--sandbox", "--at", "2027-03-01T09:00:00"), 2, "an instant such as"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_in_words(
    run: Run, installed: URL, more: tuple[str, ...], code: int, words: str, database: Database
) -> None:
    said = run(*CREATE, *more)
    assert said.code == code
    assert words in said.err
    with database.across_organisations() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM organisation").scalar_one() == 0


def test_a_token_is_for_somebody_whom_the_organisation_knows(run: Run, installed: URL) -> None:
    number = created(run(*CREATE, "--staff-email", "sam@example.com"))
    for who in ("sam", "SAM@example.com"):
        assert run("token", who).code == 0
    assert run("token", "nora") == Said(1, "", f"fortnight: nobody in organisation {number} is known as nora\n")
    assert run("token", "sam", "--organisation", "99") == Said(1, "", "fortnight: there is no organisation 99\n")


def test_among_several_organisations_one_has_to_be_named(run: Run, installed: URL, database: Database) -> None:
    assert run("token", "sam").err == "fortnight: say which organisation with --organisation: none yet\n"
    first = created(run(*CREATE, "--staff-email", "sam@example.com"))
    assert choose_organisation(database, None) == first
    second = created(run(*CREATE, "--staff-email", "sam@example.com"))
    assert run("token", "sam").err == (
        f"fortnight: say which organisation with --organisation: {first} (Calm), {second} (Calm)\n"
    )


def test_the_kept_schema_is_what_the_code_says(run: Run) -> None:
    assert run("schema", "--check") == Said(0, "", "")
    assert run("schema").out == (CHECKOUT / "schema.graphql").read_text("utf-8")


def test_a_policy_document_is_checked_and_made_a_help_page(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "ours.toml"
    document.write_text('extends = "thrive"\nname = "Ours"\n', "utf-8")
    said = run("policy", "check", str(document))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("# Ours\n\n## What can be booked\n")
    assert run("policy", "check", "--no-page", str(document)).out == ""


def test_errors_and_findings_of_a_policy_document_are_told_by_their_place(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "ours.toml"
    document.write_text('extends = "thrive"\n[reasons]\nCOACH_CANCELLED = {take = 1}\n', "utf-8")
    said = run("policy", "check", str(document))
    assert said.code == 0
    assert said.err == (
        "finding  change.rules.coach-cancel: row coach-cancel: a change of the coach costs the member something"
        "  [coach-costs-member:coach-cancel]\n"
    )
    document.write_text('extends = "thrive"\n[booking]\nmin_notice = "soon"\n', "utf-8")
    said = run("policy", "check", str(document))
    assert (said.code, said.out) == (1, "")
    assert said.err == "error    booking.min_notice: 'soon' is not a duration such as PT48H\n"
    said = run("policy", "check", str(tmp_path / "none.toml"))
    assert said.code == 1
    assert "cannot be read" in said.err
