"""Our pages over a real database, a sandbox on Mastered's rules, and a browser that keeps cookies."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from api.http.request_id import RequestIds
from api.ids import global_id
from api.pages import page_routes
from api.services import Services
from calendar_sync.google.accounts import GoogleSettings
from models.keyring import Keyring
from models.unit import Database
from notifications.links import Addresses, LinkKind
from tests.scenarios.records import Difference, Records, read_records
from tests.support.platform import Platform, open_platform

BASE_URL = "http://127.0.0.1:8000"
REAL_NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Page(HTMLParser):
    """What a person and their browser find on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.fields: dict[str, str] = {}
        self.boxes: dict[str, str] = {}
        self.frames: list[dict[str, str | None]] = []
        self._skip = 0
        self._words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._skip += tag in ("style", "title")
        if tag == "a":
            self.hrefs.append(found.get("href") or "")
        if tag == "iframe":
            self.frames.append(found)
        if tag == "input":
            where = self.boxes if found.get("type") == "checkbox" else self.fields
            where[found.get("name") or ""] = found.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._words.append(data)

    @property
    def text(self) -> str:
        """Its words, in one line."""
        return re.sub(r"\s+", " ", "".join(self._words)).strip()


@dataclass
class Site:
    """A member, Maya, with a coaching call of Eva's on 18 March 2027, 10:00 UTC; and a browser."""

    platform: Platform
    services: Services
    owner: Engine
    session: int
    browser: TestClient
    _kept: Records | None = field(default=None, init=False)

    def url(self, kind: LinkKind, *, who: str = "Maya", starts_at: datetime | None = None) -> str:
        """The address of a link as a mail carries it."""
        common = {
            "organisation_id": self.platform.organisation_id,
            "person_id": self.platform.people[who],
            "session_id": self.session,
        }
        if kind is LinkKind.JOIN:
            return self.addresses.join_url(**common, ends_at=at("2027-03-18T10:45"))
        if kind is LinkKind.KEEP:
            return self.addresses.change_url(kind, **common, starts_at=at("2027-03-11T09:00"))
        if kind is LinkKind.OUTCOME:
            return self.addresses.change_url(kind, **common, starts_at=at("2027-06-16T10:45"))
        return self.addresses.change_url(kind, **common, starts_at=starts_at or at("2027-03-18T10:00"))

    @property
    def addresses(self) -> Addresses:
        return Addresses(keyring=self.services.keyring, base_url=BASE_URL, front_end_url=None, global_id=global_id)

    def open(self, url: str, *, status: int = 200, **headers: str) -> Page:
        """The page at an address."""
        answer = self.browser.get(url, headers=headers)
        assert answer.status_code == status, answer.text
        return Page(answer.text)

    def press(self, url: str, page: Page, *, tick: bool = False, **more: Any) -> Any:
        """The answer to the page's form, with its box ticked or not."""
        fields = {**page.fields, **(page.boxes if tick else {})}
        return self.browser.post(url, data=fields, follow_redirects=False, **more)

    def keep(self) -> None:
        """Remember what the database holds."""
        self._kept = read_records(self.owner, self.platform.organisation_id)

    def difference(self) -> Difference:
        """What is different since."""
        assert self._kept is not None
        return Difference(self._kept, read_records(self.owner, self.platform.organisation_id))

    def served_with(self, **services: Any) -> "Site":
        """The same site, served with other services, and another browser."""
        served = replace(self.services, **services)
        return replace(self, services=served, browser=_browser(served))

    def nothing_happened(self) -> bool:
        return self.difference().touched == set()


def open_site(database: Database, owner: Engine, keyring: Keyring, google: GoogleSettings | None = None) -> Site:
    platform = open_platform(database, "mastered", at=at("2027-03-01T09:00"))
    platform.coach("Eva", "coaching", "mentor")
    platform.member("Maya", "Eva")
    session = platform.booked("Maya", "coaching", "Eva", at("2027-03-18T10:00"))
    services = Services(
        database=database,
        keyring=keyring,
        google=google or GoogleSettings(live=None, sandbox=None, keyring=keyring),
        base_url=BASE_URL,
        front_end_url=None,
        deliver=_nobody_delivers(),
        debug=False,
        real_now=lambda: REAL_NOW,
        version="test",
    )
    return Site(platform=platform, services=services, owner=owner, session=session, browser=_browser(services))


def _browser(services: Services) -> TestClient:
    app = Starlette(routes=page_routes(services), middleware=[Middleware(RequestIds)])
    return TestClient(app, base_url=BASE_URL)


def _nobody_delivers() -> Callable[[int], int]:
    return lambda _organisation: 0
