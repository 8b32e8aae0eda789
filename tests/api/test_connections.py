"""Lists: pages by key, stable while rows are added, and cursors that fit no other list."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from models.unit import count_statements
from tests.api.conftest import FrontEnd

FIRST = datetime(2027, 3, 2, 10, tzinfo=UTC)
PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $filter: SessionFilter) { viewer {
  sessions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    nodes { startsAt } edges { cursor node { startsAt } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
OTHER_LISTS = """query ($after: String) { viewer { entitlements(after: $after) { nodes { id } } } }"""


@pytest.fixture
def front_end(open_front_end: Callable[..., FrontEnd]) -> FrontEnd:
    """Maya with ten sessions of Eva's, one a day."""
    front_end = open_front_end("thrive")
    platform = front_end.platform
    platform.coach("Eva", "session")
    platform.coach("Cora", "session", zone="Europe/Berlin")
    platform.member("Maya", "Eva", "Cora")
    platform.pack("Maya", "session", 50)
    for day in range(10):
        platform.booked("Maya", "session", "Eva", FIRST + timedelta(days=day))
    return front_end


def page(front_end: FrontEnd, **window: Any) -> tuple[list[int], Any]:
    """The days of the sessions on a page, and where the page stands."""
    found = front_end.ask("Maya", PAGE, **window)["viewer"]["sessions"]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    assert found["pageInfo"]["startCursor"] == (found["edges"][0]["cursor"] if found["edges"] else None)
    assert found["pageInfo"]["endCursor"] == (found["edges"][-1]["cursor"] if found["edges"] else None)
    return [(datetime.fromisoformat(node["startsAt"]) - FIRST).days for node in found["nodes"]], found["pageInfo"]


def test_pages_follow_each_other_without_gap_or_double(front_end: FrontEnd) -> None:
    seen: list[int] = []
    after = None
    while True:
        days, info = page(front_end, first=3, after=after)
        seen += days
        assert info["hasPreviousPage"] is (after is not None)
        if not info["hasNextPage"]:
            break
        after = info["endCursor"]
    assert seen == list(range(10))


def test_pages_are_read_backwards_in_the_same_order(front_end: FrontEnd) -> None:
    days, info = page(front_end, last=4)
    assert (days, info["hasPreviousPage"], info["hasNextPage"]) == ([6, 7, 8, 9], True, False)
    days, info = page(front_end, last=4, before=info["startCursor"])
    assert (days, info["hasPreviousPage"], info["hasNextPage"]) == ([2, 3, 4, 5], True, True)
    days, info = page(front_end, last=4, before=info["startCursor"])
    assert (days, info["hasPreviousPage"]) == ([0, 1], False)


def test_what_lies_between_two_cursors(front_end: FrontEnd) -> None:
    _, whole = page(front_end, first=8)
    days, _ = page(front_end, first=5, before=whole["endCursor"], after=whole["startCursor"])
    assert days == [1, 2, 3, 4, 5]
    days, _ = page(front_end, last=2, before=whole["endCursor"], after=whole["startCursor"])
    assert days == [5, 6]


def test_new_rows_shift_no_page(front_end: FrontEnd) -> None:
    days, info = page(front_end, first=5)
    for hour in range(1, 4):
        front_end.platform.booked("Maya", "session", "Eva", FIRST + timedelta(hours=hour))
    after, _ = page(front_end, first=5, after=info["endCursor"])
    assert days + after == list(range(10))


def test_two_sessions_of_one_instant_are_told_apart(front_end: FrontEnd) -> None:
    front_end.platform.member("Kai", "Cora")
    front_end.platform.pack("Kai", "session", 1)
    front_end.platform.booked("Kai", "session", "Cora", FIRST)
    document = "query ($first: Int, $after: String) { sessions(first: $first, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"
    first = front_end.ask("Sam", document, first=1)["sessions"]
    second = front_end.ask("Sam", document, first=1, after=first["pageInfo"]["endCursor"])["sessions"]
    rest = front_end.ask("Sam", document, first=100, after=second["pageInfo"]["endCursor"])["sessions"]
    ids = [node["id"] for found in (first, second, rest) for node in found["nodes"]]
    assert len(ids) == len(set(ids)) == 11


