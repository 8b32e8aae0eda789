"""Whether we live, and whether we can answer."""

import anyio.to_thread
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.services import Services

log = structlog.get_logger("fortnight.api")


def health_routes(services: Services) -> list[Route]:
    """`/healthz`: the process runs. `/readyz`: it reaches its database."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": services.version}, headers={"cache-control": "no-store"})

    async def readyz(_request: Request) -> Response:
        ready = await anyio.to_thread.run_sync(_reaches_database, services)
        answer = {"status": "ok" if ready else "database unreachable"}
        return JSONResponse(answer, status_code=200 if ready else 503, headers={"cache-control": "no-store"})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _reaches_database(services: Services) -> bool:
    try:
        with services.database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("database_unavailable")
        return False
    return True
