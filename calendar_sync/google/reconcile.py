"""A connected calendar held against the database, event by event: what differs, and the pushes that bring it back.

Nothing in a calendar is believed: what differs there is put right, and never the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Row, text

from calendar_sync.google import hold_row, reading_row, series_row, session_row
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.deliver import Pushed, PushOutcome
from calendar_sync.google.drift import Drift, drift, hold_drift, series_drift
from calendar_sync.google.failures import GoogleFailure
from calendar_sync.google.mapping import EventKey, Json, SessionEvent
from calendar_sync.google.pull import read_calendar
from calendar_sync.google.reading_row import Reading
from calendar_sync.google.series_row import SeriesRow
from calendar_sync.google.visit import visit
from commands.apply.work import push_lane
from commands.read_calendar import put_right
from models.queries.context import organisation_now
from models.unit import Database

MOST_TOLD: Final = 50
"""So many differences are told one by one."""

WAITING = text("""
SELECT CASE kind WHEN 'GOOGLE_HOLD' THEN 'hold' WHEN 'GOOGLE_PUSH' THEN 'session' WHEN 'GOOGLE_COPY' THEN 'session' ELSE 'series' END
    AS of, object_id FROM due_work
WHERE organisation_id = :organisation AND lane = :lane AND done_at IS NULL AND set_aside_at IS NULL
    AND kind IN ('GOOGLE_PUSH', 'GOOGLE_COPY', 'GOOGLE_SERIES', 'GOOGLE_SERIES_COPY', 'GOOGLE_HOLD')
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found in one calendar; `failure`: why it could not be read; `repaired`: how many pushes were ordered.

    `waiting`: for how many sessions, series and proposals a push was on its way already, so that they were not compared.
    """

    person_id: int
    sessions: int
    drift: tuple[Drift, ...] = ()
    failure: str | None = None
    repaired: int = 0
    waiting: int = 0


def check_calendar(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    person_id: int,
    now: datetime,
    real_now: datetime,
) -> PushOutcome:
    """The calendar was held against the sessions, what differed is pushed anew, and what was found can be seen.

    One that could not be read is compared at its next turn.
    """
    for reading in reading_row.load(database, organisation_id, [person_id]):
        report = _checked(database, settings, reading, now=now, real_now=real_now, repair=True)
        with database.unit(organisation_id) as unit:
            reading_row.keep(unit, person_id, checked=_told(report, now=now))
    return Pushed()


def reconcile(
    database: Database, settings: GoogleSettings, organisation_id: int, *, repair: bool, real_now: datetime
) -> tuple[Report, ...]:
    """Every connected calendar of the organisation, compared; with `repair`, what differs is pushed anew."""
    with database.unit(organisation_id, read_only=True) as unit:
        now = organisation_now(unit)
    return tuple(
        _checked(database, settings, reading, now=now, real_now=real_now, repair=repair)
        for reading in reading_row.load_all(database, organisation_id)
    )


def _checked(
    database: Database, settings: GoogleSettings, reading: Reading, *, now: datetime, real_now: datetime, repair: bool
) -> Report:
    if repair:
        # What its owner did there is read first: it is put back with a question, not without a word (D-53).
        whose = {"organisation_id": reading.organisation_id, "person_id": reading.person_id}
        read_calendar(database, settings, **whose, attempt=1, now=now, real_now=real_now)
        found = reading_row.load(database, reading.organisation_id, [reading.person_id])
        if not found:
            return Report(person_id=reading.person_id, sessions=0, failure="connectionBroken")
        reading = found[0]
    return _Comparison(database=database, settings=settings, reading=reading, now=now).run(repair=repair)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What the calendar should show, read before it is; what a push is on its way for is left out."""

    sessions: int
    waiting: int
    single: Sequence[Row[Any]]
    series: Sequence[SeriesRow]
    held: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    database: Database
    settings: GoogleSettings
    reading: Reading
    now: datetime

    def run(self, *, repair: bool) -> Report:
        reading, standing = self.reading, self._standing()
        endpoints = self.settings.endpoints(is_sandbox=reading.is_sandbox)
        if endpoints is None:
            return Report(person_id=reading.person_id, sessions=0, failure="googleNotConfigured")
        try:
            events = visit(self.database, self.settings, endpoints, reading, self._events, now=self.now)
        except GoogleFailure as failure:
            return Report(person_id=reading.person_id, sessions=0, failure=str(failure))
        secrets, organisation = self.settings.event_secrets, reading.organisation_id
        found = drift(standing.single, events, self._key_of, self._event_of)
        found += series_drift(standing.series, events, secrets, organisation_id=organisation, now=self.now)
        found += hold_drift(standing.held, events, self._key_of, self._event_of)
        repaired = self._repair(found) if repair else 0
        return Report(
            person_id=reading.person_id,
            sessions=standing.sessions,
            drift=tuple(found),
            repaired=repaired,
            waiting=standing.waiting,
        )

    def _standing(self) -> _Standing:
        organisation, person = self.reading.organisation_id, self.reading.person_id
        rows = session_row.of_person(self.database, organisation, person, now=self.now)
        series = series_row.of_person(self.database, organisation, person, now=self.now)
        alone = {session for one in series for session in one.alone(self.now)}
        held = hold_row.of_coach(self.database, organisation, person, now=self.now)
        pushed_alone, pushed_whole, pushed_holds = (self._waiting()[of] for of in ("session", "series", "hold"))
        busy = {row.series_id for row in rows if row.id in pushed_alone and row.series_id is not None} | pushed_whole
        return _Standing(
            sessions=len(rows),
            waiting=len(pushed_alone) + len(pushed_whole) + len(pushed_holds),
            single=[
                row
                for row in rows
                if (row.series_id is None or row.id in alone)
                and row.id not in pushed_alone
                and row.series_id not in busy
            ],
            series=[one for one in series if one.row.id not in busy],
            held=[row for row in held if row.id not in pushed_holds],
        )

    def _waiting(self) -> dict[str, set[int]]:
        """The sessions, the series and the proposals for which a push to this calendar waits."""
        values = {"organisation": self.reading.organisation_id, "lane": push_lane(self.reading.person_id)}
        with self.database.unit(self.reading.organisation_id, read_only=True) as unit:
            rows = unit.connection.execute(WAITING, values).all()
        return {of: {row.object_id for row in rows if row.of == of} for of in ("session", "series", "hold")}

    def _events(self, account: GoogleAccount) -> Sequence[Json]:
        return account.calendar(self.reading.calendar_id).changes(None).events

    def _repair(self, found: Sequence[Drift]) -> int:
        return put_right(
            self.database,
            self.reading.organisation_id,
            self.reading.person_id,
            [one.session_id for one in found if one.session_id is not None],
            proposals=[one.proposal_id for one in found if one.proposal_id is not None],
            now=self.now,
        )

    def _key_of(self, row: Row[Any]) -> EventKey:
        return self.settings.key_of(row, organisation_id=self.reading.organisation_id)

    def _event_of(self, row: Row[Any]) -> SessionEvent | None:
        return self.settings.event_of(row, organisation_id=self.reading.organisation_id)


def _told(report: Report, *, now: datetime) -> str:
    """What is kept of a comparison, as JSON text."""
    found = [
        {"session": one.session_id, "starts_at": one.starts_at.astimezone(UTC), "what": one.what}
        for one in report.drift[:MOST_TOLD]
        if one.session_id is not None
    ]
    kept = {
        "at": now,
        "sessions": report.sessions,
        "differing": len(report.drift),
        "repaired": report.repaired,
        "waiting": report.waiting,
        "failure": report.failure,
        "found": found,
    }
    return orjson.dumps(kept).decode()
