"""Spans reach a collector with what caused them, and say nothing of anybody's data; nobody traces unless it is asked for."""

import re
from collections.abc import Iterator

import pytest

from telemetry import spans
from telemetry.otlp import Tracing, tracing
from tests.support.collector import Collector, collector

EARLIER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collected() -> Iterator[Collector]:
    with collector() as made:
        yield made


@pytest.fixture
def traced(collected: Collector) -> Iterator[Tracing]:
    made = tracing(url=collected.url, share=1.0, process="test", version="1.2.3")
    spans.trace_with(made.tracer)
    yield made
    spans.trace_with(None)
    made.end()


def test_a_span_is_within_the_one_around_it_and_the_collector_gets_both(collected: Collector, traced: Tracing) -> None:
    with spans.span("request graphql", side=spans.Side.SERVER, method="POST") as outer:
        outer.note(status=200)
        with spans.span("unit", organisation=7, read_only=False) as inner:
            inner.named("unit of work")
    traced.end()
    inner_span, outer_span = collected.spans
    assert (outer_span.name, outer_span.parent, outer_span.kind) == ("request graphql", "", 2)
    assert outer_span.attributes == {"fortnight.method": "POST", "fortnight.status": 200}
    assert outer_span.resource == {
        "service.name": "fortnight",
        "service.version": "1.2.3",
        "fortnight.process": "test",
    }
    assert (inner_span.name, inner_span.parent, inner_span.trace) == ("unit of work", outer_span.id, outer_span.trace)
    assert inner_span.attributes == {"fortnight.organisation": 7, "fortnight.read_only": False}


def test_what_was_left_for_later_continues_the_trace_that_caused_it(collected: Collector, traced: Tracing) -> None:
    with spans.span("request graphql"):
        left = spans.traceparent()
    with spans.span("something else"), spans.span("work MAIL", side=spans.Side.CONSUMER, parent=left):
        assert spans.trace_id() == left.split("-")[1] if left else None
    traced.end()
    (request,), (work,), (other,) = (
        collected.named(name) for name in ("request graphql", "work MAIL", "something else")
    )
    assert (work.trace, work.parent) == (request.trace, request.id)
    assert other.trace != request.trace


def test_a_callers_trace_is_continued_and_what_is_no_traceparent_is_not(collected: Collector, traced: Tracing) -> None:
    for parent in (EARLIER, "00-maya@example.com", "", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x" * 10_000):
        with spans.span("request graphql", parent=parent):
            pass
    traced.end()
    first, *others = collected.spans
    assert (first.trace, first.parent) == (EARLIER.split("-")[1], EARLIER.split("-")[2])
    assert [one.parent for one in others] == [""] * 4
    assert b"maya" not in b"".join(collected.bodies)


def test_a_fault_is_told_by_its_type_and_never_by_its_message(collected: Collector, traced: Tracing) -> None:
    with pytest.raises(ValueError, match="maya"), spans.span("unit"):
        raise ValueError("Key (email)=(maya@example.com) already exists")
    with spans.span("smtp send") as span:
        span.failed("smtp550")
    traced.end()
    assert [one.failed for one in collected.spans] == ["ValueError", "smtp550"]
    assert b"maya" not in b"".join(collected.bodies)


def test_a_share_of_the_traces_is_sent_and_no_caller_can_have_more_of_them_kept(collected: Collector) -> None:
    made = tracing(url=collected.url, share=0.25, process="test", version="1")
    spans.trace_with(made.tracer)
    # The last 64 bits of the id decide: these are above a quarter of their range, and said to be sampled.
    for number in range(50):
        with spans.span("request graphql", parent=f"00-{number:016x}{'f' * 16}-b7ad6b7169203331-01"):
            assert re.fullmatch(r"00-\w{32}-\w{16}-00", spans.traceparent() or "")
    for _ in range(400):
        with spans.span("request feeds"), spans.span("unit"):
            pass
    spans.trace_with(None)
    made.end()
    assert collected.named("request graphql") == []
    assert 50 < len(collected.named("request feeds")) < 150
    assert len(collected.named("unit")) == len(collected.named("request feeds"))


def test_a_collector_that_is_away_or_refuses_holds_up_nothing(collected: Collector) -> None:
    collected.status = 400
    made = tracing(url=collected.url, share=1.0, process="test", version="1")
    spans.trace_with(made.tracer)
    with spans.span("request graphql") as span:
        span.note(status=200)
    spans.trace_with(None)
    made.end()
    assert collected.spans == []


def test_nothing_is_made_unless_it_is_asked_for() -> None:
    one, other = spans.span("unit", organisation=1), spans.span("work MAIL", parent=EARLIER)
    assert one is other
    with one as span:
        span.note(status=200)
        span.named("other")
        span.failed("no")
        assert (spans.traceparent(), spans.trace_id(), spans.are_traced()) == (None, None, False)
