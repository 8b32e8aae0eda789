"""The people, times, lots and sessions that the tests of the rule book play with."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from policy.document import Policy, ResolvedPolicy, load_policy, resolve
from policy.facts import Availability, HeldUnit, Interval, Kind, Lot, SessionFacts, Zones
from policy.money import Money
from policy.terms import LotSource, SessionStatus

LONDON, BERLIN, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
TICK, SECOND, HOUR, DAY = timedelta(microseconds=1), timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
EUR = "EUR"


def at(text: str) -> datetime:
    """An instant: `2027-03-18T10:00:00Z`, or with a zone's offset; UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def sixth_document() -> str:
    """The invented sixth platform of MODEL 3.4."""
    return files(__package__ or "tests.policy").joinpath("data/sixth.toml").read_text(encoding="utf-8")


@cache
def preset(name: str, more: str = "") -> Policy:
    """A preset, or the sixth platform, with what differs."""
    return load_policy(sixth_document() + more if name == "sixth" else f'extends = "{name}"\n{more}')


@cache
def resolved(name: str, kind: str | None = None, more: str = "") -> ResolvedPolicy:
    """What a session is booked under; the first kind of the preset if none is named."""
    policy = preset(name, more)
    return resolve(policy, kind or next(iter(policy.kinds)))


ZONES = Zones(member=LONDON, coach=LONDON, organisation=LONDON, accounting=LONDON, enrolled_on=date(2027, 2, 10))
"""Maya and Eva, both in London; Maya's membership began on 10 February."""

ALWAYS = Availability(hours=(Interval(start=at("2026-01-01T00:00:00Z"), end=at("2029-01-01T00:00:00Z")),))
"""Eva is there round the clock and nobody has any time of hers."""

MARCH = (at("2027-03-01T00:00:00Z"), at("2027-03-31T23:00:00Z"))
APRIL = (at("2027-03-31T23:00:00Z"), at("2027-04-30T23:00:00Z"))
START = at("2027-03-18T10:00:00Z")


def lot(
    number: int,
    window: tuple[datetime, datetime | None],
    *,
    available: int = 0,
    held: int = 0,
    source: LotSource = LotSource.PERIOD,
    kind: str = "coaching",
) -> Lot:
    """A lot whose id is also its age."""
    return Lot(
        id=number,
        kind=kind,
        source=source,
        opens_at=window[0],
        closes_at=window[1],
        available=available,
        held=held,
        granted_order=number,
    )


def money(amount: str) -> Money:
    """`100.00` in euros."""
    return Money(minor_units=round(float(amount) * 100), currency=EUR)


def session(kind: Kind, *held: HeldUnit, start: datetime = START, **more: Any) -> SessionFacts:
    """A session of Maya with Eva, booked on 1 March at a fee of 100.00."""
    facts = SessionFacts(
        id=1,
        kind=kind,
        starts_at=start,
        ends_at=start + kind.duration,
        status=SessionStatus.SCHEDULED,
        booked_at=at("2027-03-01T09:00:00Z"),
        first_starts_at=start,
        fee=money("100.00"),
        held=held,
    )
    return replace(facts, **more)


def busy(start: str, end: str) -> Interval:
    """A taken interval."""
    return Interval(start=at(start), end=at(end))
