"""Negotiation: the new media type where it is named, application/json for everybody else, nothing that we do not speak."""

import pytest

from api.http.media import Media, is_json, negotiate

NEW, OLD = Media.GRAPHQL, Media.JSON


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        (None, OLD),
        ("", OLD),
        ("*/*", OLD),
        ("application/*", OLD),
        ("application/json", OLD),
        ("application/json; charset=utf-8", OLD),
        ("application/graphql-response+json", NEW),
        ("APPLICATION/GraphQL-Response+JSON", NEW),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", NEW),
        ("application/json, application/graphql-response+json", NEW),
        ("application/graphql-response+json;q=0.5, application/json", OLD),
        ("application/json;q=0.5, application/graphql-response+json", NEW),
        ("application/graphql-response+json;q=0, */*", OLD),
        ("text/html,application/xhtml+xml,*/*;q=0.8", OLD),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("text/html", None),
        ("text/*, image/png", None),
        ("application/json; charset=utf-16", None),
        ("application/json;q=nan", None),
        ("application/json;q=much", None),
        (";;,,=;q=", None),
    ],
)
def test_the_answer_is_what_the_client_likes_best(accept: str | None, answer: Media | None) -> None:
    assert negotiate(accept) == answer


@pytest.mark.parametrize(
    ("content_type", "good"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ('Application/JSON;Charset="UTF-8"', True),
        ("application/json; charset=latin-1", False),
        ("application/graphql-response+json", False),
        ("application/graphql", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("", False),
        (None, False),
    ],
)
def test_a_body_is_json_in_utf_8(content_type: str | None, good: bool) -> None:
    assert is_json(content_type) is good
