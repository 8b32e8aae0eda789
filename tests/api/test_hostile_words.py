"""Hostile words in every text of every mutation: as long as is said they come back as they went in, and harm no message and no feed."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from itertools import chain
from typing import Any, Final

import pytest
from graphql import GraphQLInputField, GraphQLInputObjectType, get_named_type
from icalendar import Calendar
from sqlalchemy import Engine, text

from api.ids import global_id
from tests.api.conftest import BASE_URL, FrontEnd, Json
from tests.api.estate import ROWS
from tests.api.selections import everything, outcome
from tests.api.test_bad_text import MOST, Place, changed_at, input_of, most_of, texts_of
from tests.api.test_checks import opened
from tests.api.verbs import DONE, MUTATIONS, WITHOUT_KEY
from tests.scenarios.records import read_records

ALWAYS: Final = ("sendMessage", "sendInvite", "submitQuestionnaire", "updatePerson")
"""Not only by `make prove`."""
CODES: Final = {
    "reason", "claim", "conclusion", "question", "currency", "mediaType", "sha256", "document", "csv", "acknowledgedFindings",
    "email", "issuer", "subject", "idempotencyKey", "acknowledge", "choices", "scopes",
}  # fmt: skip
"""Texts that name something, are a document, or are compared letter by letter: they are no words of anybody's."""
HEAD: Final = (
    "<script>x</script>&\"'\u202e\u2066\u200f\U0001f469\u200d\U0001f4bb\U00020bb7{{7*7}}${x}%0d%0a\u05d0e\u0301"
    "\u2028Bcc: all@example.com</p><img src=x onerror=alert(1)>\u200b\ufeff\\n"
)
LINES: Final = "\r\nBcc: all@example.com\r\n\r\nBEGIN:VEVENT\nSUMMARY:mine\r\nEND:VEVENT\n\t.\r\n"
PARAGRAPH: Final = 1000
"""A text of so many letters may have several lines."""
FAR: Final = "\U00020bb7"
"""One letter beyond the basic plane: two units of UTF-16, four octets of UTF-8."""
TURNS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066\u2067]")
CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
OURS_NEVER: Final = {"script", "img", "iframe", "object", "svg", "form"}
"""Tags that stand in no message of ours."""
PROPERTIES: Final = {
    "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "SEQUENCE", "URL", "LOCATION", "CONFERENCE", "CREATED",
    "LAST-MODIFIED", "TRANSP", "CLASS", "CATEGORIES", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
}  # fmt: skip
UNREAD: Final = ("logContactAttempt",)
"""What was tried to reach a member is kept, and nobody reads it through the contract."""
READERS: Final = ("Maya", "Eva", "Sam")
MESSAGES: Final = (
    "{ viewer { notifications(first: 100) { nodes { subject text html links { url } } } calendar { feedUrl } } }"
)


def wordy(place: Place, field: GraphQLInputField) -> bool:
    """Whether it is somebody's words that stand there."""
    if get_named_type(field.type).name != "String":
        return False
    return next(name for name in reversed(place) if isinstance(name, str)) not in CODES


def speaks(kind: GraphQLInputObjectType) -> bool:
    """Whether there is a place for somebody's words in it, also within what it holds."""
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if wordy((name,), field) or (isinstance(named, GraphQLInputObjectType) and speaks(named)):
            return True
    return False


@pytest.mark.parametrize(
    "verb",
    [
        verb if verb in ALWAYS else pytest.param(verb, marks=pytest.mark.slow)
        for verb in MUTATIONS
        if speaks(input_of(verb))
    ],
)
def test_they_come_back_as_they_went_in_and_harm_nothing(
    open_front_end: Callable[..., FrontEnd], owner: Engine, verb: str
) -> None:
    front_end = opened(open_front_end)
    given = MUTATIONS[verb][0](front_end)
    if verb not in WITHOUT_KEY:
        given["idempotencyKey"] = front_end.key()
    words = {place: hostile(place, field) for place, field in texts_of(input_of(verb), given) if wordy(place, field)}
    for place, said in words.items():
        given = changed_at(given, place, said)
    who = next((name for name, answer in MUTATIONS[verb][1].items() if answer == DONE), "Sam")
    answer = front_end.ask(str(who), outcome(verb), input=given)[verb]
    assert "code" not in answer, answer
    found = chain(strings(answer), read(front_end, owner), kept(front_end, owner) if verb in UNREAD else ())
    assert lost(words.values(), found) == set()
    for reader in READERS:
        own = front_end.ask(reader, MESSAGES)["viewer"]
        for message in own["notifications"]["nodes"]:
            assert_harmless(message)
        assert_sound(front_end.client.get(own["calendar"]["feedUrl"].removeprefix(BASE_URL)).content)


