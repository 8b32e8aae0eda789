"""Every field of every object, as everybody who might ask: who sees what, and which fields are not for whom (MODEL 10)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import Engine

from api.ids import parse_id
from api.nodes import READERS
from tests.api.conftest import FrontEnd, Json
from tests.api.estate import NOT_READING, READING, ROWS, STRANGER, THEMES, House, furnish
from tests.api.selections import everything, said

STAFF = {"Tom", "Sam", READING}
SIDES = {"Maya", "Eva"}
PEOPLE = {"Maya", "Nora", "Eva", "Dan", "Tom", "Sam"}
EVERYBODY = {*PEOPLE, READING, NOT_READING}
ALL: dict[str, set[str]] = {
    "Session": {*SIDES, *STAFF, NOT_READING}, "HistoryEntry": {*SIDES, *STAFF, NOT_READING},
    "Proposal": {*SIDES, *STAFF, NOT_READING}, "SessionCase": {*SIDES, *STAFF, NOT_READING},
    "Series": {*SIDES, *STAFF, NOT_READING},
    "SessionKind": EVERYBODY, "PolicyVersion": EVERYBODY, "Organisation": EVERYBODY,
    "Person": STAFF, "PersonRecord": STAFF, "Membership": STAFF, "Engagement": STAFF, "Entitlement": STAFF,
    "LedgerEntry": STAFF, "Contract": STAFF, "BookingStop": STAFF, "ApiKey": STAFF, "AuditEntry": STAFF, "Reading": STAFF, "Task": STAFF,
    "MembershipRequest": {*SIDES, *STAFF, NOT_READING}, "Thread": SIDES, "TimeOff": {"Eva", *STAFF}, "MoneyEntry": {"Eva", *STAFF}, "Earning": {"Eva", *STAFF},
    "Note": {"Eva"}, "CalendarQuestion": {"Eva"}, "ActionItem": SIDES, "Notification": set(), "Viewer": set(),
}  # fmt: skip
"""Who sees all objects of a type; a key without READ sees what it may change."""
SOME: dict[str, set[str]] = {
    "Person": {"Maya", "Nora", "Eva", "Dan"}, "Engagement": {"Maya", "Nora", "Eva", "Dan"}, "Viewer": PEOPLE,
    "Membership": {"Maya", "Nora"}, "Entitlement": {"Maya", "Nora"}, "LedgerEntry": {"Maya", "Nora", "Eva"},
    "BookingStop": SIDES, "Note": {"Maya"}, "Notification": {*SIDES, "Tom", "Sam"},
}  # fmt: skip
"""Who sees those of them that are their own; nobody else sees any."""
CONTENT = {"notes", "actionItems", "joinUrl"}
HIDDEN: dict[tuple[str, str], set[str]] = {
    ("Session", "Maya"): {"earning", "moneyEntries"},
    **{("Session", who): CONTENT for who in STAFF},
    ("Session", NOT_READING): {*CONTENT, "moneyEntries"},
    ("SessionCase", "Eva"): {"questions"},
    ("MembershipRequest", NOT_READING): {"text", "member"},
    ("Note", "Maya"): {"revisions"},
}
"""Fields of an object that somebody does not read who sees it: the coach's pay, what is said between the two, questions to a member."""
Seen = dict[str, dict[str, set[str]]]


@pytest.fixture
def houses(open_front_end: Callable[..., FrontEnd], owner: Engine) -> list[House]:
    return list(furnish(open_front_end, owner))


def test_the_table_has_every_type() -> None:
    assert set(ALL) == set(ROWS) == set(READERS) >= set(SOME)


