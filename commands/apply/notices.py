"""Notify effects become messages with their facts, and the mails that carry them (MODEL 9)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.apply.work import Work, mails_of
from commands.notices import NoticeFacts, facts_to_json
from models.event import Notification
from models.unit import Unit
from policy.decisions import Decision
from policy.effects import Cancel, Charge, Credit, Move, Notify, Penalty, Refund
from policy.money import Money
from policy.terms import LedgerKind, NoticeCode, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The session that a change is about, as it stood before; its ids and the names that messages use."""

    session_id: int
    coach_id: int
    member_id: int
    kind_id: int
    membership_id: int | None
    resolved_policy_id: int
    kind_code: str
    kind_name: str
    coach_name: str
    member_name: str
    accounting_zone: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    version: int


def notify(
    unit: Unit, subject: Subject, decision: Decision, *, event_id: int, note: str | None, now: datetime
) -> list[Work]:
    """Each message of the decision stands, for its recipient; returns the mails to be sent."""
    wanted = [effect for effect in decision.effects if isinstance(effect, Notify)]
    if not wanted:
        return []
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "code": effect.code,
            "recipient_id": subject.member_id if effect.to is Side.MEMBER else subject.coach_id,
            "session_id": subject.session_id,
            "event_id": event_id,
            "channel": "EMAIL",
            "facts": facts_to_json(_facts(subject, decision, effect, note)),
            "created_at": now,
        }
        for effect in wanted
    ]
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), rows)
    return mails_of([(row.id, row.recipient_id) for row in written], now=now)


def _facts(subject: Subject, decision: Decision, notice: Notify, note: str | None) -> NoticeFacts:
    move = next((effect for effect in decision.effects if isinstance(effect, Move)), None)
    cancel = next((effect for effect in decision.effects if isinstance(effect, Cancel)), None)
    credits = [effect for effect in decision.effects if isinstance(effect, Credit)]
    stands = cancel is None
    return NoticeFacts(
        kind_code=subject.kind_code,
        kind_name=subject.kind_name,
        coach_name=subject.coach_name,
        member_name=subject.member_name,
        accounting_zone=subject.accounting_zone,
        starts_at=subject.starts_at if move is None else move.starts_at,
        ends_at=subject.ends_at if move is None else move.ends_at,
        sequence=subject.sequence + (move is not None),
        previous_starts_at=None if move is None else move.starts_at_before,
        reason=decision.reason,
        late=decision.late,
        cancelled_by=None if cancel is None else str(cancel.by),
        units=sum(effect.units for effect in credits if effect.kind in _ABOUT.get(notice.code, frozenset())),
        next_bookable_from=decision.next_bookable_from,
        valid_until=_valid_until(credits) if notice.code is NoticeCode.CREDIT_RETURNED else None,
        note=note,
        change_links=stands and notice.to is Side.MEMBER,
        join_link=stands,
        by=str(decision.actor),
        on_behalf_of=None if decision.on_behalf_of is None else str(decision.on_behalf_of),
        unconfirmed=move is not None and move.unconfirmed,
        disposition=None if cancel is None else str(cancel.disposition),
        amount=_amount(decision, notice),
    )


_ABOUT = {
    NoticeCode.LATE_LOSS: frozenset({LedgerKind.FORFEIT}),
    NoticeCode.CREDIT_RETURNED: frozenset({LedgerKind.RELEASE}),
}


def _amount(decision: Decision, notice: Notify) -> Money | None:
    """What the message is about: the refund, or the fee that this side owes."""
    fee = Charge if notice.to is Side.MEMBER else Penalty
    wanted = {NoticeCode.FEE_CHARGED: fee, NoticeCode.REFUNDED: Refund}.get(notice.code)
    return next((effect.amount for effect in decision.effects if wanted and isinstance(effect, wanted)), None)


def _valid_until(credits: list[Credit]) -> datetime | None:
    """Until when what was returned can be used: the end of the return lot, else of the lot it came from."""
    for effect in credits:
        if effect.kind is LedgerKind.CARRY and effect.to is not None:
            return effect.to.closes_at
    return next((effect.lot.closes_at for effect in credits if effect.kind is LedgerKind.RELEASE), None)
