"""The row “set up people, kinds, availability, policy” of MODEL 10, for every verb: staff, API keys in their scopes, own coach."""

from dataclasses import replace

import pytest

from commands.outcome import Refused
from commands.transaction import Request
from policy.terms import RefusalCode, Role, Scope
from tests.commands.operator.house import BOOKKEEPING, House, refusal
from tests.commands.operator.verbs import VERBS, VerbRow
from tests.support.platform import done

pytestmark = pytest.mark.usefixtures("others")
ROWS = pytest.mark.parametrize("verb", VERBS, ids=str)


@pytest.fixture
def others(house: House) -> None:
    """A member who is not enrolled yet, and two who were deactivated."""
    for name in ("Kai", "Gone", "Left"):
        house.platform.person(name, Role.MEMBER)
    house.deactivate("Gone")
    house.deactivate("Left")


@ROWS
def test_plain_staff_may_and_one_event_says_so(house: House, verb: VerbRow) -> None:
    request = house.request("Staff")
    with house.watch() as seen:
        outcome = done(verb.run(house, request, 0))
    (event,) = seen.events
    assert (event["id"], event["name"], event["actor_kind"]) == (outcome.event_id, verb.event, "STAFF")
    assert (event["actor_id"], event["api_key_id"]) == (house.people["Staff"], None)
    assert verb.touches <= seen.touched <= verb.touches | BOOKKEEPING


@ROWS
def test_a_key_with_the_scope_may_and_the_event_names_the_key(house: House, verb: VerbRow) -> None:
    actor = house.key_actor(verb.scope)
    with house.watch() as seen:
        done(verb.run(house, Request(actor=actor, now=house.platform.now, idempotency_key="k"), 0))
    (event,) = seen.events
    assert (event["actor_kind"], event["actor_id"], event["api_key_id"]) == ("STAFF", None, actor.api_key_id)


@ROWS
def test_a_key_with_every_other_scope_may_not(house: House, verb: VerbRow) -> None:
    actor = house.key_actor(*(scope for scope in Scope if scope is not verb.scope))
    with house.watch() as seen:
        refusal(verb.run(house, Request(actor=actor, now=house.platform.now), 0), RefusalCode.FORBIDDEN)
    seen.assert_nothing_happened()


@ROWS
@pytest.mark.parametrize("who", ["Maya", "Cora"])
def test_members_and_other_coaches_may_not(house: House, verb: VerbRow, who: str) -> None:
    with house.watch() as seen:
        refusal(verb.run(house, house.request(who), 0), RefusalCode.FORBIDDEN)
    seen.assert_nothing_happened()


@ROWS
def test_a_coach_sets_what_is_their_own_and_nothing_else(house: House, verb: VerbRow) -> None:
    with house.watch() as seen:
        outcome = verb.run(house, house.request("Eva"), 0)
    if verb.own:
        done(outcome)
        (event,) = seen.events
        assert (event["actor_kind"], event["actor_id"]) == ("COACH", house.people["Eva"])
    else:
        refusal(outcome, RefusalCode.FORBIDDEN)
        seen.assert_nothing_happened()


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.names_ids], ids=str)
def test_staff_of_another_organisation_are_told_that_there_is_nothing(
    house: House, neighbour: House, verb: VerbRow
) -> None:
    with house.watch() as here, neighbour.watch() as there:
        refusal(verb.run(house, neighbour.request("Sam"), 0), RefusalCode.NOT_FOUND)
    here.assert_nothing_happened()
    there.assert_nothing_happened()


@pytest.mark.parametrize("verb", [verb for verb in VERBS if not verb.names_ids], ids=str)
def test_what_names_nobody_is_done_in_ones_own_organisation(house: House, neighbour: House, verb: VerbRow) -> None:
    with house.watch() as here, neighbour.watch() as there:
        done(verb.run(house, neighbour.request("Sam"), 0))
    here.assert_nothing_happened()
    assert verb.touches <= there.touched


@ROWS
def test_said_twice_under_one_key_it_has_effect_once(house: House, verb: VerbRow) -> None:
    request = house.request("Sam", key="once")
    first = done(verb.run(house, request, 0))
    with house.watch() as seen:
        assert verb.run(house, request, 0) == first
    seen.assert_nothing_happened()


@ROWS
def test_another_command_under_the_key_is_refused(house: House, verb: VerbRow) -> None:
    request = house.request("Sam", key="once")
    done(verb.run(house, request, 0))
    with house.watch() as seen:
        refusal(verb.run(house, request, 1), RefusalCode.IDEMPOTENCY_CONFLICT)
    seen.assert_nothing_happened()


@ROWS
def test_a_refusal_uses_up_no_key(house: House, verb: VerbRow) -> None:
    request = house.request("Sam", key="once")
    forbidden = replace(request, actor=house.platform.actor("Maya"))
    assert isinstance(verb.run(house, forbidden, 0), Refused)
    done(verb.run(house, request, 0))
