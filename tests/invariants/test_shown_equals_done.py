"""Whatever the facts, the consequence that was shown is the difference that the act makes in the database (decision 7)."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from commands.book import check_book
from commands.outcome import Refused
from fortnight.database import open_database
from models.unit import READ, Database
from policy.decisions import Consequence
from policy.terms import RefusalCode
from tests.invariants.shown import assert_shown_was_done
from tests.scenarios.records import Difference, read_records
from tests.scenarios.starts import SIXTH_PLATFORM
from tests.support.platform import Platform, done, open_platform
from tests.support.postgres import Cluster, owner_engine

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
KINDS = {
    "mastered": "coaching",
    "mento": "one_on_one",
    "aceup": "session",
    "topmate": "call",
    "thrive": "session",
    "sixth": "session",
}
PACKS = ("topmate", "thrive", "sixth")
BEFORE_START = [
    timedelta(days=3),
    timedelta(hours=48),
    timedelta(hours=24),
    timedelta(hours=14),
    timedelta(hours=1),
    timedelta(0),
]
TICKS = [timedelta(microseconds=-1), timedelta(0), timedelta(microseconds=1), timedelta(seconds=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A database in which each example lives in an organisation of its own."""

    database: Database
    owner: Engine


@pytest.fixture(scope="module")
def lived(cluster: Cluster) -> Iterator[Lived]:
    name = cluster.clone()
    database, owner = open_database(cluster.url(name), pool_size=2), owner_engine(cluster.url(name))
    yield Lived(database=database, owner=owner)
    database.engine.dispose()
    owner.dispose()
    cluster.drop(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Random circumstances of one change."""

    preset: str
    zone: str
    start: datetime
    actor: str
    on_behalf: bool
    notice: timedelta
    moved_before: bool
    to: datetime


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    days = draw(st.integers(5, 40))
    start = datetime(2027, 3, 1, tzinfo=UTC) + timedelta(days=days, minutes=15 * draw(st.integers(0, 95)))
    notice = draw(st.sampled_from(BEFORE_START)) + draw(st.sampled_from(TICKS))
    to = start + timedelta(days=draw(st.integers(-2, 35)), minutes=15 * draw(st.integers(-8, 8)))
    return Facts(
        preset=draw(st.sampled_from(list(KINDS))),
        zone=draw(st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"])),
        start=start,
        actor=draw(st.sampled_from(["Maya", "Eva", "Sam"])),
        on_behalf=draw(st.booleans()),
        notice=notice,
        moved_before=draw(st.booleans()),
        to=to,
    )


def stage(lived: Lived, one: Facts) -> tuple[Platform, int]:
    """An organisation with these facts, standing at the instant of the change."""
    platform = open_platform(lived.database, "thrive" if one.preset == "sixth" else one.preset, at=NOW)
    if one.preset == "sixth":
        platform.publish(SIXTH_PLATFORM)
    kind = KINDS[one.preset]
    platform.coach("Eva", kind, zone=one.zone)
    platform.member("Maya", "Eva")
    if one.preset in PACKS:
        platform.pack("Maya", kind, 8)
    session = platform.booked("Maya", kind, "Eva", one.start)
    if one.moved_before:
        # The coach moves it an hour back and forth, so that it stands where it stood, but moved by the other side.
        for to in (one.start + timedelta(hours=1), one.start):
            platform.reschedule("Eva", session, to)
    platform.at(max(platform.now, one.start - one.notice))
    return platform, session


def arguments(one: Facts) -> dict[str, Any]:
    return {
        "on_behalf_of_member": one.on_behalf,
        "note": "Agreed by telephone." if one.actor == "Sam" else None,
    }


@given(one=facts())
def test_a_cancellation_does_what_was_shown(lived: Lived, one: Facts) -> None:
    platform, session = stage(lived, one)
    more = arguments(one)
    shown = platform.can_cancel(one.actor, session, **more)
    note(f"{shown.code} {shown.consequence and shown.consequence.summary}")
    before = read_records(lived.owner, platform.organisation_id)
    if shown.consequence is not None and shown.consequence.costly:
        unacknowledged = platform.cancel(one.actor, session, **more)
        assert isinstance(unacknowledged, Refused)
        assert unacknowledged.code is RefusalCode.LATE_CHANGE_NEEDS_ACK
        assert unacknowledged.check == shown
        assert Difference(before, read_records(lived.owner, platform.organisation_id)).touched == set()
        more["acknowledge"] = shown.consequence.digest
    outcome = platform.cancel(one.actor, session, **more)
    difference = Difference(before, read_records(lived.owner, platform.organisation_id))
    assert_shown_was_done(difference, shown, outcome)


@given(one=facts())
def test_a_move_does_what_was_shown(lived: Lived, one: Facts) -> None:
    platform, session = stage(lived, one)
    more = arguments(one)
    shown = platform.can_reschedule(one.actor, session, one.to, **more)
    note(f"{shown.code} {shown.consequence and shown.consequence.summary}")
    before = read_records(lived.owner, platform.organisation_id)
    if shown.consequence is not None and shown.consequence.costly:
        more["acknowledge"] = shown.consequence.digest
    outcome = platform.reschedule(one.actor, session, one.to, **more)
    difference = Difference(before, read_records(lived.owner, platform.organisation_id))
    assert_shown_was_done(difference, shown, outcome)
    if shown.consequence is not None and shown.consequence.resulting_status == "SCHEDULED":
        assert_moved_or_asked(difference, shown.consequence, session, one.to)


def assert_moved_or_asked(difference: Difference, shown: Consequence, session: int, to: datetime) -> None:
    """The session stands at the new time; or the other side is asked, and it stands as it stood (D-58)."""
    before, after = difference.before.one("session", id=session), difference.after.one("session", id=session)
    asked = difference.added("proposal")
    if shown.waits_for is None:
        assert datetime.fromisoformat(after["starts_at"]) == to
        assert asked == []
    else:
        assert after == before
        assert [(row["session_id"], row["status"]) for row in asked] == [(session, "PENDING")]


@given(one=facts(), again=st.booleans())
def test_a_booking_does_what_was_shown(lived: Lived, one: Facts, again: bool) -> None:
    platform, _ = stage(lived, one)
    start = one.start if again else one.to
    command = platform.booking("Maya", KINDS[one.preset], "Eva", start)
    actor = platform.actor("Maya")
    with lived.database.unit(platform.organisation_id, read_only=True) as unit:
        shown = check_book(unit, actor, command, now=platform.now)
    note(f"{shown.code} {shown.consequence and shown.consequence.summary}")
    before = read_records(lived.owner, platform.organisation_id)
    outcome = platform.book("Maya", KINDS[one.preset], "Eva", start)
    difference = Difference(before, read_records(lived.owner, platform.organisation_id))
    assert_shown_was_done(difference, shown, outcome)


def test_a_digest_of_another_consequence_changes_nothing(lived: Lived) -> None:
    platform = open_platform(lived.database, "mastered", at=NOW)
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    session = platform.booked("Maya", "coaching", "Eva", datetime(2027, 3, 18, 10, tzinfo=UTC))
    platform.at(datetime(2027, 3, 17, 10, tzinfo=UTC))
    before = read_records(lived.owner, platform.organisation_id)
    outcome = platform.cancel("Maya", session, acknowledge="0" * 64)
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.CONSEQUENCE_CHANGED
    assert outcome.check == platform.can_cancel("Maya", session)
    assert Difference(before, read_records(lived.owner, platform.organisation_id)).touched == set()


def test_what_costs_nothing_needs_no_acknowledgement(lived: Lived) -> None:
    platform = open_platform(lived.database, "mastered", at=NOW)
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    session = platform.booked("Maya", "coaching", "Eva", datetime(2027, 3, 18, 10, tzinfo=UTC))
    shown = platform.can_cancel("Maya", session).consequence
    assert shown is not None
    assert not shown.costly
    assert done(platform.cancel("Maya", session, acknowledge="0" * 64)).consequence == shown


def test_a_twin_writes_nothing(lived: Lived) -> None:
    """The twins run in transactions that cannot write. What PostgreSQL counts of writing comes late, so the rows are compared."""
    platform = open_platform(lived.database, "mastered", at=NOW)
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    session = platform.booked("Maya", "coaching", "Eva", datetime(2027, 3, 18, 10, tzinfo=UTC))
    before = read_records(lived.owner, platform.organisation_id)
    with begun(lived.database.engine) as transactions:
        platform.can_cancel("Maya", session)
        platform.can_reschedule("Maya", session, datetime(2027, 3, 25, 10, tzinfo=UTC))
    assert transactions
    assert all(one.startswith(READ) for one in transactions)
    assert Difference(before, read_records(lived.owner, platform.organisation_id)).touched == set()


@contextmanager
def begun(engine: Engine) -> Generator[list[str]]:
    """Meanwhile the list grows by each BEGIN that is sent."""
    sent: list[str] = []

    def note_begin(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note_begin)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note_begin)
