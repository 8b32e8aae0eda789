"""Every mutation as an API key of too small a scope, and from another organisation: refused, without a trace (MODEL 10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from policy.terms import Role, Scope
from tests.api.conftest import START, FrontEnd, Json
from tests.api.selections import outcome
from tests.api.verbs import DONE, MUTATIONS, OF_ONES_OWN, SCOPES, WITHOUT_KEY
from tests.scenarios.records import Records, read_records

CREATE = (
    """mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { key } } }"""
)
UNHEARD = {"FORBIDDEN", "NOT_FOUND"}


@dataclass
class Attempts:
    """One verb with an input that would be done, sent by whom it is not for."""

    front_end: FrontEnd
    owner: Engine
    verb: str
    fields: Json

    def answer(self, key: str) -> str:
        """What the bearer of a key or token is answered: done and shown whole, or the code of the refusal or error."""
        name = self.verb[0].upper() + self.verb[1:]
        given = dict(self.fields)
        if self.verb not in WITHOUT_KEY:
            given["idempotencyKey"] = self.front_end.key()
        answer = self.front_end.client.post(
            "/graphql",
            json={"query": outcome(self.verb), "variables": {"input": given}},
            headers={"authorization": f"Bearer {key}"},
        ).json()
        if "errors" in answer:
            return answer["errors"][0]["extensions"]["code"]
        result = answer["data"][self.verb]
        return DONE if result["__typename"] == f"{name}Success" else result["code"]

    def key(self, scopes: Iterable[Scope]) -> str:
        """A key of these scopes; it has been used this minute, so that using it again is no trace."""
        made = self.front_end.tell(
            "Sam", CREATE, name="Back end", scopes=sorted(scopes), idempotencyKey=self.front_end.key()
        )["key"]
        headers = {"authorization": f"Bearer {made}"}
        self.front_end.client.post("/graphql", json={"query": "{ organisation { id } }"}, headers=headers)
        return made

    def records(self, organisation_id: int | None = None) -> Records:
        return read_records(self.owner, organisation_id or self.front_end.platform.organisation_id)


FOR_A_KEY: dict[str, Callable[[FrontEnd], Json]] = {
    "createApiKey": lambda _: {"scopes": ["KEYS"]},
    "rotateFeedUrl": lambda front_end: {"person": front_end.gid("Maya")},
    "cancelMembership": lambda _: {"source": "by phone"},
    "keepMembership": lambda _: {"source": "by phone"},
    "pauseMembership": lambda _: {"source": "by phone"},
    "resumeMembership": lambda _: {"source": "by phone"},
}
"""What a key says differently: it hands out no more than it has, and has no feed of its own."""


@pytest.mark.parametrize("verb", MUTATIONS)
def test_a_verb_is_done_for_a_key_of_its_scope_and_for_no_other_nor_from_another_organisation(
    front_end: FrontEnd, open_front_end: Callable[..., FrontEnd], owner: Engine, verb: str
) -> None:
    front_end.platform.person("Tom", Role.STAFF)
    attempt, scope = Attempts(front_end, owner, verb, MUTATIONS[verb][0](front_end)), SCOPES[verb]
    _refused_to_another_organisation(attempt, open_front_end(at=START))
    attempt.fields |= FOR_A_KEY.get(verb, lambda _: {})(front_end)
    every_other = attempt.key(set(Scope) - {scope})
    needed = None if scope is None else attempt.key({scope})
    before = attempt.records()
    assert attempt.answer(every_other) in {*UNHEARD, *({"INVALID_INPUT"} if scope is None else ())}
    assert attempt.records() == before
    if needed is not None:
        assert attempt.answer(needed) == DONE


def _refused_to_another_organisation(attempt: Attempts, other: FrontEnd) -> None:
    """Its members, coaches and staff and its key reach nothing here; what means nobody's in particular is done there."""
    other.platform.coach("Rita", "coaching")
    other.platform.member("Una", "Rita")
    theirs = Attempts(other, attempt.owner, attempt.verb, {})
    tokens = [other.headers(who)["authorization"].removeprefix("Bearer ") for who in ("Una", "Rita", "Sam")]
    callers = [*tokens, theirs.key(Scope)]
    here, there = attempt.records(), theirs.records()
    answers = {attempt.answer(caller) for caller in callers}
    assert attempt.records() == here
    if attempt.verb not in OF_ONES_OWN:
        assert answers <= {*UNHEARD, "INVALID_INPUT"}
        assert theirs.records() == there
