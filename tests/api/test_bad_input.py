"""Bad input: each kind with its code, and without a trace (GRAPHQL.md, 4, 5, 8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import Engine

from api.ids import global_id
from tests.api.conftest import REAL_NOW, START, FrontEnd, Json, token_for
from tests.api.documents import BOOK, CANCEL, RESCHEDULE
from tests.api.givens import (
    CALL,
    session,
)
from tests.scenarios.records import Records, read_records

NOTE = (
    "mutation Note($input: WriteNoteInput!) { writeNote(input: $input) { ... on WriteNoteSuccess { note { id } }"
    " ... on Refusal { __typename code } } }"
)
ADD = (
    "mutation Add($input: AddPersonInput!) { addPerson(input: $input) { ... on AddPersonSuccess { person { id } }"
    " ... on Refusal { __typename code } } }"
)
POLICY = (
    "mutation Publish($input: PublishPolicyVersionInput!) { publishPolicyVersion(input: $input) {"
    " ... on PublishPolicyVersionSuccess { policyVersion { id } } ... on Refusal { __typename code } } }"
)
IMPORT = (
    "mutation Import($input: ImportPeopleInput!) { importPeople(input: $input) { ... on ImportPeopleSuccess { imported }"
    " ... on Refusal { __typename code } } }"
)
RECEIPT = (
    "mutation Receipt($input: RecordReceiptInput!) { recordReceipt(input: $input) { ... on RecordReceiptSuccess {"
    " arrears { minorUnits } } ... on Refusal { __typename code } } }"
)
COACH = (
    "mutation Coach($input: AddCoachInput!) { addCoach(input: $input) { ... on AddCoachSuccess { person { id } }"
    " ... on Refusal { __typename code } } }"
)
Given = Callable[[FrontEnd], Json]
FAR_LETTER = "🦆"
"""A letter of two halves in UTF-16, which counts as one."""


def booking(**changed: Any) -> Given:
    """A booking of Maya's that would be done, but for what is changed; a callable is asked for its value."""

    def given(front_end: FrontEnd) -> Json:
        fields = {"kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "startsAt": "2027-03-18T10:00:00Z"}
        return {**fields, "idempotencyKey": "bad"} | {
            name: value(front_end) if callable(value) else value for name, value in changed.items()
        }

    return given


def change(**changed: Any) -> Given:
    """A change of a call of Maya's, as above."""

    def given(front_end: FrontEnd) -> Json:
        return {**session(front_end), "idempotencyKey": "bad"} | changed

    return given


def person(**changed: Any) -> Given:
    """A new person, as above."""
    fields = {"name": "Kai", "email": "kai@example.com", "timeZone": "Europe/Paris", "roles": ["MEMBER"]}
    return lambda _: {**fields, "idempotencyKey": "bad"} | changed


def receipt(**amount: Any) -> Given:
    """A payment of Maya's, as above."""
    paid = {"minorUnits": 100, "currency": "EUR"} | amount
    return lambda f: {
        "member": f.gid("Maya"), "amount": paid, "provider": "Bank", "reference": "T-1", "idempotencyKey": "bad"
    }  # fmt: skip


def fee(currency: str) -> Given:
    """Eva's, in this currency."""
    return lambda f: {
        "person": f.gid("Eva"), "fee": {"minorUnits": 100, "currency": currency}, "hoursZone": "Europe/London",
        "kinds": [], "idempotencyKey": "bad",
    }  # fmt: skip


def note(text: str) -> Given:
    return lambda front_end: {
        "session": session(front_end)["session"], "text": text, "visibility": "PRIVATE", "idempotencyKey": "bad"
    }  # fmt: skip


CASES: dict[str, tuple[str, str, Given, str]] = {
    "an id that is none": ("Maya", BOOK, booking(coach="none"), "INVALID_INPUT"),
    "an empty id": ("Maya", BOOK, booking(coach=""), "INVALID_INPUT"),
    "an id of nothing": ("Maya", BOOK, booking(coach=global_id("Person", 2**62)), "NOT_FOUND"),
    "an id beyond every number": ("Maya", BOOK, booking(coach=global_id("Person", 2**80)), "INVALID_INPUT"),
    "an id of another type": ("Maya", BOOK, booking(coach=lambda f: f.kind("coaching")), "INVALID_INPUT"),
    "a coach who is not theirs": ("Maya", BOOK, booking(coach=lambda f: f.gid("Dan")), "NOT_FOUND"),
    "somebody else as member": ("Maya", BOOK, booking(member=lambda f: f.gid("Nora")), "NOT_FOUND"),
    "an unknown session": ("Maya", CANCEL, change(session=global_id("Session", 999_999)), "NOT_FOUND"),
    "a date without a time": ("Maya", BOOK, booking(startsAt="2027-03-18"), "VARIABLES_INVALID"),
    "no offset": ("Maya", BOOK, booking(startsAt="2027-03-18T10:00:00"), "VARIABLES_INVALID"),
    "a day that there is not": ("Maya", BOOK, booking(startsAt="2027-02-30T10:00:00Z"), "VARIABLES_INVALID"),
    "an hour that there is not": ("Maya", BOOK, booking(startsAt="2027-03-18T25:00:00Z"), "VARIABLES_INVALID"),
    "words for a date": ("Maya", BOOK, booking(startsAt="tomorrow"), "VARIABLES_INVALID"),
    "a number for a date": ("Maya", BOOK, booking(startsAt=1805364000), "VARIABLES_INVALID"),
    "the year 10000": ("Maya", BOOK, booking(startsAt="10000-01-01T00:00:00Z"), "VARIABLES_INVALID"),
    "before the first year in UTC": ("Maya", BOOK, booking(startsAt="0001-01-01T00:00:00+14:00"), "VARIABLES_INVALID"),
    "a start in the past": ("Maya", BOOK, booking(startsAt="2027-02-18T10:00:00Z"), "BOOKING_DEADLINE_PASSED"),
    "a start off the grid": ("Maya", BOOK, booking(startsAt="2027-03-18T10:07:00Z"), "SLOT_UNAVAILABLE"),
    "a start off the grid by a microsecond": ("Maya", BOOK, booking(startsAt="2027-03-18T10:00:00.000001Z"), "SLOT_UNAVAILABLE"),
    "a move to the past": ("Maya", RESCHEDULE, change(to="2027-03-01T08:00:00Z"), "SLOT_UNAVAILABLE"),
    "a move off the grid": ("Maya", RESCHEDULE, change(to="2027-03-19T10:01:00Z"), "SLOT_UNAVAILABLE"),
    "a stale version": ("Maya", CANCEL, change(ifVersion=7), "STALE_VERSION"),
    "a version that is no number": ("Maya", CANCEL, change(ifVersion="1"), "VARIABLES_INVALID"),
    "a version beyond 32 bits": ("Maya", CANCEL, change(ifVersion=2**40), "VARIABLES_INVALID"),
    "no version": ("Maya", CANCEL, change(ifVersion=None), "VARIABLES_INVALID"),
    "no key": ("Maya", BOOK, booking(idempotencyKey=None), "VARIABLES_INVALID"),
    "an empty key": ("Maya", BOOK, booking(idempotencyKey=""), "INVALID_INPUT"),
    "a key of 201 letters": ("Maya", BOOK, booking(idempotencyKey="k" * 201), "INVALID_INPUT"),
    "U+0000 in a key": ("Maya", BOOK, booking(idempotencyKey="a\x00b"), "INVALID_INPUT"),
    "a field that there is not": ("Maya", BOOK, booking(price=7), "VARIABLES_INVALID"),
    "U+0000 in a name": ("Sam", ADD, person(name="Ka\x00i"), "INVALID_INPUT"),
    "an empty name": ("Sam", ADD, person(name="  "), "INVALID_INPUT"),
    "a name that nobody sees": ("Sam", ADD, person(name="\u200b\u2060"), "INVALID_INPUT"),
    "a name of 201 letters": ("Sam", ADD, person(name="k" * 201), "INVALID_INPUT"),
    "a name of 201 far letters": ("Sam", ADD, person(name=FAR_LETTER * 201), "INVALID_INPUT"),
    "a control character in a name": ("Sam", ADD, person(name="Kai\x1b[2J"), "INVALID_INPUT"),
    "no e-mail address": ("Sam", ADD, person(email="kai"), "INVALID_INPUT"),
    "an address with a line break": ("Sam", ADD, person(email="kai@example.com\r\nBcc: all@example.com"), "INVALID_INPUT"),
    "a zone that there is not": ("Sam", ADD, person(timeZone="Europe/Atlantis"), "INVALID_INPUT"),
    "a zone that leads out of its folder": ("Sam", ADD, person(timeZone="../../etc/passwd"), "INVALID_INPUT"),
    "a role that there is not": ("Sam", ADD, person(roles=["KING"]), "VARIABLES_INVALID"),
    "a note that nobody sees": ("Eva", NOTE, note("\u200b \u3164"), "INVALID_INPUT"),
    "U+0000 in a note": ("Eva", NOTE, note("a\x00b"), "INVALID_INPUT"),
    "a note of one letter too many": ("Eva", NOTE, note("k" * 10_001), "INVALID_INPUT"),
    "an empty note": ("Eva", NOTE, note(" "), "INVALID_INPUT"),
    "a reason of one letter too many": ("Maya", CANCEL, change(note="k" * 10_001), "INVALID_INPUT"),
    "a payment in another currency": ("Sam", RECEIPT, receipt(currency="JPY"), "INVALID_INPUT"),
    "a payment in none": ("Sam", RECEIPT, receipt(currency="k" * 10_001), "INVALID_INPUT"),
    "a payment of nothing": ("Sam", RECEIPT, receipt(minorUnits=0), "INVALID_INPUT"),
    "a fee in small letters": ("Sam", COACH, fee("eur"), "INVALID_INPUT"),
    "a fee in letters that no currency has": ("Sam", COACH, fee("ÄÖÜ"), "INVALID_INPUT"),
    "a fee with U+0000": ("Sam", COACH, fee("EU\x00"), "INVALID_INPUT"),
    "a policy that is no TOML": ("Sam", POLICY, lambda _: {"document": "extends =", "idempotencyKey": "bad"}, "INVALID_INPUT"),
    "U+0000 in a policy": ("Sam", POLICY, lambda _: {"document": 'extends = "a\x00"', "idempotencyKey": "bad"}, "INVALID_INPUT"),
    "a file that is no CSV of people": ("Sam", IMPORT, lambda _: {"csv": "a\x00b", "dryRun": False}, "INVALID_INPUT"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input_has_its_code_and_leaves_no_trace(front_end: FrontEnd, owner: Engine, name: str) -> None:
    who, document, given, code = CASES[name]
    fields = given(front_end)
    before = records(front_end, owner)
    response = front_end.post(who, document, {"input": fields})
    assert _code(response.json()) == code
    assert response.status_code == (400 if code == "VARIABLES_INVALID" else 200)
    assert records(front_end, owner) == before


def records(front_end: FrontEnd, owner: Engine) -> Records:
    return read_records(owner, front_end.platform.organisation_id)


def _code(answer: Json) -> str:
    """The code of the error, or of the refusal that the mutation answers."""
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    return next(iter(answer["data"].values()))["code"]


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\udfff\\ud800"])
def test_half_a_surrogate_pair_is_no_text(front_end: FrontEnd, owner: Engine, half: str) -> None:
    """In a body the request is no JSON in UTF-8; in a document it is no text of GraphQL."""
    headers = {**front_end.headers("Sam"), "content-type": "application/json"}
    before = records(front_end, owner)
    body = f'{{"query": "{{ __typename }}", "variables": {{"a": "{half}"}}}}'
    response = front_end.client.post("/graphql", content=body.encode(), headers=headers)
    assert (response.status_code, _code(response.json())) == (400, "MALFORMED_REQUEST")
    person = f'name: "{half}", email: "k@example.com", timeZone: "Europe/Paris", roles: [MEMBER], idempotencyKey: "bad"'
    response = front_end.post("Sam", f"mutation {{ addPerson(input: {{ {person} }}) {{ __typename }} }}")
    assert (response.status_code, _code(response.json())) == (400, "DOCUMENT_SYNTAX")
    assert records(front_end, owner) == before


def test_a_key_that_was_used_for_something_else_is_refused(front_end: FrontEnd, owner: Engine) -> None:
    given = booking()(front_end)
    assert "code" not in front_end.tell("Maya", BOOK, **given)
    before = records(front_end, owner)
    assert (
        front_end.tell("Maya", BOOK, **{**given, "startsAt": "2027-03-19T10:00:00Z"})["code"] == "IDEMPOTENCY_CONFLICT"
    )
    assert records(front_end, owner) == before


def test_an_id_of_another_organisation_is_as_unknown_as_one_of_nothing(
    front_end: FrontEnd, open_front_end: Callable[..., FrontEnd], owner: Engine
) -> None:
    other = open_front_end(at=START)
    other.platform.coach("Rita", "coaching")
    other.platform.member("Una", "Rita")
    call = other.platform.booked("Una", "coaching", "Rita", CALL)
    before = records(front_end, owner), records(other, owner)
    foreign = {"session": other.session(call), "ifVersion": 1, "note": "bad"}
    unknown = {**foreign, "session": global_id("Session", call + 999_999)}
    for who in ("Maya", "Eva", "Sam"):
        assert front_end.tell(who, CANCEL, **foreign, idempotencyKey="bad") == front_end.tell(
            who, CANCEL, **unknown, idempotencyKey="bad"
        )
    assert front_end.tell("Maya", BOOK, **booking(coach=other.gid("Rita"))(front_end))["code"] == "NOT_FOUND"
    assert (records(front_end, owner), records(other, owner)) == before


# -- tokens ---------------------------------------------------------------------------------------------------------------


def forged(front_end: FrontEnd, *, secret: bytes | str = b"", algorithm: str = "HS256", **changed: Any) -> str:
    """A token for Maya that is not quite one of ours."""
    platform = front_end.platform
    claims = {
        "org": platform.organisation_id, "sub": str(platform.people["Maya"]), "aud": "fortnight",
        "exp": int((REAL_NOW + timedelta(hours=1)).timestamp()),
    }  # fmt: skip
    key = "" if algorithm == "none" else secret or front_end.keyring.key("api/token")
    return jwt.encode({**claims, **changed}, key, algorithm=algorithm)


def cut(front_end: FrontEnd) -> str:
    """A token of which the signature has lost a letter."""
    return forged(front_end)[:-1]


def exchanged(front_end: FrontEnd) -> str:
    """Sam's claims under Maya's signature."""
    platform = front_end.platform
    sams = token_for(front_end.keyring, platform.organisation_id, platform.people["Sam"]).split(".")
    return ".".join((*sams[:2], forged(front_end).rsplit(".", maxsplit=1)[-1]))


TOKENS: dict[str, Callable[[FrontEnd], str]] = {
    "expired": lambda f: forged(f, exp=int(REAL_NOW.timestamp())),
    "of another secret": lambda f: forged(f, secret=b"another secret of at least 32 bytes"),
    "for another audience": lambda f: forged(f, aud="another"),
    "alg: none": lambda f: forged(f, algorithm="none"),
    "alg: none, without its last dot": lambda f: forged(f, algorithm="none").rstrip("."),
    "another algorithm": lambda f: forged(f, algorithm="HS512", secret=f.keyring.key("api/token") * 2),
    "without an end": lambda f: forged(f, exp="never"),
    "of nobody": lambda f: forged(f, sub="999999"),
    "of another organisation": lambda f: forged(f, org=f.platform.organisation_id + 1),
    "of no organisation": lambda f: forged(f, org=2**70),
    "cut": cut,
    "with claims exchanged": exchanged,
    "a made-up key": lambda f: f"fnk_{f.platform.organisation_id}_{'x' * 43}",
    "a key of no organisation": lambda _: f"fnk_{2**70}_{'x' * 43}",
}


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_that_is_not_good_opens_nothing(front_end: FrontEnd, owner: Engine, kind: str) -> None:
    before = records(front_end, owner)
    bad = {"authorization": f"Bearer {TOKENS[kind](front_end)}"}
    for document, variables in (("{ viewer { id } }", {}), (BOOK, {"input": booking()(front_end)})):
        response = front_end.post(None, document, variables, **bad)
        answer = response.json()
        assert (response.status_code, _code(answer)) == (401, "UNAUTHENTICATED"), answer
        assert "data" not in answer
    assert records(front_end, owner) == before
