"""In what the events of a calendar differ from the sessions and series that they stand for. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from calendar_sync.google import series_row
from calendar_sync.google.mapping import EventKey, Json, SessionEvent, changes
from calendar_sync.google.push_series import SeriesEvent, original_start, times_of
from calendar_sync.google.series_row import SeriesRow

GENERATIONS = 64
"""As many ids of one session are ours at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A session whose event is not as it should be, and in what; or the first such time that is held for a proposal."""

    session_id: int | None
    starts_at: datetime
    what: str
    proposal_id: int | None = None


def drift(
    rows: Sequence[Row[Any]],
    events: Sequence[Json],
    key_of: Callable[[Row[Any]], EventKey],
    event_of: Callable[[Row[Any]], SessionEvent | None],
) -> list[Drift]:
    """In what the events differ from these sessions, each of which shall be as `event_of` says. Pure."""
    listed = {event["id"]: event for event in events if event.get("status") != "cancelled"}
    found: list[Drift] = []
    for row in rows:
        what = _difference(event_of(row), key_of(row), listed)
        if what is not None:
            found.append(Drift(session_id=row.id, starts_at=row.starts_at, what=what))
    return found


def hold_drift(
    rows: Sequence[Row[Any]],
    events: Sequence[Json],
    key_of: Callable[[Row[Any]], EventKey],
    event_of: Callable[[Row[Any]], SessionEvent | None],
) -> list[Drift]:
    """The same of times that are held for proposals; of each proposal the first that differs."""
    found: dict[int, Drift] = {}
    for row in rows:
        for one in drift([row], events, key_of, event_of):
            found.setdefault(row.id, replace(one, session_id=None, proposal_id=row.id))
    return list(found.values())


def _difference(wanted: SessionEvent | None, key: EventKey, listed: dict[str, Json]) -> str | None:
    shown = [event for n in range(GENERATIONS) if (event := listed.get(key.event_id(n))) is not None]
    if wanted is None:
        return "its event is left, although it was cancelled" if shown else None
    if not shown:
        return "it has no event"
    if len(shown) > 1:
        return f"it has {len(shown)} events"
    differing = changes(wanted, key, shown[0], ask_for_conference=False)
    return f"its event differs in {', '.join(sorted(differing))}" if differing else None


def series_drift(
    series: Sequence[SeriesRow],
    events: Sequence[Json],
    secrets: Sequence[bytes],
    *,
    organisation_id: int,
    now: datetime,
) -> list[Drift]:
    """In what recurring events and their exceptions differ from these series, told as of the next session of each."""
    found: list[Drift] = []
    for one in series:
        ahead = [place for place in one.places if place.session_id is not None and place.starts_at > now]
        if not ahead:
            continue
        key = series_row.key_of(one.row, secrets, organisation_id=organisation_id)
        what = _series_difference(one.wanted(now), key, events, now=now)
        if what is not None:
            found.append(
                Drift(session_id=ahead[0].session_id, starts_at=ahead[0].starts_at, what=f"its series: {what}")
            )
    return found


def _series_difference(
    wanted: SeriesEvent | None, key: EventKey, events: Sequence[Json], *, now: datetime
) -> str | None:
    ids = {key.event_id(number) for number in range(GENERATIONS)}
    shown = [event for event in events if event["id"] in ids and event.get("status") != "cancelled"]
    if wanted is None:
        return "an event is left, although it ended before it began" if shown else None
    if len(shown) != 1:
        return f"there are {len(shown)} events" if shown else "there is no event"
    [master] = shown
    differing = changes(wanted.event, key, master, ask_for_conference=False)
    if differing:
        return f"its event differs in {', '.join(sorted(differing))}"
    exceptions = {original_start(event): event for event in events if event.get("recurringEventId") == master["id"]}
    odd = [
        original
        for original in {*exceptions, *wanted.times}
        if _is_odd(wanted, master, original, exceptions.get(original), now)
    ]
    return None if not odd else f"the session of {min(odd):%Y-%m-%d %H:%M} UTC is not as agreed"


def _is_odd(wanted: SeriesEvent, master: Json, original: datetime, event: Json | None, now: datetime) -> bool:
    """Whether an instance that is still to come is not where it shall be."""
    times = wanted.at(original)
    if max(original, original if times is None else times[0]) <= now:
        return False
    if times is None:
        return not (wanted.leaves_out(master, original) or (event is not None and event.get("status") == "cancelled"))
    there = (
        (original, original + wanted.length)
        if event is None
        else None
        if event.get("status") == "cancelled"
        else times_of(event)
    )
    return there != times
