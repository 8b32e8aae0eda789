"""What a change would lead to, in sentences for the one who has to decide: in their zone, with months by their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from commands.outcome import ActionCheck
from notifications import times
from notifications.words import credits_in_words
from policy.decisions import Consequence, CreditChange
from policy.terms import ActorKind, Answer, Disposition, LedgerKind

_A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """How this reader is spoken to: in which zone, with months of which zone, about which kind, and on which side they are."""

    zone: ZoneInfo
    accounting: ZoneInfo
    kind: str
    side: ActorKind

    def at(self, instant: datetime) -> str:
        """An instant with the name of the zone."""
        return f"{times.moment(instant, self.zone)} ({times.zone_words(instant, self.zone)})"


def sentences(consequence: Consequence, tongue: Tongue) -> tuple[str, ...]:
    """The consequence, one thing a sentence; nobody reads of the other side's money (MODEL 10)."""
    return (*_head(consequence, tongue), *_next(consequence, tongue), *_money(consequence, tongue.side))


def _head(consequence: Consequence, tongue: Tongue) -> Iterator[str]:
    if consequence.waits_for is not None:
        yield _ASKED[consequence.waits_for]
        yield consequence.summary
        return
    if consequence.disposition is None:
        yield from _moved(consequence, tongue)
        return
    yield _ENDS[consequence.disposition]
    lost = _units(consequence, LedgerKind.FORFEIT)
    if lost:
        yield f"{credits_in_words(lost)}{_lots(consequence, LedgerKind.FORFEIT, tongue)} {_is(lost)} lost."
    # What is refunded leaves its lot again: it is not free.
    if consequence.disposition is not Disposition.REFUNDED:
        yield from _free_again(consequence, tongue)


_ASKED: Final = {
    ActorKind.MEMBER: "This needs the consent of the member.",
    ActorKind.COACH: "This needs the consent of your coach.",
    ActorKind.STAFF: "This needs the consent of the team.",
    ActorKind.SYSTEM: "This needs consent.",
}
_ENDS: Final = {
    Disposition.CONSUMED: "The session is cancelled and counts as used.",
    Disposition.COUNTED: "The session is cancelled and counts as used.",
    Disposition.PART_COUNTED: "The session is cancelled and counts in part as used.",
    Disposition.RELEASED: "The session is cancelled, in time.",
    Disposition.RETURNED: "The session is cancelled, and nobody loses anything by it.",
    Disposition.REFUNDED: "The session is cancelled, and its price is refunded.",
    Disposition.NONE: "The session is cancelled. It costs nothing.",
}


def _moved(consequence: Consequence, tongue: Tongue) -> Iterator[str]:
    yield "The session moves to the new time."
    used = _units(consequence, LedgerKind.HOLD)
    if used:
        yield f"It then uses {credits_in_words(used)}{_lots(consequence, LedgerKind.HOLD, tongue)}."
    elif not consequence.credits:
        yield "Nothing is lost by it."


def _free_again(consequence: Consequence, tongue: Tongue) -> Iterator[str]:
    units = _units(consequence, LedgerKind.RELEASE)
    if not units:
        return
    yield f"{credits_in_words(units)}{_lots(consequence, LedgerKind.RELEASE, tongue)} {_is(units)} free again."
    closes_at = _usable_before(consequence)
    if closes_at is not None:
        yield f"Use {'it' if units == 1 else 'them'} for a session that starts before {tongue.at(closes_at)}."


def _usable_before(consequence: Consequence) -> datetime | None:
    for change in consequence.credits:
        if change.kind is LedgerKind.CARRY and change.to is not None:
            return change.to.closes_at
    released = [change for change in consequence.credits if change.kind is LedgerKind.RELEASE]
    return next((change.lot.closes_at for change in released if change.lot is not None), None)


def _lots(consequence: Consequence, kind: LedgerKind, tongue: Tongue) -> str:
    """` of March 2027` where the credits are those of a month."""
    months = [_month(change, tongue) for change in consequence.credits if change.kind is kind]
    named = list(dict.fromkeys(month for month in months if month is not None))
    return f" of {' and '.join(named)}" if named and len(named) == len(set(months)) else ""


def _month(change: CreditChange, tongue: Tongue) -> str | None:
    if change.lot is None:
        return None
    return times.whole_month(change.lot.opens_at, change.lot.closes_at, tongue.accounting)


def _next(consequence: Consequence, tongue: Tongue) -> Iterator[str]:
    if consequence.next_bookable_from is not None:
        when = times.from_then(consequence.next_bookable_from, tongue.accounting)
        yield f"The next {tongue.kind} that can be booked is one {when}."


def _money(consequence: Consequence, side: ActorKind) -> Iterator[str]:
    bonus = _units(consequence, LedgerKind.GRANT)
    if bonus:
        yield f"{credits_in_words(bonus)} {_is(bonus)} given on top."
    if consequence.charge is not None and side is not ActorKind.COACH:
        yield f"A fee of {consequence.charge} is due."
    if consequence.refund is not None and side is not ActorKind.COACH:
        yield f"{consequence.refund} is refunded."
    if consequence.penalty is not None and side is not ActorKind.MEMBER:
        yield f"A fee of {consequence.penalty} is due from the coach."


def _units(consequence: Consequence, kind: LedgerKind) -> int:
    return sum(change.units for change in consequence.credits if change.kind is kind)


def _is(units: int) -> str:
    return "is" if units == 1 else "are"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`until`: how long the answer stays what it is. `then`: what comes after, where something comes before the start."""

    until: str
    then: str | None


def deadline_of(check: ActionCheck, starts_at: datetime, tongue: Tongue) -> Deadline | None:
    """The last instant of the present answer, from the timeline that every check carries (MODEL 14)."""
    decision = check.decision
    if decision is None or decision.deadline_at is None:
        return None
    if decision.deadline_at >= starts_at - _A_MOMENT:
        return Deadline(until=f"until the session starts, on {tongue.at(starts_at)}", then=None)
    following = decision.timeline[1].answer if len(decision.timeline) > 1 else Answer.REFUSE
    return Deadline(until=f"until {tongue.at(decision.deadline_at)}", then=_THEN.get(following, _LATER))


_LATER: Final = "After that, it may cost you the session."
_THEN: Final = {
    Answer.REFUSE: "After that, it is not possible any more.",
    Answer.ASK: "After that, the other side has to agree.",
}
