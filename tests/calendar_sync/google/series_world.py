"""A sandbox of Mento whose coach Eva is connected to the double and has series."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlalchemy import Engine, text

from calendar_sync.google_double import GoogleDouble
from commands.read_calendar import look
from commands.series.change import ChangeSeries, change_series
from commands.series.create import CreateSeries, create_series
from commands.series.end import EndSeries, end_series
from commands.switch_coach import SwitchCoach, switch_coach
from fortnight import compose
from fortnight.settings import Settings
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.world import OPENS, World
from tests.calendar_sync.google_support import EVA
from tests.support.platform import done, open_platform

Json = dict[str, Any]


class SeriesWorld(World):
    """What is done to series there, and what is seen of them."""

    def create(
        self, member: str = "Leo", first_on: str = "2027-03-08", at: str = "09:00", coach: str = "Eva", **more: Any
    ) -> int:
        """A series, pushed as far as Google lets it."""
        command = CreateSeries(
            kind_id=self.platform.kinds["one_on_one"],
            coach_id=self.platform.people[coach],
            member_id=self.platform.people[member],
            first_on=date.fromisoformat(first_on),
            at_time=time.fromisoformat(at),
            **more,
        )
        outcome = create_series(self.database, self.platform.request(coach), command)
        plan = getattr(outcome, "plan", None)
        if plan is not None:
            again = replace(command, acknowledge=plan.digest)
            outcome = create_series(self.database, self.platform.request(coach), again)
        self.work()
        return done(outcome).object_id

    def change(self, series: int, **more: Any) -> int | None:
        """The successor, or None where it may not be."""
        command = ChangeSeries(series_id=series, **more)
        outcome = change_series(self.database, self.platform.request("Eva"), command)
        plan = getattr(outcome, "plan", None)
        if plan is not None:
            again = replace(command, acknowledge=plan.digest)
            outcome = change_series(self.database, self.platform.request("Eva"), again)
        self.work()
        return getattr(outcome, "object_id", None)

    def end(self, series: int, **more: Any) -> bool:
        outcome = end_series(self.database, self.platform.request("Eva"), EndSeries(series_id=series, **more))
        self.work()
        return hasattr(outcome, "event_id")

    def switch(self, member: str, coach: str, to: str) -> None:
        """Staff give the member another coach."""
        whose = self.one(
            "SELECT id FROM membership WHERE organisation_id = :organisation AND member_id = :member",
            member=self.platform.people[member],
        )
        people = self.platform.people
        command = SwitchCoach(membership_id=whose.id, from_id=people[coach], to_id=people[to])
        outcome = switch_coach(self.database, self.platform.request("Sam"), command)
        if (effect := getattr(outcome, "change", None)) is not None:
            again = replace(command, acknowledge=effect.digest)
            outcome = switch_coach(self.database, self.platform.request("Sam"), again)
        done(outcome)
        self.work()

    def sessions(self, series: int) -> dict[str, Any]:
        """The sessions of a series by original date."""
        with self.owner.connect() as connection:
            rows = connection.execute(OF_SERIES, {"organisation": self.organisation, "series": series}).all()
        return {row.on_date.isoformat(): row for row in rows}

    def status(self) -> dict[str, list[str]]:
        """Every session, series, lot, credit, earning and amount of money: what no edit in a calendar changes."""
        tables = ("session", "series", "series_occurrence", "credit_lot", "ledger_entry", "money_entry", "earning")
        with self.owner.connect() as connection:
            return {
                name: list(connection.execute(
                    text(f"SELECT kept::text FROM {name} AS kept WHERE organisation_id = :organisation ORDER BY 1"),
                    {"organisation": self.organisation},
                ).scalars())
                for name in tables
            }  # fmt: skip

    def hear_all(self) -> None:
        """The calendar is read, and what follows from it done."""
        self.work()
        look(self.database, self.organisation, self.eva, cause=f"look:{self.platform.key()}")
        self.work()
        self.work()

    @property
    def masters(self) -> list[Json]:
        """The recurring events of ours."""
        return [
            event
            for event in self.events
            if event.get("recurrence") and event["calendarId"] == self.connection.calendar_id
        ]

    def agenda(self, first: str, last: str) -> list[str]:
        """When something stands in our calendar within these days."""
        shown = self.double.do("agenda", email=EVA, until=f"{last}T00:00:00Z")
        return [
            at
            for event in shown
            if event["calendarId"] == self.connection.calendar_id and (at := event["start"]["dateTime"])[:10] >= first
        ]


OF_SERIES = text("""
SELECT place.on_date, session.* FROM series_occurrence AS place
JOIN session ON session.organisation_id = place.organisation_id AND session.id = place.session_id
WHERE place.organisation_id = :organisation AND place.series_id = :series ORDER BY place.on_date
""")


def open_series_world(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring, *, zone: str = "Europe/London"
) -> SeriesWorld:
    """A world with Eva, who coaches, and three members of hers; her series keep the time of `zone`."""
    settings = Settings(google_sandbox_url=double.url)
    platform = open_platform(database, "mento", at=OPENS)
    platform.coach("Eva", "one_on_one", zone=zone)
    for member in ("Leo", "Nora", "Kai"):
        platform.member(member, "Eva")
    google, handlers = compose.google(settings, keyring), compose.handlers(settings, keyring)
    return SeriesWorld(platform, database, owner, double, google, handlers)
