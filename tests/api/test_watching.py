"""What figures and spans tell of requests: fields of the schema, codes and routes, and never what a caller made up."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.watching import asked_for
from fortnight.watched import Watched
from telemetry import figures, spans
from telemetry.otlp import tracing
from telemetry.prometheus import Prometheus
from tests.api.conftest import BASE_URL, FrontEnd
from tests.support.collector import Collector, collector

BOOK = """
mutation maya_at_example_com($input: BookSessionInput!) {
  bookSession(input: $input) { ... on BookSessionSuccess { session { id } } ... on Refusal { code } } }
"""
WORKS = text("SELECT kind, request_id, trace_parent FROM due_work WHERE kind = 'MAIL' ORDER BY id DESC LIMIT 2")


@pytest.fixture
def kept() -> Iterator[Prometheus]:
    keeper = Prometheus()
    figures.keep(keeper)
    yield keeper
    figures.keep(None)


@pytest.fixture
def collected() -> Iterator[Collector]:
    """Everything is traced to this collector; what is still under way has arrived when `spans.trace_with(None)` and the end are over."""
    with collector() as made:
        found = tracing(url=made.url, share=1.0, process="api", version="1")
        spans.trace_with(found.tracer)
        yield made
        spans.trace_with(None)
        found.end()


def samples(keeper: Prometheus, name: str) -> dict[tuple[str, ...], float]:
    """The samples of a counter by the values of its labels, in the order of their names."""
    return {
        tuple(value for _, value in sorted(one.labels.items())): one.value
        for family in keeper.registry.collect()
        for one in family.samples
        if one.name == name
    }


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("query maya { viewer { id } }", "viewer"),
        ("{ me: viewer { id } you: viewer { id } }", "viewer"),
        ("{ viewer { id } organisation { now } }", "several"),
        ("{ ... on Query { viewer { id } } }", "several"),
        ("mutation { bookSession(input: {}) { __typename } }", "bookSession"),
    ],
)
def test_an_operation_is_known_by_the_field_that_it_asks_for(document: str, named: str) -> None:
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert asked_for(operation) == named


def book(front_end: FrontEnd, starts_at: str, **headers: str) -> None:
    given = {"kind": front_end.kind("mentor"), "coach": front_end.gid("Eva"), "startsAt": starts_at}
    fields = {**given, "idempotencyKey": front_end.key()}
    assert front_end.post("Maya", BOOK, {"input": fields}, **headers).status_code == 200


def test_operations_and_decisions_are_counted_under_names_of_ours(kept: Prometheus, front_end: FrontEnd) -> None:
    book(front_end, "2027-03-08T10:00:00Z")
    book(front_end, "2027-03-08T10:00:00Z")
    front_end.ask("Maya", "{ viewer { id } }")
    front_end.codes("Maya", "{ viewer { secret_of_maya } }")
    front_end.codes(None, "{ sessions(first: 1) { nodes { id } } }")
    assert samples(kept, "fortnight_operations_total") == {
        ("bookSession", "ok", "mutation"): 2,
        ("viewer", "ok", "query"): 1,
        ("unknown", "DOCUMENT_INVALID", "unknown"): 1,
        ("sessions", "partial", "query"): 1,
    }
    decisions = samples(kept, "fortnight_decisions_total")
    assert decisions[("BookSession", "DONE")] == 1
    assert sum(value for (command, _), value in decisions.items() if command == "BookSession") == 2
    assert "maya" not in str([one for family in kept.registry.collect() for one in family.samples]).lower()


def test_a_booking_is_one_trace_whose_due_work_remembers_it(
    collected: Collector, front_end: FrontEnd, owner: Engine
) -> None:
    app: Any = front_end.client.app
    front_end.client = TestClient(Watched(app, app.routes), base_url=BASE_URL)
    book(front_end, "2027-03-08T10:00:00Z", **{"x-request-id": "request-0001"})
    with owner.connect() as connection:
        works = connection.execute(WORKS).all()
    collected.wait_for(lambda: len(collected.named("request graphql")) == 1)
    (request,) = collected.named("request graphql")
    assert (request.kind, request.parent, request.attributes["fortnight.status"]) == (2, "", 200)
    names = collected.trace(request.trace)
    assert {"mutation bookSession", "command BookSession", "request graphql", "unit"} <= set(names)
    (command,) = collected.named("command BookSession")
    assert command.attributes["fortnight.outcome"] == "DONE"
    assert [work.request_id for work in works] == ["request-0001"] * 2
    units = {one.id for one in collected.named("unit") if one.trace == request.trace}
    assert {work.trace_parent.split("-")[2] for work in works} <= units
    written = b"".join(collected.bodies)
    assert not [word for word in (b"maya", b"Maya", b"example.com", b"ey") if word in written]


def test_only_known_routes_and_methods_are_told_apart(
    kept: Prometheus, open_front_end: Callable[..., FrontEnd]
) -> None:
    app: Any = open_front_end().client.app
    client = TestClient(Watched(app, app.routes), base_url=BASE_URL)
    client.get("/feeds/1-2-3-f.s3cret.ics")
    client.get("/healthz")
    client.get("/change/s3cret")
    client.get("/maya@example.com/x")
    client.request("PROPFIND", "/graphql")
    client.request("BREW", "/")
    assert samples(kept, "fortnight_http_requests_total") == {
        ("GET", "feeds", "4xx"): 1,
        ("GET", "change", "4xx"): 1,
        ("GET", "other", "4xx"): 1,
        ("other", "graphql", "4xx"): 1,
        ("other", "other", "4xx"): 1,
    }
