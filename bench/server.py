"""The API of the bench, and beside it, in the same process, hand-written routes that do the bare minimum: the floors."""

import os
import sys
from datetime import UTC, datetime, timedelta

import orjson
import psycopg
import uvicorn
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from api.app import create_app
from api.services import Services
from bench.stage import SECRET
from calendar_sync.google.accounts import GoogleSettings
from fortnight.database import open_database, parse_url
from fortnight.watched import Watched
from models.keyring import Keyring
from models.unit import Database
from telemetry import figures, spans
from telemetry.otlp import tracing
from telemetry.prometheus import Prometheus

Pool = ConnectionPool[psycopg.Connection[DictRow]]
PAGE = """
SELECT s.id, s.version, s.status, s.starts_at, s.ends_at, coach.name AS coach_name, member.name AS member_name
FROM session s JOIN person coach ON coach.id = s.coach_id JOIN person member ON member.id = s.member_id
WHERE s.organisation_id = %(organisation)s AND (s.coach_id = %(person)s OR s.member_id = %(person)s)
ORDER BY s.starts_at, s.id LIMIT 50
"""
INSERT = """
WITH booked AS (
    INSERT INTO floor_session (coach_id, member_id, starts_at, ends_at) VALUES (%(coach)s, %(member)s, %(start)s, %(end)s)
    RETURNING id
)
INSERT INTO floor_busy (person_id, session_id, during)
SELECT person, booked.id, tstzrange(%(start)s, %(end)s) FROM booked, unnest(ARRAY[%(coach)s, %(member)s]) AS person
RETURNING session_id
"""
TABLES = """
CREATE TABLE IF NOT EXISTS floor_session (id bigserial PRIMARY KEY, coach_id bigint, member_id bigint, starts_at timestamptz, ends_at timestamptz);
CREATE TABLE IF NOT EXISTS floor_busy (person_id bigint, session_id bigint, during tstzrange,
    EXCLUDE USING gist (int8range(person_id, person_id, '[]') WITH &&, during WITH &&));
"""


def services_over(database: Database) -> Services:
    """What the API is given."""
    return Services(
        database=database,
        keyring=Keyring(SECRET),
        google=GoogleSettings(live=None, sandbox=None, keyring=Keyring(SECRET)),
        base_url="http://127.0.0.1",
        front_end_url=None,
        deliver=lambda _organisation: 0,
        debug=False,
        real_now=lambda: datetime.now(UTC),
        version="bench",
        threads=16,
    )


def application(url: str) -> Starlette:
    """The API with the floors beside it."""
    address = parse_url(url)
    services = services_over(open_database(address, pool_size=16))
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(TABLES.encode())
    rows = {"row_factory": dict_row}
    pool = ConnectionPool(
        dsn, connection_class=psycopg.Connection[DictRow], min_size=16, max_size=16, kwargs=rows, open=True
    )
    floors = [Route("/floor/page", _page(pool), methods=["POST"]), Route("/floor/book", _book(pool), methods=["POST"])]
    return Starlette(routes=[*floors, Mount("/", create_app(services))])


def _page(pool: Pool):
    async def page(request: Request) -> Response:
        body = orjson.loads(await request.body())

        def read() -> list[dict[str, object]]:
            with pool.connection() as connection:
                return connection.execute(PAGE.encode(), body).fetchall()

        rows = await run_in_threadpool(read)
        return Response(orjson.dumps({"data": {"nodes": rows}}), media_type="application/json")

    return page


def _book(pool: Pool):
    async def book(request: Request) -> Response:
        body = orjson.loads(await request.body())
        start = datetime.fromisoformat(body["start"])
        values = {**body, "start": start, "end": start + timedelta(minutes=45)}

        def write() -> object:
            with pool.connection() as connection:
                return connection.execute(INSERT.encode(), values).fetchone()

        return Response(orjson.dumps(await run_in_threadpool(write)), media_type="application/json")

    return book


def watched(app: Starlette) -> ASGIApp:
    """The application with the figures and spans that the environment asks for."""
    if "BENCH_FIGURES" in os.environ:
        figures.keep(Prometheus())
    if url := os.environ.get("BENCH_TRACES"):
        spans.trace_with(tracing(url=url, share=1.0, process="api", version="bench").tracer)
    return Watched(app, app.routes) if figures.are_kept() or spans.are_traced() else app


if __name__ == "__main__":
    uvicorn.run(
        watched(application(os.environ["BENCH_DATABASE"])), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning"
    )
