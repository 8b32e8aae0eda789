"""An operator's back end: it signs in with its key, acts as staff within its scopes, and signs people in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from api.ids import global_id
from policy.terms import Scope
from tests.api.conftest import START, FrontEnd, Json

CREATE = """mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  ... on CreateApiKeySuccess { key apiKey { id } } ... on Refusal { code } } }"""
REVOKE = (
    """mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename ... on Refusal { code } } }"""
)
ISSUE = """mutation ($input: IssueTokenInput!) { issueToken(input: $input) {
  ... on IssueTokenSuccess { token person { name } } ... on Refusal { code } } }"""
TIME_OFF = """mutation ($input: AddTimeOffInput!) { addTimeOff(input: $input) {
  ... on AddTimeOffSuccess { timeOff { id coach { name } } sessions { id } } ... on Refusal { code } } }"""
GRANT = """mutation ($input: GrantPackInput!) { grantPack(input: $input) {
  ... on GrantPackSuccess { membership { id member { name } } } ... on Refusal { code } } }"""


class BackEnd:
    """A program with a key of these scopes."""

    def __init__(self, front_end: FrontEnd, scopes: Sequence[Scope]) -> None:
        self.front_end = front_end
        made = front_end.tell("Sam", CREATE, name="Back end", scopes=list(scopes), idempotencyKey=front_end.key())
        self.id, self.key = made["apiKey"]["id"], made["key"]

    def answer(self, document: str, token: str | None = None, **variables: Any) -> Json:
        headers = {"authorization": f"Bearer {token or self.key}"}
        body = {"query": document, "variables": variables}
        return self.front_end.client.post("/graphql", json=body, headers=headers).json()

    def ask(self, document: str, **variables: Any) -> Json:
        answer = self.answer(document, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def tell(self, document: str, **fields: Any) -> Json:
        return next(iter(self.ask(document, input=fields).values()))

    def code(self, document: str, **variables: Any) -> str:
        return self.answer(document, **variables)["errors"][0]["extensions"]["code"]


def test_a_key_is_no_person(front_end: FrontEnd) -> None:
    back_end = BackEnd(front_end, [Scope.READ])
    assert back_end.ask("{ viewer { id } organisation { name } }") == {
        "viewer": None, "organisation": {"name": "The Platform"}
    }  # fmt: skip
    person = front_end.platform.people["Sam"]
    assert back_end.ask(f'{{ node(id: "{global_id("Viewer", person)}") {{ id }} }}') == {"node": None}
    rotate = 'mutation { rotateFeedUrl(input: {idempotencyKey: "a"}) { ... on InvalidInput { path } } }'
    assert back_end.ask(rotate) == {"rotateFeedUrl": {"path": ["person"]}}
    connect = "mutation { startGoogleConnection(input: {}) { ... on Refusal { code } } }"
    assert back_end.ask(connect) == {"startGoogleConnection": {"code": "FORBIDDEN"}}


def test_a_key_reads_everything_within_its_scope_and_nothing_without(front_end: FrontEnd) -> None:
    call = front_end.session(front_end.platform.booked("Maya", "coaching", "Eva", START + timedelta(days=17)))
    reading, granting = BackEnd(front_end, [Scope.READ]), BackEnd(front_end, [Scope.CREDITS])
    session = (
        f'{{ node(id: "{call}") {{ ... on Session {{ member {{ name }} ledgerEntries {{ nodes {{ kind }} }} }} }} }}'
    )
    assert reading.ask(session)["node"]["member"]["name"] == "Maya"
    assert len(reading.ask("{ sessions { nodes { id } } }")["sessions"]["nodes"]) == 1
    assert granting.ask(session) == {"node": None}
    assert granting.code("{ sessions { nodes { id } } }") == "FORBIDDEN"
    maya = front_end.gid("Maya")
    assert reading.ask(f'{{ node(id: "{maya}") {{ id }} }}') == {"node": {"id": maya}}
    assert granting.ask(f'{{ node(id: "{maya}") {{ id }} }}') == {"node": None}


def test_a_key_acts_within_its_scopes_and_reads_what_it_did(front_end: FrontEnd) -> None:
    back_end = BackEnd(front_end, [Scope.AVAILABILITY])
    away = {"coach": front_end.gid("Eva"), "startsAt": "2027-08-01T00:00:00Z", "endsAt": "2027-08-15T00:00:00Z"}
    done = back_end.tell(TIME_OFF, **away, idempotencyKey="august")
    assert done["timeOff"]["coach"] == {"name": "Eva"}
    assert back_end.tell(TIME_OFF, **away, idempotencyKey="august") == done
    pack = {"member": front_end.gid("Maya"), "kind": front_end.kind("coaching"), "units": 1, "idempotencyKey": "pack"}
    assert back_end.tell(GRANT, **pack) == {"code": "FORBIDDEN"}
    assert BackEnd(front_end, [Scope.CREDITS]).tell(GRANT, **pack)["membership"]["member"] == {"name": "Maya"}


def test_the_history_names_the_key_that_has_booked(front_end: FrontEnd) -> None:
    document = """mutation ($input: BookSessionInput!) { bookSession(input: $input) { ... on Refusal { code }
        ... on BookSessionSuccess { session { history { nodes { actor { kind name } sentence } } } } } }"""
    back_end = BackEnd(front_end, [Scope.BOOKINGS])
    terms = {"kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "startsAt": "2027-03-18T10:00:00Z"}
    given = {**terms, "member": front_end.gid("Maya"), "note": "by phone", "idempotencyKey": "phone"}
    [entry] = back_end.tell(document, **given)["session"]["history"]["nodes"]
    assert entry["actor"] == {"kind": "STAFF", "name": "Back end"}


def test_a_key_signs_people_in(front_end: FrontEnd) -> None:
    back_end = BackEnd(front_end, [Scope.TOKENS])
    issued = back_end.tell(ISSUE, person=front_end.gid("Maya"), lifetime="PT10M")
    assert issued["person"] == {"name": "Maya"}
    seen = back_end.answer("{ viewer { person { name } } }", token=issued["token"])
    assert seen == {"data": {"viewer": {"person": {"name": "Maya"}}}}
    assert BackEnd(front_end, [Scope.READ]).tell(ISSUE, person=front_end.gid("Maya"), lifetime="PT10M") == {
        "code": "FORBIDDEN"
    }


def test_a_revoked_key_is_refused_at_once(front_end: FrontEnd) -> None:
    back_end = BackEnd(front_end, [Scope.READ])
    assert back_end.ask("{ organisation { id } }")["organisation"]
    front_end.tell("Sam", REVOKE, apiKey=back_end.id, idempotencyKey=front_end.key())
    assert back_end.code("{ organisation { id } }") == "UNAUTHENTICATED"


@pytest.mark.parametrize("change", ["x", "fnk_999_", ""])
def test_a_key_that_is_none_is_refused(front_end: FrontEnd, change: str) -> None:
    back_end = BackEnd(front_end, [Scope.READ])
    secret = back_end.key.split("_", 2)[2]
    back_end.key = f"{change}{secret}" if change.startswith("fnk") else f"{back_end.key[:-4]}{change}zzzz"
    assert back_end.code("{ organisation { id } }") == "UNAUTHENTICATED"


def test_it_is_known_when_a_key_was_used_last(front_end: FrontEnd) -> None:
    back_end = BackEnd(front_end, [Scope.READ])
    document = "{ apiKeys { nodes { id lastUsedAt } } }"
    assert front_end.ask("Sam", document)["apiKeys"]["nodes"] == [{"id": back_end.id, "lastUsedAt": None}]
    back_end.ask("{ __typename }")
    [known] = front_end.ask("Sam", document)["apiKeys"]["nodes"]
    assert known["lastUsedAt"] == "2027-03-01T09:00:00Z"
