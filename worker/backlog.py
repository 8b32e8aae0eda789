"""How much is due, since when, and how much is set aside: looked up in the database when somebody asks for figures."""

from collections.abc import Iterator

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models.unit import Database
from telemetry.gauges import Gauge

log = structlog.get_logger()

BACKLOG = text("""
SELECT work.kind, count(*) FILTER (WHERE work.set_aside_at IS NULL) AS due,
    count(*) FILTER (WHERE work.set_aside_at IS NOT NULL) AS set_aside,
    coalesce(extract(epoch FROM max(coalesce(organisation.clock_at, clock_timestamp()) - work.fires_at)
        FILTER (WHERE work.set_aside_at IS NULL)), 0) AS oldest
FROM due_work AS work JOIN organisation ON organisation.id = work.organisation_id
WHERE work.done_at IS NULL
AND (work.set_aside_at IS NOT NULL OR work.fires_at <= coalesce(organisation.clock_at, clock_timestamp()))
GROUP BY work.kind
""")


def backlog(database: Database) -> Iterator[Gauge]:
    """What stands in due work, by kind; nothing but that it cannot be known, while the database is away."""
    try:
        with database.across_organisations() as connection:
            rows = connection.execute(BACKLOG).all()
    except SQLAlchemyError as fault:
        log.warning("backlog_unknown", error=type(fault).__name__)
        yield _reached(up=False)
        return
    yield _reached(up=True)
    yield Gauge(
        name="fortnight_work_due",
        help="Work that is due and not done.",
        label="kind",
        values={row.kind: float(row.due) for row in rows},
    )
    yield Gauge(
        name="fortnight_work_oldest_due_seconds",
        help="How long the oldest of it has been due.",
        label="kind",
        values={row.kind: float(row.oldest) for row in rows},
    )
    yield Gauge(
        name="fortnight_work_set_aside",
        help="Work that cannot succeed until somebody has looked.",
        label="kind",
        values={row.kind: float(row.set_aside) for row in rows},
    )


def _reached(*, up: bool) -> Gauge:
    return Gauge(name="fortnight_reachable", help="Whether it answered.", label="peer", values={"database": float(up)})
