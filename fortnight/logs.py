"""Log lines: one event each, for a machine or a person to read, without a word of anybody's data."""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from fortnight.settings import CHECKOUT, LogFormat, LogLevel
from telemetry import spans

_SILENT: Final = ("uvicorn.access", "httpcore", "httpx", "googleapiclient", "google", "asyncio", "alembic")
"""Their lines hold addresses with capabilities in them, or nothing that helps."""


def set_up(form: LogFormat, level: LogLevel, *, process: str) -> None:
    """Every line of this process, also those of libraries, goes to stderr in this form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,  # the id of the request on whose behalf something is done
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(process),
        _traced,
        without_values,
    ]
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form)],
        )
    )
    logging.basicConfig(handlers=[handler], level=least, force=True)
    logging.getLogger("uvicorn").setLevel(max(least, logging.WARNING))
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def without_values(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """An exception is told by its types and the places it passed: messages of databases and parsers quote the data."""
    info = line.pop("exc_info", None)
    fault = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(fault, BaseException):
        line["error"] = " < ".join(_names(fault))
        line["at"] = _places(fault.__traceback__)
    return line


def _names(fault: BaseException) -> list[str]:
    """The exception and what caused it, outermost first, a database's with its code."""
    names: list[str] = []
    seen: BaseException | None = fault
    while seen is not None and len(names) < 5:
        code = getattr(seen, "sqlstate", None)
        names.append(f"{type(seen).__module__}.{type(seen).__qualname__}" + (f"[{code}]" if code else ""))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return names


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _short(filename: str) -> str:
    path = Path(filename)
    for root in (CHECKOUT / ".venv", CHECKOUT):
        if path.is_relative_to(root):
            name = str(path.relative_to(root))
            return name.rpartition("site-packages/")[2]
    return path.name


def _named(process: str) -> Processor:
    def name(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        line["process"] = process
        return line

    return name


def _traced(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A line that is written while something is traced names the trace."""
    if (found := spans.trace_id()) is not None:
        line["trace_id"] = found
    return line


def _renderer(form: LogFormat) -> Any:
    if form is LogFormat.JSON or (form is LogFormat.AUTO and not sys.stderr.isatty()):
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
