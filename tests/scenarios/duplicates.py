"""Two bookings of a kind in one period: how a scenario asks for them, and what each step may leave behind."""

from typing import TYPE_CHECKING, Any

from tests.scenarios.documents import CHECK, PARTS

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage
    from tests.scenarios.step import Step

Json = dict[str, Any]

KEEP = (
    PARTS
    + """
mutation Keep($input: KeepSessionInput!) { keepSession(input: $input) {
  ... on KeepSessionSuccess { session { ...SessionParts } consequence { ...ConsequenceParts } }
  ...RefusalParts } }
"""
)
CAN_KEEP = (
    CHECK
    + """
query CanKeep($id: ID!) { node(id: $id) { ... on Session { canKeep { ...CheckParts } } } }
"""
)
CASE = """
query Case($id: ID!) { node(id: $id) { ... on Session {
  duplicateCase { status openedAt dueAt resolvedAt sessions kept } } } }
"""
OTHERS = """
mutation Book($input: BookSessionInput!) { bookSession(input: $input) { __typename
  ... on PolicyRefusal { code check { decision { parameter facts { others { session startsAt holds } } } } } } }
"""
BOOKKEEPING = {"event", "event_person", "person", "due_work", "notification"}
"""What every change touches besides its own rows."""
PUSHED = {"google_event", "google_connection"}


def keep(stage: "Stage", who: str, session: str, **more: Any) -> Json:
    """Choose this booking."""
    fields = {"session": session, "idempotencyKey": stage.key(), **more}
    return stage.tell(who, KEEP, **{"ifVersion": stage.session(session)["version"], **fields})


def can_keep(stage: "Stage", who: str, session: str) -> Json:
    return stage.ask(who, CAN_KEEP, id=session)["node"]["canKeep"]


def case(stage: "Stage", session: str) -> Json:
    """The question about this booking."""
    found = stage.ask("Maya", CASE, id=session)["node"]["duplicateCase"]
    assert found is not None
    return found


def changed_sessions(step: "Step") -> dict[str, set[str]]:
    """Which columns of which sessions are different after a step; by global id."""
    stage = step.stage
    return {
        stage.theatre.global_id("Session", key[0]): set(columns)
        for key, columns in step.difference.changed("session").items()
    }


CANCELLED = {
    "status",
    "version",
    "sequence",
    "changed_at",
    "calendar_changed_at",
    "reason",
    "fault",
    "disposition",
    "cancelled_by",
    "recorded_at",
    "stated_at",
    "stated_by",
    "decision",
}
"""The columns of a booking that was given up for another one."""
FIRM = {"provisional", "version", "sequence", "changed_at", "calendar_changed_at"}
"""The columns of a booking that is no longer provisional."""
