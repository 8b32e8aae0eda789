"""Who may do and ask what: every field of Query and Mutation as every role, by default nobody (MODEL 10)."""

import pytest
from sqlalchemy import Engine

from api.ids import global_id
from api.schema import schema
from policy.terms import Role
from tests.api.conftest import FrontEnd, Json
from tests.api.givens import (
    session,
)
from tests.api.verbs import (
    DONE,
    MUTATIONS,
    NOBODY,
    OF_ONES_OWN,
    ROLES,
    SCOPES,
    WITHOUT_KEY,
)
from tests.scenarios.records import read_records


@pytest.fixture
def front_end(front_end: FrontEnd) -> FrontEnd:
    """With Tom, who is staff but not senior."""
    front_end.platform.person("Tom", Role.STAFF)
    return front_end


def test_the_table_has_every_mutation() -> None:
    mutation = schema().core.mutation_type
    assert mutation is not None
    assert set(MUTATIONS) == set(SCOPES) == set(mutation.fields)
    assert set(MUTATIONS) >= WITHOUT_KEY | OF_ONES_OWN


DOERS = [(verb, who) for verb, (_, expected) in MUTATIONS.items() for who in ROLES if expected[who] == DONE]


@pytest.mark.parametrize(("verb", "who"), DOERS)
def test_a_verb_is_done_for_whom_it_is(front_end: FrontEnd, verb: str, who: str) -> None:
    given, _ = MUTATIONS[verb]
    assert said(front_end, who, verb, given(front_end)) == DONE


@pytest.mark.parametrize("verb", MUTATIONS)
def test_a_verb_is_refused_to_everybody_else_without_a_trace(front_end: FrontEnd, owner: Engine, verb: str) -> None:
    """One world for all who are refused: whatever one of them changes is found in it."""
    given, expected = MUTATIONS[verb]
    refused = {who: code for who, code in expected.items() if code != DONE}
    assert set(expected) == set(ROLES)
    fields = given(front_end)
    before = read_records(owner, front_end.platform.organisation_id)
    assert {who: said(front_end, who, verb, fields) for who in refused} == refused
    assert read_records(owner, front_end.platform.organisation_id) == before


def said(front_end: FrontEnd, who: str | None, verb: str, fields: Json) -> str:
    """DONE, the code of the refusal, or NOBODY for who is nobody."""
    name = verb[0].upper() + verb[1:]
    document = f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ __typename ... on Refusal {{ code }} }} }}"
    key = {} if verb in WITHOUT_KEY else {"idempotencyKey": front_end.key()}
    answer = front_end.answer(who, document, input={**fields, **key})
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    result = answer["data"][verb]
    return DONE if result["__typename"] == f"{name}Success" else result["code"]


def test_somebody_elses_feed_is_renewed_by_staff_only(front_end: FrontEnd) -> None:
    document = """mutation ($input: RotateFeedUrlInput!) { rotateFeedUrl(input: $input) {
        __typename ... on Refusal { code } ... on RotateFeedUrlSuccess { calendar { feedUrl } } } }"""
    answers = {
        who: front_end.tell(who, document, person=front_end.gid("Maya"), idempotencyKey=front_end.key())
        for who in ("Nora", "Eva", "Sam", "Maya")
    }
    assert {who: answers[who]["code"] for who in ("Nora", "Eva")} == {"Nora": "NOT_FOUND", "Eva": "NOT_FOUND"}
    assert answers["Sam"] == {"__typename": "RotateFeedUrlSuccess", "calendar": None}
    assert answers["Maya"]["calendar"]["feedUrl"]


def test_the_rules_are_set_aside_by_senior_staff_only(front_end: FrontEnd) -> None:
    document = """mutation ($input: CancelSessionInput!) { cancelSession(input: $input) { __typename ... on Refusal { code } } }"""
    given = {**session(front_end), "override": {"reason": "CLIENT_CANCELLED"}, "note": "goodwill"}
    for who in ("Maya", "Eva", "Tom"):
        refused = front_end.tell(who, document, **given, idempotencyKey=front_end.key())
        assert (refused["__typename"], refused["code"]) == ("RequestRefused", "FORBIDDEN")
    done = front_end.tell("Sam", document, **given, idempotencyKey=front_end.key())
    assert done["__typename"] == "CancelSessionSuccess"


# -- questions ------------------------------------------------------------------------------------------------------------

