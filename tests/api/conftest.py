"""The application over the test's database, and a front end that talks to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import issue_token
from api.ids import global_id
from api.services import Services
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.endpoints import GoogleEndpoints
from models.keyring import Keyring
from models.unit import Database
from tests.support.platform import Platform, open_platform

Json = dict[str, Any]
REAL_NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:8000"
NEW_MEDIA = "application/graphql-response+json"


def services_over(database: Database, keyring: Keyring, **more: Any) -> Services:
    """What the application is given; mails and pushes of a sandbox are left to whoever delivers."""
    sandbox = GoogleEndpoints.loopback("http://127.0.0.1:9")
    values: Json = {
        "database": database,
        "keyring": keyring,
        "google": GoogleSettings(live=None, sandbox=sandbox, keyring=keyring),
        "base_url": BASE_URL,
        "front_end_url": None,
        "deliver": lambda _organisation: 0,
        "debug": False,
        "real_now": lambda: REAL_NOW,
        "version": "test",
    }
    return Services(**{**values, **more})


def token_for(
    keyring: Keyring, organisation_id: int, person_id: int, *, lifetime: timedelta = timedelta(hours=1)
) -> str:
    return issue_token(
        keyring,
        organisation_id=organisation_id,
        person_id=person_id,
        expires_at=REAL_NOW + lifetime,
        issued_at=REAL_NOW,
    )


@dataclass
class FrontEnd:
    """A browser on a page of a front end: people ask by name."""

    client: TestClient
    keyring: Keyring
    platform: Platform
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def post(self, who: str | None, document: str, variables: Json | None = None, **headers: str) -> httpx.Response:
        """The response to a document."""
        return self.client.post(
            "/graphql",
            json={"query": document, "variables": variables or {}},
            headers={**self.headers(who), "accept": NEW_MEDIA, **headers},
        )

    def answer(self, who: str | None, document: str, **variables: Any) -> Json:
        """The answer to a document, whatever it says."""
        return self.post(who, document, variables).json()

    def ask(self, who: str, document: str, **variables: Any) -> Json:
        """The data of an answer without errors."""
        answer = self.answer(who, document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def tell(self, who: str, document: str, **fields: Any) -> Json:
        """The member of a mutation's union."""
        return next(iter(self.ask(who, document, input=fields).values()))

    def codes(self, who: str | None, document: str, **variables: Any) -> list[str]:
        """The codes of an answer's errors."""
        return [error["extensions"]["code"] for error in self.answer(who, document, **variables).get("errors", [])]

    def headers(self, who: str | None) -> dict[str, str]:
        if who is None:
            return {}
        token = token_for(self.keyring, self.platform.organisation_id, self.platform.people[who])
        return {"authorization": f"Bearer {token}"}

    def gid(self, who: str) -> str:
        return global_id("Person", self.platform.people[who])

    def kind(self, code: str) -> str:
        return global_id("SessionKind", self.platform.kinds[code])

    def session(self, key: int) -> str:
        return global_id("Session", key)

    def key(self) -> str:
        return f"front-end-{next(self._keys)}"


@pytest.fixture
def open_front_end(database: Database, keyring: Keyring) -> Iterator[Callable[..., FrontEnd]]:
    """Opens a platform and a front end to it; the services may be changed by name."""
    opened: list[TestClient] = []

    def open_one(preset: str = "mastered", *, at: datetime = START, **more: Any) -> FrontEnd:
        services = services_over(more.pop("database", database), keyring, **more)
        client = TestClient(create_app(services), base_url=BASE_URL, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return FrontEnd(client=client, keyring=keyring, platform=open_platform(database, preset, at=at))

    yield open_one
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def front_end(open_front_end: Callable[..., FrontEnd]) -> FrontEnd:
    """Maya is a member of Eva's and Nora of Dan's, on Mastered."""
    front_end = open_front_end()
    platform = front_end.platform
    platform.coach("Eva", "coaching", "mentor", fee=10000)
    platform.coach("Dan", "coaching", "mentor", zone="America/New_York")
    platform.member("Maya", "Eva")
    platform.member("Nora", "Dan")
    return front_end
