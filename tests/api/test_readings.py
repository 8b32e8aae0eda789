"""The record of readings: who has read whose notes, questionnaires and messages, for staff alone (MODEL 10)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.terms import Role, Scope
from tests.api.conftest import START, FrontEnd, Json
from tests.api.estate import key
from tests.api.givens import (
    act,
)

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
READINGS = """query ($filter: ReadingFilter, $first: Int, $last: Int, $after: String) {
  readings(filter: $filter, first: $first, last: $last, after: $after) {
    nodes { id what at reader { name } author { name } objectId sessionId threadId } pageInfo { hasNextPage endCursor } } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NOTES = "query ($id: ID!) { node(id: $id) { ... on Session { notes { id text } } } }"
ANSWERS = "query ($id: ID!) { node(id: $id) { ... on Session { questionnaire { answers { values } } } } }"
THREADS = "{ viewer { threads(first: 9) { nodes { id messages(first: 9) { nodes { id text } } } } } }"
NOTE = "query ($id: ID!) { node(id: $id) { ... on Note { text } } }"


@pytest.fixture
def front_end(open_front_end: Callable[..., FrontEnd]) -> FrontEnd:
    """On Thrive: Maya is a member of Eva's, Nora of Dan's; Tom is of the team."""
    front_end = open_front_end("thrive")
    platform = front_end.platform
    platform.coach("Eva", "session")
    platform.coach("Dan", "session")
    platform.member("Maya", "Eva")
    platform.member("Nora", "Dan")
    platform.pack("Maya", "session", 2)
    platform.person("Tom", Role.STAFF)
    return front_end


@pytest.fixture
def call(front_end: FrontEnd) -> str:
    """Maya's session with Eva, about which both have written."""
    session = front_end.session(front_end.platform.booked("Maya", "session", "Eva", CALL))
    for visibility in ("PRIVATE", "SHARED"):
        act(front_end, "Eva", "writeNote", session=session, text="Well done.", visibility=visibility)
    answers = [{"question": "TOPIC", "values": ["My team."]}]
    act(front_end, "Maya", "submitQuestionnaire", session=session, answers=answers)
    act(front_end, "Maya", "sendMessage", to=front_end.gid("Eva"), session=session, text="See you.")
    act(front_end, "Maya", "sendMessage", text="My credit is gone.")
    return session


def read(front_end: FrontEnd, who: str = "Sam", **more: Any) -> list[Json]:
    return front_end.ask(who, READINGS, **more)["readings"]["nodes"]


def short(found: list[Json]) -> list[tuple[str, str, str]]:
    return [(one["reader"]["name"], one["what"], one["author"]["name"]) for one in found]


def read_all(front_end: FrontEnd, call: str) -> None:
    """Everybody reads whatever is given to them; an hour later Tom does."""
    for who in ("Maya", "Eva"):
        for document in (NOTES, ANSWERS):
            front_end.ask(who, document, id=call)
        front_end.ask(who, THREADS)
    front_end.platform.at(START + timedelta(hours=1))
    front_end.ask("Tom", NOTES, id=call)
    front_end.ask("Tom", ANSWERS, id=call)
    front_end.ask("Tom", THREADS)


def test_it_tells_who_has_read_whose_words_and_when(front_end: FrontEnd, call: str) -> None:
    assert read(front_end) == []
    read_all(front_end, call)
    found = read(front_end)
    assert short(found) == [
        ("Maya", "NOTE", "Eva"),
        ("Eva", "QUESTIONNAIRE", "Maya"),
        ("Eva", "MESSAGE", "Maya"),
        ("Tom", "MESSAGE", "Maya"),
    ]
    note, answers, message, plea = found
    shared = front_end.ask("Maya", NOTES, id=call)["node"]["notes"][0]["id"]
    assert (note["objectId"], note["sessionId"], note["threadId"]) == (shared, call, None)
    assert (answers["objectId"], answers["sessionId"], answers["threadId"]) == (call, call, None)
    [about, team] = front_end.ask("Maya", THREADS)["viewer"]["threads"]["nodes"]
    assert (message["sessionId"], message["threadId"]) == (call, about["id"])
    assert message["objectId"] == about["messages"]["nodes"][0]["id"]
    assert (plea["sessionId"], plea["threadId"], plea["at"]) == (None, team["id"], "2027-03-01T10:00:00Z")
    assert not {"Well done.", "My team.", "See you.", "My credit is gone."} & set(repr(found).split("'"))


def test_it_is_found_by_what_reader_author_session_and_time(front_end: FrontEnd, call: str) -> None:
    read_all(front_end, call)
    by: Callable[..., list[str]] = lambda **wanted: [one[0] for one in short(read(front_end, filter=wanted))]  # noqa: E731
    assert by(what=["NOTE", "QUESTIONNAIRE"]) == ["Maya", "Eva"]
    assert by(reader=front_end.gid("Eva")) == ["Eva", "Eva"]
    assert by(author=front_end.gid("Maya")) == ["Eva", "Eva", "Tom"]
    assert by(author=front_end.gid("Eva")) == ["Maya"]
    assert by(session=call) == ["Maya", "Eva", "Eva"]
    assert by(during={"from": "2027-03-01T10:00:00Z"}) == ["Tom"]
    assert by(during={"to": "2027-03-01T10:00:00Z"}) == ["Maya", "Eva", "Eva"]
    assert by(reader=front_end.gid("Dan")) == by(session=front_end.session(9_999)) == []


def test_it_comes_in_pages(front_end: FrontEnd, call: str) -> None:
    read_all(front_end, call)
    whole, page, cursor = read(front_end), [], None
    for size in (3, 1):
        part = front_end.ask("Sam", READINGS, first=3, after=cursor)["readings"]
        assert len(part["nodes"]) == size
        page += part["nodes"]
        cursor = part["pageInfo"]["endCursor"]
    assert (page, part["pageInfo"]["hasNextPage"]) == (whole, False)
    assert read(front_end, last=1) == whole[-1:]


def test_a_note_that_is_found_by_its_id_is_read_too(front_end: FrontEnd, call: str) -> None:
    notes = [one["id"] for one in front_end.ask("Eva", NOTES, id=call)["node"]["notes"]]
    for who in ("Eva", "Maya", "Sam", "Nora"):
        for note in notes:
            front_end.ask(who, NOTE, id=note)
    assert short(read(front_end)) == [("Maya", "NOTE", "Eva")]


def test_answers_of_a_mutation_are_readings_too(front_end: FrontEnd, call: str) -> None:
    [thread, _] = front_end.ask("Maya", THREADS)["viewer"]["threads"]["nodes"]
    shown = "thread { messages(first: 9) { nodes { text } } }"
    document = f"mutation ($input: SendMessageInput!) {{ sendMessage(input: $input) {{ ... on SendMessageSuccess {{ {shown} }} }} }}"
    front_end.tell("Eva", document, thread=thread["id"], text="Yes.", idempotencyKey=front_end.key())
    assert short(read(front_end)) == [("Eva", "MESSAGE", "Maya")]


def test_only_staff_and_keys_that_read_see_it(front_end: FrontEnd, call: str) -> None:
    read_all(front_end, call)
    entry = read(front_end)[0]["id"]
    for who in ("Maya", "Eva", "Nora", "Dan"):
        assert front_end.codes(who, READINGS) == ["FORBIDDEN"]
        assert front_end.ask(who, NODE, id=entry) == {"node": None}
    assert read(front_end, "Tom") == read(front_end)
    assert front_end.ask("Tom", NODE, id=entry) == {"node": {"__typename": "Reading", "id": entry}}
    for scopes, seen in (({Scope.READ}, 4), (set(Scope) - {Scope.READ}, None)):
        headers = {"authorization": f"Bearer {key(front_end, scopes)}"}
        answer = front_end.post(None, READINGS, {}, **headers).json()
        assert (len(answer["data"]["readings"]["nodes"]) if answer["data"]["readings"] else None) == seen


def test_another_organisation_sees_nothing_of_it(front_end: FrontEnd, call: str, open_front_end: Any) -> None:
    read_all(front_end, call)
    entry = read(front_end)[0]["id"]
    stranger = open_front_end("thrive")
    assert read(stranger) == []
    assert stranger.ask("Sam", NODE, id=entry) == {"node": None}