ANSWERED, NULL = "answered", "null"
EVERYBODY = {who: NOBODY if who is None else ANSWERED for who in ROLES}
STAFF_ONLY = {**dict.fromkeys(ROLES, "FORBIDDEN"), "Tom": ANSWERED, "Sam": ANSWERED, None: NOBODY}
OPENING = """(kind: "{kind}", coach: "{coach}", from: "2027-03-02T00:00:00Z", to: "2027-03-03T00:00:00Z")"""
PAID = '{{member: "{coach}", kind: "{kind}", amount: {{minorUnits: 1, currency: "EUR"}}, provider: "till", reference: "1"}}'
QUERIES: dict[str, tuple[str, dict[str | None, str]]] = {
    "node": ('(id: "{session}") {{ id }}', {**EVERYBODY, "Nora": NULL, "Dan": NULL}),
    "nodes": ('(ids: ["{session}"]) {{ id }}', EVERYBODY),
    "viewer": ("{{ id }}", {**EVERYBODY, None: NULL}),
    "organisation": ("{{ id kinds {{ code }} policy {{ number }} }}", {**EVERYBODY, None: NULL}),
    "policies": ("{{ nodes {{ number }} }}", EVERYBODY),
    "policy": ("{{ number document applied {{ kind parameters {{ key value source rule text }} rows {{ id }} }} }}", EVERYBODY),
    "policyDiff": ("(before: 1) {{ changes {{ path }} }}", EVERYBODY),
    "policyCheck": ("(document: \"extends = 'thrive'\") {{ problems {{ name }} helpPage }}", STAFF_ONLY),
    "policyTrial": (
        "(document: \"extends = 'thrive'\", scenarios: [{{name: \"late\", kind: \"session\", act: CANCEL, by: MEMBER, "
        'startsAt: "2027-03-19T10:00:00Z"}}]) {{ scenarios {{ row }} }}',
        STAFF_ONLY,
    ),
    "sessions": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "earnings": ("{{ nodes {{ id }} }}", EVERYBODY),
    "statement": ("(side: MEMBER) {{ closing {{ minorUnits }} }}", EVERYBODY),
    "canRecordPayment": (f"(input: {PAID}) {{{{ allowed code units }}}}", EVERYBODY),
    "canRecordReceipt": (f"(input: {PAID}) {{{{ allowed code }}}}", EVERYBODY),
    "canMarkEarningsPaid": ('(earnings: ["{earning}"]) {{ allowed code }}', EVERYBODY),
    "canMakeRequest": ('(member: "{coach}", wanted: {{cadence: WEEKLY}}) {{ allowed code }}', EVERYBODY),
    "canBook": (
        '(input: {{kind: "{kind}", coach: "{coach}", startsAt: "2027-03-19T10:00:00Z"}}) {{ allowed code }}',
        EVERYBODY,
    ),
    "canInvite": (
        '(input: {{kind: "{kind}", coach: "{coach}", member: "{coach}", slots: ["2027-03-19T10:00:00Z"]}}) {{ allowed code }}',
        EVERYBODY,
    ),
    "canRequestBooking": (
        '(input: {{kind: "{kind}", coach: "{coach}", startsAt: "2027-03-19T10:00:00Z"}}) {{ allowed code }}',
        EVERYBODY,
    ),
    "coachProfile": ('(coach: "{coach}") {{ headline }}', {**EVERYBODY, "Nora": NULL, "Dan": NULL}),
    "previewSeries": (
        '(input: {{kind: "{kind}", coach: "{coach}", member: "{coach}", firstDate: "2027-03-19", localTime: "09:00"}}) {{ allowed code }}',
        EVERYBODY,
    ),
    "openings": (OPENING + " {{ nodes {{ startsAt }} }}", {**EVERYBODY, "Nora": NULL}),
    "coachAvailability": ('(coach: "{coach}") {{ bufferBefore }}', {**EVERYBODY, "Nora": NULL, "Dan": NULL}),
    "terms": ("{{ startsOn }}", EVERYBODY),
    "holidays": ('(from: "2027-01-01", to: "2027-12-31") {{ date }}', EVERYBODY),
    "engagements": ("{{ nodes {{ id }} }}", EVERYBODY),
    "people": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "canUpdatePerson": ('(input: {{person: "{coach}", name: "E."}}) {{ allowed code }}', EVERYBODY),
    "canDeactivatePerson": ('(person: "{coach}") {{ allowed code }}', EVERYBODY),
    "canReactivatePerson": ('(person: "{coach}") {{ allowed code }}', EVERYBODY),
    "auditTrail": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "readings": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "rateLimit": ("{{ cost }}", {**dict.fromkeys(ROLES, NULL), None: NOBODY}),
    "contracts": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "apiKeys": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "setAsideWork": ("{{ nodes {{ id }} }}", STAFF_ONLY),
    "connectedCalendars": ("{{ nodes {{ person {{ id }} google {{ status problem }} }} }}", STAFF_ONLY),
}  # fmt: skip


def test_the_table_has_every_question() -> None:
    query = schema().core.query_type
    assert query is not None
    assert set(QUERIES) == set(query.fields)


@pytest.mark.parametrize("who", ROLES, ids=str)
def test_every_question_is_answered_to_whom_it_is_for(front_end: FrontEnd, who: str | None) -> None:
    values = {
        "session": session(front_end)["session"],
        "kind": front_end.kind("coaching"),
        "coach": front_end.gid("Eva"),
        "earning": global_id("Earning", 1),
    }
    found = {question: heard(front_end, who, question, values) for question in QUERIES}
    assert found == {question: expected[who] for question, (_, expected) in QUERIES.items()}


def heard(front_end: FrontEnd, who: str | None, question: str, values: dict[str, str]) -> str:
    """Whether the question is answered, answered with null, or the code of its error."""
    answer = front_end.answer(who, "{ " + question + QUERIES[question][0].format(**values) + " }")
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    return NULL if answer["data"][question] is None else ANSWERED


@pytest.mark.parametrize(
    ("who", "member", "code"),
    [
        ("Maya", None, None),
        ("Maya", "Maya", None),
        ("Maya", "Nora", "NOT_FOUND"),
        ("Eva", "Maya", "FORBIDDEN"),
        ("Sam", "Maya", None),
        ("Nora", None, "NOT_FOUND"),
        ("Sam", None, "NOT_FOUND"),
    ],
)
def test_can_book_answers_what_book_session_would(
    front_end: FrontEnd, who: str, member: str | None, code: str | None
) -> None:
    terms = {"kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "startsAt": "2027-03-18T10:00:00Z"}
    terms |= {"note": "asked by phone"} | ({} if member is None else {"member": front_end.gid(member)})
    check = front_end.ask(who, "query ($input: BookingTerms!) { canBook(input: $input) { code } }", input=terms)
    assert check["canBook"]["code"] == code
    document = "mutation ($input: BookSessionInput!) { bookSession(input: $input) { ... on Refusal { code } } }"
    booked = front_end.tell(who, document, **terms, idempotencyKey=front_end.key())
    assert booked.get("code") == code
