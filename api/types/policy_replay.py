"""An organisation's own last weeks under a policy document: what would have been different, for whom, at what cost (D-63)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import strawberry

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info
from api.describe import output, register
from api.siblings import Siblings
from api.types.amounts import Money, money
from api.types.person import Person, person
from commands.trial.found import Changed, Difference, Found, Outcome, Sums
from commands.trial.found import Person as Concerned
from models.queries.keyset import Page, Window
from policy.bills import MONEY, Bill, Item
from policy.deeds import DeedKind
from policy.lives import Answered, Verdict
from policy.terms import Disposition, RefusalCode, SessionStatus

if TYPE_CHECKING:
    from api.types.session import Session

T = TypeVar("T")
CHANGED = Place(list="trialSessions", columns=("starts_at", "id"))
PEOPLE = Place(list="trialPeople", columns=("id",))

register(
    Item,
    "What a trial sums up: units of credit, money, and how often a tally led to what.",
    {
        "USED": "Units used by sessions that were held.",
        "LOST": "Units lost by late changes and absences.",
        "BONUS": "Extra units for the member.",
        "FEE": "Due from the member, besides.",
        "REFUND": "Due back to the member.",
        "EARNING": "Due to the coach.",
        "PENALTY": "Due from the coach.",
        "WARN": "Warnings of a tally.",
        "TASK": "Times that a tally called the team.",
        "BLOCK": "Stops of all new bookings of a member.",
        "SAME_DAY": "Stops of a member's bookings for other days.",
        "HIDE": "Stops that hide a coach from newcomers.",
        "PAUSE": "Stops of all new bookings of a coach.",
        "CANCEL_FUTURE": "Times that somebody's sessions to come were cancelled.",
        "END": "Memberships that a tally ended.",
    },
)
register(
    Difference,
    "In what a session would have come out otherwise.",
    {
        "ROW": "Another row would have decided.",
        "REFUSED": "Something that was done would have been refused.",
        "ALLOWED": "Something that was not done as it was wished would have been allowed.",
        "TIME": "It would stand at another time.",
        "STEPS": "A tally would have led to something else by it.",
        "PRICE": "The booking would have had another price.",
    },
)
register(
    Verdict,
    "What comes of something that people do about a session.",
    {
        "ASKED": "Somebody has to agree first.",
        "INSTEAD": "The session was to be moved, and is cancelled.",
        "VOID": "There is nothing to answer or to confirm, or no session.",
    },
)
register(
    DeedKind,
    "What people did about a session.",
    {
        "CHANGE": "A cancellation or a move, as it was wished.",
        "CONFIRM": "The member agreed to a new time.",
        "OUTCOME": "It was stated whether the session was held.",
        "REASON": "The reason of a cancellation was stated.",
        "ACCEPT": "A proposal was accepted.",
        "DECLINE": "A proposal was declined.",
        "WITHDRAW": "A proposal was taken back.",
    },
)


@output
class TrialAmount:
    """A sum of units, of money in one currency, or of times that a tally led to something."""

    item: Item = strawberry.field(description="What is summed up.")
    units: int | None = strawberry.field(description="Units, or how often; null for money.")
    amount: Money | None = strawberry.field(description="Null for what is no money.")


@output
class TrialDeed:
    """Something that people did, and what came of it."""

    deed: DeedKind = strawberry.field(description="What was done.")
    verdict: Verdict = strawberry.field(description="What came of it.")
    row: str | None = strawberry.field(description="The row that decided; null where the table is not asked.")
    code: RefusalCode | None = strawberry.field(description="Why it was refused; null where it was not.")


@output
class TrialOutcome:
    """What a session comes to under one policy."""

    booked: bool = strawberry.field(description="Whether there is a session at all.")
    starts_at: datetime
    status: SessionStatus
    reason: str | None = strawberry.field(description="The code of its reason; null while there is none.")
    disposition: Disposition | None = strawberry.field(description="What becomes of its credit; null where it stays.")
    price: Money | None = strawberry.field(description="What is paid for the booking; null where it is not purchased.")
    sums: list[TrialAmount] = strawberry.field(description="Units and money; what comes to nothing is left out.")
    deeds: list[TrialDeed] = strawberry.field(description="What people did about it, in order.")


@output
class TrialSession:
    """A session that would have come out otherwise."""

    before: TrialOutcome = strawberry.field(description="As the record has it.")
    after: TrialOutcome = strawberry.field(description="As it would have been, had everybody done the same.")
    differs: list[Difference] = strawberry.field(description="In what the two differ.")
    kind: str = strawberry.field(description="The code of the kind of session.")
    coach: Person = strawberry.field(description="Whose session it was to give.")
    member: Person = strawberry.field(description="Whose right to a session it used.")
    key: strawberry.Private[int]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session itself, as it stands."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        found = self.siblings.ask("sessions", lambda keys: visible_sessions(info.context, keys))
        return found.get(self.key)


@output
class TrialPerson:
    """Somebody whose sessions would have come out otherwise."""

    person: Person = strawberry.field(description="Who it is.")
    sessions: int = strawberry.field(description="How many of their sessions would have.")
    before: list[TrialAmount] = strawberry.field(description="What these come to by the record.")
    after: list[TrialAmount] = strawberry.field(description="What they would have come to.")


@output
class PolicyReplay:
    """The sessions that started in a stretch of time, replayed: people do what they did, and deadlines act by themselves."""

    since: datetime = strawberry.field(description="The first start that is looked at.")
    until: datetime = strawberry.field(description="Now: sessions that start later are not looked at.")
    sessions: int = strawberry.field(description="How many started in this time.")
    replayed: int = strawberry.field(description="How many of them could be replayed.")
    set_aside: int = strawberry.field(
        description="How many could not: there was a case, a question about two bookings, or an act outside the rules."
    )
    without_kind: int = strawberry.field(description="How many are of a kind that the document does not have.")
    changed: int = strawberry.field(description="How many would have come out otherwise.")
    refused: int = strawberry.field(description="About how many something that was done would have been refused.")
    allowed: int = strawberry.field(
        description="About how many a wish would have been granted that was not. Refusals leave no trace, so they cannot be counted."
    )
    asked: int = strawberry.field(description="About how many somebody would have been asked before it was done.")
    at_once: int = strawberry.field(description="About how many something would have been done without asking.")
    before: list[TrialAmount] = strawberry.field(description="What the changed sessions come to by the record.")
    after: list[TrialAmount] = strawberry.field(description="What they would have come to.")
    found: strawberry.Private[Found]
    listed: strawberry.Private[Sequence[Changed]]

    @strawberry.field
    def changed_sessions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[TrialSession]:
        """The sessions that would have come out otherwise, by their start."""
        part = window(CHANGED, first, after, last, before)
        page = _page(self.listed, lambda one: (one.starts_at, one.id), part)
        siblings = Siblings([one.id for one in page.rows])
        return connection(page, CHANGED, part, lambda one: _session(one, siblings))

    @strawberry.field
    def members(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[TrialPerson]:
        """The members of these sessions, in the order in which they came to the organisation."""
        return _people(self.found.members.values(), window(PEOPLE, first, after, last, before))

    @strawberry.field
    def coaches(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[TrialPerson]:
        """The coaches of these sessions, in the order in which they came to the organisation."""
        return _people(self.found.coaches.values(), window(PEOPLE, first, after, last, before))


def policy_replay(found: Found, listed: Sequence[Changed]) -> PolicyReplay:
    """A replay as the contract shows it."""
    return PolicyReplay(
        since=found.since,
        until=found.until,
        sessions=found.sessions,
        replayed=found.replayed,
        set_aside=found.set_aside,
        without_kind=found.without_kind,
        changed=found.whole.sessions,
        refused=found.refused,
        allowed=found.allowed,
        asked=found.asked,
        at_once=found.at_once,
        before=_amounts(found.whole.before),
        after=_amounts(found.whole.after),
        found=found,
        listed=listed,
    )


def _page(rows: Iterable[T], key: Callable[[T], tuple[Any, ...]], part: Window) -> Page[Any]:
    """The rows of the window, in the order of their keys."""
    inside = sorted((row for row in rows if _lies_in(key(row), part)), key=key)
    shown = inside[-part.limit :] if part.backward else inside[: part.limit]
    return Page(rows=tuple(shown), has_more=len(inside) > part.limit)


def _lies_in(key: tuple[Any, ...], part: Window) -> bool:
    return (part.after is None or key > part.after) and (part.before is None or key < part.before)


def _people(sums: Iterable[Sums], part: Window) -> Connection[TrialPerson]:
    rows = [one for one in sums if one.person is not None]
    return connection(_page(rows, lambda one: (one.id,), part), PEOPLE, part, _person)


def _person(one: Any) -> TrialPerson:
    return TrialPerson(
        person=_concerned(one.person),
        sessions=one.sessions,
        before=_amounts(one.before),
        after=_amounts(one.after),
    )


def _session(one: Any, siblings: Siblings) -> TrialSession:
    return TrialSession(
        before=_outcome(one.before),
        after=_outcome(one.after),
        differs=list(one.differs),
        kind=one.kind,
        coach=_concerned(one.coach),
        member=_concerned(one.member),
        key=one.id,
        siblings=siblings,
    )


def _outcome(outcome: Outcome) -> TrialOutcome:
    return TrialOutcome(
        booked=outcome.booked,
        starts_at=outcome.starts_at,
        status=outcome.status,
        reason=outcome.reason,
        disposition=outcome.disposition,
        price=money(outcome.price),
        sums=_amounts(outcome.bill),
        deeds=[_deed(one) for one in outcome.answers],
    )


def _deed(one: Answered) -> TrialDeed:
    return TrialDeed(deed=one.deed, verdict=one.verdict, row=one.row, code=one.code)


def _amounts(bill: Bill) -> list[TrialAmount]:
    """The sums in one order, without what comes to nothing."""
    return [
        TrialAmount(
            item=item,
            units=None if item in MONEY else number,
            amount=Money(minor_units=number, currency=currency) if item in MONEY else None,
        )
        for (item, currency), number in sorted(bill.items())
        if number
    ]


def _concerned(one: Concerned) -> Person:
    return person(one.id, one.name, one.zone)
