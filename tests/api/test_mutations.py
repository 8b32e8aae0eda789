"""Mutations: input that is not good leaves no trace, a key has effect once, a version that has passed is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from api.ids import global_id
from tests.api.conftest import FrontEnd, Json
from tests.api.documents import ADD_PERSON, ADVANCE, BOOK, CANCEL, CONFIRM, RESCHEDULE, ROTATE
from tests.scenarios.records import Records, read_records

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
NUL, TOO_LONG = "a\x00b", "x" * 4001


@pytest.fixture
def call(front_end: FrontEnd) -> int:
    """Maya's call with Eva."""
    return front_end.platform.booked("Maya", "coaching", "Eva", CALL)


def records(front_end: FrontEnd, owner: Engine) -> Records:
    return read_records(owner, front_end.platform.organisation_id)


def booking(front_end: FrontEnd, **more: Any) -> Json:
    terms = {
        "kind": front_end.kind("coaching"),
        "coach": front_end.gid("Eva"),
        "startsAt": "2027-03-18T10:00:00Z",
        "idempotencyKey": front_end.key(),
    }
    return {**terms, **more}


# -- input that is not good -----------------------------------------------------------------------------------------------

BAD_BOOKINGS = [
    ({"kind": "x"}, ["kind"]),
    ({"kind": ""}, ["kind"]),
    ({"kind": global_id("Person", 1)}, ["kind"]),
    ({"coach": global_id("Session", 1)}, ["coach"]),
    ({"coach": NUL}, ["coach"]),
    ({"member": "U2Vzc2lvbjox"}, ["member"]),
    ({"note": NUL}, ["note"]),
    ({"note": TOO_LONG}, ["note"]),
    ({"note": "\x1b[31m"}, ["note"]),
    ({"idempotencyKey": ""}, ["idempotencyKey"]),
    ({"idempotencyKey": "k" * 201}, ["idempotencyKey"]),
    ({"idempotencyKey": NUL}, ["idempotencyKey"]),
]


@pytest.mark.parametrize(("changed", "path"), BAD_BOOKINGS)
def test_a_bad_value_is_named_and_leaves_no_trace(
    front_end: FrontEnd, owner: Engine, changed: Json, path: list[str]
) -> None:
    before = records(front_end, owner)
    answer = front_end.tell("Maya", BOOK, **booking(front_end, **changed))
    assert (answer["__typename"], answer["code"], answer["path"]) == ("InvalidInput", "INVALID_INPUT", path)
    assert records(front_end, owner) == before


BAD_STARTS = [
    ("2027-03-01T09:00:00Z", "SLOT_UNAVAILABLE"),
    ("2027-03-18T10:07:00Z", "SLOT_UNAVAILABLE"),
    ("2027-03-18T10:00:00.000001Z", "SLOT_UNAVAILABLE"),
    ("2029-03-18T10:00:00Z", "SLOT_UNAVAILABLE"),
]


@pytest.mark.parametrize(("start", "code"), BAD_STARTS)
def test_a_start_that_nobody_offers_is_refused(front_end: FrontEnd, owner: Engine, start: str, code: str) -> None:
    before = records(front_end, owner)
    answer = front_end.tell("Maya", BOOK, **booking(front_end, startsAt=start))
    assert (answer["__typename"], answer["code"]) == ("SlotUnavailable", code)
    assert records(front_end, owner) == before


@pytest.mark.parametrize("start", ["8999-12-31T23:59:59.999999Z", "1900-01-01T00:00:00Z"])
def test_an_instant_at_the_end_of_time_breaks_nothing(front_end: FrontEnd, owner: Engine, start: str) -> None:
    before = records(front_end, owner)
    answer = front_end.answer("Maya", BOOK, input=booking(front_end, startsAt=start))
    assert "errors" not in answer
    assert answer["data"]["bookSession"]["code"] in ("SLOT_UNAVAILABLE", "BOOKING_DEADLINE_PASSED")
    assert records(front_end, owner) == before


NO_INPUT = [
    {"startsAt": "2027-03-18T10:00:00"},
    {"startsAt": "2027-03-18"},
    {"startsAt": 1},
    {"startsAt": "9000-01-01T00:00:00Z"},
    {"startsAt": "1899-12-31T23:59:59.999999Z"},
    {"startsAt": None},
    {"kind": None},
    {"kind": {}},
    {"note": 7},
    {"idempotencyKey": None},
    {"unknown": 1},
]


@pytest.mark.parametrize("changed", NO_INPUT)
def test_values_of_a_wrong_type_are_an_error_of_the_request(front_end: FrontEnd, changed: Json) -> None:
    assert front_end.codes("Maya", BOOK, input=booking(front_end, **changed)) == ["VARIABLES_INVALID"]


