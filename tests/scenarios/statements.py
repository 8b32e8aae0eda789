"""Statements about sessions as a front end makes them, and everything that one leaves behind."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.scenarios.documents import CHECK, PARTS
from tests.scenarios.expected import Tables, filled
from tests.scenarios.footprint import changes, due_amounts, earnings, entries, events, sent, used_keys

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage
    from tests.scenarios.step import Step

Json = dict[str, Any]

RECORD = (
    PARTS
    + """
mutation Record($input: RecordOutcomeInput!) { recordOutcome(input: $input) {
  ... on RecordOutcomeSuccess { session { ...SessionParts recordedAt statedBy } consequence { ...ConsequenceParts } }
  ...RefusalParts } }
"""
)
STATE = (
    PARTS
    + """
mutation State($input: StateReasonInput!) { stateReason(input: $input) {
  ... on StateReasonSuccess { session { ...SessionParts undecided } consequence { ...ConsequenceParts } }
  ...RefusalParts } }
"""
)
CAN_RECORD = (
    CHECK
    + """
query CanRecord($id: ID!, $held: Boolean!, $reason: String, $absent: Side, $note: String) { node(id: $id) { ... on Session {
  canRecordOutcome(held: $held, reason: $reason, absent: $absent, note: $note) { possibleFrom ...CheckParts } } } }
"""
)
CAN_STATE = (
    CHECK
    + """
query CanState($id: ID!, $reason: String!, $note: String) { node(id: $id) { ... on Session {
  canStateReason(reason: $reason, note: $note) { ...CheckParts } } } }
"""
)


def record(stage: "Stage", who: str, session: str, *, held: bool = False, **more: Any) -> Json:
    """Say what became of a session."""
    fields = {"session": session, "held": held, "idempotencyKey": stage.key(), **more}
    return stage.tell(who, RECORD, **{"ifVersion": stage.session(session)["version"], **fields})


def state(stage: "Stage", who: str, session: str, reason: str, **more: Any) -> Json:
    """Say why a session was cancelled."""
    fields = {"session": session, "reason": reason, "idempotencyKey": stage.key(), **more}
    return stage.tell(who, STATE, **{"ifVersion": stage.session(session)["version"], **fields})


def can_record(stage: "Stage", who: str, session: str, *, held: bool = False, **more: Any) -> Json:
    """What saying so would lead to."""
    return stage.ask(who, CAN_RECORD, id=session, held=held, **more)["node"]["canRecordOutcome"]


def can_state(stage: "Stage", who: str, session: str, reason: str, **more: Any) -> Json:
    """What stating this reason would lead to."""
    return stage.ask(who, CAN_STATE, id=session, reason=reason, **more)["node"]["canStateReason"]


def assert_only_stated(
    step: "Step",
    session: str,
    *,
    by: str | None,
    event: str,
    status: str,
    reason: str,
    disposition: str,
    fault: str = "none",
    late: bool = False,
    ledger: Sequence[tuple[str, int, str]] = (),
    money: Sequence[tuple[str, str, int]] = (),
    mails: Sequence[tuple[str, str]] = (),
    more: Tables | None = None,
) -> None:
    """The statement stands on these terms, and nothing else happened."""
    assert step.ledger == list(ledger)
    assert step.money == list(money)
    assert step.mails == sorted(mails)
    assert step.google_calls == []
    key = step.stage.theatre.local_id(session)
    before = step.difference.before.one("session", id=key)
    coach, member = step.stage.name_of(before["coach_id"]), step.stage.name_of(before["member_id"])
    capacity = "SYSTEM" if by is None else step.stage.capacity(by, (coach, member))
    columns = {
        "status": status,
        "version": before["version"] + 1,
        "changed_at": step.stage.now,
        "reason": reason,
        "fault": fault,
        "disposition": disposition,
        "late": late,
        "recorded_at": before["recorded_at"] or step.stage.now,
        "stated_at": step.stage.now,
        "stated_by": capacity,
        "undecided": False,
        "completes_at": None,
        "decision": filled,
    }
    step.changed_only(
        {"session": changes((key,), before, columns)},
        events(step, (event, by, (coach, member))),
        used_keys() if by is not None else {},
        entries(step, ledger, session=key),
        due_amounts(step, money, session=key),
        earnings(step, money, session=key, at_once=by is None),
        sent(step, mails, session=key),
        more or {},
    )
