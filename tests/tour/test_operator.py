"""docs/operator.md sets up a live organisation, as printed, with an issuer that rotates its keys meanwhile."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.oidc.keys import PAUSE
from fortnight import cli
from fortnight.compose import real_now, services
from fortnight.settings import load
from models.keyring import Keyring
from models.unit import Database
from tests.conftest import SECRET
from tests.scenarios.theatre import BASE_URL
from tests.support.oidc_issuer import KEYS, OidcIssuer
from tests.support.postgres import Cluster
from tests.tour.page import PAGE, Block, Claims, Command, Export, File, Known, Query, Shell, blocks

Console = Callable[[str], str]


@dataclass
class Reader:
    """Somebody who does what the page says, block by block."""

    issuer: OidcIssuer
    console: Console
    open_api: Callable[[Callable[[], datetime]], TestClient]
    monkeypatch: pytest.MonkeyPatch
    known: Known
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    passed: timedelta = timedelta(0)
    _client: TestClient | None = None

    def clock(self) -> datetime:
        return real_now() + self.passed

    def do(self, block: Block) -> None:
        match block:
            case Export():
                for name, value in block.settings.items():
                    self.monkeypatch.setenv(name, self.known.fill(value))
            case Command():
                self.known.learn(block.printed, self.console(block.line))
            case Claims():
                self.claims[block.token] = {
                    name: self.known.fill(value) if isinstance(value, str) else value
                    for name, value in block.said.items()
                }
            case File() | Shell():
                raise AssertionError("this page has no files")
            case Query():
                answer = self.ask(block)
                assert answer.get("data") == self.known.match(block.answer, answer.get("data")), (block.text, answer)

    def ask(self, block: Query) -> Any:
        """The answer of the API, which is started when it is first asked."""
        if self._client is None:
            self._client = self.open_api(self.clock)
        headers = {"authorization": f"Bearer {self.token(block.who)}"}
        return self._client.post("/graphql", json={"query": self.known.fill(block.text)}, headers=headers).json()

    def token(self, who: str) -> str:
        """The key or token of this name; the issuer's are fresh, and each is signed with a key that it never used before."""
        if who not in self.claims:
            return self.known.values[who]
        self.issuer.rotate()
        self.passed += PAUSE
        return self.issuer.sign(now=self.clock(), **self.claims[who])


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    with ExitStack() as clients:
        yield clients


@pytest.fixture
def reader(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cluster: Cluster,
    database_name: str,
    database: Database,
    issuer: OidcIssuer,
    clients: ExitStack,
) -> Reader:
    url = cluster.url(database_name)
    monkeypatch.setenv("FORTNIGHT_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("FORTNIGHT_SECRET", SECRET.decode())
    monkeypatch.setenv("FORTNIGHT_BASE_URL", BASE_URL)

    def console(line: str) -> str:
        monkeypatch.setattr(sys, "argv", ["fortnight", *shlex.split(line)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code in (None, 0)
        return capsys.readouterr().out

    def open_api(clock: Callable[[], datetime]) -> TestClient:
        app = create_app(replace(services(load(), database, Keyring(SECRET)), real_now=clock))
        return clients.enter_context(TestClient(app, base_url=BASE_URL))

    today = real_now().replace(hour=0, minute=0, second=0, microsecond=0)
    known = Known(
        {
            "ISSUER": issuer.url,
            "YEAR": str(today.year),
            "FROM": f"{today + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}",
            "TO": f"{today + timedelta(days=17):%Y-%m-%dT%H:%M:%SZ}",
        }
    )
    return Reader(issuer, console, open_api, monkeypatch, known)


def test_the_page_sets_up_an_organisation_while_the_issuer_rotates_its_keys(reader: Reader) -> None:
    page = list(blocks(PAGE.read_text(encoding="utf-8")))
    assert {type(block) for block in page} == {Export, Command, Claims, Query}
    for block in page:
        reader.do(block)
    signed_in = [block for block in page if isinstance(block, Query) and block.who in reader.claims]
    assert len(signed_in) >= 6
    assert reader.issuer.asked[KEYS] == len(signed_in)
    last = Query(who="KEY", text="{ organisation { id } }", answer=None)
    assert reader.ask(last)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_an_answer_that_is_not_the_printed_one_is_seen() -> None:
    known = Known({"EVA": "7"})
    printed = {"a": "$EVA", "b": ["$NEW", {"c": "$NEW"}], "d": 1}
    good = {"a": "7", "b": ["x", {"c": "x"}], "d": 1}
    assert known.match(printed, good) == good
    for change in ({"a": "8"}, {"b": ["x", {"c": "y"}]}, {"b": ["x"]}, {"b": ["x", {"c": "x"}, 1]}, {"d": 2}, {"e": 1}):
        assert known.match(printed, {**good, **change}) != {**good, **change}


@pytest.mark.parametrize(
    "text", ["```python\n1\n```\n", "```graphql\n{ a }\n```\n", "```graphql\n# as KEY\n{ a }\n```\n```sh\n```\n"]
)
def test_a_block_that_nobody_would_run_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"block|below"):
        list(blocks(text))
