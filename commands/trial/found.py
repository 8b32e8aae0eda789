"""What a trial finds: sessions that would have come out otherwise, for whom, and at what cost (D-63)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from policy.bills import MONEY, STEPS, UNITS, Bill, Item, without_nothing
from policy.deeds import DeedKind
from policy.lives import Answered, Life, Verdict
from policy.money import Money
from policy.terms import Disposition, SessionStatus


class Difference(StrEnum):
    """In what a session would have come out otherwise. REFUSED, ALLOWED: something that people did, instead of the contrary."""

    ROW = "ROW"
    REFUSED = "REFUSED"
    ALLOWED = "ALLOWED"
    TIME = "TIME"
    STATUS = "STATUS"
    REASON = "REASON"
    DISPOSITION = "DISPOSITION"
    CREDITS = "CREDITS"
    MONEY = "MONEY"
    STEPS = "STEPS"
    PRICE = "PRICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a session. `booked` False: there would be none. `answers`: what came of each deed."""

    booked: bool
    starts_at: datetime
    status: SessionStatus
    reason: str | None
    disposition: Disposition | None
    price: Money | None
    bill: Bill
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is concerned."""

    id: int
    name: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A session that would have come out otherwise. `starts_at`, `id`: its place in the list."""

    id: int
    starts_at: datetime
    kind: str
    coach: Person
    member: Person
    before: Outcome
    after: Outcome
    differs: tuple[Difference, ...]


@dataclass(slots=True, kw_only=True)
class Sums:
    """What the changed sessions come to, as they were and as they would have been. `person` None: everybody's."""

    person: Person | None = None
    sessions: int = 0
    before: Bill = field(default_factory=Counter[tuple[Item, str]])
    after: Bill = field(default_factory=Counter[tuple[Item, str]])

    @property
    def id(self) -> int:
        """Whose they are; 0: everybody's."""
        return 0 if self.person is None else self.person.id

    def add(self, changed: Changed) -> None:
        """This session is among them."""
        self.sessions += 1
        self.before.update(changed.before.bill)
        self.after.update(changed.after.bill)


@dataclass(slots=True, kw_only=True)
class Found:
    """A whole trial. Of the sessions that start in `[since, until)`: `replayed` could be, `set_aside` could not (a case, a question
    about bookings, an act outside the rules). `refused`, `allowed`: sessions about which something would have been refused instead
    of allowed, or allowed instead of refused; `asked`, `at_once`: where somebody would have been asked first, or no longer.
    """

    since: datetime
    until: datetime
    sessions: int = 0
    replayed: int = 0
    set_aside: int = 0
    without_kind: int = 0
    refused: int = 0
    allowed: int = 0
    asked: int = 0
    at_once: int = 0
    whole: Sums = field(default_factory=Sums)
    members: dict[int, Sums] = field(default_factory=dict[int, Sums])
    coaches: dict[int, Sums] = field(default_factory=dict[int, Sums])

    def add(self, changed: Changed) -> None:
        """This session would have come out otherwise."""
        self.whole.add(changed)
        for people, person in ((self.members, changed.member), (self.coaches, changed.coach)):
            people.setdefault(person.id, Sums(person=person)).add(changed)
        self.refused += Difference.REFUSED in changed.differs
        self.allowed += Difference.ALLOWED in changed.differs
        turned = {(one.verdict, two.verdict) for one, two in _same(changed)}
        self.asked += (Verdict.DONE, Verdict.ASKED) in turned
        self.at_once += (Verdict.ASKED, Verdict.DONE) in turned


def _same(changed: Changed) -> list[tuple[Answered, Answered]]:
    return list(zip(changed.before.answers, changed.after.answers, strict=True))


def outcome_of(life: Life) -> Outcome:
    """What the life has come to."""
    session = life.session
    return Outcome(
        booked=life.booked,
        starts_at=session.starts_at,
        status=session.status,
        reason=session.reason,
        disposition=session.disposition,
        price=session.price,
        bill=without_nothing(life.bill),
        answers=tuple(life.answers),
    )


MAY = (Verdict.DONE, Verdict.ASKED)
MAY_NOT = (Verdict.REFUSED, Verdict.INSTEAD)


def differences(before: Outcome, after: Outcome) -> tuple[Difference, ...]:
    """In what the second differs from the first; nothing where it does not."""
    pairs = list(zip(before.answers, after.answers, strict=True))
    decided = [(one, two) for one, two in pairs if Verdict.VOID not in (one.verdict, two.verdict)]
    holds = {
        Difference.ROW: any(one.row != two.row for one, two in decided if one.deed is not DeedKind.BOOK),
        Difference.REFUSED: any(one.verdict in MAY and two.verdict in MAY_NOT for one, two in decided),
        Difference.ALLOWED: any(one.verdict in MAY_NOT and two.verdict in MAY for one, two in decided),
        Difference.TIME: before.starts_at != after.starts_at,
        Difference.STATUS: (before.booked, before.status) != (after.booked, after.status),
        Difference.REASON: before.reason != after.reason,
        Difference.DISPOSITION: before.disposition != after.disposition,
        Difference.CREDITS: _part(before.bill, UNITS) != _part(after.bill, UNITS),
        Difference.MONEY: _part(before.bill, MONEY) != _part(after.bill, MONEY),
        Difference.STEPS: _part(before.bill, STEPS) != _part(after.bill, STEPS),
        Difference.PRICE: before.price != after.price,
    }
    return tuple(name for name, differs in holds.items() if differs)


def _part(bill: Bill, items: frozenset[Item]) -> dict[tuple[Item, str], int]:
    return {key: number for key, number in bill.items() if key[0] in items}
