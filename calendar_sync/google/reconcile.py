"""A connected calendar held against the database, event by event: what differs, and the pushes that bring it back.

Nothing in a calendar is believed: what differs there is put right, and never the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_sync.google import reading_row, series_row, session_row
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.drift import Drift, drift, series_drift
from calendar_sync.google.failures import GoogleFailure
from calendar_sync.google.mapping import Json
from calendar_sync.google.reading_row import Reading
from calendar_sync.google.visit import visit
from commands.read_calendar import put_right
from models.queries.context import organisation_now
from models.unit import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found in one calendar; `failure`: why it could not be read; `repaired`: how many pushes were ordered."""

    person_id: int
    sessions: int
    drift: tuple[Drift, ...] = ()
    failure: str | None = None
    repaired: int = 0


def reconcile(
    database: Database, settings: GoogleSettings, organisation_id: int, *, repair: bool
) -> tuple[Report, ...]:
    """Every connected calendar of the organisation, compared; with `repair`, what differs is pushed anew."""
    with database.unit(organisation_id, read_only=True) as unit:
        now = organisation_now(unit)
    return tuple(
        _Comparison(database=database, settings=settings, reading=reading, now=now).run(repair=repair)
        for reading in reading_row.load_all(database, organisation_id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    database: Database
    settings: GoogleSettings
    reading: Reading
    now: datetime

    def run(self, *, repair: bool) -> Report:
        reading = self.reading
        endpoints = self.settings.endpoints(is_sandbox=reading.is_sandbox)
        if endpoints is None:
            return Report(person_id=reading.person_id, sessions=0, failure="googleNotConfigured")
        try:
            events = visit(self.database, self.settings, endpoints, reading, self._events, now=self.now)
        except GoogleFailure as failure:
            return Report(person_id=reading.person_id, sessions=0, failure=str(failure))
        rows = session_row.of_coach(self.database, reading.organisation_id, reading.person_id, now=self.now)
        series = series_row.of_coach(self.database, reading.organisation_id, reading.person_id, now=self.now)
        alone = {session for one in series for session in one.alone(self.now)}
        secret = self.settings.keyring.key("google/event")
        single = [row for row in rows if row.series_id is None or row.id in alone]
        found = drift(single, events, secret, organisation_id=reading.organisation_id)
        found += series_drift(series, events, secret, organisation_id=reading.organisation_id, now=self.now)
        repaired = self._repair(found) if repair else 0
        return Report(person_id=reading.person_id, sessions=len(rows), drift=tuple(found), repaired=repaired)

    def _events(self, account: GoogleAccount) -> Sequence[Json]:
        return account.calendar(self.reading.calendar_id).changes(None).events

    def _repair(self, found: Sequence[Drift]) -> int:
        sessions = [one.session_id for one in found]
        return put_right(self.database, self.reading.organisation_id, sessions, now=self.now)
