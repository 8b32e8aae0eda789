"""A sandbox whose coach is connected to the double: commands write, the real worker pushes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from calendar_sync.google import connect
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.handshake import Handshake
from calendar_sync.google_double import GoogleDouble
from commands.advance_clock import AdvanceClock, advance_clock
from commands.read_calendar import hear
from fortnight import compose
from fortnight.settings import Settings
from models.keyring import Keyring
from models.unit import Database
from policy.calendars import CalendarPlace
from tests.calendar_sync.google_checker import problems
from tests.calendar_sync.google_support import CALLBACK, EVA, brought_back
from tests.support.platform import Platform, done
from worker.delivery import work_off
from worker.outcomes import Handlers

Json = dict[str, Any]
OPENS = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TENTH = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
REAL_NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@dataclass
class World:
    """The platform, its database twice, Google, and the worker's handlers."""

    platform: Platform
    database: Database
    owner: Engine
    double: GoogleDouble
    google: GoogleSettings
    handlers: Handlers

    @property
    def organisation(self) -> int:
        return self.platform.organisation_id

    @property
    def eva(self) -> int:
        return self.platform.people["Eva"]

    # -- connecting -----------------------------------------------------------------------------------------------------

    def begin(self, who: str = "Eva", place: CalendarPlace = CalendarPlace.OWN) -> connect.Consent:
        return connect.begin(
            self.database,
            self.google,
            organisation_id=self.organisation,
            person_id=self.platform.people[who],
            redirect_uri=CALLBACK,
            real_now=REAL_NOW,
            place=place,
        )

    def finish(
        self, begun: connect.Consent, back: Json, *, cookie: str | None = None, after: timedelta = timedelta(0)
    ) -> Handshake:
        return connect.finish(
            self.database,
            self.google,
            state=back["state"],
            begun_with=begun.handshake.state if cookie is None else cookie,
            code=back["code"],
            redirect_uri=CALLBACK,
            real_now=REAL_NOW + after,
        )

    def connect(self, who: str = "Eva", place: CalendarPlace = CalendarPlace.OWN, **at_google: Any) -> None:
        """Somebody gives consent, and the worker pushes what there is to push."""
        begun = self.begin(who, place)
        self.finish(begun, brought_back(self.double.consent(begun.url, **at_google)))
        self.work()

    def disconnect(self, who: str = "Eva") -> None:
        connect.disconnect(
            self.database,
            self.google,
            organisation_id=self.organisation,
            person_id=self.platform.people[who],
            now=self.platform.now,
        )

    # -- time and work --------------------------------------------------------------------------------------------------

    def work(self) -> int:
        """All that is due at this instant has been tried."""
        return work_off(self.database, self.handlers, organisation_id=self.organisation)

    def live_through(self, span: timedelta) -> None:
        """The sandbox lives through this time, with its worker."""
        to = self.platform.now + span
        deliver = compose.delivery(self.database, self.handlers)
        done(advance_clock(self.database, self.platform.request(), AdvanceClock(to=to), deliver=deliver))
        self.platform.now = to

    def book(self, member: str = "Maya", kind: str = "coaching", starts_at: datetime = TENTH) -> int:
        """A booked session, pushed as far as Google lets it."""
        session = self.platform.booked(member, kind, "Eva", starts_at)
        self.work()
        return session

    def move(self, session: int, to: datetime, *, who: str = "Maya") -> None:
        done(self.platform.reschedule(who, session, to))
        self.work()

    def cancel(self, session: int, *, who: str = "Maya") -> None:
        done(self.platform.cancel(who, session))
        self.work()

    def tell(self) -> int:
        """The messages of Google's channels arrive; how many of them named a channel that is listened to."""
        sent = [one["headers"] for one in self.double.do("take-notifications")]
        return sum(
            hear(
                self.database,
                self.organisation,
                int(headers["X-Goog-Channel-ID"].split("-")[2]),
                channel=headers["X-Goog-Channel-ID"],
                resource=headers["X-Goog-Resource-ID"],
                number=headers["X-Goog-Message-Number"],
            )
            for headers in sent
        )

    def free_what_is_held(self) -> None:
        """What a worker held that died is anybody's again."""
        with self.owner.begin() as connection:
            connection.execute(
                text("UPDATE due_work SET lease_until = NULL WHERE organisation_id = :organisation"),
                {"organisation": self.organisation},
            )

    def news(self) -> list[tuple[str, str]]:
        """Who was told what about their connection, with a mail for each, in order."""
        rows = text("""
            SELECT person.name, notification.facts ->> 'news' AS news FROM notification
            JOIN person ON person.id = notification.recipient_id
            JOIN due_work AS mail ON mail.kind = 'MAIL' AND mail.object_id = notification.id
                AND mail.organisation_id = notification.organisation_id
            WHERE notification.organisation_id = :organisation AND code = 'CALENDAR_CONNECTION' ORDER BY notification.id
        """)
        with self.owner.connect() as connection:
            return [(row.name, row.news) for row in connection.execute(rows, {"organisation": self.organisation})]

    def said(self) -> str:
        """All that the database holds of the organisation, as text; binary columns as they are kept."""
        tables = text("SELECT table_name FROM information_schema.columns WHERE column_name = 'organisation_id'")
        with self.owner.connect() as connection:
            names = connection.execute(tables).scalars().all()
            rows = [
                connection.execute(text(f'SELECT row::text FROM "{name}" AS row')).scalars().all() for name in names
            ]
        return "\n".join(row for table in rows for row in table)

    # -- looking --------------------------------------------------------------------------------------------------------

    @property
    def events(self) -> list[Json]:
        return self.double.events(EVA)

    @property
    def problems(self) -> Sequence[str]:
        return problems(self.owner, self.double, self.organisation)

    def one(self, sql: str, **values: Any) -> Any:
        """The one row of a plain question to the database."""
        with self.owner.connect() as connection:
            return connection.execute(text(sql), {"organisation": self.organisation, "eva": self.eva, **values}).one()

    @property
    def connection(self) -> Any:
        return self.one("SELECT * FROM google_connection WHERE organisation_id = :organisation AND person_id = :eva")

    def known(self, session: int) -> Any:
        return self.one(
            "SELECT * FROM google_event WHERE organisation_id = :organisation AND session_id = :session",
            session=session,
        )

    def logged(self, name: str) -> int:
        """How often the log says so."""
        return self.one(
            "SELECT count(*) AS n FROM event WHERE organisation_id = :organisation AND name = :name", name=name
        ).n

    def waiting(self) -> int:
        """Pushes that are still to be done."""
        return self.one(
            "SELECT count(*) AS n FROM due_work WHERE organisation_id = :organisation AND kind = 'GOOGLE_PUSH' AND done_at IS NULL"
        ).n


def open_world(platform: Platform, database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring) -> World:
    """A world with Eva, who coaches, and four members of hers."""
    settings = Settings(google_sandbox_url=double.url)
    platform.coach("Eva", "coaching", "mentor")
    for member in ("Maya", "Leo", "Nora", "Kai"):
        platform.member(member, "Eva")
    google, handlers = compose.google(settings, keyring), compose.handlers(settings, keyring)
    return World(platform, database, owner, double, google, handlers)
