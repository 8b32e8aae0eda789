"""What holds of an organisation's rows at any instant: MODEL.md section 12, read by plain rows and not by our own queries."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.scenarios.explained import assert_explained
from tests.scenarios.records import Difference, Records, Row

Json = dict[str, Any]
ACTIVE_EARNINGS = ("PENDING", "PAYABLE", "PAID")
OPEN_SESSIONS = ("SCHEDULED", "AWAITING_OUTCOME")


def assert_holds(records: Records, *, now: datetime) -> None:
    """Invariants 1 to 6 and 9, and that whatever waits for an instant has a timer that will end its waiting."""
    for session in records.of("session"):
        _units_are_where_they_belong(records, session)
    _no_account_was_ever_below_zero(records)
    _nobody_is_in_two_places(records, now)
    _money_adds_up(records)
    _questions_are_single(records)
    _bookings_in_doubt_are_asked_about(records)
    _everything_is_explained(records)
    _what_waits_has_a_timer(records)
    _what_staff_decide_is_a_task(records)


def assert_change_is_logged(difference: Difference) -> None:
    """Whatever changed has an event that names it (Inv. 9)."""
    logged = {row["session_id"] for row in difference.added("event")}
    for session in [*difference.changed("session"), *((row["id"],) for row in difference.added("session"))]:
        assert session[0] in logged, f"session {session[0]} changed without an event"
    for table in ("ledger_entry", "money_entry", "notification"):
        events = {row["id"] for row in difference.after.of("event")}
        assert {row["event_id"] for row in difference.added(table)} <= events


def units_of(records: Records, session: Row) -> int:
    """How many units this session costs, by the policy under which it was booked."""
    policy = records.one("resolved_policy", id=session["resolved_policy_id"])
    return policy["document"]["kind"]["units"]


def accounts_of(records: Records, session: int) -> Counter[str]:
    """How many units of a session stand in each account; what it gave back is nobody's any more."""
    found: Counter[str] = Counter()
    for entry in records.of("ledger_entry"):
        if entry["session_id"] == session and entry["kind"] != "CARRY":
            found[entry["to_account"] or "OUTSIDE"] += entry["units"]
            found[entry["from_account"] or "OUTSIDE"] -= entry["units"]
    return found


def _units_are_where_they_belong(records: Records, session: Row) -> None:
    """Invariants 1 and 2."""
    units, accounts = units_of(records, session), accounts_of(records, session["id"])
    status, disposition = session["status"], session["disposition"]
    holds = (
        (status == "SCHEDULED" and not session["provisional"])
        or status == "AWAITING_OUTCOME"
        or (status == "CANCELLED" and session["undecided"])
    )
    said = f"{status} {disposition} {dict(accounts)}"
    assert accounts["HELD"] == (units if holds else 0), said
    if units:
        assert (accounts["USED"] == units) == (status == "COMPLETED"), said
        assert (accounts["FORFEITED"] == units) == (disposition == "COUNTED"), said
    assert accounts["USED"] in (0, units), said
    assert not (accounts["USED"] and accounts["FORFEITED"]), said


def _no_account_was_ever_below_zero(records: Records) -> None:
    """Invariant 3."""
    entries = sorted(records.of("ledger_entry"), key=lambda row: (_instant(row["effective_at"]), row["id"]))
    balances: dict[tuple[int, str], int] = defaultdict(int)
    for place, entry in enumerate(entries):
        if entry["from_lot_id"] is not None:
            balances[(entry["from_lot_id"], entry["from_account"])] -= entry["units"]
        if entry["to_lot_id"] is not None:
            balances[(entry["to_lot_id"], entry["to_account"])] += entry["units"]
        last = place + 1 == len(entries) or entries[place + 1]["effective_at"] != entry["effective_at"]
        below = {key: units for key, units in balances.items() if units < 0} if last else {}
        assert not below, f"{below} at {entry['effective_at']}"


