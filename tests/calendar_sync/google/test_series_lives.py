"""Horizon runs, splits, edits and cancellations at once never produce an occurrence twice or lose one (MODEL 5.3), in database, feeds and Google."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from calendar_sync.google_double import GoogleDouble
from models.keyring import Keyring
from models.unit import Database
from policy.terms import Cadence
from tests.calendar_sync.google.series_lives import Deed, Lives
from tests.calendar_sync.google.series_world import open_series_world

HOURS = st.sampled_from([8, 9, 10, 17])
CADENCES = st.sampled_from([None, *Cadence])
DEEDS = st.builds(
    Deed,
    what=st.sampled_from(["create", "change", "change", "end", "cancel", "cancel", "move", "move"]),
    who=st.integers(0, 5),
    place=st.integers(0, 24),
    hour=HOURS,
    cadence=CADENCES,
)


class SeriesLives(RuleBasedStateMachine):
    """Three members with series with one coach, over two changes of the clock."""

    def __init__(self, begin: Callable[[], Lives]) -> None:
        super().__init__()
        self.lives = begin()

    @initialize(cadence=CADENCES)
    def two_series(self, cadence: Cadence | None) -> None:
        """Two members have a series each."""
        for member in (0, 1):
            self.lives.together([Deed(what="create", who=member, place=member, hour=9, cadence=cadence)], workers=0)

    @rule(deeds=st.lists(DEEDS, min_size=2, max_size=4), weeks=st.integers(0, 5))
    def rush(self, deeds: list[Deed], weeks: int) -> None:
        """Some weeks of horizon runs are overdue when several act at once, and workers with them."""
        self.lives.pass_time(timedelta(weeks=weeks))
        self.lives.together(deeds)

    @rule(weeks=st.integers(1, 12))
    def quiet(self, weeks: int) -> None:
        """Nobody does anything for some time."""
        self.lives.pass_time(timedelta(weeks=weeks))
        self.lives.together([])

    @invariant()
    def each_occurrence_stands_once_and_none_is_lost(self) -> None:
        self.lives.check()


def lived(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring, *, examples: int, steps: int
) -> list[Lives]:
    """Some lives, each in an organisation of its own."""
    begun: list[Lives] = []

    def begin() -> Lives:
        begun.append(open_lives(database, owner, double, keyring))
        return begun[-1]

    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=examples < 10,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    )

    class Begun(SeriesLives):
        def __init__(self) -> None:
            super().__init__(begin)

    run_state_machine_as_test(Begun, settings=profile)
    return begun


def open_lives(database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring) -> Lives:
    """Eva with her calendar at Google, and three members."""
    double.do("forget")
    world = open_series_world(database, owner, double, keyring)
    world.connect()
    return Lives(world=world, keyring=keyring)


def test_horizon_runs_changes_ends_moves_and_cancellations_at_one_moment_neither_double_nor_lose_an_occurrence(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring
) -> None:
    """One life of the many below, over the change of clocks in March: what everybody does once."""
    lives = open_lives(database, owner, double, keyring)
    for member in (0, 1):
        lives.together([Deed(what="create", who=member, place=member)], workers=0)
    lives.pass_time(timedelta(weeks=3))
    rush = (
        Deed(what="change", who=0, place=3, hour=10),
        Deed(what="cancel", place=2),
        Deed(what="move", place=4, hour=17),
        Deed(what="end", who=1, place=9),
        Deed(what="create", who=2, place=2, hour=8),
    )
    lives.together(rush)
    assert lives.succeeded > 4
    lives.check()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_made_twice_or_lost_whoever_acts_at_once(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring
) -> None:
    begun = lived(database, owner, double, keyring, examples=2, steps=4)
    assert sum(one.succeeded for one in begun) > 4


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_made_twice_or_lost_in_many_lives(
    database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring
) -> None:
    begun = lived(database, owner, double, keyring, examples=40, steps=8)
    assert sum(bool(one.moved) for one in begun) > 5
    assert sum(bool(one.cancelled) for one in begun) > 5