def test_a_lone_surrogate_in_the_document_is_refused(front_end: FrontEnd) -> None:
    document = 'mutation { addPerson(input: {name: "\\ud800", email: "a@example.com", timeZone: "UTC", roles: [], idempotencyKey: "a"}) { __typename } }'
    assert front_end.codes("Sam", document) == ["DOCUMENT_SYNTAX"]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"name": ""}, ["name"]),
        ({"name": " "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": NUL}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"email": "not-an-email"}, ["email"]),
        ({"email": "a@b@example.com"}, ["email"]),
        ({"email": "EVA@example.com"}, ["email"]),
        ({"timeZone": "Mars/Olympus"}, ["timeZone"]),
        ({"timeZone": "../../etc/passwd"}, ["timeZone"]),
        ({"timeZone": NUL}, ["timeZone"]),
    ],
)
def test_a_person_has_a_name_an_address_and_a_zone(
    front_end: FrontEnd, owner: Engine, changed: Json, path: list[str]
) -> None:
    before = records(front_end, owner)
    person = {"name": "Kai", "email": "kai@example.com", "timeZone": "Pacific/Auckland", "roles": ["MEMBER"]}
    answer = front_end.tell("Sam", ADD_PERSON, **{**person, **changed}, idempotencyKey=front_end.key())
    assert (answer["__typename"], answer["path"]) == ("InvalidInput", path)
    assert records(front_end, owner) == before


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("", ["document", "name"]),
        ("x" * 100_001, ["document"]),
        ("extends = ", ["document"]),
        ('extends = "nothing"', ["document", "extends"]),
        ('extends = "mastered"\n[booking]\nhorizon_periods = "many"', ["document", "booking", "horizon_periods"]),
        ('extends = "mastered"\nname = "\\u0000"', ["document", "name"]),
    ],
)
def test_a_policy_document_is_refused_by_what_is_wrong_in_it(
    front_end: FrontEnd, owner: Engine, document: str, path: list[str]
) -> None:
    before = records(front_end, owner)
    publish = "mutation ($input: PublishPolicyVersionInput!) { publishPolicyVersion(input: $input) { ... on InvalidInput { path message } } }"
    given = {"document": document, "idempotencyKey": front_end.key()}
    answer = front_end.ask("Sam", publish, input=given)["publishPolicyVersion"]
    assert answer["path"] == path
    assert records(front_end, owner) == before


# -- once -----------------------------------------------------------------------------------------------------------------


def test_the_same_key_and_input_answer_the_same_and_act_once(front_end: FrontEnd, owner: Engine) -> None:
    given = booking(front_end)
    first = front_end.tell("Maya", BOOK, **given)
    after = records(front_end, owner)
    assert front_end.tell("Maya", BOOK, **given) == first
    assert records(front_end, owner) == after


def test_the_same_key_with_another_input_is_a_conflict(front_end: FrontEnd, owner: Engine) -> None:
    given = booking(front_end)
    front_end.tell("Maya", BOOK, **given)
    after = records(front_end, owner)
    answer = front_end.tell("Maya", BOOK, **{**given, "startsAt": "2027-03-19T10:00:00Z"})
    assert (answer["__typename"], answer["code"]) == ("RequestRefused", "IDEMPOTENCY_CONFLICT")
    assert records(front_end, owner) == after


def test_a_key_belongs_to_its_actor(front_end: FrontEnd) -> None:
    key = front_end.key()
    first = front_end.tell("Maya", BOOK, **booking(front_end, idempotencyKey=key))
    other = booking(front_end, coach=front_end.gid("Dan"), startsAt="2027-03-19T10:00:00Z", idempotencyKey=key)
    second = front_end.tell("Nora", BOOK, **other)
    assert first["session"]["id"] != second["session"]["id"]


def test_a_refusal_uses_up_no_key(front_end: FrontEnd) -> None:
    given = booking(front_end, startsAt="2027-03-18T10:07:00Z")
    assert front_end.tell("Maya", BOOK, **given)["code"] == "SLOT_UNAVAILABLE"
    assert (
        front_end.tell("Maya", BOOK, **{**given, "startsAt": "2027-03-18T10:15:00Z"})["session"]["status"]
        == "SCHEDULED"
    )


def test_a_repeated_answer_shows_its_objects_as_they_are_now(front_end: FrontEnd) -> None:
    given = booking(front_end)
    session = front_end.tell("Maya", BOOK, **given)["session"]
    front_end.tell("Maya", CANCEL, session=session["id"], ifVersion=1, idempotencyKey=front_end.key())
    again = front_end.tell("Maya", BOOK, **given)
    assert again["session"] == {**session, "version": 2, "status": "CANCELLED"}
    assert again["consequence"]["summary"] == "The session is booked."


