"""The audit trail: every change of the organisation, for staff alone, found by name, person, actor and time."""

import json
from datetime import timedelta

import pytest

from tests.api.conftest import START, FrontEnd, Json
from tests.api.documents import CANCEL
from tests.api.givens import (
    api_key,
    made,
    session,
)

TRAIL = """query ($filter: AuditFilter, $last: Int) { auditTrail(filter: $filter, last: $last) { nodes {
  id name at recordedAt actor { kind name } persons { name } sessionId note sentence policyVersion details } } }"""


@pytest.fixture
def front_end(front_end: FrontEnd) -> FrontEnd:
    """A key was made and Maya renamed; then Maya has booked a call and cancelled it."""
    api_key(front_end)
    made(front_end, "updatePerson", "record { id }", person=front_end.gid("Maya"), name="Maya M.")
    call = session(front_end)["session"]
    front_end.platform.at(START + timedelta(hours=1))
    front_end.tell("Maya", CANCEL, session=call, ifVersion=1, note="Ill.", idempotencyKey=front_end.key())
    return front_end


def trail(front_end: FrontEnd, *, last: int = 100, **wanted: object) -> list[Json]:
    return front_end.ask("Sam", TRAIL, filter=wanted, last=last)["auditTrail"]["nodes"]


def test_it_tells_every_change_and_who_made_it(front_end: FrontEnd) -> None:
    key, renamed, booked, cancelled = trail(front_end, last=4)
    assert [entry["name"] for entry in (key, renamed)] == ["API_KEY_CREATED", "PERSON_UPDATED"]
    assert key["actor"] == renamed["actor"] == {"kind": "STAFF", "name": "Sam"}
    assert (renamed["persons"], renamed["sessionId"], renamed["sentence"]) == ([{"name": "Maya M."}], None, None)
    assert json.loads(renamed["details"]) == [{"changed": ["name"]}]
    assert {person["name"] for person in booked["persons"]} == {"Maya M.", "Eva"}
    assert (cancelled["actor"], cancelled["note"]) == ({"kind": "MEMBER", "name": "Maya M."}, "Ill.")
    assert (cancelled["recordedAt"], cancelled["policyVersion"]) == ("2027-03-01T10:00:00Z", 1)
    assert "cancelled" in cancelled["sentence"]


def test_it_is_found_by_name_person_actor_and_time(front_end: FrontEnd) -> None:
    names = {entry["name"] for entry in trail(front_end, person=front_end.gid("Maya"))}
    assert {"PERSON_UPDATED", "SESSION_BOOKED", "SESSION_CANCELLED"} <= names
    assert "API_KEY_CREATED" not in names
    assert [entry["name"] for entry in trail(front_end, names=["API_KEY_CREATED"])] == ["API_KEY_CREATED"]
    assert {entry["actor"]["name"] for entry in trail(front_end, actor=front_end.gid("Maya"))} == {"Maya M."}
    late = trail(front_end, during={"from": "2027-03-01T10:00:00Z"})
    assert [entry["name"] for entry in late] == ["SESSION_CANCELLED"]
    assert trail(front_end, during={"to": "2027-03-01T09:00:00Z"}) == []
    for nobody in ("none", front_end.kind("coaching")):
        assert front_end.codes("Sam", TRAIL, filter={"person": nobody}) in ([], ["INVALID_INPUT"])


def test_an_entry_is_found_again_by_its_id_and_by_staff_alone(front_end: FrontEnd) -> None:
    entry = trail(front_end, last=1)[0]["id"]
    document = "query ($id: ID!) { node(id: $id) { id } }"
    assert front_end.ask("Sam", document, id=entry) == {"node": {"id": entry}}
    assert front_end.ask("Maya", document, id=entry) == {"node": None}
    assert front_end.codes("Eva", TRAIL) == ["FORBIDDEN"]
