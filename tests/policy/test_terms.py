"""The nouns of the rules."""

import pytest

from policy.terms import Account, LedgerKind, RefusalCode

MODEL_14 = """
NOT_FOUND FORBIDDEN REASON_REQUIRED REASON_NOT_ALLOWED INVITE_EXPIRED NOT_PENDING REPORT_WINDOW_CLOSED DEADLINE_PASSED WRONG_STATE
SESSION_STARTED TOO_EARLY APPROVAL_REQUIRED NOTICE_TOO_SHORT LATE_CHANGE_NEEDS_ACK RESCHEDULE_LIMIT OUT_OF_PERIOD BOOKING_BLOCKED
BOOKING_LIMIT ARREARS BOOKING_DEADLINE_PASSED SLOT_UNAVAILABLE SLOT_TAKEN PAYMENT_REQUIRED DUPLICATE_BOOKING NO_CREDIT
"""


def test_refusals_are_ranked_in_the_order_of_the_model() -> None:
    assert sorted(RefusalCode, key=lambda code: code.rank)[:25] == MODEL_14.split()


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        (LedgerKind.GRANT, None, Account.AVAILABLE),
        (LedgerKind.HOLD, Account.AVAILABLE, Account.HELD),
        (LedgerKind.CONSUME, Account.HELD, Account.USED),
        (LedgerKind.FORFEIT, Account.HELD, Account.FORFEITED),
        (LedgerKind.RELEASE, Account.HELD, Account.AVAILABLE),
        (LedgerKind.RESTORE, Account.FORFEITED, Account.AVAILABLE),
        (LedgerKind.CARRY, Account.AVAILABLE, Account.AVAILABLE),
        (LedgerKind.EXPIRE, Account.AVAILABLE, Account.EXPIRED),
        (LedgerKind.REVOKE, Account.AVAILABLE, Account.REVOKED),
        (LedgerKind.ADJUST, None, Account.AVAILABLE),
    ],
)
def test_every_entry_goes_from_one_account_to_another(
    kind: LedgerKind, source: Account | None, target: Account | None
) -> None:
    assert (kind.from_account, kind.to_account) == (source, target)
