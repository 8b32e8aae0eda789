"""Who owes the fees of a session: its member, or the sponsor of a contract that says so (`fee.payer`, D-56)."""

from sqlalchemy import text

from commands.apply.subject import Subject
from models.unit import Unit
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
    """The effects without the member's messages of a fee that is the sponsor's: the sponsor reads it among the contract's charges."""
    refunded = any(isinstance(effect, Refund) for effect in effects)
    codes = {NoticeCode.FEE_CHARGED} if refunded else {NoticeCode.FEE_CHARGED, NoticeCode.REFUNDED}
    return tuple(
        effect
        for effect in effects
        if not (isinstance(effect, Notify) and effect.to is Side.MEMBER and effect.code in codes)
    )
