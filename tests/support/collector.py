"""A collector of spans on the loopback, which takes OTLP/HTTP as its protocol buffers say."""

import gzip
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

Value = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A span as the collector got it; ids are in hex, `parent` is empty for the first one of a trace."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    failed: str | None
    attributes: dict[str, Value]
    resource: dict[str, Value]


@dataclass
class Collector:
    """What was received: the spans, and every body as it came."""

    url: str = ""
    spans: list[Received] = field(default_factory=list[Received])
    bodies: list[bytes] = field(default_factory=list[bytes])
    status: int = 200

    def take(self, body: bytes) -> None:
        """One request's spans are received."""
        self.bodies.append(body)
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            resource = _read(group.resource.attributes)
            for scope in group.scope_spans:
                self.spans += [
                    Received(
                        name=span.name,
                        trace=span.trace_id.hex(),
                        id=span.span_id.hex(),
                        parent=span.parent_span_id.hex(),
                        kind=span.kind,
                        failed=span.status.message if span.status.code == span.status.STATUS_CODE_ERROR else None,
                        attributes=_read(span.attributes),
                        resource=resource,
                    )
                    for span in scope.spans
                ]

    def named(self, name: str) -> list[Received]:
        """The spans of this name."""
        return [one for one in self.spans if one.name == name]

    def trace(self, trace: str) -> list[str]:
        """The names of the spans of a trace, in alphabetical order."""
        return sorted(one.name for one in self.spans if one.trace == trace)

    def wait_for(self, there: Callable[[], bool], *, seconds: float = 20) -> None:
        """What is awaited has been received."""
        deadline = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < deadline, sorted({one.name for one in self.spans})
            time.sleep(0.05)


def _read(attributes: Iterable[KeyValue]) -> dict[str, Value]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value") or "") for one in attributes}


@contextmanager
def collector() -> Generator[Collector]:
    """A collector that runs for the length of the block."""
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            assert (self.path, self.headers["content-type"]) == ("/v1/traces", "application/x-protobuf")
            if made.status == 200:
                made.take(body)
            self.send_response(made.status)
            self.send_header("content-type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
