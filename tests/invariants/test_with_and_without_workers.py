"""The same deeds come to the same end with workers on time, with none, and with workers that come late (Inv. 7, D-42)."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from commands.outcome import Done, Outcome, Refused
from commands.transaction import Request
from tests.invariants.deeds import ready
from tests.invariants.lives import KINDS, Deed, Jump, Life, Step, acknowledged, begin
from tests.invariants.plain import Plain, difference, plain
from tests.invariants.wishes import Leap, Wish, deed_of, jump_of, leaps, wishes
from tests.invariants.worlds import World, opened_world
from tests.scenarios.records import read_records
from tests.support.postgres import Cluster

Answers = list[str]


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with opened_world(cluster) as world:
        yield world


def scripts(steps: int) -> st.SearchStrategy[list[Wish | Leap]]:
    """What people wish, and how time passes between it."""
    wished = wishes("book", "book", "invite", "change", "change", "change", "proposal", "aside")
    return st.lists(st.one_of(wished, wished, wished, leaps(st.just(True))), min_size=steps // 2, max_size=steps)


def answer(outcome: Outcome) -> str:
    """What somebody was told, without ids."""
    match outcome:
        case Refused():
            return str(outcome.code)
        case Done() if outcome.consequence is not None:
            return f"{outcome.consequence.summary} {outcome.consequence.earning} {outcome.consequence.refund}"
        case _:
            return type(outcome).__name__


def do(life: Life, deed: Deed) -> str:
    """The deed is done as the API would do it: what is due for who acts and for whom it concerns is settled by the command."""
    found = ready(life, deed)
    if found is None:
        return "nothing to do"
    request = life.platform.request(deed.who)
    outcome = found.run(life.platform.database, request, found.command)
    return answer(_again_with_acknowledgement(life, request, found, outcome))


def _again_with_acknowledgement(life: Life, request: Request, found: Any, outcome: Outcome) -> Outcome:
    if isinstance(outcome, Refused) and outcome.code == "LATE_CHANGE_NEEDS_ACK":
        return found.run(life.platform.database, request, acknowledged(found.command, outcome.check))
    return outcome


def live(life: Life, script: list[Wish | Leap]) -> tuple[list[Step], Answers]:
    """A first life, with workers: what its wishes came to, and what was answered."""
    steps: list[Step] = []
    answers: Answers = []
    for one in script:
        step = jump_of(life, one) if isinstance(one, Leap) else deed_of(life, one)
        steps.append(step)
        answers += take(life, step, workers=True)
    return steps, answers


def take(life: Life, step: Step, *, workers: bool) -> Answers:
    """One step of a life; what was answered."""
    if isinstance(step, Jump):
        life.jump(Jump(to=step.to, workers=workers))
        return []
    return [do(life, step)]


def end_of(life: Life) -> Plain:
    """What stands when everything that is due by now has been done."""
    life.jump(Jump(to=life.now, workers=True))
    return plain(read_records(life.owner, life.platform.organisation_id))


def assert_all_the_same(world: World, preset: str, *, lives: int, steps: int) -> None:
    """So many scripts, each lived three times."""

    @settings(max_examples=lives)
    @given(script=scripts(steps), late=st.lists(st.booleans(), min_size=steps, max_size=steps))
    def lived_three_times(script: list[Wish | Leap], late: list[bool]) -> None:
        first = begin(world.database, world.owner, preset)
        taken, answers = live(first, script)
        note(f"{taken}")
        expected = end_of(first)
        for workers in ([False] * len(taken), late):
            again = begin(world.database, world.owner, preset)
            said = [one for step, on in zip(taken, workers, strict=False) for one in take(again, step, workers=on)]
            assert said == answers
            assert difference(expected, end_of(again)) == {}

    lived_three_times()


@pytest.mark.parametrize("preset", KINDS)
def test_workers_change_nothing_but_when(world: World, preset: str) -> None:
    assert_all_the_same(world, preset, lives=2, steps=12)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("preset", KINDS)
def test_workers_change_nothing_but_when_in_long_lives(world: World, preset: str) -> None:
    assert_all_the_same(world, preset, lives=40, steps=30)
