"""A trial of another policy over 90 days: seconds and memory, beside a bare read of the same log.

`python -m bench trial=10000`: as many sessions as the promise names, which is also what `python -m bench trial` takes.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import orjson
import psutil
from sqlalchemy import Engine, text

from bench.outage import PEOPLE, execute
from bench.stage import NOW, World, world
from commands.actor import Actor
from commands.book import BookSession, book
from commands.cancel import CancelSession, cancel
from commands.outcome import Done, Outcome, Refused
from commands.record_outcome import RecordOutcome, record_outcome
from commands.reschedule import RescheduleSession, reschedule
from commands.transaction import Request
from commands.trial.found import Changed, Found
from commands.trial.run import run_trial
from fortnight.database import owner_engine
from models.unit import Unit
from policy.document import load_policy
from policy.terms import Role, Side

USUAL = 10_000
DAYS = 90
LIKE_THESE = 100
"""So many sessions are lived in earnest; the others are theirs of other people, with the same log."""
ENDS = NOW + timedelta(days=DAYS)
HOUR = timedelta(hours=1)
TRIED = """extends = "thrive"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "PT48H", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "move", by = "MEMBER", action = "MOVE", notice = "PT48H", below = {moves = 2}, then = "DO", reason = "CLIENT_MOVED"},
  {id = "move-late", by = "MEMBER", action = "MOVE", then = "REFUSE"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED"},
]
[reasons]
CLIENT_NO_SHOW = {fee = "15.00", pay = "1/2"}
[tallies]
moves = {of = "MEMBER", counts = {CLIENT_MOVED = 1}, window = "P30D"}
"""

COPIES = """
INSERT INTO session (organisation_id, uid, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, moved_by_other_unconfirmed,
    reason, fault, disposition, late, cancelled_by, decision, recorded_at, stated_at, stated_by)
SELECT s.organisation_id, s.id || '/' || e.id, e.coach_id, e.member_id, s.kind_id, e.membership_id, s.resolved_policy_id, s.status, s.starts_at,
    s.ends_at, s.first_starts_at, s.booked_at, s.changed_at, s.calendar_changed_at, s.fee_minor_units, s.fee_currency, s.provisional,
    s.moved_by_other_unconfirmed, s.reason, s.fault, s.disposition, s.late, s.cancelled_by, s.decision, s.recorded_at, s.stated_at, s.stated_by
FROM session AS s, engagement AS e WHERE e.coach_id <> s.coach_id;
INSERT INTO session_move (organisation_id, session_id, by, moved_at, from_starts_at, to_starts_at)
SELECT m.organisation_id, copy.id, m.by, m.moved_at, m.from_starts_at, m.to_starts_at
FROM session_move AS m JOIN engagement AS e ON true JOIN session AS copy
    ON copy.organisation_id = m.organisation_id AND copy.uid = m.session_id || '/' || e.id;
INSERT INTO event (organisation_id, name, actor_kind, cause, session_id, resolved_policy_id, decision, effects, recorded_at, effective_at)
SELECT event.organisation_id, event.name, event.actor_kind, event.cause || '/' || copy.id, copy.id, event.resolved_policy_id, event.decision,
    event.effects, event.recorded_at, event.effective_at
FROM event JOIN engagement AS e ON true JOIN session AS copy
    ON copy.organisation_id = event.organisation_id AND copy.uid = event.session_id || '/' || e.id
