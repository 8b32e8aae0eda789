"""Figures as OpenMetrics, for Prometheus and what speaks like it: kept in a registry of its own, given out on a port of its own."""

from collections.abc import Callable, Iterable
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from telemetry.gauges import Gauge

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SLOW = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class Prometheus:
    """A keeper of figures; `registry` is what is given out."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        disable_created_metrics()
        self.registry = made = registry or CollectorRegistry()
        ProcessCollector(registry=made)
        self._requests = Counter(
            "fortnight_http_requests", "Requests answered.", ("route", "method", "status"), registry=made
        )
        self._request_seconds = Histogram(
            "fortnight_http_request_seconds", "How long a request took.", ("route",), buckets=FAST, registry=made
        )
        self._operations = Counter(
            "fortnight_operations", "GraphQL operations answered.", ("type", "operation", "result"), registry=made
        )
        self._operation_seconds = Histogram(
            "fortnight_operation_seconds", "How long one took.", ("type", "operation"), buckets=FAST, registry=made
        )
        self._decisions = Counter("fortnight_decisions", "Commands decided.", ("command", "outcome"), registry=made)
        self._claimed = Counter("fortnight_work_claimed", "Due work claimed.", ("kind",), registry=made)
        self._worked = Counter("fortnight_work", "Claimed work tried.", ("kind", "outcome"), registry=made)
        self._work_seconds = Histogram(
            "fortnight_work_seconds", "How long one try took.", ("kind",), buckets=SLOW, registry=made
        )
        self._fired = Counter("fortnight_timers", "Timers that had their effect.", ("kind",), registry=made)
        self._calls = Counter(
            "fortnight_calls", "Calls to Google and the mail server.", ("peer", "call", "outcome"), registry=made
        )
        self._call_seconds = Histogram(
            "fortnight_call_seconds", "How long a call took.", ("peer", "call"), buckets=SLOW, registry=made
        )

    def request(self, route: str, *, method: str, status: int, seconds: float) -> None:
        """A request was answered; the status is kept by its first digit."""
        known = method if method in METHODS else "other"
        self._requests.labels(route, known, f"{status // 100}xx" if status else "none").inc()
        self._request_seconds.labels(route).observe(seconds)

    def operation(self, kind: str, name: str, *, result: str, seconds: float) -> None:
        """A GraphQL operation was answered."""
        self._operations.labels(kind, name, result).inc()
        self._operation_seconds.labels(kind, name).observe(seconds)

    def decision(self, command: str, *, outcome: str) -> None:
        """A command was answered."""
        self._decisions.labels(command, outcome).inc()

    def claimed(self, kind: str) -> None:
        """Due work was claimed."""
        self._claimed.labels(kind).inc()

    def worked(self, kind: str, *, outcome: str, seconds: float) -> None:
        """Claimed work was tried."""
        self._worked.labels(kind, outcome).inc()
        self._work_seconds.labels(kind).observe(seconds)

    def fired(self, kind: str) -> None:
        """A timer had its effect."""
        self._fired.labels(kind).inc()

    def called(self, peer: str, call: str, *, outcome: str, seconds: float) -> None:
        """Somebody else's server was asked."""
        self._calls.labels(peer, call, outcome).inc()
        self._call_seconds.labels(peer, call).observe(seconds)


class LookedUp(Collector):
    """Figures that nobody counts, because they stand in the database: read at each scrape."""

    def __init__(self, read: Callable[[], Iterable[Gauge]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        """The gauges of this moment."""
        for gauge in self._read():
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=(gauge.label,))
            for kind, value in sorted(gauge.values.items()):
                family.add_metric((kind,), value)
            yield family


def give_out(registry: CollectorRegistry, *, host: str, port: int) -> tuple[WSGIServer, Thread]:
    """The registry is given out at `/metrics` of this host and port, by a thread that ends with the process. Raises OSError."""
    return start_http_server(port, addr=host, registry=registry)
