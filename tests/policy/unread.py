"""Parameters that nothing reads yet: they are data for what is still to be built. The list may only shrink."""

UNREAD = frozenset(
    [
        "entitlement.rollover_max",
        "entitlement.rollover_times",
        "entitlement.pack_validity",
        "entitlement.extension_by",
        "entitlement.extension_times",
        "entitlement.extension_fee",
    ]
)

READ_ELSEWHERE = frozenset({"conference.provider", "entitlement.accounting_zone", "fee.payer"})
"""Parameters that other rooms read; their behaviour is tested there."""
