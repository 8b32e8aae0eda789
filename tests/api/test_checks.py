"""No check of a role is idle: where one of them lets somebody pass whom it stopped, the table of roles is no longer kept."""

import inspect
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from commands.actor import Actor
from policy.terms import ActorKind, Role
from tests.api.conftest import FrontEnd
from tests.api.verbs import DONE, MUTATIONS, ROLES, WITHOUT_KEY

Site = tuple[str, int]
"""Where in the source a check is asked for."""
STOPPED: tuple[tuple[type, str, Any, Any], ...] = (
    (Actor, "may", False, True),
    (Actor, "is_staff", False, True),
    (Actor, "may_change", False, True),
    (Actor, "acts_on", None, ActorKind.STAFF),
)
"""The checks: what each answers to somebody whom it stops, and to somebody whom it lets pass."""
OWN_ROOM = ("commands/actor.py",)


@contextmanager
def watched(seen: set[Site], lies: frozenset[Site] = frozenset()) -> Generator[None]:
    """Meanwhile `seen` collects where somebody is stopped; at `lies` they pass."""
    patches = [
        patch.object(owner, name, _watching(owner, name, no, yes, seen, lies)) for owner, name, no, yes in STOPPED
    ]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _watching(owner: type, name: str, no: Any, yes: Any, seen: set[Site], lies: frozenset[Site]) -> Any:
    original = owner.__dict__[name]

    def check(self: Any, *given: Any, **named: Any) -> Any:
        answer = original.__get__(self) if isinstance(original, property) else original(self, *given, **named)
        caller = inspect.stack(0)[1].frame
        site = (caller.f_code.co_filename, caller.f_lineno)
        if answer != no or site[0].endswith(OWN_ROOM):
            return answer
        seen.add(site)
        return yes if site in lies else answer

    return property(check) if isinstance(original, property) else check


@pytest.mark.slow
@pytest.mark.parametrize("verb", MUTATIONS)
def test_a_check_that_lets_everybody_pass_is_noticed(open_front_end: Callable[..., FrontEnd], verb: str) -> None:
    expected = MUTATIONS[verb][1]
    for who in (who for who in ROLES if who is not None and expected[who] != DONE):
        sites: set[Site] = set()
        assert _answer(opened(open_front_end), verb, who, sites) == expected[who]
        for site in sites:
            assert _is_noticed(open_front_end, verb, who, site), (who, site)


def _is_noticed(open_front_end: Callable[..., FrontEnd], verb: str, who: str, site: Site) -> bool:
    """Whether the answer changes once the check is gone, with those behind it that would have stopped the same person."""
    lies, seen = frozenset[Site](), {site}
    while not seen <= lies:
        lies |= seen
        if _answer(opened(open_front_end), verb, who, seen, lies) != MUTATIONS[verb][1][who]:
            return True
    return False


def opened(open_front_end: Callable[..., FrontEnd]) -> FrontEnd:
    front_end = open_front_end()
    platform = front_end.platform
    platform.coach("Eva", "coaching", "mentor", fee=10000)
    platform.coach("Dan", "coaching", "mentor", zone="America/New_York")
    platform.member("Maya", "Eva")
    platform.member("Nora", "Dan")
    platform.person("Tom", Role.STAFF)
    return front_end


def _answer(front_end: FrontEnd, verb: str, who: str, seen: set[Site], lies: frozenset[Site] = frozenset()) -> str:
    fields = MUTATIONS[verb][0](front_end)
    if verb not in WITHOUT_KEY:
        fields["idempotencyKey"] = front_end.key()
    name = verb[0].upper() + verb[1:]
    document = f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ __typename ... on Refusal {{ code }} }} }}"
    with watched(seen, lies):
        answer = front_end.answer(who, document, input=fields)
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    result = answer["data"][verb]
    return DONE if result["__typename"] == f"{name}Success" else result["code"]
