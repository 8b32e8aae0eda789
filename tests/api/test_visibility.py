"""Who reads what of a session: money is for whom it concerns, wherever it is said (MODEL 10)."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.conftest import FrontEnd
from tests.api.documents import CANCEL

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
LATE = datetime(2027, 3, 17, 10, tzinfo=UTC)
EVERYTHING = """query ($id: ID!, $side: Side) { node(id: $id) { ... on Session {
  canCancel(onBehalfOf: $side, note: "asked") { allowed code consequence { summary charge { minorUnits } refund { minorUnits }
    earning { minorUnits } penalty { minorUnits } } }
  moneyEntries { nodes { kind amount { minorUnits currency } person { name } } }
  history { nodes { name sentence } }
  joinUrl } } }"""
OWN_MONEY = "{ viewer { money { nodes { kind amount { minorUnits } session { id } cause } } } }"


@pytest.fixture
def call(front_end: FrontEnd) -> str:
    """Maya's call with Eva, a day before its start."""
    session = front_end.session(front_end.platform.booked("Maya", "coaching", "Eva", CALL))
    front_end.platform.at(LATE)
    return session


def seen(front_end: FrontEnd, who: str, session: str, **more: Any) -> Any:
    return front_end.ask(who, EVERYTHING, id=session, **more)["node"]


def lose(front_end: FrontEnd, session: str) -> Any:
    """Maya cancels too late; the answer."""
    shown = front_end.platform.can_cancel("Maya", _key(session)).consequence
    assert shown is not None
    return front_end.tell(
        "Maya", CANCEL, session=session, ifVersion=1, acknowledge=shown.digest, idempotencyKey=front_end.key()
    )


def test_a_member_does_not_read_what_the_coach_is_paid(front_end: FrontEnd, call: str) -> None:
    before = seen(front_end, "Maya", call)["canCancel"]["consequence"]
    assert before["earning"] is None
    done = lose(front_end, call)
    assert done["consequence"]["earning"] is None
    after = seen(front_end, "Maya", call)
    assert after["moneyEntries"]["nodes"] == []
    assert front_end.ask("Maya", OWN_MONEY)["viewer"]["money"]["nodes"] == []
    assert not re.search(r"100|paid|owes", repr([before, done, after["history"]]))


def test_a_refusal_tells_the_member_no_more(front_end: FrontEnd, call: str) -> None:
    refused = front_end.tell("Maya", CANCEL, session=call, ifVersion=1, idempotencyKey=front_end.key())
    assert refused["code"] == "LATE_CHANGE_NEEDS_ACK"
    assert refused["check"]["consequence"]["earning"] is None
    assert "paid" not in refused["check"]["consequence"]["summary"]


def test_a_coach_reads_what_they_are_paid(front_end: FrontEnd, call: str) -> None:
    before = seen(front_end, "Eva", call, side="MEMBER")["canCancel"]["consequence"]
    assert before["earning"] == {"minorUnits": 10000}
    assert "The coach is paid 100.00 EUR." in before["summary"]
    lose(front_end, call)
    after = seen(front_end, "Eva", call)
    assert after["moneyEntries"]["nodes"] == [
        {"kind": "EARNING", "amount": {"minorUnits": 10000, "currency": "EUR"}, "person": {"name": "Eva"}}
    ]
    assert "100.00 EUR" in after["history"]["nodes"][-1]["sentence"]
    [entry] = front_end.ask("Eva", OWN_MONEY)["viewer"]["money"]["nodes"]
    assert entry == {
        "kind": "EARNING", "amount": {"minorUnits": 10000}, "session": {"id": call}, "cause": "SESSION_CANCELLED"
    }  # fmt: skip


def test_staff_read_everything(front_end: FrontEnd, call: str) -> None:
    lose(front_end, call)
    after = seen(front_end, "Sam", call)
    assert [entry["person"]["name"] for entry in after["moneyEntries"]["nodes"]] == ["Eva"]
    assert "100.00 EUR" in after["history"]["nodes"][-1]["sentence"]


def test_a_stranger_sees_no_session_at_all(front_end: FrontEnd, call: str) -> None:
    for who in ("Nora", "Dan"):
        assert front_end.ask(who, EVERYTHING, id=call)["node"] is None
        refused = front_end.tell(who, CANCEL, session=call, ifVersion=1, idempotencyKey=front_end.key())
        assert (refused["__typename"], refused["code"]) == ("RequestRefused", "NOT_FOUND")


def test_a_join_link_is_its_readers_own(front_end: FrontEnd, call: str) -> None:
    links = {who: seen(front_end, who, call)["joinUrl"] for who in ("Maya", "Eva", "Sam")}
    assert links["Sam"] is None
    assert links["Maya"] != links["Eva"]
    assert all(link.startswith("http://127.0.0.1:8000/join/") for link in (links["Maya"], links["Eva"]))
    lose(front_end, call)
    assert seen(front_end, "Maya", call)["joinUrl"] is None


@pytest.mark.parametrize("who", ["Maya", "Sam"])
def test_only_the_coach_acts_for_the_coach(front_end: FrontEnd, call: str, who: str) -> None:
    check = seen(front_end, who, call, side="COACH")["canCancel"]
    assert (check["allowed"], check["code"], check["consequence"]) == (False, "FORBIDDEN", None)
    refused = front_end.tell(
        who, CANCEL, session=call, ifVersion=1, onBehalfOf="COACH", note="asked", idempotencyKey=front_end.key()
    )
    assert (refused["__typename"], refused["code"]) == ("RequestRefused", "FORBIDDEN")
    stranger = front_end.tell(
        "Nora", CANCEL, session=call, ifVersion=1, onBehalfOf="COACH", idempotencyKey=front_end.key()
    )
    assert stranger["code"] == "NOT_FOUND"


def test_a_coach_acts_on_their_own_account_or_on_the_members_behalf(front_end: FrontEnd, call: str) -> None:
    own = seen(front_end, "Eva", call, side="COACH")["canCancel"]
    assert own == seen(front_end, "Eva", call)["canCancel"]
    assert own["consequence"]["earning"] is None
    assert seen(front_end, "Eva", call, side="MEMBER")["canCancel"]["consequence"]["earning"] is not None


PRIVATE = """{ viewer { notifications { nodes { recipient { name } code links { kind } } } calendar { feedUrl google { status } }
  entitlements { nodes { member { name } } } roles } }"""


def test_the_viewer_is_whoever_asks(front_end: FrontEnd, call: str) -> None:
    for who, kinds in (("Maya", {"RESCHEDULE", "CANCEL", "JOIN"}), ("Eva", {"JOIN"})):
        found = front_end.ask(who, PRIVATE)["viewer"]
        [notice] = found["notifications"]["nodes"]
        assert (notice["recipient"]["name"], notice["code"]) == (who, "BOOKED")
        assert {link["kind"] for link in notice["links"]} == kinds
        assert {lot["member"]["name"] for lot in found["entitlements"]["nodes"]} <= {who}
    assert front_end.ask("Sam", PRIVATE)["viewer"]["notifications"]["nodes"] == []


def test_feeds_of_two_people_have_two_addresses(front_end: FrontEnd) -> None:
    urls = {front_end.ask(who, PRIVATE)["viewer"]["calendar"]["feedUrl"] for who in ("Maya", "Eva", "Sam")}
    assert len(urls) == 3
    for url in urls:
        assert front_end.client.get(url).status_code == 200


def _key(text: str) -> int:
    from api.ids import key_of

    key = key_of(text, "Session")
    assert key is not None
    return key
