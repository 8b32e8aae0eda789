"""Spans sent to a collector over OTLP/HTTP, in batches, by a thread of their own: nothing that is traced waits for it."""

from collections.abc import Callable
from dataclasses import dataclass

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Tracer

SEND_SECONDS = 5
WAITING = 2048
"""How many spans wait for a collector that is away; what is more is dropped."""
EACH_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """A tracer, and how what it has not sent yet is sent."""

    tracer: Tracer
    end: Callable[[], None]


def tracing(*, url: str, share: float, process: str, version: str) -> Tracing:
    """Spans of `share` of all traces go to the collector at this address.

    Which traces these are follows from their ids, also where somebody else began them: all processes choose the same ones, and no
    caller can have more of them kept.
    """
    chosen = TraceIdRatioBased(share)
    provider = TracerProvider(
        sampler=ParentBased(chosen, remote_parent_sampled=chosen, remote_parent_not_sampled=chosen),
        resource=Resource({"service.name": "fortnight", "service.version": version, "fortnight.process": process}),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=url, timeout=SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=WAITING, schedule_delay_millis=EACH_MS))
    return Tracing(tracer=provider.get_tracer("fortnight", version), end=provider.shutdown)