def test_a_page_has_20_unless_it_is_asked_for_another_size(front_end: FrontEnd) -> None:
    for number in range(15):
        front_end.platform.booked("Maya", "session", "Eva", FIRST + timedelta(days=20 + number))
    assert len(page(front_end)[0]) == 20
    assert len(page(front_end, first=100)[0]) == 25


def test_an_empty_page_has_no_cursors(front_end: FrontEnd) -> None:
    found = front_end.ask("Sam", PAGE)["viewer"]["sessions"]
    assert found["nodes"] == []
    assert found["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


@pytest.mark.parametrize(
    ("window", "argument"),
    [
        ({"first": 0}, "first"),
        ({"first": -1}, "first"),
        ({"first": 101}, "first"),
        ({"last": 0}, "last"),
        ({"last": 101}, "last"),
        ({"first": 1, "last": 1}, "last"),
    ],
)
def test_a_page_has_1_to_100(front_end: FrontEnd, window: dict[str, int], argument: str) -> None:
    errors = front_end.answer("Maya", PAGE, **window)["errors"]
    assert [error["extensions"] for error in errors] == [{"code": "INVALID_INPUT", "argument": argument}]


def cursor(*parts: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


BAD_CURSORS = [
    "",
    "x",
    "🙂",
    "\x00",
    "A" * 400,
    cursor(),
    cursor("sessions"),
    cursor("sessions", "2027-03-18T10:00:00Z"),
    cursor("sessions", "2027-03-18T10:00:00", 1),
    cursor("sessions", "2027-03-18T10:00:00Z", "1"),
    cursor("sessions", "2027-03-18T10:00:00Z", True),
    cursor("sessions", "2027-03-18T10:00:00Z", 0),
    cursor("sessions", "2027-03-18T10:00:00Z", 2**63),
    cursor("sessions", "2027-03-18T10:00:00Z", 1, 1),
    cursor("sessions", 1, "2027-03-18T10:00:00Z"),
    cursor("entitlements", "2027-03-18T10:00:00Z", 1),
    cursor({"sessions": 1}),
]


@pytest.mark.parametrize("bad", BAD_CURSORS)
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_that_is_none_of_the_list_is_refused_with_a_code(front_end: FrontEnd, bad: str, side: str) -> None:
    errors = front_end.answer("Maya", PAGE, **{side: bad})["errors"]
    assert [error["extensions"] for error in errors] == [{"code": "INVALID_INPUT", "argument": side}]


def test_a_cursor_fits_no_other_list(front_end: FrontEnd) -> None:
    _, info = page(front_end, first=1)
    assert front_end.codes("Maya", OTHER_LISTS, after=info["endCursor"]) == ["INVALID_INPUT"]


# -- filters --------------------------------------------------------------------------------------------------------------


def test_sessions_are_found_by_range_status_and_other_side(front_end: FrontEnd) -> None:
    platform = front_end.platform
    platform.booked("Maya", "session", "Cora", FIRST + timedelta(days=3, hours=5))
    third = front_end.ask("Maya", "{ viewer { sessions(first: 3) { nodes { id version } } } }")["viewer"]["sessions"]
    platform.cancel("Maya", _key(third["nodes"][2]["id"]))
    during = {"from": (FIRST + timedelta(days=2)).isoformat(), "to": (FIRST + timedelta(days=5)).isoformat()}
    assert page(front_end, filter={"during": during})[0] == [2, 3, 3, 4]
    assert page(front_end, filter={"during": during, "with": front_end.gid("Cora")})[0] == [3]
    assert page(front_end, filter={"during": during, "status": ["CANCELLED"]})[0] == [2]
    assert page(front_end, filter={"during": {"from": during["to"]}})[0] == [5, 6, 7, 8, 9]
    assert page(front_end, filter={"status": []})[0] == []
    assert page(front_end, filter={})[0] == page(front_end)[0]


def test_a_filter_with_an_id_of_nobody_is_refused(front_end: FrontEnd) -> None:
    assert front_end.codes("Maya", PAGE, filter={"with": "x"}) == ["INVALID_INPUT"]
    assert front_end.codes("Maya", PAGE, filter={"with": front_end.kind("session")}) == ["INVALID_INPUT"]


# -- lists inside lists ---------------------------------------------------------------------------------------------------

INSIDE = """query ($first: Int!, $inner: Int!) { viewer { sessions(first: $first) { nodes { id
  ledgerEntries(first: $inner) { nodes { kind } pageInfo { hasNextPage } }
  history(last: $inner) { nodes { name } pageInfo { hasPreviousPage } }
  moneyEntries(first: $inner) { nodes { kind } } } } } }"""


def test_the_lists_of_a_page_take_one_statement_each_whatever_its_size(front_end: FrontEnd) -> None:
    seen = count_statements(front_end.platform.database.engine)
    front_end.ask("Maya", INSIDE, first=10, inner=10)
    assert len(seen) == 2 + 3
    seen.clear()
    front_end.ask("Maya", INSIDE, first=1, inner=1)
    assert len(seen) == 2 + 3


def test_each_object_of_a_page_has_its_own_list(front_end: FrontEnd) -> None:
    platform = front_end.platform
    nodes = front_end.ask("Maya", INSIDE, first=2, inner=10)["viewer"]["sessions"]["nodes"]
    platform.cancel("Maya", _key(nodes[1]["id"]))
    one, two = front_end.ask("Maya", INSIDE, first=2, inner=1)["viewer"]["sessions"]["nodes"]
    assert one["history"] == {"nodes": [{"name": "SESSION_BOOKED"}], "pageInfo": {"hasPreviousPage": False}}
    assert two["history"] == {"nodes": [{"name": "SESSION_CANCELLED"}], "pageInfo": {"hasPreviousPage": True}}
    assert one["ledgerEntries"] == {"nodes": [{"kind": "HOLD"}], "pageInfo": {"hasNextPage": False}}
    assert two["ledgerEntries"] == {"nodes": [{"kind": "HOLD"}], "pageInfo": {"hasNextPage": True}}


def test_a_list_inside_a_list_is_read_on_by_its_own_cursor(front_end: FrontEnd) -> None:
    document = """query ($id: ID!, $after: String) { node(id: $id) { ... on Entitlement {
        entries(first: 4, after: $after) { nodes { kind } pageInfo { endCursor hasNextPage } } } } }"""
    lots = front_end.ask("Maya", "{ viewer { entitlements { nodes { id source } } } }")["viewer"]["entitlements"][
        "nodes"
    ]
    pack = next(lot["id"] for lot in lots if lot["source"] == "PACK")
    kinds: list[str] = []
    after = None
    while True:
        entries = front_end.ask("Maya", document, id=pack, after=after)["node"]["entries"]
        kinds += [node["kind"] for node in entries["nodes"]]
        if not entries["pageInfo"]["hasNextPage"]:
            break
        after = entries["pageInfo"]["endCursor"]
    assert kinds == ["GRANT", *["HOLD"] * 10]


# -- openings, a list that is worked out ----------------------------------------------------------------------------------

OPENINGS = """query ($kind: ID!, $coach: ID, $from: DateTime!, $to: DateTime!, $member: ID, $first: Int, $last: Int, $after: String, $before: String) {
  openings(kind: $kind, coach: $coach, from: $from, to: $to, member: $member, first: $first, last: $last, after: $after, before: $before) {
    nodes { startsAt endsAt coach { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def openings(front_end: FrontEnd, who: str = "Maya", **more: Any) -> Any:
    wanted = {
        "kind": front_end.kind("session"),
        "coach": front_end.gid("Eva"),
        "from": "2027-03-02T09:00:00Z",
        "to": "2027-03-02T14:00:00Z",
    }
    return front_end.ask(who, OPENINGS, **{**wanted, **more})["openings"]


def test_openings_are_paged_like_every_list(front_end: FrontEnd) -> None:
    whole = [node["startsAt"] for node in openings(front_end, first=100)["nodes"]]
    first = openings(front_end, first=5)
    assert first["pageInfo"]["hasNextPage"]
    second = openings(front_end, first=100, after=first["pageInfo"]["endCursor"])
    assert [node["startsAt"] for node in first["nodes"] + second["nodes"]] == whole
    last = openings(front_end, last=3)
    before = openings(front_end, last=100, before=last["pageInfo"]["startCursor"])
    assert [node["startsAt"] for node in before["nodes"] + last["nodes"]] == whole
    assert "2027-03-02T10:00:00Z" not in whole


def test_who_has_nothing_with_the_coach_sees_no_openings(front_end: FrontEnd) -> None:
    front_end.platform.member("Nora", "Cora")
    assert openings(front_end, "Nora") is None
    assert openings(front_end, coach=front_end.gid("Maya")) is None
    assert openings(front_end, "Eva")["nodes"] != []
    assert openings(front_end, "Sam", member=front_end.gid("Maya"))["nodes"] != []
    assert openings(front_end, "Nora", coach=front_end.gid("Cora"), member=front_end.gid("Maya")) is None


def test_openings_of_no_named_coach_are_those_of_every_coach_whom_the_member_may_book(front_end: FrontEnd) -> None:
    front_end.platform.member("Nora", "Eva", "Cora")
    each = [
        (node["startsAt"], name)
        for name in ("Eva", "Cora")
        for node in openings(front_end, "Nora", coach=front_end.gid(name), first=100)["nodes"]
    ]
    whole = [
        (node["startsAt"], node["coach"]["name"])
        for node in openings(front_end, "Nora", coach=None, first=100)["nodes"]
    ]
    assert sorted(whole) == sorted(each)
    assert {name for _, name in whole} == {"Eva", "Cora"}
    assert [at for at, _ in whole] == sorted(at for at, _ in whole)
    paged: list[tuple[str, str]] = []
    cursor = None
    while len(paged) < len(whole):
        page = openings(front_end, "Nora", coach=None, first=3, after=cursor)
        paged += [(node["startsAt"], node["coach"]["name"]) for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
    assert paged == whole
    by_staff = openings(front_end, "Sam", coach=None, member=front_end.gid("Nora"), first=100)["nodes"]
    assert [(node["startsAt"], node["coach"]["name"]) for node in by_staff] == whole


def test_openings_of_nobody_in_particular_are_not_asked_for(front_end: FrontEnd) -> None:
    wanted = {
        "kind": front_end.kind("session"),
        "from": "2027-03-02T09:00:00Z",
        "to": "2027-03-02T14:00:00Z",
    }
    assert front_end.codes("Sam", OPENINGS, **wanted) == ["INVALID_INPUT"]


@pytest.mark.parametrize(
    "range_",
    [
        {"from": "2027-03-02T14:00:00Z", "to": "2027-03-02T13:59:59Z"},
        {"from": "2027-03-02T00:00:00Z", "to": "2027-06-02T00:00:01Z"},
    ],
)
def test_openings_are_asked_for_at_most_92_days(front_end: FrontEnd, range_: dict[str, str]) -> None:
    wanted = {"kind": front_end.kind("session"), "coach": front_end.gid("Eva"), **range_}
    assert front_end.codes("Maya", OPENINGS, **wanted) == ["INVALID_INPUT"]


def _key(text: str) -> int:
    from api.ids import key_of

    key = key_of(text, "Session")
    assert key is not None
    return key
