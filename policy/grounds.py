"""What an entry of the credit or money ledger rests on: the row or parameter of a decision, else what stands behind its cause."""

from collections.abc import Mapping

from policy.decisions import Decision

OF_CREDITS: Mapping[str, str] = {
    "MEMBER_ENROLLED": "entitlement.quantity",
    "PEOPLE_IMPORTED": "entitlement.quantity",
    "COACH_CHOSEN": "entitlement.quantity",
    "CREDIT_GRANTED": "entitlement.quantity",
    "CREDIT_EXPIRED": "entitlement.period",
    "CREDIT_ROLLED": "entitlement.rollover_max",
    "PACK_GRANTED": "entitlement.basis",
    "PAYMENT_RECORDED": "entitlement.basis",
    "MEMBERSHIP_RENEWED": "price.cadence_factor",
    "MEMBERSHIP_ENDED": "membership.cancel_channel",
    "MEMBERSHIP_PAUSED": "membership.pause",
    "MEMBERSHIP_RESUMED": "entitlement.quantity",
    "MEMBERSHIP_CHURNED": "outreach.team_period",
    "SERIES_CREATED": "entitlement.basis",
    "SERIES_EXTENDED": "entitlement.basis",
    "OCCURRENCE_LEFT_OUT": "entitlement.basis",
    "SERIES_CHANGED": "entitlement.basis",
    "SERIES_ENDED": "entitlement.basis",
    "CADENCE_CHANGED": "price.cadence_factor",
    "CADENCE_IN_FORCE": "price.cadence_factor",
    "REQUEST_APPROVED": "extra.b2b",
    "REQUEST_PAID": "extra.d2c",
    "REQUEST_DONE": "extra.d2c",
}
OF_MONEY: Mapping[str, str] = {
    "MEMBER_ENROLLED": "membership.tiers",
    "COACH_CHOSEN": "membership.tiers",
    "MEMBERSHIP_RENEWED": "membership.auto_renew",
    "PAYMENT_RECORDED": "entitlement.basis",
    "PACK_EXTENDED": "entitlement.extension_fee",
    "EARNING_WAIVED": "D-21",
    "REQUEST_PAID": "extra.d2c",
    "REQUEST_DONE": "price.one_off_fraction",
}
"""What decides where no rule was asked about a session, by the name of the change that caused the entry."""


def ground_of_credits(event: str, decision: Decision | None) -> str | None:
    """The row of the change table, the parameter or the published rule by which units moved; None for an unknown cause."""
    return OF_CREDITS.get(event) if decision is None else decision.row or decision.parameter


def ground_of_money(event: str, decision: Decision | None) -> str | None:
    """The same for an amount that is due."""
    return OF_MONEY.get(event) if decision is None else decision.row or decision.parameter
