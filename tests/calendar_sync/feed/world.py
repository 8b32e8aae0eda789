"""A small organisation written by plain SQL, in which sessions can be put in any state."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import anyio
import httpx2 as httpx
from sqlalchemy import Engine, text
from starlette.applications import Starlette

from calendar_sync.feed import FeedOptions, LinkedSession, Links, SessionLinks, feed_routes, feed_url
from models.keyring import Keyring
from models.unit import Database
from policy.document import load_policy, resolve
from policy.terms import Side

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
COACHING = resolve(load_policy('extends = "mastered"', version=1), "coaching")
"""What the sessions of this world are booked under."""
BASE = "https://fortnight.example.com"


def links_of(session: LinkedSession) -> SessionLinks:
    """Change links for members, none for coaches; the way in for both."""
    if session.side is Side.COACH:
        return SessionLinks(join=session.conference_url)
    page = f"{BASE}/change/{session.session_id}"
    return SessionLinks(join=session.conference_url, reschedule=f"{page}/reschedule", cancel=f"{page}/cancel")


@dataclass
class World:
    """An organisation that stands at `NOW`, with one kind of session and people by name."""

    database: Database
    owner: Engine
    keyring: Keyring
    organisation: int = 0
    kind: int = 0
    policy: int = 0
    people: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self.organisation = self.insert(
            "organisation (name, zone, preset, is_sandbox, clock_at, created_at)",
            name="Mastered",
            zone="Europe/London",
            preset="mastered",
            sandbox=True,
            clock=NOW,
            created=NOW,
        )
        self.kind = self.insert(
            "session_kind (organisation_id, code, name)", o=self.organisation, code="coaching", name="Coaching call"
        )
        version = self.insert(
            "policy_version (organisation_id, number, document, published_at)",
            o=self.organisation,
            number=1,
            document="",
            at=NOW,
        )
        self.policy = self.insert(
            "resolved_policy (organisation_id, policy_version_id, digest, document)",
            o=self.organisation,
            version=version,
            digest=COACHING.digest,
            document=COACHING.json_text,
        )

    def insert(self, into: str, **values: object) -> int:
        """The id of a new row; the values stand in the order of the columns."""
        names = ", ".join(f":{name}" for name in values)
        with self.owner.begin() as connection:
            return connection.execute(text(f"INSERT INTO {into} VALUES ({names}) RETURNING id"), values).scalar_one()

    def run(self, statement: str, **values: object) -> None:
        """A change by plain SQL, in this organisation (`:o`)."""
        with self.owner.begin() as connection:
            bound = text(statement)
            wanted = {"o": self.organisation, **values}
            connection.execute(bound, {name: wanted[name] for name in wanted if f":{name}" in statement})

    def value(self, statement: str, **values: object) -> object:
        """One value, read by plain SQL."""
        with self.owner.begin() as connection:
            return connection.execute(text(statement), values).scalar_one()

    def person(self, name: str, zone: str) -> int:
        self.people[name] = self.insert(
            "person (organisation_id, name, email, zone, created_at)",
            o=self.organisation,
            name=name,
            email=f"{len(self.people)}@example.com",
            zone=zone,
            at=NOW,
        )
        return self.people[name]

    def coach(self, name: str, zone: str, *, hours_zone: str) -> int:
        person = self.person(name, zone)
        self.run(
            """INSERT INTO coach (organisation_id, person_id, fee_minor_units, fee_currency, hours_zone, buffer_before,
                buffer_after) VALUES (:o, :person, 10000, 'EUR', :zone, '0', '0')""",
            person=person,
            zone=hours_zone,
        )
        return person

    def session(
        self, coach: str, member: str, starts_at: datetime, *, uid: str | None = None, minutes: int = 45, **more: object
    ) -> int:
        """A scheduled session that was booked at `NOW`."""
        columns = "".join(f", {name}" for name in more)
        return self.insert(
            f"""session (organisation_id, coach_id, member_id, kind_id, resolved_policy_id, uid, starts_at, ends_at,
                first_starts_at, status, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency{columns})""",
            o=self.organisation,
            coach=self.people[coach],
            member=self.people[member],
            kind=self.kind,
            policy=self.policy,
            uid=uid or f"{coach}-{member}-{starts_at:%Y%m%dT%H%M%SZ}@fortnight",
            starts=starts_at,
            ends=starts_at + timedelta(minutes=minutes),
            first=starts_at,
            status="SCHEDULED",
            booked=NOW,
            changed=NOW,
            calendar_changed=NOW,
            fee=0,
            currency="EUR",
            **more,
        )

    def conference(self, session: int, coach: str, url: str) -> None:
        """Google has made a Meet link for the session."""
        self.run(
            """INSERT INTO google_event (organisation_id, session_id, person_id, event_id, generation, deleted, conference_url,
                pushed_at) VALUES (:o, :session, :coach, 'e', 1, false, :url, :at)""",
            session=session,
            coach=self.people[coach],
            url=url,
            at=NOW,
        )

    def cancel(self, session: int, *, at: datetime) -> None:
        self.run(
            """UPDATE session SET status = 'CANCELLED', version = version + 1, sequence = sequence + 1, changed_at = :at,
                calendar_changed_at = :at WHERE organisation_id = :o AND id = :session""",
            session=session,
            at=at,
        )

    def move(self, session: int, to: datetime, *, at: datetime) -> None:
        self.run(
            """UPDATE session SET ends_at = ends_at + (:to - starts_at), starts_at = :to, version = version + 1,
                sequence = sequence + 1, changed_at = :at, calendar_changed_at = :at
                WHERE organisation_id = :o AND id = :session""",
            session=session,
            to=to,
            at=at,
        )

    def due(self, kind: str, session: int, persons: tuple[str, ...], *, at: datetime) -> None:
        """A timer that changes state, waiting for whoever asks first."""
        self.run(
            """INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict,
                changes_state, rank) VALUES (:o, :kind, :cause, :persons, :session, :at, :at, false, true, 8)""",
            kind=kind,
            cause=f"{kind}:{session}",
            persons=[self.people[name] for name in persons],
            session=session,
            at=at,
        )

    def status(self, session: int) -> object:
        return self.value("SELECT status FROM session WHERE id = :id", id=session)

    def clock(self, at: datetime) -> None:
        """Time moves as if no worker ran."""
        self.run("UPDATE organisation SET clock_at = :at WHERE id = :o", at=at)

    def url(self, name: str, *, generation: int = 1, options: FeedOptions | None = None) -> str:
        return feed_url(
            self.keyring,
            BASE,
            organisation_id=self.organisation,
            person_id=self.people[name],
            generation=generation,
            options=options,
        )

    def reader(self, links: Links = links_of) -> "Reader":
        """A calendar program at a server that has written nothing yet."""
        return Reader(Starlette(routes=feed_routes(self.database, self.keyring, links=links)))


@dataclass(frozen=True)
class Reader:
    """A calendar program that asks over HTTP."""

    app: Starlette

    def get(self, url: str, method: str = "GET", **headers: str) -> httpx.Response:
        """The answer to one request; header names are written with underscores."""
        return anyio.run(self._ask, url, method, headers)

    def raw(self, url: str, **headers: str) -> bytes:
        """The octets of the answer's body as they were sent."""
        return anyio.run(self._raw, url, headers)

    async def _ask(self, url: str, method: str, headers: dict[str, str]) -> httpx.Response:
        async with self._client(headers) as client:
            return await client.request(method, url)

    async def _raw(self, url: str, headers: dict[str, str]) -> bytes:
        async with self._client(headers) as client, client.stream("GET", url) as answer:
            return b"".join([part async for part in answer.aiter_raw()])

    def _client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        named = {"accept-encoding": "identity", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), headers=named)