def _nobody_is_in_two_places(records: Records, now: datetime) -> None:
    """Invariant 4, and that what is held is exactly what is scheduled or proposed."""
    scheduled = {
        (person, session["id"]): (session["starts_at"], session["ends_at"])
        for session in records.of("session")
        if session["status"] in OPEN_SESSIONS
        for person in (session["coach_id"], session["member_id"])
    }
    busy = {(row["person_id"], row["session_id"]): row["during"] for row in records.of("busy") if row["session_id"]}
    coming = {key: span for key, span in scheduled.items() if _instant(span[1]) > now}
    assert set(coming) <= set(busy)
    ended = {row["id"] for row in records.of("session") if row["status"] == "CANCELLED"}
    assert not {session for _, session in busy} & ended
    pending = {row["id"] for row in records.of("proposal") if row["status"] == "PENDING"}
    assert {row["proposal_id"] for row in records.of("busy") if row["proposal_id"]} <= pending
    by_person: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for (person, _), (start, end) in scheduled.items():
        by_person[person].append((_instant(start), _instant(end)))
    for spans in by_person.values():
        assert all(one[1] <= two[0] for one, two in pairwise(sorted(spans))), "two sessions at once"


def _money_adds_up(records: Records) -> None:
    """Invariant 5: at most one active earning per session, exactly what the ledger says; refunds up to what was charged."""
    entries = records.of("money_entry")
    active = [row for row in records.of("earning") if row["status"] in ACTIVE_EARNINGS]
    assert all(count == 1 for count in Counter(row["session_id"] for row in active).values())
    for session in records.of("session"):
        mine = [row for row in entries if row["session_id"] == session["id"]]
        earned = _sum(mine, "EARNING") - _sum(mine, "EARNING_REVERSAL")
        assert earned == _amount(active, session["id"]), "earnings without a state"
    for booking, chain in _bookings(records).items():
        mine = [row for row in entries if row["session_id"] in chain]
        assert _sum(mine, "REFUND") <= _sum(mine, "CHARGE") + _paid(records, chain), f"booking {booking}"


def _bookings(records: Records) -> Mapping[int, set[int]]:
    """Each booking with all sessions that took its place in turn (D-52)."""
    replaces = {row["id"]: row["replaces_id"] for row in records.of("session")}
    found: dict[int, set[int]] = defaultdict(set)
    for session in replaces:
        first = session
        while replaces[first] is not None:
            first = replaces[first]
        found[first].add(session)
    return found


def _paid(records: Records, chain: set[int]) -> int:
    """What was paid for the lots that these sessions were paid from."""
    lots = {row["from_lot_id"] for row in records.of("ledger_entry") if row["session_id"] in chain}
    return sum(row["minor_units"] for row in records.of("payment") if row["lot_id"] in lots)


def _questions_are_single(records: Records) -> None:
    """Invariant 6."""
    cases = Counter((row["session_id"], row["kind"]) for row in records.of("session_case") if row["status"] != "CLOSED")
    # Any number of invites may wait for one credit (D-54): they are about no session yet.
    pending = [row for row in records.of("proposal") if row["status"] == "PENDING" and row["session_id"] is not None]
    proposals = Counter((row["session_id"], row["kind"]) for row in pending)
    assert all(count == 1 for count in [*cases.values(), *proposals.values()])


def _bookings_in_doubt_are_asked_about(records: Records) -> None:
    """Exactly one booking of an open question holds a credit; a provisional one always belongs to an open question (D-12)."""
    asked: set[int] = set()
    for case in records.of("duplicate_case"):
        if case["status"] != "OPEN":
            continue
        about = [row["session_id"] for row in records.of("duplicate_session") if row["case_id"] == case["id"]]
        sessions = [records.one("session", id=session) for session in about]
        scheduled = [row for row in sessions if row["status"] in OPEN_SESSIONS]
        assert len(scheduled) > 1, "a question about one booking"
        assert sum(not row["provisional"] for row in scheduled) == 1
        asked |= {row["id"] for row in sessions}
    provisional = {row["id"] for row in records.of("session") if row["provisional"] and row["status"] in OPEN_SESSIONS}
    assert provisional <= asked


