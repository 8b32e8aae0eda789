"""Spans of this process: where its time goes, and what caused what, told only where an operator has named a collector.

By default nobody traces, and `span` gives one that does nothing. A span carries ids, codes and names of ours; an exception is told by
its type alone, because messages of databases and parsers quote the data.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace import Span as Recorded
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Value = str | int | float | bool


class Side(StrEnum):
    """What a span is seen from: the one that is asked, asks, does what was left for it, or is inside."""

    SERVER = "SERVER"
    CLIENT = "CLIENT"
    CONSUMER = "CONSUMER"
    INTERNAL = "INTERNAL"


class Span:
    """One stretch of work; without a recorded span whatever it is told is forgotten."""

    __slots__ = ("_recorded",)

    def __init__(self, recorded: Recorded | None = None) -> None:
        self._recorded = recorded

    def note(self, **attributes: Value) -> None:
        """The span carries these besides."""
        if self._recorded is not None:
            self._recorded.set_attributes({_named(name): value for name, value in attributes.items()})

    def named(self, name: str) -> None:
        """The span has another name, which was not known when it began."""
        if self._recorded is not None:
            self._recorded.update_name(name)

    def failed(self, code: str) -> None:
        """What the span is about did not succeed; `code` says why in one word."""
        if self._recorded is not None:
            self._recorded.set_status(Status(StatusCode.ERROR, code))


class _Traced:
    """The one tracer of this process."""

    tracer: Tracer | None = None


_NOTHING: Final = Span()
_NOWHERE: Final[AbstractContextManager[Span]] = nullcontext(_NOTHING)
_W3C: Final = TraceContextTextMapPropagator()
_HEADER: Final = "traceparent"
_ROOT: Final = set_span_in_context(INVALID_SPAN, Context())


def trace_with(tracer: Tracer | None) -> None:
    """From now on spans are made by this tracer; None: not at all."""
    _Traced.tracer = tracer


def are_traced() -> bool:
    """Whether spans are made."""
    return _Traced.tracer is not None


def span(
    name: str, *, side: Side = Side.INTERNAL, parent: str | None = None, **attributes: Value
) -> AbstractContextManager[Span]:
    """A stretch of work, for the length of the block; within another one, or continuing `parent` (W3C `traceparent`)."""
    if _Traced.tracer is None:
        return _NOWHERE
    return _spanned(_Traced.tracer, name, side, parent, attributes)


@contextmanager
def _spanned(
    tracer: Tracer, name: str, side: Side, parent: str | None, attributes: dict[str, Value]
) -> Generator[Span]:
    with tracer.start_as_current_span(
        name,
        context=None if parent is None else _W3C.extract({_HEADER: parent}, context=_ROOT),
        kind=SpanKind[side],
        attributes={_named(name): value for name, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as recorded:
        try:
            yield Span(recorded)
        except BaseException as fault:
            recorded.set_status(Status(StatusCode.ERROR, type(fault).__name__))
            raise


def traceparent() -> str | None:
    """The present span as the header `traceparent` says it; None where nothing is traced."""
    if _Traced.tracer is None:
        return None
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get(_HEADER)


def trace_id() -> str | None:
    """The id of the present trace in hex, as it stands in log lines; None where nothing is traced."""
    context = get_current_span().get_span_context() if _Traced.tracer is not None else None
    return None if context is None or not context.is_valid else f"{context.trace_id:032x}"


def _named(name: str) -> str:
    """Our names stand apart from those that the conventions of OpenTelemetry know."""
    return f"fortnight.{name}"