# -- versions and acknowledgements ----------------------------------------------------------------------------------------


def test_a_version_that_has_passed_is_refused_with_the_object_as_it_stands(
    front_end: FrontEnd, owner: Engine, call: int
) -> None:
    front_end.platform.reschedule("Maya", call, CALL + timedelta(days=1))
    before = records(front_end, owner)
    for verb, document, more in (
        ("cancelSession", CANCEL, {}),
        ("rescheduleSession", RESCHEDULE, {"to": "2027-03-20T10:00:00Z"}),
        ("confirmNewTime", CONFIRM, {}),
    ):
        given = {"session": front_end.session(call), "ifVersion": 1, "idempotencyKey": front_end.key(), **more}
        answer = front_end.ask("Maya", document, input=given)[verb]
        assert (answer["__typename"], answer["code"]) == ("StaleVersion", "STALE_VERSION")
        assert answer["current"] == {"id": front_end.session(call)}
    assert records(front_end, owner) == before


def test_a_costly_act_needs_the_digest_of_exactly_what_it_costs(front_end: FrontEnd, owner: Engine, call: int) -> None:
    front_end.platform.at(datetime(2027, 3, 17, 10, tzinfo=UTC))
    before = records(front_end, owner)
    given = {"session": front_end.session(call), "ifVersion": 1}
    missing = front_end.tell("Maya", CANCEL, **given, idempotencyKey=front_end.key())
    assert (missing["__typename"], missing["code"]) == ("PolicyRefusal", "LATE_CHANGE_NEEDS_ACK")
    assert missing["check"]["late"]
    digest = missing["check"]["consequence"]["digest"]
    wrong = front_end.tell("Maya", CANCEL, **given, acknowledge=digest[::-1], idempotencyKey=front_end.key())
    assert (wrong["__typename"], wrong["code"]) == ("ConsequenceChanged", "CONSEQUENCE_CHANGED")
    assert wrong["check"]["consequence"]["digest"] == digest
    assert records(front_end, owner) == before
    done = front_end.tell("Maya", CANCEL, **given, acknowledge=digest, idempotencyKey=front_end.key())
    assert (done["session"]["status"], done["consequence"]["digest"]) == ("CANCELLED", digest)


def test_a_free_act_ignores_what_is_acknowledged(front_end: FrontEnd, call: int) -> None:
    given = {"session": front_end.session(call), "ifVersion": 1, "acknowledge": "anything"}
    assert front_end.tell("Maya", CANCEL, **given, idempotencyKey=front_end.key())["session"]["status"] == "CANCELLED"


def test_a_slot_that_somebody_has_is_refused_with_others(front_end: FrontEnd, call: int) -> None:
    front_end.platform.member("Kai", "Eva")
    answer = front_end.tell("Kai", BOOK, **booking(front_end))
    assert (answer["__typename"], answer["code"]) == ("SlotUnavailable", "SLOT_TAKEN")
    assert answer["alternatives"]
    again = front_end.tell("Kai", BOOK, **booking(front_end, startsAt=answer["alternatives"][0]["startsAt"]))
    assert again["session"]["status"] == "SCHEDULED"


# -- several acts in one document -----------------------------------------------------------------------------------------


def test_each_field_of_a_mutation_is_a_transaction_of_its_own(front_end: FrontEnd) -> None:
    document = """mutation ($one: BookSessionInput!, $two: BookSessionInput!, $three: RotateFeedUrlInput!) {
      one: bookSession(input: $one) { __typename ... on Refusal { code } }
      two: bookSession(input: $two) { __typename ... on Refusal { code } }
      three: rotateFeedUrl(input: $three) { __typename } }"""
    answer = front_end.ask(
        "Maya",
        document,
        one=booking(front_end),
        two=booking(front_end, startsAt="2027-03-18T10:07:00Z"),
        three={"idempotencyKey": front_end.key()},
    )
    assert [answer[name].get("code", answer[name]["__typename"]) for name in ("one", "two", "three")] == [
        "BookSessionSuccess", "SLOT_UNAVAILABLE", "RotateFeedUrlSuccess"
    ]  # fmt: skip


