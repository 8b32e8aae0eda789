"""A feed over HTTP (CALENDAR 40, 41)."""

import gzip
from datetime import UTC, datetime

import pytest

from calendar_sync.feed import feed_url
from commands.actor import Actor
from commands.outcome import Done
from commands.rotate_feed import RotateFeed, rotate_feed
from commands.transaction import Request
from models.unit import count_statements
from policy.terms import Role
from tests.calendar_sync.feed.world import BASE, NOW, World

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _call(world: World) -> None:
    world.session("Eva", "Maya", CALL)


def test_the_headers_of_a_full_answer(world: World) -> None:
    answer = world.reader().get(world.url("Eva"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert not {"set-cookie", "content-encoding"} & set(answer.headers)


def test_head_is_get_without_the_body(world: World) -> None:
    reader, url = world.reader(), world.url("Eva")
    for encoding in ("identity", "gzip"):
        full, head = (reader.get(url, method, accept_encoding=encoding) for method in ("GET", "HEAD"))
        assert head.content == b""
        assert head.status_code == 200
        assert head.headers == full.headers
    tag = reader.get(url).headers["etag"]
    assert reader.get(url, "HEAD", if_none_match=tag).status_code == 304


def test_gzip_is_sent_to_who_reads_it_always_the_same_with_a_tag_of_its_own(world: World) -> None:
    reader, url = world.reader(), world.url("Eva")
    plain = reader.get(url)
    raw = [reader.raw(url, accept_encoding="gzip, deflate, br") for _ in range(2)]
    assert raw[0] == raw[1]
    assert gzip.decompress(raw[0]) == plain.content
    zipped = reader.get(url, accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.headers["content-length"] == str(len(raw[0]))
    assert zipped.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', '"a",W/{0} , "b"', "*"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_the_reader_has_is_not_sent_again(world: World, form: str, encoding: str) -> None:
    reader, url = world.reader(), world.url("Eva")
    tag = reader.get(url, accept_encoding=encoding).headers["etag"]
    answer = reader.get(url, accept_encoding=encoding, if_none_match=form.format(tag))
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert not {"content-type", "content-length", "content-encoding", "set-cookie"} & set(answer.headers)


def test_another_version_is_sent_whole(world: World) -> None:
    reader, url = world.reader(), world.url("Eva")
    tag = reader.get(url).headers["etag"]
    world.session("Eva", "Maya", datetime(2027, 3, 19, 10, tzinfo=UTC))
    answer = reader.get(url, if_none_match=tag)
    assert answer.status_code == 200
    assert answer.content.count(b"BEGIN:VEVENT") == 2


def test_a_renewed_feed_answers_only_under_its_new_address(world: World) -> None:
    eva = world.people["Eva"]
    actor = Actor(organisation_id=world.organisation, person_id=eva, roles=frozenset({Role.COACH}))
    reader, old = world.reader(), world.url("Eva")
    tag = reader.get(old).headers["etag"]
    outcome = rotate_feed(world.database, Request(actor=actor, now=NOW), RotateFeed(person_id=eva))
    assert isinstance(outcome, Done)
    assert reader.get(old).status_code == 404
    assert reader.get(old, if_none_match=tag).status_code == 404
    assert reader.get(world.url("Eva", generation=2)).status_code == 200
    assert reader.get(world.url("Maya")).status_code == 200


def test_forged_renewed_and_unknown_addresses_are_told_apart_by_nobody(world: World) -> None:
    nobody = feed_url(world.keyring, BASE, organisation_id=world.organisation, person_id=10**6, generation=1)
    nowhere = feed_url(world.keyring, BASE, organisation_id=10**6, person_id=1, generation=1)
    urls = [
        world.url("Eva", generation=2),
        world.url("Eva")[:-5] + "x.ics",
        world.url("Eva").replace("-f.", "-i."),
        f"{BASE}/feeds/x.ics",
        nobody,
        nowhere,
    ]
    answers = [world.reader().get(url) for url in urls]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.content, str(sorted(answer.headers.items()))) for answer in answers}) == 1
    assert answers[0].headers["x-robots-tag"] == "noindex"


def test_the_feed_of_somebody_who_was_deactivated_is_gone(world: World) -> None:
    world.run("UPDATE person SET deactivated_at = :at WHERE id = :eva", at=NOW, eva=world.people["Eva"])
    assert world.reader().get(world.url("Eva")).status_code == 404
    assert world.reader().get(world.url("Maya")).status_code == 200


def test_a_forged_address_does_not_reach_the_database(world: World) -> None:
    statements = count_statements(world.database.engine)
    assert world.reader().get(world.url("Eva")[:-5] + "x.ics").status_code == 404
    assert statements == []


def test_a_feed_is_only_read(world: World) -> None:
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        answer = world.reader().get(world.url("Eva"), method)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
