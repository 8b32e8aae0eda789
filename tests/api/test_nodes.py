"""Objects by id: what the caller may see, and null for everything else, without a hint that it exists."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from api.ids import global_id
from api.nodes import READERS
from models.keyring import Keyring
from models.unit import Database, count_statements
from tests.api.conftest import START, FrontEnd
from tests.api.documents import NODE, NODES
from tests.support.platform import open_platform

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
ROWS = {
    "Session": "SELECT id FROM session",
    "Person": "SELECT id FROM person",
    "SessionKind": "SELECT id FROM session_kind",
    "PolicyVersion": "SELECT id FROM policy_version",
    "Membership": "SELECT id FROM membership",
    "TimeOff": "SELECT id FROM time_off",
    "Entitlement": "SELECT id FROM credit_lot",
    "LedgerEntry": "SELECT id FROM ledger_entry",
    "MoneyEntry": "SELECT id FROM money_entry",
    "HistoryEntry": "SELECT id FROM event WHERE session_id IS NOT NULL",
    "Notification": "SELECT id FROM notification",
    "Viewer": "SELECT id FROM person",
    "Organisation": "SELECT id FROM organisation",
    "PersonRecord": "SELECT id FROM person",
    "Engagement": "SELECT id FROM engagement",
    "Contract": "SELECT id FROM contract",
    "ApiKey": "SELECT id FROM api_key",
    "Earning": "SELECT id FROM earning",
    "Proposal": "SELECT id FROM proposal",
    "SessionCase": "SELECT id FROM session_case",
    "Note": "SELECT id FROM note",
    "Task": "SELECT id FROM task",
    "ActionItem": "SELECT id FROM action_item",
    "CalendarQuestion": "SELECT id FROM calendar_question",
    "AuditEntry": "SELECT id FROM event",
    "MembershipRequest": "SELECT id FROM membership_request",
    "Thread": "SELECT id FROM thread",
    "Series": "SELECT id FROM series",
    "BookingStop": "SELECT id FROM sanction",
    "Reading": "SELECT id FROM content_reading",
}
SEEN = {
    "Maya": {
        "Session": 1, "Person": 2, "SessionKind": 3, "PolicyVersion": 1, "Membership": 1, "TimeOff": 0, "Entitlement": 4,
        "LedgerEntry": 6, "MoneyEntry": 0, "HistoryEntry": 4, "Notification": 3, "Viewer": 1, "Organisation": 1,
        "PersonRecord": 0, "Engagement": 1, "Contract": 0, "ApiKey": 0,
        "Proposal": 0, "SessionCase": 0, "Earning": 0, "Note": 1, "ActionItem": 1, "Task": 0, "CalendarQuestion": 0, "AuditEntry": 0, "MembershipRequest": 0, "Thread": 1, "Series": 0, "BookingStop": 0, "Reading": 0,
    },
    "Eva": {
        "Session": 1, "Person": 2, "SessionKind": 3, "PolicyVersion": 1, "Membership": 0, "TimeOff": 1, "Entitlement": 0,
        "LedgerEntry": 2, "MoneyEntry": 1, "HistoryEntry": 4, "Notification": 2, "Viewer": 1, "Organisation": 1,
        "PersonRecord": 0, "Engagement": 1, "Contract": 0, "ApiKey": 0,
        "Proposal": 0, "SessionCase": 0, "Earning": 1, "Note": 2, "ActionItem": 1, "Task": 0, "CalendarQuestion": 0, "AuditEntry": 0, "MembershipRequest": 0, "Thread": 1, "Series": 0, "BookingStop": 0, "Reading": 0,
    },
    "Nora": {
        "Session": 0, "Person": 2, "SessionKind": 3, "PolicyVersion": 1, "Membership": 1, "TimeOff": 0, "Entitlement": 4,
        "LedgerEntry": 4, "MoneyEntry": 0, "HistoryEntry": 0, "Notification": 0, "Viewer": 1, "Organisation": 1,
        "PersonRecord": 0, "Engagement": 1, "Contract": 0, "ApiKey": 0,
        "Proposal": 0, "SessionCase": 0, "Earning": 0, "Note": 0, "ActionItem": 0, "Task": 0, "CalendarQuestion": 0, "AuditEntry": 0, "MembershipRequest": 0, "Thread": 0, "Series": 0, "BookingStop": 0, "Reading": 0,
    },
    "Sam": {
        "Session": 1, "Person": 5, "SessionKind": 3, "PolicyVersion": 1, "Membership": 2, "TimeOff": 1, "Entitlement": 8,
        "LedgerEntry": 10, "MoneyEntry": 1, "HistoryEntry": 4, "Notification": 0, "Viewer": 1, "Organisation": 1,
        "PersonRecord": 5, "Engagement": 2, "Contract": 0, "ApiKey": 0,
        "Proposal": 0, "SessionCase": 0, "Earning": 1, "Note": 0, "ActionItem": 0, "Task": 0, "CalendarQuestion": 0, "AuditEntry": 17, "MembershipRequest": 0, "Thread": 0, "Series": 0, "BookingStop": 0, "Reading": 0,
    },
}  # fmt: skip
"""How many objects of each type everybody sees: a member's and a coach's own, all for staff (MODEL 10)."""


@pytest.fixture
def front_end(front_end: FrontEnd, owner: Engine) -> FrontEnd:
    """Maya lost a call of Eva's by cancelling too late; Eva has written about it, and is away later."""
    platform = front_end.platform
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    platform.at(datetime(2027, 3, 17, 10, tzinfo=UTC))
    shown = platform.can_cancel("Maya", session).consequence
    assert shown is not None
    platform.cancel("Maya", session, acknowledge=shown.digest)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO time_off (organisation_id, coach_id, starts_at, ends_at) "
                "VALUES (:organisation, :coach, '2027-08-01Z', '2027-08-15Z')"
            ),
            {"organisation": platform.organisation_id, "coach": platform.people["Eva"]},
        )
    write_about(front_end, session)
    return front_end


