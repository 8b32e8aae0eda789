"""Two who act on one session at once: the order of commit decides, and it is as if they had acted one after the other (D-49)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from commands.outcome import ActionCheck, Done, Outcome, Refused, Stale
from commands.settle import settle, settle_organisation
from commands.transaction import Request
from policy.terms import RefusalCode
from tests.invariants.deeds import ready
from tests.invariants.holding import assert_holds
from tests.invariants.lives import KINDS, Deed, Jump, Life, Step, acknowledged, begin
from tests.invariants.plain import Plain, difference, plain
from tests.invariants.worlds import World, opened_world
from tests.scenarios.records import read_records
from tests.support.postgres import Cluster

DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
MICROSECOND = timedelta(microseconds=1)


def march(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with opened_world(cluster, pool_size=24) as world:
        yield world
        with world.owner.connect() as connection:
            assert connection.execute(DEADLOCKS).scalar_one() == 0


def booking(kind: str, day: int, *, coach: str = "Eva", member: str = "Maya", hour: int = 10) -> Deed:
    more = {"member": member, "coach": coach, "kind": kind, "start": march(day, hour)}
    return Deed(verb="book", who=member, more=more)


def deed(who: str, verb: str, target: int = 0, **more: Any) -> Deed:
    return Deed(verb=verb, who=who, target=target, more=more)


def to(day: int, hour: int = 10, minute: int = 0) -> Jump:
    return Jump(to=march(day, hour, minute), workers=True)


CALL: list[Step] = [booking("call", 18), to(18, 11)]
REPORTED: list[Step] = [*CALL, deed("Maya", "report")]
OFFERED: list[Step] = [*REPORTED, deed("Eva", "offer")]
TWO: list[Step] = [booking("coaching", 25), booking("coaching", 18, coach="Cora")]
OVER: list[Step] = [booking("session", 18), to(18, 11)]
NO_SHOW: list[Step] = [*OVER, deed("Eva", "record", reason="CLIENT_NO_SHOW")]
LATE: list[Step] = [booking("session", 18), to(18, 8), deed("Maya", "cancel", claim="EMERGENCY")]
ASKED: list[Step] = [booking("one_on_one", 18), to(17, 12), deed("Maya", "reschedule", to=march(19))]
PROPOSED: list[Step] = [booking("session", 18), to(12), deed("Eva", "reschedule", to=march(19))]

REFUSED = {"WRONG_STATE", "FORBIDDEN", "NOT_PENDING", "CONSEQUENCE_CHANGED", "LATE_CHANGE_NEEDS_ACK"}
"""How a loser is refused: what they wanted is no longer possible, or would cost something else than they were shown."""

RACES: dict[str, tuple[str, list[Step], Deed, Deed]] = {
    "report and held": ("topmate", CALL, deed("Maya", "report"), deed("Eva", "record", held=True)),
    "report and absent": ("topmate", CALL, deed("Maya", "report"), deed("Eva", "record", absent="MEMBER")),
    "withdraw report and offer": ("topmate", REPORTED, deed("Maya", "withdraw report"), deed("Eva", "offer")),
    "give back and decide": (
        "topmate",
        REPORTED,
        deed("Eva", "record", reason="COACH_MISSED"),
        deed("Sam", "decide", held=True),
    ),
    "accept and withdraw": ("topmate", OFFERED, deed("Maya", "accept", at=march(25)), deed("Eva", "withdraw")),
    "decline and decide": ("topmate", OFFERED, deed("Maya", "decline"), deed("Sam", "decide", held=True)),
    "keep and cancel": ("mastered", TWO, deed("Maya", "keep", 1), deed("Cora", "cancel", 0)),
    "keep one and keep the other": ("mastered", TWO, deed("Maya", "keep", 1), deed("Sam", "keep", 0)),
    "contest and amend": ("aceup", NO_SHOW, deed("Maya", "contest"), deed("Eva", "record", reason="OTHER")),
    "pay out and amend": ("aceup", NO_SHOW, deed("Sam", "pay out"), deed("Eva", "record", reason="OTHER")),
    "state and state": (
        "aceup",
        LATE,
        deed("Eva", "state", reason="CLIENT_EMERGENCY"),
        deed("Sam", "state", reason="CLIENT_CANCELLED_LATE"),
    ),
    "agree and cancel": ("mento", ASKED, deed("Eva", "accept"), deed("Maya", "cancel")),
    "agree and take back": ("mento", ASKED, deed("Eva", "accept"), deed("Maya", "withdraw")),
    "accept and move": ("thrive", PROPOSED, deed("Maya", "accept"), deed("Maya", "reschedule", to=march(20))),
    "accept and propose anew": ("thrive", PROPOSED, deed("Maya", "accept"), deed("Eva", "reschedule", to=march(20))),
}


def lived(world: World, preset: str, steps: Sequence[Step]) -> Life:
    """An organisation with this past."""
    life = begin(world.database, world.owner, preset)
    for step in steps:
        if isinstance(step, Jump):
            life.jump(step)
        else:
            assert isinstance(act_of(life, step)(), Done), step
    return life


def act_of(life: Life, one: Deed, *, version: int | None = None) -> Callable[[], Outcome]:
    """The deed, ready to be done: with what it costs acknowledged, as its twin shows it now."""
    found = ready(life, one)
    assert found is not None
    database, platform = life.platform.database, life.platform
    settle(database, platform.organisation_id, found.persons, now=life.now)
    shown: ActionCheck | None = None
    if found.check is not None:
        with database.unit(platform.organisation_id, read_only=True) as unit:
            shown = found.check(unit, platform.actor(one.who), life.now)
    command = acknowledged(found.command, shown)
    if version is not None:
        command = replace(command, if_version=version)
    request = Request(actor=platform.actor(one.who), now=life.now, idempotency_key=platform.key())
    return lambda: found.run(database, request, command)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """All begin at the same moment, each in a thread and with a connection of its own."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(start, acts))


