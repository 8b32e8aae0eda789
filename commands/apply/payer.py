"""Who owes the fees of a session: its member, or the sponsor of a contract that says so (`fee.payer`, D-56)."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import text

from commands.apply.subject import Subject
from models.unit import Unit
from policy.closing import costs_member
from policy.effects import Charge, Effect, GiveBackFee, Notify, Refund
from policy.resolved import ResolvedPolicy
from policy.terms import NoticeCode, Side

CONTRACT = text("SELECT contract_id FROM membership WHERE organisation_id = :organisation AND id = :membership")
CHARGED = text("""
SELECT contract_id FROM money_entry WHERE organisation_id = :organisation AND session_id = :session AND kind = 'CHARGE'
ORDER BY id DESC LIMIT 1
""")


def contract_of_fees(
    unit: Unit, subject: Subject, policy: ResolvedPolicy | None, effects: tuple[Effect, ...]
) -> int | None:
    """The contract whose sponsor owes the fee that is charged, or gets back the one that was; None: the member."""
    if any(isinstance(effect, GiveBackFee) and effect.to is Side.MEMBER for effect in effects):
        values = {"organisation": unit.organisation_id, "session": subject.session_id}
        return unit.connection.execute(CHARGED, values).scalar_one_or_none()
    charged = any(isinstance(effect, Charge) for effect in effects)
    if not charged or policy is None or policy.value("fee.payer") != "SPONSOR":
        return None
    values = {"organisation": unit.organisation_id, "membership": subject.membership_id}
    return unit.connection.execute(CONTRACT, values).scalar_one_or_none()


def without_fees(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The effects without the member's messages of a fee that is the sponsor's: the sponsor reads it among the contract's charges.

    Whom it costs nothing besides is not told of a loss (MODEL 5.1).
    """
    codes = {NoticeCode.FEE_CHARGED}
    if not any(isinstance(effect, Refund) for effect in effects):
        codes.add(NoticeCode.REFUNDED)
    loses = costs_member(effect for effect in effects if not isinstance(effect, Charge))
    if not loses:
        codes.add(NoticeCode.OUTCOME_COUNTED)
    kept = (effect for effect in effects if not _to_member(effect, codes))
    return tuple(kept if loses else map(_without_loss, kept))


def _to_member(effect: Effect, codes: Collection[NoticeCode]) -> bool:
    return isinstance(effect, Notify) and effect.to is Side.MEMBER and effect.code in codes


def _without_loss(effect: Effect) -> Effect:
    """The member is told of a cancellation that costs them nothing."""
    return replace(effect, code=NoticeCode.CANCELLED) if _to_member(effect, {NoticeCode.LATE_LOSS}) else effect
