"""People sign in with an issuer's tokens over HTTP; the issuer rotates its keys, goes away and comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from api.oidc.keys import FRESH, LONGEST, PAUSE
from api.oidc.tokens import Oidc
from policy.terms import Role
from tests.api.conftest import REAL_NOW, FrontEnd
from tests.support.oidc_issuer import KEYS, OidcIssuer

VIEWER = "{ viewer { person { name } } }"
DEACTIVATE = """mutation ($input: DeactivatePersonInput!) { deactivatePerson(input: $input) {
  ... on DeactivatePersonSuccess { record { deactivatedAt } } ... on EffectNotAcknowledged { effect { digest } } } }"""


@dataclass
class Clock:
    """What the machine's clock says."""

    now: datetime = REAL_NOW


@dataclass
class Door:
    """A platform whose people sign in at the issuer."""

    front_end: FrontEnd
    issuer: OidcIssuer
    clock: Clock

    def ask(self, token: str, document: str = VIEWER, **variables: Any) -> httpx.Response:
        body = {"query": document, "variables": variables}
        headers = {"authorization": f"Bearer {token}", "accept": "application/graphql-response+json"}
        return self.front_end.client.post("/graphql", json=body, headers=headers)

    def sign(self, subject: str = "m-1", **claims: Any) -> str:
        organisation = self.front_end.platform.organisation_id
        given: dict[str, Any] = {"sub": subject, "organisation": organisation, **claims}
        return self.issuer.sign(now=self.clock.now, **given)

    def name(self, token: str) -> str:
        """Who is signed in with this token."""
        answer = self.ask(token).json()
        assert "errors" not in answer, answer
        return answer["data"]["viewer"]["person"]["name"]

    def code(self, token: str) -> tuple[int, str]:
        """The status and code with which this token is refused."""
        answer = self.ask(token)
        return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

    def later(self, span: timedelta) -> None:
        self.clock.now += span


VERIFIED: dict[str, Any] = {"email": "maya@example.com", "email_verified": True}
NOBODY = (401, "UNAUTHENTICATED")


@pytest.fixture
def door(open_front_end: Callable[..., FrontEnd], issuer: OidcIssuer, oidc: Oidc) -> Door:
    clock = Clock()
    front_end = open_front_end(oidc=oidc, real_now=lambda: clock.now)
    front_end.platform.person("Maya", Role.MEMBER)
    return Door(front_end, issuer, clock)


def test_a_verified_address_signs_its_person_in_and_the_subject_from_then_on(door: Door) -> None:
    assert door.code(door.sign()) == NOBODY
    assert door.code(door.sign(email="maya@example.com", email_verified=False)) == NOBODY
    assert door.name(door.sign(**VERIFIED)) == "Maya"
    assert door.name(door.sign()) == "Maya"
    assert door.code(door.sign("somebody-else", **VERIFIED)) == NOBODY


def test_a_token_signs_in_to_the_organisation_that_it_names(door: Door) -> None:
    door.name(door.sign(**VERIFIED))
    other = door.front_end.platform.organisation_id + 1
    for organisation in (other, 10**17, None, "x"):
        assert door.code(door.sign(organisation=organisation, **VERIFIED)) == NOBODY


@pytest.mark.parametrize(
    "changed",
    [{"aud": "another"}, {"iss": "https://login.example"}, {"exp": 1}, {"nbf": 2**40}, {"sub": "a\x00b"}, {"sub": ""}],
)
def test_what_is_not_for_us_now_signs_nobody_in(door: Door, changed: dict[str, Any]) -> None:
    assert door.code(door.sign(**{**VERIFIED, **changed})) == NOBODY


def test_somebody_who_was_deactivated_stays_out(door: Door) -> None:
    token = door.sign(**VERIFIED)
    door.name(token)
    front_end = door.front_end
    given = {"person": front_end.gid("Maya"), "idempotencyKey": "one"}
    effect = front_end.tell("Sam", DEACTIVATE, **given)["effect"]
    front_end.tell("Sam", DEACTIVATE, **{**given, "idempotencyKey": "two", "acknowledge": effect["digest"]})
    assert door.code(token) == NOBODY


def test_a_new_key_is_found_at_once_and_an_old_one_ends(door: Door) -> None:
    old = door.sign(**VERIFIED)
    assert door.name(old) == "Maya"
    door.later(PAUSE)
    door.issuer.rotate()
    assert door.name(door.sign()) == "Maya"
    assert door.code(old) == NOBODY
    assert door.issuer.asked[KEYS] == 2


def test_made_up_keys_do_not_make_us_ask_the_issuer_again_and_again(door: Door) -> None:
    door.name(door.sign(**VERIFIED))
    for number in range(20):
        assert door.code(door.sign(headers={"kid": f"made-up-{number}"})) == NOBODY
    assert door.issuer.asked[KEYS] == 1
    assert door.name(door.sign()) == "Maya"


def test_people_go_on_while_the_issuer_is_away(door: Door) -> None:
    door.name(door.sign(**VERIFIED))
    door.issuer.status = 503
    door.later(FRESH)
    assert door.name(door.sign()) == "Maya"
    door.later(LONGEST)
    answer = door.ask(door.sign())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    door.issuer.status = 200
    door.later(PAUSE)
    assert door.name(door.sign()) == "Maya"


def test_our_own_tokens_do_not_need_the_issuer(door: Door) -> None:
    door.issuer.status = 503
    assert door.front_end.ask("Sam", VIEWER)["viewer"]["person"]["name"] == "Sam"
    assert door.code(door.sign()) == (503, "UNAVAILABLE")


def test_without_an_issuer_its_tokens_are_none_of_ours(front_end: FrontEnd, issuer: OidcIssuer) -> None:
    door = Door(front_end, issuer, Clock())
    assert door.code(door.sign(**VERIFIED)) == NOBODY
    assert issuer.asked == {}