WHERE event.decision IS NOT NULL ORDER BY event.id;
ANALYZE;
"""
BARE = text(
    "SELECT event.decision::text, event.effects::text FROM event JOIN session ON session.id = event.session_id "
    "WHERE event.organisation_id = :organisation AND event.decision IS NOT NULL ORDER BY event.id"
)


def measure(sessions: int = USUAL) -> dict[str, float]:
    """How long the trial of so many sessions takes, how much memory it needs at most, and how long the log is only read."""
    with world(1) as stage:
        owner = owner_engine(stage.server.url())
        fill(stage, owner, pairs=max(sessions // LIKE_THESE, 1))
        owner.dispose()
        few, most = peak_of(stage, DAYS // 4), peak_of(stage, DAYS)
        bare = seconds_of(stage, read_bare)
        found: list[Found] = []
        seconds = seconds_of(stage, lambda unit: found.append(tried(unit)))
    (trial,) = found
    return {
        "sessions": trial.sessions,
        "replayed": trial.replayed,
        "changed": trial.whole.sessions,
        "seconds": seconds,
        "sessions_per_second": trial.sessions / seconds,
        "bare_read_seconds": bare,
        "times_the_floor": seconds / bare,
        "grown_by_mb_in_a_quarter": few,
        "grown_further_by_mb_in_all": most,
    }


def fill(stage: World, owner: Engine, *, pairs: int) -> None:
    """One pair has lived through 90 days by commands; so many pairs have the same sessions and the same log."""
    for at, act in sorted(deeds(stage), key=lambda deed: deed[0]):
        act(at)
    values = {"organisation": stage.organisation, "now": NOW, "pairs": pairs - 1}
    with owner.begin() as connection:
        for statement in f"{PEOPLE}{COPIES}".split(";\n"):
            if statement.strip():
                execute(connection, statement, values)


def deeds(stage: World) -> Iterator[tuple[datetime, Callable[[datetime], object]]]:
    """What the pair does, and when: most sessions are held; some are cancelled, moved or missed, in time and late."""
    booked: dict[int, int] = {}
    for number in range(LIKE_THESE):
        start = (NOW + timedelta(days=2) + number * (DAYS - 3) * timedelta(days=1) / LIKE_THESE).replace(
            minute=0, second=0, microsecond=0
        )
        yield start - timedelta(days=4), _booking(stage, booked, number, start)
        yield from _life(stage, booked, number, start)


def _booking(stage: World, booked: dict[int, int], number: int, start: datetime) -> Callable[[datetime], object]:
    def act(at: datetime) -> None:
        wish = BookSession(kind_id=stage.kind, coach_id=stage.coaches[0], member_id=stage.members[0], starts_at=start)
        outcome = book(stage.database, _request(stage, stage.members[0], Role.MEMBER, at), wish)
        assert isinstance(outcome, Done), outcome
        booked[number] = outcome.object_id

    return act


def _life(
    stage: World, booked: dict[int, int], number: int, start: datetime
) -> Iterator[tuple[datetime, Callable[[datetime], object]]]:
    member, coach = (stage.members[0], Role.MEMBER), (stage.coaches[0], Role.COACH)

    def does(
        who: tuple[int, Role], verb: Callable[..., Outcome], command: Any, **said: Any
    ) -> Callable[[datetime], object]:
        def act(at: datetime) -> None:
            request = _request(stage, *who, at)
            outcome = verb(stage.database, request, command(session_id=booked[number], **said))
            if isinstance(outcome, Refused) and outcome.check is not None and outcome.check.consequence is not None:
                digest = outcome.check.consequence.digest
                again = command(session_id=booked[number], acknowledge=digest, **said)
                outcome = verb(stage.database, _request(stage, *who, at), again)
            assert isinstance(outcome, Done), outcome

        return act

    match number % 10:
        case 0:
            yield start - 60 * HOUR, does(member, cancel, CancelSession)
        case 1:
            yield start - 30 * HOUR, does(member, cancel, CancelSession)
        case 2:
            yield start - 5 * HOUR, does(member, cancel, CancelSession)
        case 3:
            yield start - 50 * HOUR, does(member, reschedule, RescheduleSession, to=start + HOUR)
        case 4:
            yield start - 26 * HOUR, does(member, reschedule, RescheduleSession, to=start + HOUR)
        case 5:
            yield start + HOUR, does(coach, record_outcome, RecordOutcome, absent=Side.MEMBER)
        case 6:
            yield start - 3 * HOUR, does(coach, cancel, CancelSession)
        case 7 | 8:
            yield start + HOUR, does(coach, record_outcome, RecordOutcome, held=True)
        case _:
            return


def _request(stage: World, person: int, role: Role, at: datetime) -> Request:
    actor = Actor(organisation_id=stage.organisation, person_id=person, roles=frozenset({role}))
    return Request(actor=actor, now=at, idempotency_key=f"{person}-{at.isoformat()}-{time.perf_counter_ns()}")


def tried(unit: Unit, days: int = DAYS) -> Found:
    """The trial, with whatever it lists thrown away."""
    return run_trial(unit, load_policy(TRIED), since=ENDS - timedelta(days=days), now=ENDS, each=_drop)


def _drop(_: Changed) -> None:
    """Nobody keeps it."""


def read_bare(unit: Unit) -> None:
    """Every decision and its effects, decoded and forgotten."""
    rows = unit.connection.execute(BARE.execution_options(stream_results=True), {"organisation": unit.organisation_id})
    for decision, effects in rows:
        orjson.loads(decision)
        orjson.loads(effects)


def seconds_of(stage: World, act: Callable[[Unit], object]) -> float:
    """How long it takes in a unit of its own."""
    begun = time.perf_counter()
    with stage.database.unit(stage.organisation, read_only=True) as unit:
        act(unit)
    return time.perf_counter() - begun


def peak_of(stage: World, days: int) -> float:
    """By how much the process has grown at most during a trial of so many days, in MB, looked at twenty times a second."""
    process, over = psutil.Process(), Event()
    before = most = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, process.memory_info().rss)

    watcher = Thread(target=watch)
    watcher.start()
    with stage.database.unit(stage.organisation, read_only=True) as unit:
        tried(unit, days)
    over.set()
    watcher.join()
    return (most - before) / 2**20


if __name__ == "__main__":
    sys.stdout.write(f"{measure(*(int(one) for one in sys.argv[1:]))}\n")
