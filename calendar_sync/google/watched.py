"""Calls to Google as figures and spans tell of them: by their method and by what became of them, without a word of either side."""

import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from calendar_sync.google.failures import GoogleFailure, Transient
from telemetry import figures, spans

_OWN_CODES: Final = frozenset({"timeout", "connectionLost", "unreadableAnswer", "tokenServerUnavailable"})
_FIRST_LETTERS: Final = re.compile(r"(?<!^)(?=[A-Z])")


@contextmanager
def asked_of_google(call: str) -> Generator[None]:
    """What the block asks of Google has been told."""
    began, outcome = time.perf_counter(), "failed"
    with spans.span(f"google {call}", side=spans.Side.CLIENT) as span:
        try:
            yield
            outcome = "ok"
        except GoogleFailure as failure:
            outcome = kind_of(failure)
            span.failed(outcome)
            raise
        finally:
            figures.called("google", call, outcome=outcome, seconds=time.perf_counter() - began)


def kind_of(failure: GoogleFailure) -> str:
    """One of a known few words; what Google itself calls it is not bounded, and may say anything."""
    if isinstance(failure, Transient) and failure.code in _OWN_CODES:
        return failure.code
    return _FIRST_LETTERS.sub("_", type(failure).__name__).lower()
