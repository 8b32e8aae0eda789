"""The rows of an organisation without what is its own: ids, tokens, and when somebody happened to notice a deadline."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.scenarios.records import Records, Row

Plain = dict[str, list[tuple[Any, ...]]]
REMINDED = {"SESSION_REMINDED", "ABSENT_NUDGED", "OUTCOME_ASKED", "QUESTIONNAIRE_REMINDED"}
REMINDERS = {"REMINDER", "NUDGE", "OUTCOME_PROMPT", "QUESTIONNAIRE_REMINDER"}
"""What only says that something is near: a worker's alone, and left out when its moment has passed (MODEL 8)."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "session": (
        "id",
        "coach_id",
        "member_id",
        "status",
        "starts_at",
        "ends_at",
        "booked_at",
        "changed_at",
        "provisional",
        "moved_by_other_unconfirmed",
        "reason",
        "fault",
        "disposition",
        "late",
        "cancelled_by",
        "version",
        "sequence",
        "undecided",
        "recorded_at",
        "stated_at",
        "stated_by",
        "completes_at",
        "replaces_id",
    ),
    "busy": ("person_id", "session_id", "proposal_id", "during"),
    "ledger_entry": (
        "kind",
        "units",
        "from_lot_id",
        "from_account",
        "to_lot_id",
        "to_account",
        "session_id",
        "reason",
        "effective_at",
    ),
    "money_entry": ("kind", "person_id", "minor_units", "session_id", "reason", "effective_at"),
    "earning": ("session_id", "minor_units", "status", "payable_at", "payout", "version"),
    "proposal": ("id", "session_id", "kind", "by", "answers", "reason", "sent_at", "answer_until", "status", "version"),
    "session_case": (
        "session_id",
        "kind",
        "status",
        "opened_at",
        "due_at",
        "contradicted",
        "result",
        "reason",
        "version",
    ),
    "duplicate_case": ("member_id", "status", "opened_at", "due_at", "asked", "resolved_at", "kept_id"),
    "task": ("session_id", "template", "status", "opened_at", "due_at", "escalated_at", "conclusion"),
    "event": ("name", "session_id", "actor_kind", "actor_id", "effective_at", "note"),
    "notification": ("code", "recipient_id", "session_id"),
}


def plain(records: Records) -> Plain:
    """What people, calendars and the team could see of it, each table as a sorted list."""
    labels = _labels(records)
    found = {
        table: sorted((_row(row, columns, labels) for row in records.of(table)), key=repr)
        for table, columns in COLUMNS.items()
    }
    found["event"] = [row for row in found["event"] if row[0] not in REMINDED]
    found["notification"] = [row for row in found["notification"] if row[0] not in REMINDERS]
    return found


def difference(one: Plain, other: Plain) -> dict[str, Any]:
    """What stands in one and not in the other, by table; empty where both are the same."""
    found: dict[str, Any] = {}
    for table, rows in one.items():
        here, there = Counter(map(repr, rows)), Counter(map(repr, other[table]))
        if here != there:
            found[table] = {"only here": [*(here - there)], "only there": [*(there - here)]}
    return found


Label = Callable[[Any], Any]


def _row(row: Row, columns: tuple[str, ...], labels: Mapping[str, Label]) -> tuple[Any, ...]:
    return tuple(
        labels.get(_kind(column), lambda value: value)(row[column]) if column != "id" else _own(row, labels)
        for column in columns
    )


def _kind(column: str) -> str:
    names = {"coach_id": "person", "member_id": "person", "recipient_id": "person", "actor_id": "person"}
    return names.get(column, {"replaces_id": "session", "kept_id": "session"}.get(column, _stem(column)))


def _stem(column: str) -> str:
    if column.endswith("_lot_id"):
        return "lot"
    return column.removesuffix("_id") if column.endswith("_id") else "-"


def _own(row: Row, labels: Mapping[str, Label]) -> Any:
    return labels["proposal" if "answer_until" in row else "session"](row["id"])


def _labels(records: Records) -> dict[str, Label]:
    names = {row["id"]: row["name"] for row in records.of("person")}
    return {
        "person": names.get,
        "session": _ranks(records, "session").get,
        "proposal": _ranks(records, "proposal").get,
        "lot": _lots(records, names).get,
    }


def _ranks(records: Records, table: str) -> dict[int, int]:
    return {key: place for place, key in enumerate(sorted(row["id"] for row in records.of(table)))}


def _lots(records: Records, names: Mapping[int, str]) -> dict[int, Any]:
    kinds = {row["id"]: row["code"] for row in records.of("session_kind")}
    return {
        row["id"]: (names[row["member_id"]], kinds[row["kind_id"]], row["source"], row["opens_at"], row["closes_at"])
        for row in records.of("credit_lot")
    }
