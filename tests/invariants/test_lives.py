"""Whatever people do, in whatever order, and whether workers live or not: the invariants hold after every step (MODEL 12)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from commands.outcome import Done, Refused
from commands.settle import settle
from commands.transaction import Request
from tests.invariants.accounts import assert_statements_are_the_ledger
from tests.invariants.deeds import ready
from tests.invariants.holding import assert_change_is_logged, assert_holds
from tests.invariants.linked import assert_reversals_are_linked
from tests.invariants.lives import KINDS, Deed, Jump, Life, Ready, acknowledged, begin
from tests.invariants.shown import assert_shown_was_done, due_work_was_fired
from tests.invariants.wishes import Leap, Wish, deed_of, jump_of, leaps, wishes
from tests.invariants.worlds import World, opened_world
from tests.scenarios.records import Difference, Records, read_records
from tests.support.postgres import Cluster

OLD_AGE = timedelta(days=120)


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with opened_world(cluster) as world:
        yield world


class Lives(RuleBasedStateMachine):
    """People of one organisation act at random; after each step everything that must hold is looked up in the rows."""

    world: ClassVar[World]
    preset: ClassVar[str]
    life: Life

    @initialize()
    def begin(self) -> None:
        self.life = begin(self.world.database, self.world.owner, self.preset)

    @rule(wish=wishes("book"))
    def somebody_books(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(wish=wishes("change"))
    def somebody_changes_something(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(wish=wishes("invite"))
    def somebody_invites(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(wish=wishes("change"))
    def somebody_says_something(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(wish=wishes("proposal", "aside", "change"))
    def somebody_answers(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(leap=leaps(st.booleans()))
    def time_passes(self, leap: Leap) -> None:
        jump = jump_of(self.life, leap)
        note(f"{jump}")
        self.life.jump(jump)
        assert_holds(self.records(), now=self.life.now)

    def wish(self, wish: Wish) -> None:
        deed = deed_of(self.life, wish)
        found = ready(self.life, deed)
        if found is not None:
            note(f"{self.life.now} {deed}")
            self.act(deed, found)

    def act(self, deed: Deed, found: Ready) -> None:
        """The twin first, then the act, then the same again; every time with all rows before and after."""
        platform, database = self.life.platform, self.world.database
        actor = platform.actor(deed.who)
        settle(database, platform.organisation_id, found.persons | {platform.people[deed.who]}, now=platform.now)
        shown = None
        if found.check is not None:
            with database.unit(platform.organisation_id, read_only=True) as unit:
                shown = found.check(unit, actor, platform.now)
        request = Request(actor=actor, now=platform.now, idempotency_key=platform.key())
        command = acknowledged(found.command, shown)
        before = self.records()
        outcome = found.run(database, request, command)
        after = self.records()
        note(f"  {outcome.code if isinstance(outcome, Refused) else type(outcome).__name__}")
        difference = Difference(before, after)
        fired = due_work_was_fired(difference)
        if not fired:
            assert isinstance(outcome, Done) or difference.touched == set(), "a refusal left something behind"
        if shown is not None and not fired:
            assert_shown_was_done(difference, shown, outcome, session=found.session)
        assert_change_is_logged(difference)
        assert_holds(after, now=platform.now)
        again = found.run(database, request, command)
        if isinstance(outcome, Refused):
            assert isinstance(again, Refused)
            assert again.code is outcome.code
        else:
            assert again == outcome
        assert Difference(after, self.records()).touched == set(), "done twice"

    def records(self) -> Records:
        return read_records(self.world.owner, self.life.platform.organisation_id)

    def teardown(self) -> None:
        """Time goes on until nobody can wait for anything any more."""
        if not hasattr(self, "life"):
            return
        self.life.jump(Jump(to=self.life.now + OLD_AGE, workers=True))
        records = self.records()
        assert_holds(records, now=self.life.now)
        with self.world.database.unit(self.life.platform.organisation_id, read_only=True) as unit:
            assert_reversals_are_linked(unit, records)
            assert_statements_are_the_ledger(unit, records, now=self.life.now - OLD_AGE / 2)
        assert not [row for row in records.of("session") if row["status"] == "SCHEDULED"]
        assert not [row for row in records.of("proposal") if row["status"] == "PENDING"]
        assert not [row for row in records.of("duplicate_case") if row["status"] == "OPEN"]


def live(world: World, preset: str, *, lives: int, steps: int) -> None:
    """So many lives on this preset, of so many steps each."""
    Lives.world, Lives.preset = world, preset
    chosen = settings(max_examples=lives, stateful_step_count=steps)
    run_state_machine_as_test(Lives, settings=chosen)


@pytest.mark.parametrize("preset", KINDS)
def test_the_invariants_hold_after_every_step(world: World, preset: str) -> None:
    live(world, preset, lives=2, steps=20)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("preset", KINDS)
def test_the_invariants_hold_in_many_long_lives(world: World, preset: str) -> None:
    live(world, preset, lives=60, steps=50)