def test_a_later_field_sees_what_an_earlier_one_did(front_end: FrontEnd) -> None:
    document = """mutation ($to: DateTime!, $book: BookSessionInput!) {
      advanceTestClock(input: {to: $to}) { ... on AdvanceTestClockSuccess { organisation { now } } }
      bookSession(input: $book) { ... on BookSessionSuccess { session { bookedAt } } } }"""
    given = booking(front_end, member=front_end.gid("Maya"), note="by phone")
    answer = front_end.ask("Sam", document, to="2027-03-02T09:00:00Z", book=given)
    assert answer["advanceTestClock"]["organisation"]["now"] == "2027-03-02T09:00:00Z"
    assert answer["bookSession"]["session"]["bookedAt"] == "2027-03-02T09:00:00Z"


# -- the rest of the verbs ------------------------------------------------------------------------------------------------


def test_the_member_agrees_to_the_time_that_the_coach_moved_to(front_end: FrontEnd, call: int) -> None:
    moved = front_end.tell(
        "Eva", RESCHEDULE, session=front_end.session(call), to="2027-03-19T10:00:00Z", ifVersion=1,
        idempotencyKey=front_end.key(),
    )  # fmt: skip
    assert moved["session"]["awaitsConfirmation"]
    twin = "query ($id: ID!) { node(id: $id) { ... on Session { canConfirmNewTime { allowed code } } } }"
    assert front_end.ask("Maya", twin, id=front_end.session(call))["node"]["canConfirmNewTime"]["allowed"]
    assert not front_end.ask("Eva", twin, id=front_end.session(call))["node"]["canConfirmNewTime"]["allowed"]
    agreed = front_end.tell(
        "Maya", CONFIRM, session=front_end.session(call), ifVersion=2, idempotencyKey=front_end.key()
    )
    assert agreed["session"]["awaitsConfirmation"] is False


def test_a_feed_gets_a_new_address_and_the_old_one_is_gone(front_end: FrontEnd) -> None:
    old = front_end.ask("Maya", "{ viewer { calendar { feedUrl webcalUrl } } }")["viewer"]["calendar"]
    assert old["webcalUrl"] == old["feedUrl"].replace("http:", "webcal:")
    new = front_end.tell("Maya", ROTATE, idempotencyKey=front_end.key())["calendar"]["feedUrl"]
    assert front_end.client.get(old["feedUrl"]).status_code == 404
    assert front_end.client.get(new).status_code == 200


def test_times_off_name_the_sessions_that_stand_in_them(front_end: FrontEnd, call: int) -> None:
    document = """mutation ($input: AddTimeOffInput!) { addTimeOff(input: $input) { ... on AddTimeOffSuccess {
        timeOff { startsAt endsAt coach { name } } sessions { id status version } } } }"""
    away = {"coach": front_end.gid("Eva"), "startsAt": "2027-03-18T10:44:00Z", "endsAt": "2027-03-20T00:00:00Z"}
    answer = front_end.tell("Eva", document, **away, idempotencyKey=front_end.key())
    assert answer["sessions"] == [{"id": front_end.session(call), "status": "SCHEDULED", "version": 1}]
    openings = """query ($kind: ID!, $coach: ID!) { openings(kind: $kind, coach: $coach,
        from: "2027-03-18T12:00:00Z", to: "2027-03-20T00:00:00Z") { nodes { startsAt } } }"""
    found = front_end.ask("Maya", openings, kind=front_end.kind("coaching"), coach=front_end.gid("Eva"))
    assert found["openings"]["nodes"] == []


def test_a_live_clock_is_not_moved(front_end: FrontEnd, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET is_sandbox = false, clock_at = NULL")
    answer = front_end.tell("Sam", ADVANCE, to="2099-01-01T00:00:00Z")
    assert (answer["__typename"], answer["code"]) == ("RequestRefused", "FORBIDDEN")


def test_a_clock_never_goes_back(front_end: FrontEnd) -> None:
    answer = front_end.tell("Sam", ADVANCE, to="2027-03-01T08:59:59Z")
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    assert front_end.tell("Sam", ADVANCE, to="2027-03-01T09:00:00Z")["organisation"]["now"] == "2027-03-01T09:00:00Z"


def test_where_consent_begins_is_told_to_coaches_and_members_only(front_end: FrontEnd) -> None:
    document = """mutation { startGoogleConnection(input: {}) {
        ... on StartGoogleConnectionSuccess { url } ... on Refusal { code } } }"""
    url = front_end.ask("Eva", document)["startGoogleConnection"]["url"]
    assert url.startswith("http://127.0.0.1:8000/google/start?ticket=")
    response = front_end.client.get(url, follow_redirects=False)
    assert (response.status_code, response.headers["location"].split("?")[0]) == (
        302,
        "http://127.0.0.1:9/o/oauth2/v2/auth",
    )
    assert "url" in front_end.ask("Maya", document)["startGoogleConnection"]
    assert front_end.ask("Sam", document)["startGoogleConnection"] == {"code": "FORBIDDEN"}
