"""In every list of the contract everybody finds what they may read by its id, of their own all of it, and nothing else (MODEL 10)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type
from sqlalchemy import Engine

from api.ids import parse_id
from api.nodes import READERS
from api.schema import schema
from tests.api.conftest import FrontEnd, Json
from tests.api.estate import NOT_READING, READING, ROWS, STRANGER, House, furnish_one

KEYS = {READING, NOT_READING}
SIDES = {"Maya", "Nora", "Eva", "Dan"}
OTHERS = {*SIDES, "Mona"}
TEAM = {"Tom", "Sam"}
PEOPLE = {*OTHERS, *TEAM}
STAFF = {*TEAM, READING}
OF_THE_TEAM = ("sessions", "people", "contracts", "apiKeys", "auditTrail", "readings")
REFUSED: dict[str, set[str]] = {
    **{name: {*OTHERS, NOT_READING} for name in OF_THE_TEAM},
    "viewer.tasks": OTHERS,
}
"""To whom a list does not answer at all; it is there for everybody else."""
WHOLE: dict[str, set[str]] = {
    "policies": {*PEOPLE, *KEYS}, "engagements": {*SIDES, *STAFF}, "earnings": {"Eva", *STAFF},
    **dict.fromkeys(OF_THE_TEAM, STAFF),
    "viewer.sessions": SIDES, "viewer.series": {"Maya", "Eva"}, "viewer.entitlements": {"Maya", "Nora"},
    "viewer.notifications": {*SIDES, *TEAM}, "viewer.threads": {"Maya", "Eva"}, "viewer.money": {"Eva"},
    "viewer.requests": {"Maya", "Eva", *TEAM}, "viewer.cases": {"Maya", "Eva", *TEAM}, "viewer.proposals": {"Nora", "Dan"},
    "viewer.sanctions": {"Maya", "Eva", *TEAM}, "viewer.tasks": TEAM,
}  # fmt: skip
"""Lists in which somebody finds all of a type that they may read; in the other lists of it there is a part, or nothing."""
MOST = 100


@pytest.fixture
def house(open_front_end: Callable[..., FrontEnd], owner: Engine) -> House:
    return furnish_one(open_front_end, owner)


def test_every_list_and_count_holds_what_its_reader_may_read_and_of_their_own_all(house: House) -> None:
    assert_lists_hold_what_is_visible(house)
    assert_the_sponsor_alone_reads_counts(house)
    assert_unread_is_counted_of_their_own(house)


def assert_lists_hold_what_is_visible(house: House) -> None:
    refused: dict[str, set[str]] = {}
    for who in house.bearers:
        visible = seen_by(house, who)
        for kind, path, found in lists_of(house, who):
            if found is None:
                refused.setdefault(path, set()).add(who)
                continue
            assert len(found) == len(set(found)), (who, path)
            assert set(found) <= visible[kind] or who == STRANGER, (who, path)
            if who == STRANGER:
                assert set(found).isdisjoint(house.ids(kind)), path
            elif who in WHOLE.get(path, ()):
                assert set(found) == visible[kind] != set(), (who, path)
    assert refused == REFUSED


def seen_by(house: House, who: str) -> dict[str, set[str]]:
    """By type: what somebody gets by its id."""
    asked = [key for kind in ROWS for key in house.ids(kind)]
    found: dict[str, set[str]] = {kind: set() for kind in ROWS}
    for begin in range(0, len(asked), MOST):
        answer = house.ask(who, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=asked[begin : begin + MOST])
        for node in filter(None, answer["data"]["nodes"]):
            parsed = parse_id(node["id"])
            assert parsed is not None
            found[parsed[0]].add(node["id"])
    return found


def lists_of(house: House, who: str) -> Iterator[tuple[str, str, list[str] | None]]:
    """Each list: what is in it, its path, and the ids that somebody finds in it; None: it is refused."""
    for owner, prefix in (("Query", ""), ("Viewer", "viewer.")):
        if prefix and who in KEYS:
            continue
        lists = list(lists_under(owner))
        asked = " ".join(f"{name}(first: {MOST}) {{ nodes {{ id }} }}" for name, _ in lists)
        answer = house.ask(who, f"{{ viewer {{ {asked} }} }}" if prefix else f"{{ {asked} }}")
        codes = {error["path"][-1]: error["extensions"]["code"] for error in answer.get("errors", [])}
        assert set(codes.values()) <= {"FORBIDDEN"}, answer["errors"]
        data: Json = answer["data"]["viewer"] if prefix else answer["data"]
        for name, kind in lists:
            page: Any = data[name]
            assert page is None or name not in codes, (who, name)
            yield kind, prefix + name, None if page is None else [node["id"] for node in page["nodes"]]


def lists_under(owner: str) -> Iterator[tuple[str, str]]:
    """The lists of nodes of a type of the contract that need no argument, each with the type of what is in it."""
    kind = schema().core.type_map[owner]
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        inner = get_named_type(field.type).name.removesuffix("Connection")
        needed = [one for one in field.args.values() if isinstance(one.type, GraphQLNonNull)]
        if inner in READERS and inner != get_named_type(field.type).name and not needed:
            yield name, inner


SPONSORED = """{ viewer { sponsorships { name membershipCount scheduledCount heldCount credits { available held used forfeited }
  sessions(first: 10) { nodes { startsAt } } charges(first: 10) { nodes { kind } } } } }"""


def assert_the_sponsor_alone_reads_counts(house: House) -> None:
    """And only of memberships under its contract."""
    found = {who: house.ask(who, SPONSORED)["data"]["viewer"]["sponsorships"] for who in PEOPLE}
    [own] = found.pop("Mona")
    assert not any(found.values())
    assert (own["name"], own["membershipCount"], own["scheduledCount"], own["heldCount"]) == ("Sponsored", 1, 1, 0)
    assert (own["credits"]["held"], own["credits"]["forfeited"]) == (1, 0)
    assert (own["sessions"]["nodes"], own["charges"]["nodes"]) == ([{"startsAt": "2027-03-25T14:00:00Z"}], [])


def assert_unread_is_counted_of_their_own(house: House) -> None:
    query = "{ viewer { unreadNotifications notifications(first: 100) { nodes { id } } threads(first: 100) { nodes { id unreadCount } } } }"
    unread: dict[str, int] = {}
    for who in PEOPLE:
        own = house.ask(who, query)["data"]["viewer"]
        assert own["unreadNotifications"] == len(own["notifications"]["nodes"]), who
        unread[who] = sum(thread["unreadCount"] for thread in own["threads"]["nodes"])
    assert unread == {"Maya": 0, "Nora": 0, "Eva": 1, "Dan": 0, "Mona": 0, "Tom": 0, "Sam": 0}
