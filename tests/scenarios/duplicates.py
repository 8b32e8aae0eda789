"""Two bookings of a kind in one period: how a scenario asks for them, and what each step may leave behind."""

from typing import TYPE_CHECKING, Any

from tests.scenarios.documents import CHECK, PARTS
from tests.scenarios.expected import Expected, Tables, filled, together
from tests.scenarios.footprint import changes, events, pushed, sent

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


def asked_about(step: "Step", *sessions: str, due: str) -> Tables:
    """The question which of these bookings is kept, with its deadline."""
    found = step.difference.added("duplicate_case")
    keys = [step.stage.theatre.local_id(one) for one in sessions]
    question = {"status": "OPEN", "opened_at": step.stage.now, "due_at": due, "resolved_at": None, "kept_id": None}
    timer = {"kind": "DUPLICATE_REPLY", "object_id": found[0]["id"], "fires_at": due, "done_at": None}
    return {
        "duplicate_case": Expected(added=[question]),
        "duplicate_session": Expected(added=[{"case_id": found[0]["id"], "session_id": key} for key in keys]),
        "due_work": Expected(added=[timer]),
    }


def resolved(step: "Step", kept: str, *, at: str) -> Tables:
    """The question is answered: this booking is kept."""
    [before] = step.difference.before.of("duplicate_case")
    wanted = {"status": "RESOLVED", "resolved_at": at, "kept_id": step.stage.theatre.local_id(kept)}
    return {"duplicate_case": changes((before["id"],), before, wanted)}


def made_firm(step: "Step", session: str, *, at: str) -> Tables:
    """A booking is no longer provisional, and the calendar says so."""
    key = step.stage.theatre.local_id(session)
    before = step.difference.before.one("session", id=key)
    wanted = {
        "provisional": False,
        "version": before["version"] + 1,
        "sequence": before["sequence"] + 1,
        "changed_at": at,
        "calendar_changed_at": at,
    }
    return together({"session": changes((key,), before, wanted)}, pushed(step, "Eva", session=key))


def given_up(step: "Step", session: str, *, by: str | None, at: str) -> Tables:
    """A booking is cancelled at no cost, because another one is kept; both are told."""
    key = step.stage.theatre.local_id(session)
    before = step.difference.before.one("session", id=key)
    capacity = "SYSTEM" if by is None else step.stage.capacity(by, ("Eva", "Maya"))
    wanted = {
        "status": "CANCELLED",
        "provisional": False,
        "version": before["version"] + 1,
        "sequence": before["sequence"] + 1,
        "changed_at": at,
        "calendar_changed_at": at,
        "late": False,
        "reason": "DUPLICATE_RESOLVED",
        "fault": "none",
        "disposition": "RELEASED",
        "cancelled_by": capacity,
        "recorded_at": at,
        "stated_at": at,
        "stated_by": capacity,
        "decision": filled,
    }
    freed = [{"person_id": before[side], "session_id": key} for side in ("coach_id", "member_id")]
    return together(
        {"session": changes((key,), before, wanted), "busy": Expected(removed=freed)},
        sent(step, [("Eva", "DUPLICATE_CANCELLED"), ("Maya", "DUPLICATE_CANCELLED")], session=key),
        pushed(step, "Eva", session=key, deleted=True),
    )


def told_in_log(step: "Step", *names: str, by: str | None) -> Tables:
    """These events, in the log of both."""
    return events(step, *((name, by, ("Eva", "Maya")) for name in names))
