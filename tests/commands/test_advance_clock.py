"""A sandbox lives through its time; nothing else ever moves its clock (ARCHITECTURE, decision 4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.advance_clock import AdvanceClock, Deliver, advance_clock
from commands.create_organisation import Created, CreateOrganisation, create_organisation
from commands.outcome import Done, Outcome, Refused
from commands.transaction import Request
from models.queries.context import load_context, organisation_now
from models.unit import Database
from policy.terms import RefusalCode, WorkKind
from tests.support.platform import Platform, open_platform
from worker.claims import Claim
from worker.delivery import work_off
from worker.outcomes import Delivered, Delivery, Handlers, Later

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PUSH = text("""
INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank, lane)
VALUES (:organisation, :kind, :cause, '{}', :object, :at, :at, :strict, false, 11, :lane)
""")


@pytest.fixture
def platform(database: Database) -> Platform:
    return open_platform(database, "mastered", at=NOW)


class Sandbox:
    """A platform with pushes that are written down instead of sent."""

    def __init__(self, platform: Platform, owner: Engine) -> None:
        self.platform, self.owner = platform, owner
        self.seen: list[tuple[int, datetime]] = []
        self.answers: dict[int, Iterator[Delivery]] = {}
        self._causes = count(1)

    def push(self, object_id: int, at: datetime, *, lane: str | None = None, strict: bool = False) -> None:
        values: dict[str, Any] = {
            "organisation": self.platform.organisation_id,
            "kind": str(WorkKind.GOOGLE_PUSH),
            "cause": f"push-{next(self._causes)}",
            "object": object_id,
            "at": at,
            "lane": lane,
            "strict": strict,
        }
        with self.owner.begin() as connection:
            connection.execute(PUSH, values)

    def advance(self, to: datetime, **more: Any) -> Outcome:
        command = AdvanceClock(to=to, **more)
        outcome = advance_clock(self.platform.database, self.platform.request(), command, deliver=self.deliver)
        self.platform.now = self.now
        return outcome

    @property
    def deliver(self) -> Deliver:
        return lambda organisation: work_off(self.platform.database, self.handlers, organisation_id=organisation)

    @property
    def handlers(self) -> Handlers:
        return {WorkKind.GOOGLE_PUSH: self._handle, WorkKind.MAIL: lambda _database, _one: Delivered()}

    @property
    def now(self) -> datetime:
        with self.platform.database.unit(self.platform.organisation_id, read_only=True) as unit:
            return organisation_now(unit)

    def _handle(self, _database: Database, one: Claim) -> Delivery:
        self.seen.append((one.object_id, one.now))
        return next(self.answers.get(one.object_id, iter([Delivered()])))


@pytest.fixture
def sandbox(platform: Platform, owner: Engine) -> Sandbox:
    return Sandbox(platform, owner)


def test_it_stops_at_every_due_instant_on_the_way(sandbox: Sandbox) -> None:
    sandbox.push(2, NOW + 2 * MINUTE)
    sandbox.push(1, NOW + MINUTE)
    sandbox.push(9, NOW + timedelta(hours=2))
    assert isinstance(sandbox.advance(NOW + timedelta(hours=1)), Done)
    assert sandbox.seen == [(1, NOW + MINUTE), (2, NOW + 2 * MINUTE)]
    assert sandbox.now == NOW + timedelta(hours=1)


def test_what_is_due_at_the_last_instant_is_delivered_but_strict_work_waits(sandbox: Sandbox) -> None:
    sandbox.push(1, NOW + MINUTE)
    sandbox.push(2, NOW + MINUTE, strict=True)
    sandbox.advance(NOW + MINUTE)
    assert sandbox.seen == [(1, NOW + MINUTE)]
    sandbox.advance(NOW + MINUTE + timedelta(microseconds=1))
    assert sandbox.seen[1:] == [(2, NOW + MINUTE + timedelta(microseconds=1))]


def test_a_push_that_fails_is_tried_again_in_the_sandboxs_time(sandbox: Sandbox) -> None:
    sandbox.answers[1] = iter([Later(after=10 * MINUTE, error="backendError")] * 6 + [Delivered()])
    sandbox.push(1, NOW)
    sandbox.advance(NOW + timedelta(hours=2))
    assert [at for _, at in sandbox.seen] == [NOW + number * 10 * MINUTE for number in range(7)]


def test_a_lane_that_waits_for_a_failed_push_does_not_hold_the_clock(sandbox: Sandbox) -> None:
    """The second push of a calendar is due while the first one still waits for its next attempt."""
    sandbox.answers[1] = iter([Later(after=5 * MINUTE, error="backendError"), Delivered()])
    sandbox.push(1, NOW, lane="google:1")
    sandbox.push(2, NOW + MINUTE, lane="google:1")
    sandbox.push(3, NOW + 2 * MINUTE)
    sandbox.advance(NOW + 10 * MINUTE)
    assert sandbox.seen == [(1, NOW), (3, NOW + 2 * MINUTE), (1, NOW + 5 * MINUTE), (2, NOW + 5 * MINUTE)]
    assert sandbox.now == NOW + 10 * MINUTE


def test_without_timers_time_passes_and_nothing_is_done(sandbox: Sandbox) -> None:
    sandbox.push(1, NOW + MINUTE)
    sandbox.advance(NOW + timedelta(hours=1), run_timers=False)
    assert (sandbox.seen, sandbox.now) == ([], NOW + timedelta(hours=1))
    sandbox.advance(NOW + timedelta(hours=1))
    assert sandbox.seen == [(1, NOW + timedelta(hours=1))]


def test_a_clock_never_goes_back(sandbox: Sandbox) -> None:
    sandbox.advance(NOW + MINUTE)
    outcome = sandbox.advance(NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.path) == (RefusalCode.INVALID_INPUT, ("to",))
    assert sandbox.now == NOW + MINUTE


def test_only_the_team_moves_a_clock(sandbox: Sandbox) -> None:
    sandbox.platform.coach("Eva", "coaching")
    sandbox.platform.member("Maya", "Eva")
    for who in ("Eva", "Maya"):
        request = sandbox.platform.request(who)
        outcome = advance_clock(
            sandbox.platform.database, request, AdvanceClock(to=NOW + MINUTE), deliver=sandbox.deliver
        )
        assert isinstance(outcome, Refused)
        assert outcome.code is RefusalCode.FORBIDDEN
    assert sandbox.now == NOW


def test_a_live_organisation_has_no_clock_of_its_own(database: Database, owner: Engine) -> None:
    command = CreateOrganisation(
        name="The Platform", zone="Europe/London", preset="mastered", staff_name="Sam", staff_email="sam@example.com"
    )
    created = create_organisation(database, command)
    assert isinstance(created, Created)
    platform = Platform(
        database=database, organisation_id=created.organisation_id, now=NOW, people={"Sam": created.person_id}
    )
    outcome = Sandbox(platform, owner).advance(NOW + timedelta(days=1000))
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.FORBIDDEN
    with owner.connect() as connection:
        clock = text("SELECT is_sandbox, clock_at FROM organisation")
        assert tuple(connection.execute(clock).one()) == (False, None)


def test_nobody_gives_a_live_organisation_a_clock(database: Database, owner: Engine) -> None:
    """The database refuses a clock without a sandbox, whoever writes it."""
    from sqlalchemy.exc import IntegrityError

    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organisation (id, name, zone, preset, is_sandbox, created_at) "
                "VALUES (7, 'Seven', 'Europe/London', 'thrive', false, now())"
            )
        )
    with pytest.raises(IntegrityError, match="only_a_sandbox_has_a_clock"), database.unit(7) as unit:
        unit.connection.execute(text("UPDATE organisation SET clock_at = now()"))


def test_every_reader_stands_at_the_sandboxs_instant(sandbox: Sandbox) -> None:
    platform = sandbox.platform
    sandbox.advance(NOW + MINUTE)
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        context = load_context(unit, platform.people["Sam"])
    assert context is not None
    assert context.now == NOW + MINUTE
    assert isinstance(platform.request(), Request)


def test_one_request_lives_through_two_years_at_most(platform: Platform) -> None:
    command = AdvanceClock(to=NOW + timedelta(days=731, microseconds=1))
    refused = advance_clock(platform.database, platform.request(), command, deliver=lambda _: 0)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.INVALID_INPUT
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        assert organisation_now(unit) == NOW
