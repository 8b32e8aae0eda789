"""What a turn of a case, an offer or a question leaves behind, for `step.changed_only`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.scenarios.expected import Expected, Tables, filled, together
from tests.scenarios.footprint import (
    changes,
    due_amounts,
    entries,
    events,
    pushed,
    reminders,
    sent,
    spans,
    used_keys,
)

if TYPE_CHECKING:
    from tests.scenarios.step import Step

Named = tuple[str, str]
Entry = tuple[str, int, str]


def key_of(step: "Step", session: str) -> int:
    return step.stage.theatre.local_id(session)


def parties(step: "Step", session: int) -> tuple[str, str]:
    """(coach, member) of a session that was there before."""
    row = step.difference.before.one("session", id=session)
    return step.stage.name_of(row["coach_id"]), step.stage.name_of(row["member_id"])


def said(step: "Step", session: str, event: str, *, by: str | None, mails: Sequence[Named] = ()) -> Tables:
    """The event, the key of who asked for it, and the messages."""
    key = key_of(step, session)
    return together(
        events(step, (event, by, parties(step, key))),
        used_keys() if by is not None else {},
        sent(step, mails, session=key),
    )


def stands(step: "Step", session: str, **columns: Any) -> Tables:
    """The session has these values now, and a version that says so."""
    key = key_of(step, session)
    before = step.difference.before.one("session", id=key)
    wanted = {"version": before["version"] + 1, "changed_at": step.stage.now, **columns}
    return {"session": changes((key,), before, wanted)}


def ended(step: "Step", session: str, *, by: str | None, at: str | None = None, **columns: Any) -> Tables:
    """A statement stands: the session's state, and when and by whom it was made."""
    key = key_of(step, session)
    before = step.difference.before.one("session", id=key)
    capacity = "SYSTEM" if by is None else step.stage.capacity(by, parties(step, key))
    when = at or step.stage.now
    wanted = {
        "changed_at": when,
        "recorded_at": before["recorded_at"] or when,
        "stated_at": when,
        "stated_by": capacity,
        "undecided": False,
        "completes_at": None,
        "decision": filled,
    }
    return stands(step, session, **{**wanted, **columns})


def case_opened(step: "Step", session: str, **columns: Any) -> Tables:
    """A new case about the session, with its deadline if it has one."""
    key = key_of(step, session)
    row = {
        "session_id": key,
        "opened_at": step.stage.now,
        "version": 1,
        "contradicted": False,
        "result": None,
        **columns,
    }
    due = columns.get("due_at")
    timer = [] if due is None else [{"kind": "CASE_DUE", "object_id": key, "fires_at": due, "done_at": None}]
    return together({"session_case": Expected(added=[row]), "due_work": Expected(added=timer)})


def case_changed(step: "Step", session: str, *, at: str | None = None, **columns: Any) -> Tables:
    """The case about the session has these values now."""
    key = key_of(step, session)
    before = [row for row in step.difference.before.of("session_case") if row["session_id"] == key][-1]
    wanted = {"version": before["version"] + 1, "changed_at": at or step.stage.now, **columns}
    return {"session_case": changes((before["id"],), before, wanted)}


def team_asked(
    step: "Step", session: str, *, by: str, template: str = "CASE", due: str | None = None, said: str = ""
) -> Tables:
    """The team has a task about the session, with its deadline where the policy sets one."""
    row = {
        "template": template,
        "session_id": key_of(step, session),
        "raised_by_id": step.stage.person_ids[by],
        "text": said,
        "status": "OPEN",
        "opened_at": step.stage.now,
        "due_at": due,
    }
    timer = [] if due is None else [{"kind": "TASK_DUE", "fires_at": due, "done_at": None}]
    return {"task": Expected(added=[row]), "due_work": Expected(added=timer)}