FIRST = "ORGANISATION_CREATED"
"""Happens before the organisation has any policy."""
DECIDED_BY_TABLE = ("SESSION_CANCELLED", "SESSION_MOVED")


def _everything_is_explained(records: Records) -> None:
    """Invariant 9."""
    for event in records.of("event"):
        assert event["cause"]
        assert event["policy_version_id"] is not None or event["name"] == FIRST, event["name"]
        assert event["actor_kind"] == "SYSTEM" or event["actor_id"] or event["api_key_id"], event["name"]
        if event["session_id"] is not None and event["effects"]:
            assert event["resolved_policy_id"] is not None, event["name"]
        decision = event["decision"]
        if event["name"] in DECIDED_BY_TABLE:
            assert decision is not None
            assert decision["row"] or decision["parameter"], event
            assert decision["policy_version"] >= 1
    assert_explained(records)
    events = {row["id"]: row for row in records.of("event")}
    for table in ("ledger_entry", "money_entry"):
        for entry in records.of(table):
            event = events[entry["event_id"]]
            assert entry["effective_at"] == event["effective_at"]
            assert entry["session_id"] is None or event["resolved_policy_id"] is not None


def _what_waits_has_a_timer(records: Records) -> None:
    """No session, proposal, case, question or earning waits for an instant that nobody would notice."""
    timers = {(row["kind"], row["object_id"], row["fires_at"]) for row in records.of("due_work") if not row["done_at"]}
    missing = [one for one in _waiting(records) if one not in timers]
    assert not missing, f"{missing} among {sorted(timers)}"


def _what_staff_decide_is_a_task(records: Records) -> None:
    """A case that waits for the team is or was a task of theirs; no task about a case is open once it is closed."""
    open_cases = {row["session_id"]: row for row in records.of("session_case") if row["status"] != "CLOSED"}
    tasks = [row for row in records.of("task") if row["template"] == "CASE"]
    assert {row["session_id"] for row in tasks if row["status"] == "OPEN"} <= set(open_cases)
    asked = {
        session
        for session, row in open_cases.items()
        if row["contradicted"] or (row["status"] == "INVESTIGATING" and row["due_at"] is None)
    }
    assert asked <= {row["session_id"] for row in tasks}


def _waiting(records: Records) -> Iterator[tuple[str, int, str]]:
    for session in records.of("session"):
        if session["status"] == "SCHEDULED":
            yield "SESSION_END", session["id"], session["ends_at"]
        if session["status"] == "AWAITING_OUTCOME" and session["completes_at"] is not None:
            yield "AUTO_COMPLETE", session["id"], session["completes_at"]
        if session["undecided"] and session["decide_by"] is not None:
            yield "REASON_DUE", session["id"], session["decide_by"]
    for proposal in records.of("proposal"):
        if proposal["status"] == "PENDING":
            yield "PROPOSAL_EXPIRY", proposal["id"], proposal["answer_until"]
    for case in records.of("session_case"):
        if case["status"] != "CLOSED" and case["due_at"] is not None:
            yield "CASE_DUE", case["session_id"], case["due_at"]
    for case in records.of("duplicate_case"):
        if case["status"] == "OPEN":
            yield "DUPLICATE_REPLY", case["id"], case["due_at"]
    for earning in records.of("earning"):
        if earning["status"] == "PENDING" and earning["payable_at"] is not None:
            yield "EARNING_PAYABLE", earning["id"], earning["payable_at"]


def _sum(entries: list[Row], kind: str) -> int:
    return sum(row["minor_units"] for row in entries if row["kind"] == kind)


def _amount(earnings: list[Row], session: int) -> int:
    return sum(row["minor_units"] for row in earnings if row["session_id"] == session)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
