"""The whole of Fortnight in one process: the real API over HTTP, the real worker handlers, a Google double on the loopback."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx2 as httpx
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import issue_token
from api.ids import global_id, parse_id
from calendar_sync.google_double import GoogleDouble, consent
from commands.create_organisation import Created, CreateOrganisation, create_organisation
from fortnight import compose
from fortnight.database import open_database
from fortnight.settings import Settings
from models.keyring import Keyring
from models.unit import Database
from tests.support.postgres import Cluster, owner_engine

Json = dict[str, Any]
BASE_URL = "http://127.0.0.1:8000"
POOL = 8
REAL_NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
"""What the machine's clock says, for the expiry of tokens; no scenario depends on it."""

LOT = text("""
SELECT lot.source, lot.opens_at, lot.closes_at, kind.code, membership.accounting_zone
FROM credit_lot AS lot
JOIN session_kind AS kind ON kind.organisation_id = lot.organisation_id AND kind.id = lot.kind_id
JOIN membership ON membership.organisation_id = lot.organisation_id AND membership.id = lot.membership_id
WHERE lot.organisation_id = :organisation AND lot.id = :lot
""")


@dataclass
class Theatre:
    """What a stage is driven with; one for all scenarios of a process, an organisation for each."""

    database: Database
    owner: Engine
    keyring: Keyring
    double: GoogleDouble
    client: TestClient

    # -- asking ---------------------------------------------------------------------------------------------------------

    def post(self, token: str, document: str, variables: Json) -> Json:
        """The answer of POST /graphql."""
        answer = self.client.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {token}", "Accept": "application/graphql-response+json"},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, url: str, **headers: str) -> httpx.Response:
        """A page of ours as a browser without a session gets it, redirects not followed."""
        return self.client.get(url, headers=headers, follow_redirects=False)

    def head(self, url: str) -> httpx.Response:
        """The same without its body."""
        return self.client.head(url, follow_redirects=False)

    def token(self, organisation_id: int, person_id: int) -> str:
        """A token with which this person is signed in."""
        return issue_token(
            self.keyring,
            organisation_id=organisation_id,
            person_id=person_id,
            issued_at=REAL_NOW,
            expires_at=REAL_NOW + timedelta(hours=1),
        )

    def open_sandbox(self, preset: str, *, at: str) -> tuple[int, int, str]:
        """A new sandbox that stands at `at`; returns it, its first member of staff, and the instant."""
        command = CreateOrganisation(
            name="The Platform",
            zone="Europe/London",
            preset=preset,
            staff_name="Sam",
            staff_email="sam@example.com",
            sandbox_at=datetime.fromisoformat(at),
        )
        created = create_organisation(self.database, command)
        assert isinstance(created, Created), created
        return created.organisation_id, created.person_id, at

    # -- ids ------------------------------------------------------------------------------------------------------------

    def global_id(self, type_name: str, key: int) -> str:
        return global_id(type_name, key)

    def local_id(self, text: str) -> int:
        """The key of a global id."""
        parsed = parse_id(text)
        assert parsed is not None, text
        return parsed[1]

    def lot(self, organisation_id: int, lot_id: int) -> str:
        """A lot as people call it: "coaching 2027-03", "RETURN 2027-04-17T07:00:00Z", "PACK session"."""
        with self.owner.connect() as connection:
            row = connection.execute(LOT, {"organisation": organisation_id, "lot": lot_id}).one()
        if row.source == "PERIOD":
            return f"{row.code} {row.opens_at.astimezone(ZoneInfo(row.accounting_zone)):%Y-%m}"
        if row.closes_at is None:
            return f"{row.source} {row.code}"
        return f"{row.source} {row.closes_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    # -- Google ---------------------------------------------------------------------------------------------------------

    def consent(self, url: str, email: str) -> None:
        """In a browser: from our start page to Google's consent page, there Allow, and back to our callback."""
        started = self.client.get(url, follow_redirects=False)
        assert started.status_code in (302, 303, 307), started.text
        callback = consent(started.headers["location"], email=email)
        finished = self.client.get(callback, follow_redirects=True)
        assert finished.status_code == 200, finished.text

    def google_mark(self) -> int:
        """The number of the latest request that reached the double."""
        lines = self.double.log()
        return lines[-1]["number"] if lines else 0

    def google_calls(self, *, since: int) -> list[str]:
        """The calls of the Calendar API after a mark, by name; access tokens that were fetched on the way left out."""
        lines = self.double.log(since=since)
        assert [line for line in lines if line["status"] is None or line["status"] >= 500] == []
        return [line["call"] for line in lines if line["call"] != "oauth.token"]

    def google_notifies(self) -> list[int]:
        """The messages of Google's channels arrive; the status that each of them was answered with."""
        sent = self.double.do("take-notifications")
        return [self.client.post(urlsplit(one["address"]).path, headers=one["headers"]).status_code for one in sent]

    def google_events(self, email: str) -> dict[datetime, Json]:
        """The events that stand in an account's calendars, by start."""
        events = self.double.events(email)
        found = {datetime.fromisoformat(event["start"]["dateTime"]).astimezone(UTC): event for event in events}
        assert len(found) == len(events), "two events of one calendar start together"
        return found


@contextmanager
def opened_theatre(cluster: Cluster, keyring: Keyring) -> Generator[Theatre]:
    """A theatre over a fresh database of the cluster, composed as `fortnight serve` composes its processes."""
    name = cluster.clone()
    owner = owner_engine(cluster.url(name))
    database = open_database(cluster.url(name), pool_size=POOL)
    with GoogleDouble() as double:
        settings = Settings(base_url=BASE_URL, google_sandbox_url=double.url, pool_size=POOL, debug=True)
        app = create_app(replace(compose.services(settings, database, keyring), real_now=lambda: REAL_NOW))
        with TestClient(app, base_url=BASE_URL) as client:
            yield Theatre(database, owner, keyring, double, client)
    database.engine.dispose()
    owner.dispose()
    cluster.drop(name)
