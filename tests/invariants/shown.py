"""What a twin shows is what the act does: a consequence beside the difference that plain SQL finds (decision 7)."""

from collections import Counter
from datetime import UTC, datetime

from commands.outcome import ActionCheck, Done, Outcome, Refused
from policy.decisions import Consequence
from policy.terms import LedgerKind, MoneyKind, SessionStatus
from tests.scenarios.records import Difference


def assert_shown_was_done(
    difference: Difference, shown: ActionCheck, outcome: Outcome, *, session: int | None = None
) -> None:
    """The outcome is what the twin said, and so is the difference; `session`: where it is not what the outcome is about."""
    if not shown.allowed:
        assert isinstance(outcome, Refused)
        assert outcome.code is shown.code
        assert difference.touched == set()
        return
    assert isinstance(outcome, Done), outcome
    assert outcome.consequence == shown.consequence
    if shown.consequence is not None:
        assert_consequence(difference, shown.consequence, session or _session_of(difference, outcome))


def _session_of(difference: Difference, outcome: Done) -> int | None:
    """The session that was made, else the object of the outcome; None for an invite that is sent or ended, which has none."""
    made = [row["id"] for row in difference.added("session")]
    if made:
        return made[0]
    proposals = {row["id"]: row for row in difference.after.of("proposal")}
    touched = [row["id"] for row in difference.added("proposal")] + [key[0] for key in difference.changed("proposal")]
    return None if any(proposals[key]["session_id"] is None for key in touched) else outcome.object_id


def assert_consequence(difference: Difference, shown: Consequence, session: int | None) -> None:
    """What was shown is what plain SQL finds: entries, amounts, and the state of the session, where there is one."""
    new = {row["id"] for row in difference.added("credit_lot")}
    entries = Counter(
        (row["kind"], row["units"], None if row["from_lot_id"] in new else row["from_lot_id"])
        for row in difference.added("ledger_entry")
    )
    assert entries == Counter(
        (
            str(change.kind),
            change.units,
            None if change.lot is None or change.kind is LedgerKind.GRANT else change.lot.id,
        )
        for change in shown.credits
    )
    assert_amounts(difference, shown, session)
    if session is not None:
        row = difference.after.one("session", id=session)
        assert row["status"] == shown.resulting_status
        assert shown.disposition in (None, row["disposition"])
    opened = Counter((row["source"], row["opens_at"], row["closes_at"]) for row in difference.added("credit_lot"))
    assert opened == Counter(
        (str(change.to.source), iso(change.to.opens_at), iso(change.to.closes_at))
        for change in shown.credits
        if change.to is not None
    )
    costs = any(change.kind is LedgerKind.FORFEIT for change in shown.credits) or shown.charge or shown.penalty
    assert shown.costly or not costs
    assert shown.resulting_status is SessionStatus.SCHEDULED or difference.added("event")


def assert_amounts(difference: Difference, shown: Consequence, session: int | None) -> None:
    """The entries of money are those that were shown; what a coach has earned already and keeps makes none."""
    money = Counter((row["kind"], row["minor_units"], row["currency"]) for row in difference.added("money_entry"))
    earned = [
        row for row in difference.before.of("earning") if row["session_id"] == session and row["status"] in ACTIVE
    ]
    kept = bool(earned) and shown.reversed_earning is None
    amounts = [
        (MoneyKind.CHARGE, shown.charge),
        (MoneyKind.REFUND, shown.refund),
        (MoneyKind.EARNING, None if kept else shown.earning),
        (MoneyKind.PENALTY, shown.penalty),
        (MoneyKind.EARNING_REVERSAL, shown.reversed_earning),
        (MoneyKind.REFUND, shown.fee_given_back),
        (MoneyKind.REFUND, shown.coach_fee_given_back),
    ]
    assert money == Counter((str(kind), one.minor_units, one.currency) for kind, one in amounts if one)


ACTIVE = ("PENDING", "PAYABLE", "PAID")


def iso(instant: datetime | None) -> str | None:
    """An instant as jsonb writes it."""
    return None if instant is None else instant.astimezone(UTC).isoformat().replace(".000000", "")


def due_work_was_fired(difference: Difference) -> bool:
    """Whether a deadline was applied on the way, so that not everything that changed was the act's doing."""
    fired = [columns for columns in difference.changed("due_work").values() if "done_at" in columns]
    return bool(fired)
