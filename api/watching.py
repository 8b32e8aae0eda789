"""Operations as figures and spans tell of them: by the field of the schema that they ask for, never by the name that a caller gave."""

import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

from graphql import FieldNode, OperationDefinitionNode

from api.errors import ErrorCode
from telemetry import figures, spans

UNKNOWN: Final = "unknown"
SEVERAL: Final = "several"


class Watch:
    """What is told of one operation while it is answered; this one tells nobody."""

    def chosen(self, operation: OperationDefinitionNode, request_id: str) -> None:
        """The document is valid, and this operation of it is meant."""

    def answered(self, body: dict[str, Any], code: ErrorCode | None) -> None:
        """This is the answer; `code` is that of one without data."""


class _Told(Watch):
    def __init__(self, span: spans.Span) -> None:
        self._span = span
        self.kind = self.name = self.result = UNKNOWN

    def chosen(self, operation: OperationDefinitionNode, request_id: str) -> None:
        self.kind, self.name = operation.operation.value, asked_for(operation)
        self._span.named(f"{self.kind} {self.name}")
        self._span.note(request_id=request_id)

    def answered(self, body: dict[str, Any], code: ErrorCode | None) -> None:
        self.result = code or ("partial" if "errors" in body else "ok")
        self._span.note(result=self.result)
        if self.result != "ok":
            self._span.failed(self.result)


_NOBODY: Final[AbstractContextManager[Watch]] = nullcontext(Watch())


def watched() -> AbstractContextManager[Watch]:
    """For the length of an operation; costs nothing where neither figures nor spans are wanted."""
    return _watched() if figures.are_kept() or spans.are_traced() else _NOBODY


@contextmanager
def _watched() -> Generator[Watch]:
    began = time.perf_counter()
    with spans.span("operation") as span:
        told = _Told(span)
        yield told
    figures.operation(told.kind, told.name, result=told.result, seconds=time.perf_counter() - began)


def asked_for(operation: OperationDefinitionNode) -> str:
    """The root field of a valid operation; what asks for more than one, or by way of a fragment, is one of several."""
    names = {
        field.name.value if isinstance(field, FieldNode) else SEVERAL for field in operation.selection_set.selections
    }
    return names.pop() if len(names) == 1 else SEVERAL