def test_every_text_of_somebodys_words_says_how_long_it_may_be() -> None:
    silent = [
        f"{verb}.{'.'.join(map(str, place))}"
        for verb in MUTATIONS
        for place, field in texts_of(input_of(verb), {})
        if wordy(place, field) and not MOST.search(field.description or "")
    ]
    assert silent == []


def hostile(place: Place, field: GraphQLInputField) -> str:
    """Hostile words of exactly the length that may be, told from those of other places."""
    most = most_of(field)
    said = f"{'.'.join(map(str, place))} {HEAD}{LINES if most > PARAGRAPH else ''}"
    return (said + FAR * most)[:most]


def lost(words: Iterable[str], found: Iterable[str]) -> set[str]:
    """Those words that stand nowhere among what is read; no more is read than it takes to find them all."""
    missing = set(words)
    for one in found:
        missing.discard(one)
        if not missing:
            break
    return missing


def read(front_end: FrontEnd, owner: Engine) -> Iterator[str]:
    """Every text that the two sides and the team read anywhere."""
    organisation = front_end.platform.organisation_id
    for kind, table in ROWS.items():
        column = "id" if kind == "Organisation" else "organisation_id"
        with owner.connect() as connection:
            rows = connection.execute(
                text(f"SELECT id FROM {table} WHERE {column} = :own LIMIT 100"), {"own": organisation}
            )
            ids = [global_id(kind, key) for key in rows.scalars()]
        for who in READERS if ids else ():
            for document in everything(kind):
                yield from strings(front_end.answer(who, document, ids=ids)["data"])
    profile = '{ coachProfile(coach: "%s") { headline about languages } }' % front_end.gid("Eva")  # noqa: UP031
    yield from strings(front_end.ask("Maya", profile))
    account = "{ statement(side: MEMBER) { settlements(first: 50) { nodes { provider reference } } } }"
    yield from strings(front_end.ask("Maya", account))
    yield from strings(front_end.ask("Sam", '{ holidays(from: "2027-01-01", to: "2027-12-31") { name } }'))


def kept(front_end: FrontEnd, owner: Engine) -> Iterator[str]:
    """Every text that stands in a row about what was tried."""
    rows = read_records(owner, front_end.platform.organisation_id).of("outreach_attempt")
    yield from strings([dict(row) for row in rows])


def strings(value: Any) -> Iterator[str]:
    """Every text of an answer, also within JSON that is a text itself."""
    match value:
        case str():
            yield value
            if value.startswith(("[", "{")):
                yield from _within(value)
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)
        case _:
            return


def _within(value: str) -> Iterator[str]:
    try:
        yield from strings(json.loads(value))
    except json.JSONDecodeError:
        return


class Tags(HTMLParser):
    """The tags of a page, and what could act in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.acting: list[tuple[str, str | None]] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.acting += [(name, value) for name, value in attrs if name.startswith("on") or name == "src"]
        self.links |= {value or "" for name, value in attrs if name == "href"}


def assert_harmless(message: Json) -> None:
    """No word of it begins a header, a tag or another direction, and it leads to our own pages alone."""
    assert len(message["subject"].splitlines()) == 1
    assert len(message["subject"]) <= 400
    for part in ("subject", "text"):
        assert not TURNS.search(message[part]), message[part]
        assert not CONTROLS.search(message[part]), message[part]
    page = Tags()
    page.feed(message["html"])
    assert (page.tags & OURS_NEVER, page.acting) == (set(), [])
    assert page.links <= {link["url"] for link in message["links"]}
    assert not TURNS.search(message["html"])


def assert_sound(feed: bytes) -> None:
    """A calendar program reads sessions, and nothing that somebody wrote into a name or a note."""
    calendar = Calendar.from_ical(feed)
    assert not calendar.errors
    for event in calendar.walk("VEVENT"):
        assert set(event) <= PROPERTIES
        assert not event.subcomponents
        assert event["SUMMARY"] != "mine"
