"""GraphQL over HTTP: methods, media types, status codes, headers, as the draft asks; each test is one of its audits."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx2 as httpx
import orjson
import pytest

from tests.api.conftest import NEW_MEDIA, FrontEnd

OLD_MEDIA = "application/json"
Json = dict[str, Any]
ANSWER = b'{"data":{"__typename":"Query"}}'


def post(front_end: FrontEnd, body: Any, *, accept: str | None = NEW_MEDIA, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    sent = {"content-type": "application/json", **headers}
    return front_end.client.post(
        "/graphql", content=content, headers=sent if accept is None else {**sent, "accept": accept}
    )


def get(front_end: FrontEnd, *, who: str | None = "Maya", accept: str = NEW_MEDIA, **query: str) -> httpx.Response:
    headers = {**front_end.headers(who), "accept": accept}
    return front_end.client.get(f"/graphql?{urlencode(query)}", headers=headers)


def code_of(response: httpx.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


# -- what is answered -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (NEW_MEDIA, NEW_MEDIA),
        (OLD_MEDIA, OLD_MEDIA),
        ("*/*", OLD_MEDIA),
        (f"{NEW_MEDIA}, {OLD_MEDIA};q=0.9", NEW_MEDIA),
    ],
)
def test_the_answer_is_in_the_media_type_that_was_asked_for(front_end: FrontEnd, accept: str, media: str) -> None:
    response = post(front_end, {"query": "{ __typename }"}, accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.content == ANSWER


def test_a_client_that_accepts_neither_is_told_so(front_end: FrontEnd) -> None:
    response = post(front_end, {"query": "{ __typename }"}, accept="text/html")
    assert response.status_code == 406
    assert response.headers["content-type"].startswith(OLD_MEDIA)
    assert code_of(response) == "NOT_ACCEPTABLE"


def test_a_query_may_come_by_get(front_end: FrontEnd) -> None:
    response = get(
        front_end,
        query="query A($id: ID!) { node(id: $id) { id } } query B { __typename }",
        operationName="A",
        variables='{"id":"x"}',
        extensions="{}",
    )
    assert response.status_code == 200
    assert response.json() == {"data": {"node": None}}


def test_empty_parameters_of_a_get_count_as_left_out(front_end: FrontEnd) -> None:
    response = get(front_end, query="{ __typename }", operationName="", variables="", extensions="")
    assert response.content == ANSWER


def test_nobody_asks_by_get_without_signing_in(front_end: FrontEnd) -> None:
    response = get(front_end, who=None, query="{ __typename }")
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert code_of(response) == "UNAUTHENTICATED"


def test_a_mutation_never_comes_by_get(front_end: FrontEnd) -> None:
    document = 'mutation { rotateFeedUrl(input: {idempotencyKey: "a"}) { __typename } }'
    response = get(front_end, query=document)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert code_of(response) == "METHOD_NOT_ALLOWED"
    assert (
        front_end.ask("Maya", "{ viewer { calendar { feedUrl } } }")["viewer"]["calendar"]["feedUrl"].count("-1-f") == 1
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_other_methods_are_not_allowed(front_end: FrontEnd, method: str) -> None:
    response = front_end.client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


def test_the_endpoint_answers_without_a_redirect(front_end: FrontEnd) -> None:
    response = front_end.client.post("/graphql", json={"query": "{ __typename }"}, follow_redirects=False)
    assert response.status_code == 200


# -- what is sent ---------------------------------------------------------------------------------------------------------

NOT_JSON = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "",
]


@pytest.mark.parametrize("content_type", [*NOT_JSON, "application/json; charset=latin-1"])
def test_a_body_that_a_form_of_another_site_could_send_is_refused(front_end: FrontEnd, content_type: str) -> None:
    response = post(front_end, {"query": "{ __typename }"}, **{"content-type": content_type})
    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"


def test_a_compressed_body_is_refused(front_end: FrontEnd) -> None:
    response = post(front_end, {"query": "{ __typename }"}, **{"content-encoding": "gzip"})
    assert response.status_code == 415


@pytest.mark.parametrize("media", [NEW_MEDIA, OLD_MEDIA])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b'"{ __typename }"',
        b"[]",
        b'[{"query":"{ __typename }"}]',
        b"{}",
        b'{"query":null}',
        b'{"query":""}',
        b'{"query":"  "}',
        b'{"query":7}',
        b'{"query":{}}',
        b'{"query":["{ __typename }"]}',
        b'{"query":"{ __typename }","operationName":7}',
        b'{"query":"{ __typename }","operationName":{}}',
        b'{"query":"{ __typename }","variables":7}',
        b'{"query":"{ __typename }","variables":[]}',
        b'{"query":"{ __typename }","variables":"{}"}',
        b'{"query":"{ __typename }","extensions":true}',
        b'{"query":"{ __typename }","extensions":[]}',
        b'{"query":"{ __typename }"} {}',
        b'{"query":"\xff"}',
        b'{"query":"{ __typename }","variables":{"a":"\\ud800"}}',
        b'{"query":"{ __typename }","variables":{"a":NaN}}',
        b'{"variables":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
        b"[" * 200_000,
    ],
)
def test_what_is_no_request_is_refused_in_both_media_types(front_end: FrontEnd, body: bytes, media: str) -> None:
    response = post(front_end, body, accept=media)
    assert response.status_code == 400
    assert code_of(response) == "MALFORMED_REQUEST"
    assert "data" not in response.json()


@pytest.mark.parametrize("field", ["operationName", "variables", "extensions"])
def test_null_counts_as_left_out(front_end: FrontEnd, field: str) -> None:
    assert post(front_end, {"query": "{ __typename }", field: None}).content == ANSWER


@pytest.mark.parametrize("parameter", ["variables", "extensions"])
def test_parameters_of_a_get_are_json(front_end: FrontEnd, parameter: str) -> None:
    response = get(front_end, query="{ __typename }", **{parameter: "{"})
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


def test_a_large_body_is_refused_by_its_announced_length(front_end: FrontEnd) -> None:
    response = post(front_end, b"x", **{"content-length": str(8 * 1024 * 1024)})
    assert (response.status_code, code_of(response)) == (413, "PAYLOAD_TOO_LARGE")


def test_a_large_body_is_refused_while_it_comes(front_end: FrontEnd) -> None:
    def chunks() -> Any:
        for _ in range(300):
            yield b" " * 1024

    headers = {"content-type": "application/json", "accept": NEW_MEDIA}
    response = front_end.client.post("/graphql", content=chunks(), headers=headers)
    assert (response.status_code, code_of(response)) == (413, "PAYLOAD_TOO_LARGE")


# -- documents that cannot be executed ------------------------------------------------------------------------------------

BAD_DOCUMENTS = [
    ({"query": "{"}, "DOCUMENT_SYNTAX"),
    ({"query": "{ nothing }"}, "DOCUMENT_INVALID"),
    ({"query": "fragment F on Query { __typename }"}, "OPERATION_NOT_FOUND"),
    ({"query": "query A { __typename } query B { __typename }"}, "OPERATION_NOT_FOUND"),
    ({"query": "query A { __typename }", "operationName": "B"}, "OPERATION_NOT_FOUND"),
    ({"query": "query A($id: ID!) { node(id: $id) { id } }"}, "VARIABLES_INVALID"),
    ({"query": "query A($id: ID!) { node(id: $id) { id } }", "variables": {"id": None}}, "VARIABLES_INVALID"),
    ({"query": "query A($id: ID!) { node(id: $id) { id } }", "variables": {"id": {}}}, "VARIABLES_INVALID"),
    ({"query": "{ " + "a: __typename " * 51 + "}"}, "LIMIT_EXCEEDED"),
    ({"query": "subscription { __typename }"}, "DOCUMENT_INVALID"),
    (
        {"query": '{ openings(kind: "a", coach: "b", from: "now", to: "later") { nodes { startsAt } } }'},
        "DOCUMENT_INVALID",
    ),
    ({"query": "query A($to: DateTime) { node(id: 1) { id } }", "variables": {"to": "later"}}, "DOCUMENT_INVALID"),
]


@pytest.mark.parametrize(("body", "code"), BAD_DOCUMENTS)
def test_a_document_that_cannot_be_executed_is_400_in_the_new_media_type(
    front_end: FrontEnd, body: Json, code: str
) -> None:
    response = post(front_end, body)
    assert (response.status_code, code_of(response)) == (400, code)
    assert "data" not in response.json()


@pytest.mark.parametrize(("body", "code"), BAD_DOCUMENTS)
def test_and_200_in_the_old_one(front_end: FrontEnd, body: Json, code: str) -> None:
    response = post(front_end, body, accept=OLD_MEDIA)
    assert (response.status_code, code_of(response)) == (200, code)
    assert "data" not in response.json()


def test_a_field_that_fails_leaves_the_rest_of_the_answer(front_end: FrontEnd) -> None:
    response = front_end.post("Maya", "{ viewer { id } sessions { nodes { id } } }")
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"]["viewer"]["id"] is not None
    assert answer["data"]["sessions"] is None
    assert [error["path"] for error in answer["errors"]] == [["sessions"]]


# -- who asks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic bWF5YTo=", "Bearer a.b.c", "Bearer a b", "bearer\tx"]
)
def test_a_token_that_is_not_good_is_refused_rather_than_ignored(front_end: FrontEnd, header: str) -> None:
    response = post(front_end, {"query": "{ __typename }"}, authorization=header)
    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")


def test_a_token_of_somebody_who_is_not_there_is_refused(front_end: FrontEnd) -> None:
    front_end.platform.people["Nobody"] = 999_999
    response = front_end.post("Nobody", "{ viewer { id } }")
    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")


def test_a_token_of_another_organisation_finds_nobody_here(front_end: FrontEnd) -> None:
    front_end.platform.organisation_id += 1
    assert front_end.codes("Maya", "{ viewer { id } }") == ["UNAUTHENTICATED"]


def test_anonymous_callers_learn_nothing(front_end: FrontEnd) -> None:
    answer = front_end.answer(None, "{ __typename viewer { id } organisation { id } }")
    assert answer == {"data": {"__typename": "Query", "viewer": None, "organisation": None}}
    assert front_end.codes(None, "{ policy { number } }") == ["UNAUTHENTICATED"]
    assert front_end.codes(None, f'{{ node(id: "{front_end.gid("Eva")}") {{ id }} }}') == ["UNAUTHENTICATED"]
    assert front_end.codes(None, 'mutation { rotateFeedUrl(input: {idempotencyKey: "a"}) { __typename } }') == [
        "UNAUTHENTICATED"
    ]


@pytest.mark.parametrize(
    "document",
    ["{ __schema { queryType { name } } }", '{ a: __type(name: "Query") { name } }',
     "query A { ...F } fragment F on Query { __schema { description } }"],
)  # fmt: skip
def test_the_schema_is_shown_to_signed_in_callers_only(front_end: FrontEnd, document: str) -> None:
    response = front_end.post(None, document)
    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
    assert "errors" not in front_end.answer("Maya", document)


# -- headers --------------------------------------------------------------------------------------------------------------


def test_answers_are_not_kept_and_carry_what_protects_a_browser(front_end: FrontEnd) -> None:
    headers = post(front_end, {"query": "{ __typename }"}).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers
    assert "set-cookie" not in headers


def test_over_https_it_stays_https(open_front_end: Callable[..., FrontEnd]) -> None:
    front_end = open_front_end(base_url="https://api.example.com")
    assert "max-age" in post(front_end, {"query": "{ __typename }"}).headers["strict-transport-security"]


@pytest.mark.parametrize("given", ["trace-0001.A", "0123456789abcdef"])
def test_the_callers_request_id_comes_back(front_end: FrontEnd, given: str) -> None:
    assert post(front_end, {"query": "{ __typename }"}, **{"x-request-id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'a"b{}cdefgh', "a b c d e f"])
def test_a_request_id_that_would_spoil_a_log_is_replaced(front_end: FrontEnd, given: str) -> None:
    response = post(front_end, {"query": "{ __typename }"}, **{"x-request-id": given})
    assert response.headers["x-request-id"] != given
    assert len(response.headers["x-request-id"]) == 16


PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
}


def test_pages_of_the_front_end_may_call_the_api(open_front_end: Callable[..., FrontEnd]) -> None:
    front_end = open_front_end(front_end_url="https://app.example.com/coaching", allowed_origins=("https://b.example",))
    for origin in ("https://app.example.com", "https://b.example"):
        preflight = front_end.client.options("/graphql", headers={**PREFLIGHT, "origin": origin})
        assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, origin)
        response = post(front_end, {"query": "{ __typename }"}, origin=origin)
        assert response.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in response.headers


def test_pages_of_other_origins_may_not(open_front_end: Callable[..., FrontEnd]) -> None:
    front_end = open_front_end(front_end_url="https://app.example.com")
    for origin in ("https://evil.example", "https://app.example.com.evil.example", "null"):
        preflight = front_end.client.options("/graphql", headers={**PREFLIGHT, "origin": origin})
        assert "access-control-allow-origin" not in preflight.headers
        assert "access-control-allow-origin" not in post(front_end, {"query": "{ __typename }"}, origin=origin).headers


def test_without_a_setting_no_page_of_another_origin_may(front_end: FrontEnd) -> None:
    response = post(front_end, {"query": "{ __typename }"}, origin="https://app.example.com")
    assert "access-control-allow-origin" not in response.headers


# -- health ---------------------------------------------------------------------------------------------------------------


def test_the_process_says_that_it_lives_and_that_it_can_answer(front_end: FrontEnd) -> None:
    assert front_end.client.get("/healthz").json() == {"status": "ok", "version": "test"}
    assert front_end.client.get("/readyz").json() == {"status": "ok"}
