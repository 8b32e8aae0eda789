"""What booking, moving and cancelling a session leave behind in all tables, so that a scenario names only what is special."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.scenarios.expected import Expected, Tables, anything, filled, same, together

if TYPE_CHECKING:
    from tests.scenarios.step import Step

CONTEST = timedelta(days=7)
"""How long the member may object to a statement, on every preset."""
Named = tuple[str, str]
"""A recipient and the code of a message."""


def events(step: "Step", *found: tuple[str, str | None, Sequence[str]]) -> Tables:
    """Events as (name, who did it, whom it concerns), each numbered for each of these people."""
    stage, before = step.stage, step.difference.before
    numbers: Counter[str] = Counter(person for _, _, persons in found for person in persons)
    old = {name: before.one("person", id=stage.person_ids[name])["event_number"] for name in numbers}
    rows = [
        {
            "name": name,
            "actor_kind": "SYSTEM" if by is None else stage.capacity(by, persons),
            "actor_id": None if by is None else stage.person_ids[by],
            "recorded_at": stage.now,
            "effective_at": stage.now,
        }
        for name, by, persons in found
    ]
    concerned = [
        {"person_id": stage.person_ids[name], "number": old[name] + place}
        for name, times in numbers.items()
        for place in range(1, times + 1)
    ]
    counted = {(stage.person_ids[name],): {"event_number": old[name] + times} for name, times in numbers.items()}
    return {
        "event": Expected(added=rows),
        "event_person": Expected(added=concerned),
        "person": Expected(changed=counted),
    }


def used_keys(count: int = 1) -> Tables:
    """Commands that took effect under idempotency keys."""
    return {"idempotency_key": Expected(added=[{"outcome": filled}] * count)}


def entries(step: "Step", ledger: Sequence[tuple[str, int, str]], *, session: int | None) -> Tables:
    """Ledger entries; each CARRY opens a return lot with its closing timer."""
    carried = [lot for kind, _, lot in ledger if kind == "CARRY"]
    opened = [lot for kind, _, lot in ledger if kind == "GRANT"]
    common = {"session_id": session, "recorded_at": step.stage.now, "effective_at": step.stage.now}
    return {
        "ledger_entry": Expected(added=[{"kind": kind, "units": units, **common} for kind, units, _ in ledger]),
        "credit_lot": Expected(added=[{"source": "RETURN"}] * len(carried) + [{}] * len(opened)),
        "due_work": Expected(added=[{"kind": "LOT_CLOSE", "done_at": None}] * len(carried)),
    }


def due_amounts(step: "Step", money: Sequence[tuple[str, str, int]], *, session: int) -> Tables:
    """Money entries as (kind, person, minor units)."""
    ids = step.stage.person_ids
    rows = [
        {"kind": kind, "person_id": ids[who], "minor_units": amount, "currency": "EUR", "session_id": session}
        for kind, who, amount in money
    ]
    return {"money_entry": Expected(added=rows)}


def earnings(step: "Step", money: Sequence[tuple[str, str, int]], *, session: int, at_once: bool) -> Tables:
    """What was earned waits a week in which the member may object, unless it is payable at once; what is taken back is reversed."""
    due = (datetime.fromisoformat(step.stage.now) + CONTEST).isoformat()
    added: list[dict[str, Any]] = []
    works: list[dict[str, Any]] = []
    changed: dict[tuple[Any, ...], dict[str, Any]] = {}
    for kind, who, amount in money:
        if kind == "EARNING":
            row = {"session_id": session, "coach_id": step.stage.person_ids[who], "minor_units": amount, "payout": None}
            waits = {"status": "PENDING", "payable_at": due}
            added.append({**row, **({"status": "PAYABLE"} if at_once else waits)})
            works += [] if at_once else [{"kind": "EARNING_PAYABLE", "fires_at": due, "done_at": None}]
        if kind == "EARNING_REVERSAL":
            old = step.difference.before.one("earning", session_id=session)
            columns = {"status": "REVERSED", "version": old["version"] + 1, "changed_at": step.stage.now}
            changed[(old["id"],)] = columns
    return together({"earning": Expected(added=added, changed=changed), "due_work": Expected(added=works)})


def sent(step: "Step", mails: Iterable[Named], *, session: int | None) -> Tables:
    """Messages that were caused and sent in this step, each by one mail."""
    wanted = list(mails)
    rows = [
        {
            "code": code,
            "recipient_id": step.stage.person_ids[who],
            "session_id": session,
            "channel": "EMAIL",
            "created_at": step.stage.now,
            "sent_at": step.stage.now,
        }
        for who, code in wanted
    ]
    return {
        "notification": Expected(added=rows),
        "due_work": Expected(added=[_done(step, "MAIL")] * len(wanted)),
    }


def pushed(step: "Step", coach: str, *, session: int, deleted: bool = False) -> Tables:
    """The push of the session to the coach's Google Calendar, where one is connected."""
    work = {"due_work": Expected(added=[{**_done(step, "GOOGLE_PUSH"), "object_id": session}])}
    person = step.stage.person_ids[coach]
    connections = [row for row in step.difference.before.of("google_connection") if row["person_id"] == person]
    if not connections:
        return work
    return together(
        work,
        {
            "google_event": _google_event(step, person, session, deleted=deleted),
            "google_connection": changes(
                (str(person),), connections[0], {"last_pushed_at": step.stage.now, "last_error": None}
            ),
        },
    )