def write_about(front_end: FrontEnd, session: int) -> None:
    """Eva's notes about the call, one for herself and one for Maya too, and a next step for both; and to Maya."""
    for verb, visibility in (("writeNote", "PRIVATE"), ("writeNote", "SHARED"), ("addActionItem", "SHARED")):
        name = verb[0].upper() + verb[1:]
        document = f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ __typename }} }}"
        given = {"session": front_end.session(session), "text": "Read.", "visibility": visibility}
        answer = front_end.tell("Eva", document, **given, idempotencyKey=front_end.key())
        assert answer["__typename"] == f"{name}Success"
    document = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }"
    given = {"to": front_end.gid("Maya"), "text": "Read.", "idempotencyKey": front_end.key()}
    assert front_end.ask("Eva", document, input=given)["sendMessage"]["__typename"] == "SendMessageSuccess"


def ids_of(owner: Engine, kind: str) -> list[str]:
    with owner.connect() as connection:
        return [global_id(kind, key) for key in connection.execute(text(ROWS[kind])).scalars()]


def test_the_tests_know_every_type_of_node() -> None:
    assert set(ROWS) == set(READERS)
    assert all(set(seen) == set(READERS) for seen in SEEN.values())


@pytest.mark.parametrize("who", SEEN)
def test_everybody_sees_their_own_and_staff_see_all(front_end: FrontEnd, owner: Engine, who: str) -> None:
    found = {}
    for kind in READERS:
        ids = ids_of(owner, kind)
        nodes = front_end.ask(who, NODES, ids=ids)["nodes"]
        assert [node["id"] for node in nodes if node] == [one for one, node in zip(ids, nodes, strict=True) if node]
        assert {node["__typename"] for node in nodes if node} <= {kind}
        found[kind] = sum(node is not None for node in nodes)
    assert found == SEEN[who]


def test_nobody_sees_anything_of_another_organisation(
    front_end: FrontEnd, owner: Engine, database: Database, keyring: Keyring
) -> None:
    ids = [one for kind in READERS for one in ids_of(owner, kind)]
    other = open_platform(database, "thrive", at=START)
    stranger = FrontEnd(client=front_end.client, keyring=keyring, platform=other)
    assert stranger.ask("Sam", NODES, ids=ids)["nodes"] == [None] * len(ids)


@pytest.mark.parametrize(
    "text",
    ["", "x", "Session:1", "U2Vzc2lvbjox=", "\x00", "🙂", "a" * 5000, global_id("Session", 2**63 - 1), global_id("Nothing", 1),
     global_id("Query", 1), global_id("Node", 1)],
)  # fmt: skip
def test_an_id_that_is_none_or_unknown_is_null_and_no_error(front_end: FrontEnd, text: str) -> None:
    assert front_end.ask("Sam", NODE, id=text)["node"] is None


def test_nodes_come_in_the_order_of_their_ids_and_as_often(front_end: FrontEnd) -> None:
    maya, eva = front_end.gid("Maya"), front_end.gid("Eva")
    nodes = front_end.ask("Maya", NODES, ids=[maya, "x", eva, maya])["nodes"]
    assert [node and node["id"] for node in nodes] == [maya, None, eva, maya]


def test_nodes_of_one_type_take_one_statement(front_end: FrontEnd, owner: Engine) -> None:
    ids = ids_of(owner, "Entitlement")
    seen = count_statements(front_end.platform.database.engine)
    front_end.ask("Sam", NODES, ids=ids)
    assert len(seen) == 2


def test_at_most_100_ids_are_asked_for_at_once(front_end: FrontEnd) -> None:
    assert front_end.codes("Maya", NODES, ids=["x"] * 101) == ["INVALID_INPUT"]


def test_what_a_node_leads_to_is_read_for_all_of_its_kind_at_once(front_end: FrontEnd, owner: Engine) -> None:
    document = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on LedgerEntry {
        kind entitlement { id available kind { code } } toEntitlement { id } session { id coach { name } } decision { row } } } }"""
    ids = ids_of(owner, "LedgerEntry")
    seen = count_statements(front_end.platform.database.engine)
    entries: list[Any] = front_end.ask("Sam", document, ids=ids)["nodes"]
    assert len(entries) == SEEN["Sam"]["LedgerEntry"]
    # The caller, the entries, their lots, their sessions.
    assert len(seen) == 4
