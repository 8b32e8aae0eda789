"""Figures are given out as OpenMetrics, kept under labels that are few, and not kept at all unless it is asked for."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from fortnight.listener import free_port
from telemetry import figures
from telemetry.gauges import Gauge
from telemetry.prometheus import LookedUp, Prometheus, give_out
from tests.support.scraping import scrape


@pytest.fixture
def kept() -> Iterator[Prometheus]:
    keeper = Prometheus()
    figures.keep(keeper)
    yield keeper
    figures.keep(None)


@contextmanager
def given_out(keeper: Prometheus) -> Generator[int]:
    port = free_port(0)
    server, thread = give_out(keeper.registry, host="127.0.0.1", port=port)
    yield port
    server.shutdown()
    server.server_close()
    thread.join()


def tell() -> None:
    """Everything that can be told, once."""
    figures.request("graphql", method="POST", status=200, seconds=0.02)
    figures.request("other", method="PROPFIND", status=0, seconds=0.02)
    figures.operation("mutation", "bookSession", result="ok", seconds=0.02)
    figures.decision("BookSession", outcome="SLOT_TAKEN")
    figures.claimed("MAIL")
    figures.worked("MAIL", outcome="done", seconds=0.2)
    figures.fired("SESSION_END")
    figures.called("google", "events.insert", outcome="timeout", seconds=20)


def test_an_operators_program_reads_them_as_open_metrics(kept: Prometheus) -> None:
    tell()
    with given_out(kept) as port:
        seen = scrape(port)
    assert seen.media.startswith("application/openmetrics-text")
    assert seen.text.endswith("# EOF\n")
    told = {
        "fortnight_http_requests_total": {"route": "graphql", "method": "POST", "status": "2xx"},
        "fortnight_operations_total": {"type": "mutation", "operation": "bookSession", "result": "ok"},
        "fortnight_decisions_total": {"command": "BookSession", "outcome": "SLOT_TAKEN"},
        "fortnight_work_claimed_total": {"kind": "MAIL"},
        "fortnight_work_total": {"kind": "MAIL", "outcome": "done"},
        "fortnight_timers_total": {"kind": "SESSION_END"},
        "fortnight_calls_total": {"peer": "google", "call": "events.insert", "outcome": "timeout"},
    }
    assert {name: seen.value(name, **labels) for name, labels in told.items()} == dict.fromkeys(told, 1.0)
    assert seen.value("fortnight_http_requests_total", method="other", status="none") == 1
    assert seen.value("fortnight_call_seconds_sum", peer="google") == 20
    assert seen.value("process_resident_memory_bytes") > 0


def test_what_stands_somewhere_is_looked_up_at_each_scrape(kept: Prometheus) -> None:
    due = {"MAIL": 3.0}
    gauge = Gauge(name="fortnight_work_due", help="Due.", label="kind", values=due)
    kept.registry.register(LookedUp(lambda: [gauge]))
    with given_out(kept) as port:
        assert scrape(port).value("fortnight_work_due", kind="MAIL") == 3
        due["MAIL"] = 4.0
        assert scrape(port).value("fortnight_work_due", kind="MAIL") == 4


def test_nobody_keeps_them_unless_it_is_asked_for() -> None:
    assert not figures.are_kept()
    tell()
    keeper = Prometheus()
    with given_out(keeper) as port:
        assert not [name for name, _ in scrape(port).samples if name.startswith("fortnight_")]
