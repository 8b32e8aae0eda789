"""Parameters that nothing reads yet: they are data for what is still to be built. The list may only shrink."""

UNREAD: frozenset[str] = frozenset()

READ_ELSEWHERE = frozenset({"conference.provider", "entitlement.accounting_zone", "fee.payer"})
"""Parameters that other rooms read; their behaviour is tested there."""