@pytest.mark.timeout(400)
def test_everybody_reads_what_is_theirs_to_read_and_nothing_else(houses: list[House]) -> None:
    assert len(houses) == len(THEMES)
    answers = {kind: [walk(house, kind) for house in houses] for kind in ROWS}
    walked = {
        kind: [seen_in(house, kind, of) for house, of in zip(houses, found, strict=True)]
        for kind, found in answers.items()
    }
    for kind, seen in walked.items():
        objects = set(chain.from_iterable(house.ids(kind) for house in houses))
        assert {who: extent(found, objects) for who, found in by_reader(seen).items()} == {
            who: "all" if who in ALL[kind] else "some" if who in SOME.get(kind, ()) else "none"
            for who in (*EVERYBODY, STRANGER)
        }, kind
        hidden = {who: fields for who in EVERYBODY if (fields := missing(seen, who))}
        assert hidden == {who: fields for (of, who), fields in HIDDEN.items() if of == kind}, kind
    assert dict(named_beyond(walked, answers, len(houses))) == {}


NAMED = {"Person", "Entitlement"}
"""Who did something is named by whoever reads of it, and a coach reads from which lot a session of theirs was paid."""


def named_beyond(
    walked: Mapping[str, list[Seen]], answers: Mapping[str, list[dict[str, list[Json]]]], number: int
) -> Iterator[tuple[tuple[int, str], set[tuple[str, int]]]]:
    """What is named to people anywhere, in lists of lists too, and is not theirs to read by its id; a key that does not read sees what it may change."""
    for place in range(number):
        for who in (*PEOPLE, READING):
            visible = set(chain.from_iterable(seen[place].get(who, ()) for seen in walked.values()))
            named = set(chain.from_iterable(names(found[place][who]) for found in answers.values()))
            beyond = {parsed_id(one) for one in named - visible}
            if beyond := {one for one in beyond if one[0] not in NAMED}:
                yield (place, who), beyond


def walk(house: House, kind: str) -> dict[str, list[Json]]:
    """For everybody: what they are answered when they ask for everything of all objects of a type."""
    ids = house.ids(kind)
    asked = everything(kind) if ids else []
    return {who: [house.ask(who, text, ids=ids) for text in asked] for who in house.bearers}


def seen_in(house: House, kind: str, answers: dict[str, list[Json]]) -> Seen:
    """For everybody: the objects that they see, each with the fields that say something to them."""
    ids = house.ids(kind)
    return {who: _fields(theirs, ids) for who, theirs in answers.items()}


def names(value: Any) -> Iterator[str]:
    """The ids of nodes that an answer names anywhere: in fields, in lists, in lists of lists."""
    match value:
        case dict():
            for key, inner in value.items():
                if key == "id" and parsed_id(inner)[0] in ROWS:
                    yield inner
                yield from names(inner)
        case list():
            for inner in value:
                yield from names(inner)
        case _:
            return


def parsed_id(text: str) -> tuple[str, int]:
    """The type and the key of an id."""
    return parse_id(text) or ("", 0)


def _fields(answers: list[Json], ids: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for answer in answers:
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= {"FORBIDDEN"}, answer["errors"]
        for one, node in zip(ids, answer["data"]["nodes"], strict=True):
            if node is not None:
                found.setdefault(one, set()).update(path.partition(".")[0] for path in said(node))
    return found


def by_reader(seen: list[Seen]) -> dict[str, set[str]]:
    """The ids that everybody sees, in all houses together."""
    return {who: set(chain.from_iterable(house[who] for house in seen)) for who in seen[0]}


def extent(found: Iterable[str], objects: set[str]) -> str:
    """How much of what there is somebody sees."""
    ids = set(found)
    assert ids <= objects
    return "none" if not ids else "all" if ids == objects else "some"


def missing(seen: list[Seen], who: str) -> set[str]:
    """The fields that say nothing to somebody on an object that they see, and something to somebody else on the same one.

    A twin answers everybody for themselves: what it says depends on who asks.
    """
    found: set[str] = set()
    for house in seen:
        for one, fields in house[who].items():
            told: set[str] = reduce(set.union, (others.get(one, set()) for others in house.values()))
            found |= {name for name in told - fields if not name.startswith("can")}
    return found
