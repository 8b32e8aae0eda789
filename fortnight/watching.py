"""What an operator has asked to see of a process: figures on a port of their own, spans at a collector; nothing by default."""

import errno
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

import structlog

from fortnight.faults import Unfit
from fortnight.settings import Settings
from fortnight.version import version
from models.unit import Database
from telemetry import figures, spans
from worker.backlog import backlog

# The libraries are imported where somebody wants them: they take time and memory.
# ruff: noqa: PLC0415

log = structlog.get_logger()


@contextmanager
def watching(settings: Settings, *, process: str, database: Database | None = None) -> Generator[None]:
    """For the length of the block figures are kept and spans are sent, as the settings say. Raises Unfit.

    `database`: where what is due is looked up at each scrape; None: another process tells it.
    """
    with ExitStack() as stack:
        if settings.metrics_port is not None:
            stack.callback(_keep_figures(settings, settings.metrics_port, database))
        if settings.traces_url is not None:
            stack.callback(_trace(settings, settings.traces_url, process))
        yield


def _keep_figures(settings: Settings, port: int, database: Database | None) -> Callable[[], None]:
    from telemetry.prometheus import LookedUp, Prometheus, give_out

    keeper = Prometheus()
    if database is not None:
        keeper.registry.register(LookedUp(lambda: backlog(database)))
    try:
        server, thread = give_out(keeper.registry, host=settings.metrics_host, port=port)
    except OSError as fault:
        why = "is taken" if fault.errno == errno.EADDRINUSE else f"cannot be listened on: {fault.strerror}"
        raise Unfit(f"FORTNIGHT_METRICS_PORT: {settings.metrics_host} port {port} {why}") from None
    figures.keep(keeper)
    log.info("metrics_ready", address=f"http://{settings.metrics_host}:{port}/metrics")

    def end() -> None:
        figures.keep(None)
        server.shutdown()
        server.server_close()
        thread.join()

    return end


def _trace(settings: Settings, url: str, process: str) -> Callable[[], None]:
    from telemetry.otlp import tracing

    made = tracing(url=url, share=settings.traces_share, process=process, version=version())
    spans.trace_with(made.tracer)

    def end() -> None:
        spans.trace_with(None)
        made.end()

    return end