def told(outcome: Outcome) -> str:
    return str(outcome.code) if isinstance(outcome, Refused) else type(outcome).__name__


def end_of(life: Life) -> Plain:
    records = read_records(life.owner, life.platform.organisation_id)
    assert_holds(records, now=life.now)
    return plain(records)


def one_after_the_other(world: World, race: str, *, swapped: bool) -> tuple[list[str], Plain]:
    """What the two are told, in the order of the race, and what stands then."""
    preset, past, first, second = RACES[race]
    life = lived(world, preset, past)
    acts = [act_of(life, first), act_of(life, second)]
    outcomes = [act() for act in (reversed(acts) if swapped else acts)]
    return [told(one) for one in (reversed(outcomes) if swapped else outcomes)], end_of(life)


@pytest.mark.slow
@pytest.mark.parametrize("race", RACES)
def test_two_at_once_are_as_one_after_the_other(world: World, race: str) -> None:
    """One of them commits first; what the other is told is what they would have been told a moment later."""
    serial = [one_after_the_other(world, race, swapped=swapped) for swapped in (False, True)]
    for _ in range(5):
        said, found = raced(world, race)
        assert any(said == answers and difference(end, found) == {} for answers, end in serial), (said, serial)


@pytest.mark.parametrize("race", RACES)
def test_of_two_at_once_one_acts_and_what_stands_holds_together(world: World, race: str) -> None:
    said, _ = raced(world, race)
    assert "Done" in said
    assert set(said) - {"Done"} <= REFUSED, said


def raced(world: World, race: str) -> tuple[list[str], Plain]:
    """What the two were told who began at the same moment, and what stands then."""
    preset, past, first, second = RACES[race]
    life = lived(world, preset, past)
    return [told(one) for one in at_once([act_of(life, first), act_of(life, second)])], end_of(life)


@pytest.mark.parametrize("race", ["report and held", "accept and withdraw", "keep and cancel", "contest and amend"])
def test_who_has_read_what_the_other_changes_is_refused(world: World, race: str) -> None:
    """With the version that both have read, one wins and the other has to read again."""
    preset, past, first, second = RACES[race]
    life = lived(world, preset, past)
    acts = [act_of(life, one, version=version_of(life, one)) for one in (first, second)]
    outcomes = at_once(acts)
    assert sum(isinstance(one, Done) for one in outcomes) == 1
    assert all(isinstance(one, Done | Refused | Stale) for one in outcomes)
    end_of(life)


def version_of(life: Life, one: Deed) -> int:
    found = ready(life, one)
    assert found is not None
    records = read_records(life.owner, life.platform.organisation_id)
    if one.verb in ("accept", "decline", "withdraw"):
        return records.one("proposal", id=found.command.proposal_id)["version"]
    return records.one("session", id=found.session)["version"]


TOO_LATE = (
    RefusalCode.WRONG_STATE,
    RefusalCode.NOT_PENDING,
    RefusalCode.INVITE_EXPIRED,
    RefusalCode.DEADLINE_PASSED,
)
"""What an answer meets that the deadline came before."""


