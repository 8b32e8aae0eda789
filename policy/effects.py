"""What a decision does, as a tuple of typed effects; `apply` turns them into rows, the consequence is a fold over them."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, get_args

from pydantic import TypeAdapter

from policy.facts import Lot
from policy.money import Money
from policy.terms import ActorKind, Disposition, Fault, LedgerKind, LotSource, NoticeCode, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """The window of a lot that an effect opens."""

    source: LotSource
    opens_at: datetime
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A session of this kind stands at this time."""

    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The session stands at the new time. `unconfirmed`: moved by the other side, the member may still decline it (D-36)."""

    by: Side
    starts_at_before: datetime
    starts_at: datetime
    ends_at: datetime
    reason: str
    late: bool
    unconfirmed: bool
    on_behalf_of: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The session is cancelled with this reason and disposition."""

    reason: str
    fault: Fault
    disposition: Disposition
    late: bool
    by: ActorKind
    on_behalf_of: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTime:
    """The member has agreed to the time the other side moved the session to: the ordinary notice applies again (D-36)."""

    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An entry of this kind in the ledger of `lot`; `to` is the lot that a CARRY opens and fills."""

    kind: LedgerKind
    units: int
    lot: Lot
    to: NewLot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Units granted to the member in a lot of their own: the bonus of a reason (D-61)."""

    units: int
    to: NewLot


@dataclass(frozen=True, slots=True, kw_only=True)
class Earn:
    """Due to the coach: this fraction of the session fee at booking time (D-21)."""

    amount: Money
    fraction: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Due from the payer of fees (`fee.payer`)."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Due back to who paid for the booking."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """Due from the coach."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """A message of this code to this side."""

    code: NoticeCode
    to: Side


Effect = Book | Move | Cancel | ConfirmTime | Credit | Grant | Earn | Charge | Refund | Penalty | Notify

_EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)


def effects_to_json(effects: tuple[Effect, ...]) -> list[dict[str, Any]]:
    """The effects as the log keeps them: each names its kind under `effect`."""
    return [{"effect": type(effect).__name__, **_EFFECT.dump_python(effect, mode="json")} for effect in effects]


_BY_NAME: dict[str, TypeAdapter[Effect]] = {one.__name__: TypeAdapter(one) for one in get_args(Effect)}


def effects_from_json(stored: list[dict[str, Any]]) -> tuple[Effect, ...]:
    """The effects that the log kept."""
    return tuple(
        _BY_NAME[one["effect"]].validate_python({name: value for name, value in one.items() if name != "effect"})
        for one in stored
    )
