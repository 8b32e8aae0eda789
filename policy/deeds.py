"""What people did about a session, read back from the decisions that the log keeps, so that it can be done again (D-63)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from policy.decisions import Decision
from policy.effects import (
    Acquire,
    AskUntil,
    AskWhichToKeep,
    Book,
    ChangeCase,
    Conclude,
    ConfirmTime,
    Credit,
    Effect,
    EndProposal,
    Firm,
    GivenUpFor,
    Keep,
    LeaveQuestion,
    Propose,
)
from policy.facts import HeldUnit, Lot
from policy.releasing import RELEASED
from policy.rows import Row
from policy.terms import (
    Action,
    ActorKind,
    LedgerKind,
    LotSource,
    ProposalKind,
    ProposalStatus,
    SessionStatus,
    Side,
)


class DeedKind(StrEnum):
    """What was done. ACCEPT, DECLINE, WITHDRAW: with a proposal; OUTCOME: of a session that took place or not; REASON: of a cancelled one."""

    BOOK = "BOOK"
    CHANGE = "CHANGE"
    CONFIRM = "CONFIRM"
    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    OUTCOME = "OUTCOME"
    REASON = "REASON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Somebody did this at `at`. `agreed`: the other side had proposed the time. `held`: units that it held, in their lots.

    `row`: the row that decided it, `proposal`: the kind of the proposal that it answers. `offers`: the coach lets the member choose a time. `override`: the reason that staff named.
    """

    kind: DeedKind
    at: datetime
    actor: ActorKind
    action: Action | None = None
    to: datetime | None = None
    claim: str | None = None
    on_behalf_of_member: bool = False
    override: str | None = None
    agreed: bool = False
    held: tuple[HeldUnit, ...] = ()
    was_held: bool = False
    absent: Side | None = None
    reason: str | None = None
    proposal: ProposalKind | None = None
    offers: bool = False
    row: str | None = None


class NotRepeatable(Exception):
    """What happened cannot be done again from the log alone: a case, a question about bookings, a release by another rule."""


BESIDES = (ChangeCase, AskWhichToKeep, AskUntil, LeaveQuestion, Keep, Firm, GivenUpFor)
OWN = {"PLATFORM_CANCELLED", "COACH_MOVED"}
"""Reasons by which staff act for the platform, without naming one (D-55)."""


def deed_of(decision: Decision, effects: tuple[Effect, ...], rows: Mapping[str, Row]) -> Deed | None:
    """The deed behind a decision and its effects; None for what a deadline did by itself. Raises NotRepeatable.

    `rows`: those of the policy that decided, by id.
    """
    if any(isinstance(one, BESIDES) for one in effects) or decision.reason == RELEASED:
        raise NotRepeatable
    ended = [one for one in effects if isinstance(one, EndProposal)]
    concludes = next((one for one in effects if isinstance(one, Conclude)), None)
    if any(isinstance(one, Book) for one in effects):
        return _booking(decision, effects, agreed=bool(ended), concluded=concludes is not None)
    if concludes is not None:
        return _statement(decision, concludes, rows, offered=bool(ended))
    if any(isinstance(one, ConfirmTime) for one in effects):
        return Deed(kind=DeedKind.CONFIRM, at=decision.facts.now, actor=decision.actor)
    answered = next((one for one in ended if one.status in _ANSWERS), None)
    if decision.action is None and answered is not None:
        return Deed(
            kind=_ANSWERS[answered.status],
            at=decision.facts.now,
            actor=decision.actor,
            to=decision.facts.to,
            proposal=answered.proposal.kind,
            held=held_by(effects),
        )
    if decision.action is None:
        if any(isinstance(one, Propose) for one in effects):
            raise NotRepeatable
        return None
    return _change(decision, effects)


_ANSWERS = {
    ProposalStatus.ACCEPTED: DeedKind.ACCEPT,
    ProposalStatus.DECLINED: DeedKind.DECLINE,
    ProposalStatus.WITHDRAWN: DeedKind.WITHDRAW,
}


def _booking(decision: Decision, effects: tuple[Effect, ...], *, agreed: bool, concluded: bool) -> Deed:
    provisional = any(isinstance(one, Book) and one.provisional for one in effects)
    if provisional or concluded:
        raise NotRepeatable
    actor = decision.actor
    return Deed(kind=DeedKind.BOOK, at=decision.facts.now, actor=actor, agreed=agreed, held=held_by(effects))


def _statement(decision: Decision, said: Conclude, rows: Mapping[str, Row], *, offered: bool) -> Deed | None:
    if offered:
        raise NotRepeatable
    if said.by is ActorKind.SYSTEM:
        return None
    row = rows.get(decision.row or "")
    absent = row.by if row is not None and row.action is Action.MISS else None
    return Deed(
        kind=DeedKind.REASON if said.status is SessionStatus.CANCELLED else DeedKind.OUTCOME,
        at=decision.facts.now,
        actor=said.by,
        was_held=said.status is SessionStatus.COMPLETED,
        absent=absent,
        reason=None if absent is not None else said.reason,
        row=decision.row,
    )


def _change(decision: Decision, effects: tuple[Effect, ...]) -> Deed:
    """A wish to cancel or to move, as it was put, whatever was answered."""
    asked = next((one.proposal for one in effects if isinstance(one, Propose)), None)
    overrides = decision.row is None and decision.reason not in OWN
    return Deed(
        kind=DeedKind.CHANGE,
        at=decision.facts.now,
        actor=decision.actor,
        action=decision.action,
        to=decision.facts.to if asked is None else asked.starts_at,
        claim=decision.facts.claim,
        on_behalf_of_member=decision.on_behalf_of is Side.MEMBER,
        override=decision.reason if overrides else None,
        held=held_by(effects),
        offers=asked is not None and asked.kind is ProposalKind.REBOOK_OFFER and asked.starts_at is None,
        row=decision.row,
    )


def held_by(effects: tuple[Effect, ...]) -> tuple[HeldUnit, ...]:
    """The units that these effects hold for the session, with those that it acquired at no price."""
    holds = (one for one in effects if isinstance(one, Credit) and one.kind is LedgerKind.HOLD)
    found = [HeldUnit(lot=one.lot, units=one.units) for one in holds]
    for one in effects:
        if isinstance(one, Acquire):
            lot = Lot(
                id=0,
                kind="",
                source=LotSource.PURCHASE,
                opens_at=one.to.opens_at,
                closes_at=one.to.closes_at,
                available=0,
                held=one.units,
                granted_order=0,
            )
            found.append(HeldUnit(lot=lot, units=one.units))
    return tuple(found)