@pytest.mark.parametrize(
    ("preset", "past", "due", "answer"),
    [
        ("topmate", REPORTED, march(21, 11), deed("Eva", "offer")),
        ("topmate", REPORTED, march(21, 11), deed("Eva", "record", held=True)),
        ("topmate", OFFERED, march(1, 11) + timedelta(days=31), deed("Maya", "decline")),
        ("mastered", TWO, march(2, 9), deed("Maya", "keep", 1)),
        ("mento", ASKED, march(18), deed("Eva", "accept")),
    ],
    ids=["offer", "held", "decline", "keep", "agree"],
)
def test_an_answer_at_its_last_instant_beside_the_deadline(
    world: World, preset: str, past: list[Step], due: datetime, answer: Deed
) -> None:
    """The answer was received in time, and the deadline is noticed a moment later: whichever commits first stands alone."""
    life = lived(world, preset, past)
    life.platform.at(due, run_timers=False)
    persons = frozenset(life.platform.people.values())

    def notice() -> int:
        return settle(life.platform.database, life.platform.organisation_id, persons, now=due + MICROSECOND)

    outcome, _ = at_once([act_of(life, answer), notice])
    assert isinstance(outcome, Done | Refused)
    notice()
    records = read_records(life.owner, life.platform.organisation_id)
    assert_holds(records, now=due + MICROSECOND)
    if isinstance(outcome, Refused):
        assert outcome.code in TOO_LATE
    assert not [
        row for row in records.of("due_work") if row["changes_state"] and not row["done_at"] and _passed(row, due)
    ]


def _passed(row: dict[str, Any], due: datetime) -> bool:
    return datetime.fromisoformat(row["fires_at"]) <= due


def crowded(world: World, preset: str) -> tuple[Life, Callable[[], list[Callable[[], Any]]]]:
    """Six pairs of a member with two coaches of three, each with something that is due, and what everybody then does at once."""
    life = begin(world.database, world.owner, preset)
    platform, kind = life.platform, KINDS[preset][0]
    platform.coach("Dan", *KINDS[preset])
    coaches = ["Eva", "Cora", "Dan"]
    members = [f"M{number}" for number in range(6)]
    for number, member in enumerate(members):
        pair = [coaches[number % 3], coaches[(number + 1) % 3]]
        platform.member(member, *pair)
        if preset == "topmate":
            for reference in ("a", "b"):
                more = {"member": member, "kind": kind, "reference": f"{member} {reference}"}
                act_of(life, Deed(verb="pay", who="Sam", more=more))()
        for coach, day in zip(pair, (25, 18), strict=True):
            act_of(life, booking(kind, day, coach=coach, member=member, hour=8 + number))()
    return life, lambda: [_anything(life, member, number) for number, member in enumerate(members)]


def _anything(life: Life, member: str, number: int) -> Callable[[], Any]:
    """The member's latest session is cancelled, or moved, or reported, whatever stands."""
    verb = ("cancel", "report", "cancel")[number % 3]
    known = life.ids("session")
    records = read_records(life.owner, life.platform.organisation_id)
    own = max(row["id"] for row in records.of("session") if row["member_id"] == life.platform.people[member])
    return act_of(life, deed(member, verb, len(known) - 1 - known.index(own)))


@pytest.mark.parametrize("preset", ["mastered", "topmate"])
def test_what_is_due_for_third_persons_is_settled_beside_the_acts_of_others(world: World, preset: str) -> None:
    """Cases and duplicates of many, with coaches in common, wait while everybody acts at once: no deadlock, none lost."""
    life, acts = crowded(world, preset)
    life.platform.at(march(18, 20), run_timers=False)
    people = [frozenset({person}) for person in life.platform.people.values()]
    database, organisation, now = life.platform.database, life.platform.organisation_id, life.now
    settlers = [lambda persons=persons: settle(database, organisation, persons, now=now) for persons in people]
    outcomes = at_once([*acts_without_settling(life, acts), *settlers[:10], life.work, life.work])
    assert all(isinstance(one, Done | Refused | int) for one in outcomes)
    settle_organisation(database, organisation, now=now, limit=10_000)
    records = read_records(life.owner, organisation)
    assert_holds(records, now=now)
    assert not [
        row for row in records.of("due_work") if row["changes_state"] and not row["done_at"] and _passed(row, now)
    ]
    assert not [row for row in records.of("duplicate_case") if row["status"] == "OPEN"]


def acts_without_settling(life: Life, acts: Callable[[], list[Callable[[], Any]]]) -> list[Callable[[], Any]]:
    """The acts are chosen before anything is settled, so that they meet what is due."""
    return [lambda one=one: one() for one in acts()]
