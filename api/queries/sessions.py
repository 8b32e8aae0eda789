"""sessions: all sessions of the organisation, for its staff."""

import strawberry

from api.connections import After, Before, Connection, First, Last, window
from api.context import Info
from api.types.session import SESSIONS, Session, session_connection
from api.types.viewer import SessionFilter, wanted
from models.queries.views import sessions_page


def sessions(
    info: Info,
    filter: SessionFilter | None = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Session] | None:
    """For staff: all sessions of the organisation, the earliest first. Everybody else finds theirs in `viewer.sessions`."""
    operation = info.context
    operation.require_staff()
    part = window(SESSIONS, first, after, last, before)
    return session_connection(sessions_page(operation.unit, wanted(filter or None, None), part), part)
