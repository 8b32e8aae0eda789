"""No check of who reads is idle: where one of them lets somebody pass whom it stopped, they read what the tables say they do not."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import Engine

from api.ids import global_id
from policy.terms import Role
from tests.api.conftest import FrontEnd, Json
from tests.api.estate import ROWS, House, furnish
from tests.api.givens import (
    session,
)
from tests.api.selections import everything, said
from tests.api.test_checks import Site, watched
from tests.api.test_roles import ANSWERED, NULL, QUERIES

Read = list[dict[str, set[str]]]
"""For each house the objects that somebody sees, each with the fields that say something to them."""
Measure = Callable[[], object]


def noticed(measure: Measure, honest: object, site: Site) -> bool:
    """Whether the measure is another once the check is gone, with those behind it that would have stopped the same person."""
    lies, seen = frozenset[Site](), {site}
    while not seen <= lies:
        lies |= seen
        with watched(seen, lies):
            if measure() != honest:
                return True
    return False


def stopping(measure: Measure) -> tuple[object, set[Site]]:
    """What is measured with every check in its place, and the checks of reading that stop somebody meanwhile."""
    sites: set[Site] = set()
    with watched(sites):
        honest = measure()
    # What a twin answers is held by the verb that it is the twin of.
    return honest, {site for site in sites if "/commands/" not in site[0]}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_check_of_reading_objects_that_lets_everybody_pass_is_noticed(
    open_front_end: Callable[..., FrontEnd], owner: Engine
) -> None:
    """Whoever owns all objects of a type reads no more without a check; somebody else, or another type, tells of it."""
    houses = list(furnish(open_front_end, owner))
    stopped, told = set[Site](), set[Site]()
    for kind, who in product(ROWS, houses[0].bearers):

        def measure(kind: str = kind, who: str = who) -> Read:
            return read(houses, kind, who)

        honest, sites = stopping(measure)
        stopped |= sites
        told |= {site for site in sorted(sites - told) if noticed(measure, honest, site)}
    assert stopped
    assert stopped - told == set()


def read(houses: list[House], kind: str, who: str) -> Read:
    """What somebody sees of all objects of a type."""
    return [_read(house, kind, who) for house in houses]


def _read(house: House, kind: str, who: str) -> dict[str, set[str]]:
    ids = house.ids(kind)
    found: dict[str, set[str]] = {}
    for document in everything(kind):
        answer = house.ask(who, document, ids=ids)
        if not answer.get("data"):
            return {"": {error["extensions"]["code"] for error in answer["errors"]}}
        for one, node in zip(ids, answer["data"]["nodes"], strict=True):
            if node is not None:
                told = {path.partition(".")[0] for path in said(node)}
                found.setdefault(one, set()).update(name for name in told if not name.startswith("can"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("question", QUERIES)
def test_a_check_of_a_question_that_lets_everybody_pass_is_noticed(front_end: FrontEnd, question: str) -> None:
    front_end.platform.person("Tom", Role.STAFF)
    selection, expected = QUERIES[question]
    values = {
        "session": session(front_end)["session"],
        "kind": front_end.kind("coaching"),
        "coach": front_end.gid("Eva"),
        "earning": global_id("Earning", 1),
    }
    document = "{ " + question + selection.format(**values) + " }"
    for who in (who for who, answer in expected.items() if who is not None and answer != ANSWERED):

        def measure(who: str = who) -> str:
            return outcome(front_end, who, document)

        honest, sites = stopping(measure)
        assert [site for site in sorted(sites) if not noticed(measure, honest, site)] == [], who


def outcome(front_end: FrontEnd, who: str, document: str) -> str:
    """Refused with which code, answered, or null."""
    answer: Json = front_end.answer(who, document)
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    return NULL if next(iter(answer["data"].values())) is None else ANSWERED