def team_done(
    step: "Step", session: str, conclusion: str, *, by: str | None, template: str = "CASE", at: str | None = None
) -> Tables:
    """The task about the session is concluded by what was done."""
    key = key_of(step, session)
    rows = step.difference.before.of("task")
    [before] = [row for row in rows if (row["session_id"], row["template"], row["status"]) == (key, template, "OPEN")]
    wanted = {
        "status": "DONE",
        "conclusion": conclusion,
        "concluded_at": at or step.stage.now,
        "concluded_by_id": None if by is None else step.stage.person_ids[by],
        "version": before["version"] + 1,
    }
    return {"task": changes((before["id"],), before, wanted)}


def proposed(step: "Step", session: str, *, until: str, **columns: Any) -> Tables:
    """A proposal was sent that waits until then, inclusively."""
    key = key_of(step, session)
    row = {"session_id": key, "status": "PENDING", "sent_at": step.stage.now, "answer_until": until, **columns}
    timer = {"kind": "PROPOSAL_EXPIRY", "fires_at": until, "done_at": None}
    return {"proposal": Expected(added=[row]), "due_work": Expected(added=[timer])}


def answered(step: "Step", status: str, *, at: str | None = None) -> Tables:
    """The proposal that waited is answered."""
    before = next(row for row in step.difference.before.of("proposal") if row["status"] == "PENDING")
    wanted = {"status": status, "changed_at": at or step.stage.now, "version": before["version"] + 1}
    return {"proposal": changes((before["id"],), before, wanted)}


def fired(step: "Step", kind: str, session_or_object: int) -> Tables:
    """The timer that had waited for this instant is done."""
    before = next(
        row
        for row in step.difference.before.of("due_work")
        if row["kind"] == kind and row["object_id"] == session_or_object and row["done_at"] is None
    )
    return {"due_work": Expected(changed={(before["id"],): {"done_at": filled}})}


def cost(
    step: "Step",
    session: str,
    *,
    ledger: Sequence[Entry] = (),
    money: Sequence[tuple[str, str, int]] = (),
    at: str | None = None,
) -> Tables:
    """Entries of credits and money, as of `at` where that was a deadline."""
    key = key_of(step, session)
    tables = together(entries(step, ledger, session=key), due_amounts(step, money, session=key))
    return tables if at is None else dated(tables, at)


def dated(tables: Tables, at: str) -> Tables:
    """The same, effective as of a deadline that was noticed a moment later."""
    return {
        table: Expected(
            added=[
                {**row, "effective_at": at} if "effective_at" in row and "fires_at" not in row else row
                for row in expected.added
            ],
            changed=expected.changed,
            removed=expected.removed,
        )
        for table, expected in tables.items()
    }


def booked_instead(step: "Step", session: str, start: str, end: str, *, row: Mapping[str, Any]) -> Tables:
    """A new session in place of the old one, with its interval, its timers and its push; both people are told."""
    key = key_of(step, session)
    old = step.difference.before.one("session", id=key)
    coach, member = parties(step, key)
    (new,) = step.difference.added("session")
    wanted = {
        "coach_id": old["coach_id"],
        "member_id": old["member_id"],
        "kind_id": old["kind_id"],
        "status": "SCHEDULED",
        "starts_at": start,
        "ends_at": end,
        "first_starts_at": start,
        "booked_at": step.stage.now,
        "replaces_id": key,
        "sequence": 0,
        "version": 1,
        "late": False,
        **row,
    }
    busy = [
        {"person_id": old[side], "session_id": new["id"], "during": spans(start, end)}
        for side in ("coach_id", "member_id")
    ]
    ending = {"kind": "SESSION_END", "object_id": new["id"], "fires_at": end, "done_at": None}
    return together(
        {
            "session": Expected(added=[wanted]),
            "busy": Expected(added=busy),
            "due_work": Expected(added=[ending, *reminders(step, new["id"], start)]),
        },
        sent(step, [(coach, "BOOKED"), (member, "BOOKED")], session=new["id"]),
        pushed(step, coach, session=new["id"]),
    )
