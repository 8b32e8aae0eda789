"""docs/new-policy.md goes from a published help page to a booking whose consequence follows it, as printed, without any code."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from fortnight import cli
from fortnight.compose import services
from fortnight.settings import load
from models.keyring import Keyring
from models.unit import Database
from policy.document import load_policy
from policy.help_text import help_page
from tests.conftest import SECRET
from tests.scenarios.theatre import BASE_URL
from tests.support.postgres import Cluster
from tests.tour.page import PAGE, Block, Command, File, Known, Query, Shell, blocks

NEW_POLICY = PAGE.with_name("new-policy.md")
TEXT = NEW_POLICY.read_text(encoding="utf-8")
PUBLISHED = re.compile(r"^> \*\*(P\d+)\*\*", re.MULTILINE)
HELD = re.compile(r"^\| (P[\d, P]+) \| `(.+)` \|$", re.MULTILINE)
RULE = re.compile(r"\bP\d+\b")


@dataclass
class Reader:
    """Somebody who does what the page says, block by block, in a folder of their own."""

    folder: Path
    console: Callable[[str], str]
    client: TestClient
    known: Known = field(default_factory=Known)

    def do(self, block: Block) -> None:
        match block:
            case File():
                (self.folder / block.name).write_text(block.text, "utf-8")
                self.known.values.setdefault("DOCUMENT", json.dumps(block.text))
            case Shell():
                subprocess.run(["/bin/sh", "-c", block.line], cwd=self.folder, check=True)
            case Command():
                self.known.learn(self.known.fill_known(block.printed), self.console(self.known.fill(block.line)))
            case Query():
                answer = self.ask(block)
                assert answer.get("data") == self.known.match(block.answer, answer.get("data")), (block.text, answer)
            case _:
                raise AssertionError(f"nobody expects {block} here")

    def ask(self, block: Query) -> Any:
        headers = {"authorization": f"Bearer {self.known.values[block.who]}"}
        return self.client.post("/graphql", json={"query": self.known.fill(block.text)}, headers=headers).json()


@pytest.fixture
def reader(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cluster: Cluster,
    database_name: str,
    database: Database,
    tmp_path: Path,
) -> Iterator[Reader]:
    url = cluster.url(database_name)
    monkeypatch.setenv("FORTNIGHT_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("FORTNIGHT_SECRET", SECRET.decode())
    monkeypatch.setenv("FORTNIGHT_BASE_URL", BASE_URL)
    monkeypatch.chdir(tmp_path)

    def console(line: str) -> str:
        monkeypatch.setattr(sys, "argv", ["fortnight", *shlex.split(line)])
        capsys.readouterr()  # what the API has logged meanwhile is nothing that the command says
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert ended.value.code in (None, 0), said
        return said.err + said.out

    app = create_app(services(load(), database, Keyring(SECRET)))
    with TestClient(app, base_url=BASE_URL) as client:
        yield Reader(tmp_path, console, client)


def test_the_page_leads_from_a_help_page_to_a_booking_that_follows_it(reader: Reader) -> None:
    page = list(blocks(TEXT))
    assert {type(block) for block in page} == {File, Command, Query, Shell}
    for block in page:
        reader.do(block)


def test_every_published_sentence_is_held_against_the_rendered_page() -> None:
    (document,) = [one.text for one in blocks(TEXT) if isinstance(one, File) and one.name == "plumline.toml"]
    rendered = help_page(load_policy(document))
    held = HELD.findall(TEXT)
    assert [sentence for _, sentence in held if f"- {sentence}\n" not in rendered] == []
    published = PUBLISHED.findall(TEXT)
    assert len(published) == len(set(published)) == 10
    assert set(published) == {rule for rules, _ in held for rule in RULE.findall(rules)} == set(RULE.findall(document))
    assert all(set(RULE.findall(rules)) == set(RULE.findall(sentence)) for rules, sentence in held)


def test_every_published_sentence_that_decides_something_is_tried() -> None:
    (form,) = [one.text for one in blocks(TEXT) if isinstance(one, File) and one.name == "scenarios.toml"]
    assert {f"P{number}" for number in range(3, 11)} == set(RULE.findall(form))
