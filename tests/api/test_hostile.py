"""Hostile requests: each is refused with its status and code, for little of our time (GRAPHQL.md, 9)."""

import time
from collections.abc import Callable

import orjson
import pytest

from tests.api.conftest import NEW_MEDIA, FrontEnd
from tests.api.test_limits import HOSTILE
from tests.support.collecting import uncollected

QUICK_SECONDS = 0.5
"""Of this process's time, the client's part included; a tenth of it is usual."""
STATUS = {"LIMIT_EXCEEDED": 400, "DOCUMENT_INVALID": 400, "DOCUMENT_SYNTAX": 400, "OPERATION_NOT_FOUND": 400}
MEGABYTE = 1024 * 1024


def query(text: str, **more: object) -> bytes:
    return orjson.dumps({"query": text, **more})


def deep(opening: bytes, closing: bytes, levels: int = 200_000) -> bytes:
    return opening * levels + closing * levels


NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
BODIES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "eight megabytes": (lambda: b" " * 8 * MEGABYTE, 413, "PAYLOAD_TOO_LARGE"),
    "lists in lists": (lambda: deep(b"[", b"]", 100_000), 400, "MALFORMED_REQUEST"),
    "objects in objects": (lambda: b'{"query":"{ __typename }","variables":' + deep(b'{"a":', b"}", 40_000) + b"}", 400, "MALFORMED_REQUEST"),
    "lists in lists, too many for a body": (lambda: deep(b"[", b"]"), 413, "PAYLOAD_TOO_LARGE"),
    "null": (lambda: b"null", 400, "MALFORMED_REQUEST"),
    "a number": (lambda: b"-0", 400, "MALFORMED_REQUEST"),
    "a number beyond all": (lambda: b"1e999999", 400, "MALFORMED_REQUEST"),
    "a very long number": (lambda: b'{"query":"{ __typename }","variables":{"a":' + b"9" * 200_000 + b"}}", 400, "MALFORMED_REQUEST"),
    "broken UTF-8": (lambda: b'{"query":"{ __typename } # \xc3\x28"}', 400, "MALFORMED_REQUEST"),
    "UTF-16": (lambda: '{"query":"{ __typename }"}'.encode("utf-16"), 400, "MALFORMED_REQUEST"),
    "half a surrogate pair": (lambda: b'{"query":"{ __typename }","variables":{"a":"\\udc00"}}', 400, "MALFORMED_REQUEST"),
    "a batch": (lambda: orjson.dumps([{"query": "{ __typename }"}] * 1000), 400, "MALFORMED_REQUEST"),
    "the same name many times": (lambda: b"{" + b'"query":"{ a }",' * 10_000 + b'"query":7}', 400, "MALFORMED_REQUEST"),
    "a document of opening braces": (lambda: query("{" * 60_000), 400, "DOCUMENT_SYNTAX"),
    "a document of spaces": (lambda: query(" " * 65_000), 400, "MALFORMED_REQUEST"),
    "a block string without an end": (lambda: query('{ a(b: """' + '\\"' * 30_000), 400, "DOCUMENT_SYNTAX"),
    "a string of escapes": (lambda: query('{ node(id: "' + "\\u0041" * 10_000 + '") { id } }'), 200, ""),
    "U+0000 in a document": (lambda: query("{ __typename \x00 }"), 400, "DOCUMENT_SYNTAX"),
    "directives without end": (lambda: query("{ __typename " + "@skip(if: false) " * 200 + "}"), 400, "DOCUMENT_INVALID"),
    "variables without end": (
        lambda: query("query (" + " ".join(f"$v{n}: Int" for n in range(450)) + ") { __typename }"), 400, "DOCUMENT_INVALID",
    ),
    "ids without end": (lambda: query(NODES, variables={"ids": ["x"] * 10_000}), 200, "INVALID_INPUT"),
    "more ids than objects may be asked for": (lambda: query(NODES, variables={"ids": ["x"] * 50_000}), 400, "LIMIT_EXCEEDED"),
    "a variable that nobody asked for": (lambda: query("{ __typename }", variables={"a": "x" * 200_000}), 200, ""),
    "an operation name of megabytes": (lambda: query("{ __typename }", operationName="x" * 250_000), 400, "OPERATION_NOT_FOUND"),
    "an unknown operation": (lambda: query("{ __typename }", operationName="__proto__"), 400, "OPERATION_NOT_FOUND"),
    **{name: (lambda text=text: query(text), STATUS[code], code) for name, (text, code, _) in HOSTILE.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_request_is_answered_with_its_code_in_no_time(front_end: FrontEnd, name: str) -> None:
    made, status, code = BODIES[name]
    body = made()
    headers = {**front_end.headers("Maya"), "content-type": "application/json", "accept": NEW_MEDIA}
    front_end.ask("Maya", "{ viewer { id } }")
    with uncollected():
        began = time.process_time()
        response = front_end.client.post("/graphql", content=body, headers=headers)
        spent = time.process_time() - began
    errors = response.json().get("errors", [])
    assert (response.status_code, errors[0]["extensions"]["code"] if errors else "") == (status, code)
    assert len(errors) <= 5
    assert len(response.content) < 4096
    assert spent < QUICK_SECONDS


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"accept": "text/html"}, 406),
        ({"accept": ",".join(["text/plain"] * 5000)}, 406),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json;" + "a=b;" * 5000}, 200),
        ({"authorization": "Bearer " + "x" * 50_000}, 401),
        ({"authorization": "Bearer " + "a." * 20_000}, 401),
        ({"x-request-id": "x" * 50_000}, 200),
        ({"origin": "https://evil.example"}, 200),
    ],
)
def test_hostile_headers_are_answered_in_no_time(front_end: FrontEnd, headers: dict[str, str], status: int) -> None:
    sent = {"content-type": "application/json", "accept": NEW_MEDIA, **headers}
    front_end.ask("Maya", "{ viewer { id } }")
    began = time.process_time()
    response = front_end.client.post("/graphql", content=query("{ __typename }"), headers=sent)
    spent = time.process_time() - began
    assert response.status_code == status
    assert "access-control-allow-origin" not in response.headers
    assert spent < QUICK_SECONDS