def _google_event(step: "Step", person: int, session: int, *, deleted: bool) -> Expected:
    known = [row for row in step.difference.before.of("google_event") if row["session_id"] == session]
    meets = not deleted and step.stage.meets
    columns = {
        "deleted": deleted,
        "pushed_at": step.stage.now,
        "conference_url": filled if meets else None,
        "conference_status": "success" if meets else "none",
        "generation": 0,
    }
    if not known:
        return Expected(added=[{**columns, "person_id": person, "session_id": session, "event_id": filled}])
    after = step.difference.after.one("google_event", session_id=session)
    assert after["event_id"] == known[0]["event_id"]
    assert after["conference_url"] == (known[0]["conference_url"] if meets else None)
    return changes(
        (str(person), str(session)),
        known[0],
        {**columns, "etag": after["etag"], "conference_url": after["conference_url"]},
    )


def changes(key: tuple[Any, ...], before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Expected:
    """The row has these values now; those that it had before do not count as changed."""
    different = {name: value for name, value in wanted.items() if callable(value) or not same(value, before[name])}
    return Expected(changed={key: different} if different else {})


def booked(
    step: "Step",
    session: Mapping[str, Any],
    *,
    by: str,
    ledger: Sequence[Any],
    mails: Sequence[Named],
    provisional: bool = False,
    logged_first: Sequence[str] = (),
) -> Tables:
    """Everything that a booking leaves behind; `session` as the API answered it. `provisional`: it competes with another one.

    `logged_first`: what the same cause did to other sessions before, by the names of its events.
    """
    key, coach, member = _parties(step, session)
    people = {"coach_id": step.stage.person_ids[coach], "member_id": step.stage.person_ids[member]}
    row = {
        **people,
        "kind_id": step.stage.theatre.local_id(step.stage.kinds[session["kind"]["code"]]),
        "id": key,
        "status": "SCHEDULED",
        "starts_at": session["startsAt"],
        "ends_at": session["endsAt"],
        "first_starts_at": session["startsAt"],
        "booked_at": step.stage.now,
        "changed_at": step.stage.now,
        "calendar_changed_at": step.stage.now,
        "fee_minor_units": step.stage.fees[coach],
        "fee_currency": "EUR",
        "provisional": provisional,
        "moved_by_other_unconfirmed": False,
        "late": False,
        "version": 1,
        "sequence": 0,
        "reason": None,
        "fault": None,
        "disposition": None,
        "cancelled_by": None,
        "on_behalf_of": None,
        "uid": filled,
        "decision": filled,
    }
    during = spans(session["startsAt"], session["endsAt"])
    taken = [{"person_id": person, "session_id": key, "during": during} for person in people.values()]
    return together(
        {
            "session": Expected(added=[row]),
            "busy": Expected(added=taken),
            "resolved_policy": _resolved(step, key),
            "due_work": Expected(added=[_ending(key, session["endsAt"]), *reminders(step, key, session["startsAt"])]),
        },
        events(step, *((name, by, (coach, member)) for name in (*logged_first, "SESSION_BOOKED"))),
        used_keys(),
        entries(step, ledger, session=key),
        sent(step, mails, session=key),
        pushed(step, coach, session=key),
    )


def cancelled(
    step: "Step",
    session: str,
    *,
    by: str,
    reason: str | None,
    disposition: str | None,
    fault: str = "member",
    late: bool = False,
    on_behalf_of: str | None = None,
    undecided: str | None = None,
    ledger: Sequence[Any] = (),
    money: Sequence[Any] = (),
    mails: Sequence[Named] = (),
) -> Tables:
    """Everything that a cancellation leaves behind; `session` is a global id."""
    key = step.stage.theatre.local_id(session)
    before = step.difference.before.one("session", id=key)
    coach, member = step.stage.name_of(before["coach_id"]), step.stage.name_of(before["member_id"])
    columns = {
        "status": "CANCELLED",
        "version": before["version"] + 1,
        "sequence": before["sequence"] + 1,
        "changed_at": step.stage.now,
        "calendar_changed_at": step.stage.now,
        "late": late,
        "reason": reason,
        "fault": fault,
        "disposition": disposition,
        "cancelled_by": step.stage.capacity(by, (coach, member)),
        "on_behalf_of": on_behalf_of,
        "moved_by_other_unconfirmed": before["moved_by_other_unconfirmed"],
        "recorded_at": step.stage.now,
        "stated_at": step.stage.now,
        "stated_by": step.stage.capacity(by, (coach, member)),
        "decision": filled,
    }
    if undecided is not None:
        waits = {"undecided": True, "claim": undecided, "decided_by": "COACH"}
        columns |= {**waits, "recorded_at": None, "stated_at": None, "stated_by": None}
    freed = [{"person_id": before[side], "session_id": key} for side in ("coach_id", "member_id")]
    return together(
        {"session": changes((key,), before, columns), "busy": Expected(removed=freed)},
        events(step, ("SESSION_CANCELLED", by, (coach, member))),
        used_keys(),
        entries(step, ledger, session=key),
        due_amounts(step, money, session=key),
        earnings(step, money, session=key, at_once=by == member),
        sent(step, mails, session=key),
        pushed(step, coach, session=key, deleted=True),
    )


def moved(
    step: "Step",
    session: str,
    to: str,
    until: str,
    *,
    by: str,
    reason: str,
    late: bool = False,
    unconfirmed: bool = False,
    ledger: Sequence[Any] = (),
    mails: Sequence[Named] = (),
    proposer: str | None = None,
) -> Tables:
    """Everything that a move leaves behind: the same session, `[to, until)`. `proposer`: whose move it was, where `by` agreed to it."""
    key = step.stage.theatre.local_id(session)
    before = step.difference.before.one("session", id=key)
    coach, member = step.stage.name_of(before["coach_id"]), step.stage.name_of(before["member_id"])
    columns = {
        "starts_at": to,
        "ends_at": until,
        "first_starts_at": min(before["first_starts_at"], to, key=_instant),
        "version": before["version"] + 1,
        "sequence": before["sequence"] + 1,
        "changed_at": step.stage.now,
        "calendar_changed_at": step.stage.now,
        "late": late,
        "reason": reason,
        "moved_by_other_unconfirmed": unconfirmed,
        "decision": filled,
    }
    intervals = {
        (row["id"],): {"during": spans(to, until)}
        for row in step.difference.before.of("busy")
        if row["session_id"] == key
    }
    note = {
        "session_id": key,
        "by": step.stage.capacity(proposer or by, (coach, member)),
        "moved_at": step.stage.now,
        "from_starts_at": before["starts_at"],
        "to_starts_at": to,
    }
    return together(
        {
            "session": changes((key,), before, columns),
            "busy": Expected(changed=intervals),
            "session_move": Expected(added=[note]),
            "due_work": Expected(added=[_ending(key, until), *reminders(step, key, to)]),
        },
        events(step, ("SESSION_MOVED", by, (coach, member))),
        used_keys(),
        entries(step, ledger, session=key),
        sent(step, mails, session=key),
        pushed(step, coach, session=key),
    )


def _parties(step: "Step", session: Mapping[str, Any]) -> tuple[int, str, str]:
    key = step.stage.theatre.local_id(session["id"])
    return key, session["coach"]["name"], session["member"]["name"]


def _resolved(step: "Step", session: int) -> Expected:
    """The first booking of a kind under a policy version writes down what that version says of the kind (D-41)."""
    used = step.difference.after.one("session", id=session)["resolved_policy_id"]
    known = any(row["id"] == used for row in step.difference.before.of("resolved_policy"))
    return Expected() if known else Expected(added=[{"id": used, "digest": filled, "document": filled}])


def _done(step: "Step", kind: str) -> Mapping[str, Any]:
    """Work that was due at once, tried once and done."""
    return {
        "kind": kind,
        "fires_at": step.stage.now,
        "effective_at": step.stage.now,
        "done_at": step.stage.now,
        "attempts": 1,
        "lease_until": None,
        "set_aside_at": None,
        "last_error": None,
    }


def _ending(session: int, ends_at: str) -> Mapping[str, Any]:
    return {"kind": "SESSION_END", "object_id": session, "fires_at": ends_at, "done_at": None, "attempts": 0}


def reminders(step: "Step", session: int, starts_at: str) -> list[Mapping[str, Any]]:
    """The reminders that a time agreed now has: one day and one hour before, where that is still to come; on Mento the nudge."""
    start, now = _instant(starts_at), _instant(step.stage.now)
    due = [start - offset for offset in (timedelta(days=1), timedelta(hours=1)) if start - offset > now]
    rows = [{"kind": "REMINDER", "fires_at": at.isoformat()} for at in due]
    if _asks_questions(step, session):
        early = [start - offset for offset in (timedelta(days=2), timedelta(days=1)) if start - offset > now]
        rows += [{"kind": "QUESTIONNAIRE_REMINDER", "fires_at": at.isoformat()} for at in early]
    if step.stage.preset == "mento":
        rows.append({"kind": "NUDGE", "fires_at": (start + timedelta(minutes=5)).isoformat()})
    return [{**row, "object_id": session, "done_at": None, "attempts": 0} for row in rows]


def _asks_questions(step: "Step", session: int) -> bool:
    """Whether the session's policy has questionnaires."""
    row = step.difference.after.one("session", id=session)
    document = step.difference.after.one("resolved_policy", id=row["resolved_policy_id"])["document"]
    return bool(document["values"]["questionnaire.enabled"]["value"])


def spans(start: str, end: str) -> Any:
    """A range as PostgreSQL writes it is exactly `[start, end)`."""

    def holds(found: str) -> bool:
        if not (found.startswith("[") and found.endswith(")")):
            return False
        bounds = [_instant(part.strip('"')) for part in found[1:-1].split(",")]
        return bounds == [_instant(start), _instant(end)]

    return holds


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


__all__ = ["anything", "booked", "cancelled", "entries", "events", "moved", "pushed", "sent", "together", "used_keys"]
