"""A consequence in words: one table of every way a change can end, and nobody reads of the other side's money."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from api.pages.consequences import Tongue, deadline_of, sentences
from commands.outcome import ActionCheck
from policy.decisions import Consequence, CreditChange, Decision, DecisionFacts, TimelineStep
from policy.effects import NewLot
from policy.facts import Lot
from policy.money import Money
from policy.terms import ActorKind, Answer, Disposition, LedgerKind, LotSource, SessionStatus
from tests.pages.site import at

LONDON = ZoneInfo("Europe/London")
MEMBER = Tongue(zone=LONDON, accounting=LONDON, kind="Coaching call", side=ActorKind.MEMBER)
COACH = replace(MEMBER, side=ActorKind.COACH)
NOTHING = Consequence(
    digest="0",
    costly=False,
    summary="",
    disposition=None,
    credits=(),
    charge=None,
    refund=None,
    earning=None,
    penalty=None,
    resulting_status=SessionStatus.SCHEDULED,
    next_bookable_from=None,
)
MARCH = Lot(
    id=1,
    kind="coaching",
    source=LotSource.PERIOD,
    opens_at=at("2027-03-01T00:00"),
    closes_at=at("2027-03-31T23:00"),
    available=0,
    held=1,
    granted_order=1,
)
APRIL = replace(MARCH, id=2, opens_at=at("2027-03-31T23:00"), closes_at=at("2027-04-30T23:00"))
PACK = replace(MARCH, id=3, closes_at=None)


def change(kind: LedgerKind, lot: Lot | None, units: int = 1, *, closes_at: datetime | None = None) -> CreditChange:
    to = (
        None
        if closes_at is None
        else NewLot(source=LotSource.RETURN, opens_at=at("2027-03-18T07:00"), closes_at=closes_at)
    )
    return CreditChange(kind=kind, units=units, lot=lot, to=to)


def ended(disposition: Disposition, *credits: CreditChange) -> Consequence:
    return replace(NOTHING, disposition=disposition, credits=credits, resulting_status=SessionStatus.CANCELLED)


LATE = replace(ended(Disposition.COUNTED, change(LedgerKind.FORFEIT, MARCH)), next_bookable_from=at("2027-03-31T23:00"))
FREE, CARRY = LedgerKind.RELEASE, LedgerKind.CARRY


@pytest.mark.parametrize(
    ("consequence", "said"),
    [
        (NOTHING, "The session moves to the new time. Nothing is lost by it."),
        (
            replace(NOTHING, credits=(change(FREE, MARCH), change(LedgerKind.HOLD, APRIL))),
            "The session moves to the new time. It then uses 1 credit of April 2027.",
        ),
        (
            LATE,
            "The session is cancelled and counts as used. 1 credit of March 2027 is lost. "
            "The next Coaching call that can be booked is one in April 2027.",
        ),
        (
            ended(Disposition.PART_COUNTED, change(LedgerKind.FORFEIT, PACK), change(FREE, PACK)),
            "The session is cancelled and counts in part as used. 1 credit is lost. 1 credit is free again.",
        ),
        (
            ended(Disposition.RELEASED, change(FREE, MARCH, 2)),
            "The session is cancelled, in time. 2 credits of March 2027 are free again. "
            "Use them for a session that starts before Thursday 1 April 2027, 00:00 (Europe/London, UTC+1).",
        ),
        (
            ended(Disposition.RETURNED, change(FREE, MARCH), change(CARRY, MARCH, closes_at=at("2027-04-17T07:00"))),
            "The session is cancelled, and nobody loses anything by it. 1 credit of March 2027 is free again. "
            "Use it for a session that starts before Saturday 17 April 2027, 08:00 (Europe/London, UTC+1).",
        ),
        (ended(Disposition.RETURNED), "The session is cancelled, and nobody loses anything by it."),
        (ended(Disposition.NONE), "The session is cancelled. It costs nothing."),
        (
            replace(ended(Disposition.REFUNDED), refund=Money(minor_units=6000, currency="EUR")),
            "The session is cancelled, and its price is refunded. 60.00 EUR is refunded.",
        ),
        (
            replace(
                ended(Disposition.RELEASED, change(LedgerKind.GRANT, None, 2)),
                charge=Money(minor_units=2000, currency="EUR"),
            ),
            "The session is cancelled, in time. 2 credits are given on top. A fee of 20.00 EUR is due.",
        ),
    ],
)
def test_every_ending_has_its_words(consequence: Consequence, said: str) -> None:
    assert " ".join(sentences(consequence, MEMBER)) == said


def test_nobody_reads_of_the_other_sides_money() -> None:
    """MODEL 10."""
    amounts = {
        name: Money(minor_units=number * 100, currency="EUR")
        for number, name in enumerate(("charge", "refund", "earning", "penalty"), start=11)
    }
    everything = replace(LATE, **amounts)
    assert [amount for amount in ("11", "12", "13", "14") if amount in " ".join(sentences(everything, MEMBER))] == [
        "11",
        "12",
    ]
    assert [amount for amount in ("11", "12", "13", "14") if amount in " ".join(sentences(everything, COACH))] == ["14"]


def checked(deadline: datetime | None, *answers: Answer) -> ActionCheck:
    start = at("2027-03-18T10:00")
    steps = tuple(
        TimelineStep(from_at=start, until_at=None, row="r", answer=answer, reason=None, code=None) for answer in answers
    )
    facts = DecisionFacts(now=at("2027-03-01T09:00"), start=start, notice=start - at("2027-03-01T09:00"))
    decision = Decision(allowed=True, facts=facts, deadline_at=deadline, timeline=steps)
    return ActionCheck(allowed=True, late=False, code=None, decision=decision, consequence=None, checked_at=facts.now)


@pytest.mark.parametrize(
    ("following", "then"),
    [
        (Answer.DO, "After that, it may cost you the session."),
        (Answer.CANCEL, "After that, it may cost you the session."),
        (Answer.ASK, "After that, the other side has to agree."),
        (Answer.REFUSE, "After that, it is not possible any more."),
    ],
)
def test_what_comes_after_the_deadline_is_told_by_the_next_row(following: Answer, then: str) -> None:
    deadline = deadline_of(checked(at("2027-03-16T10:00"), Answer.DO, following), at("2027-03-18T10:00"), MEMBER)
    assert deadline is not None
    assert (deadline.until, deadline.then) == ("until Tuesday 16 March 2027, 10:00 (Europe/London, UTC+0)", then)


def test_the_last_row_holds_until_the_start() -> None:
    deadline = deadline_of(checked(at("2027-03-18T09:59:59.999999"), Answer.DO), at("2027-03-18T10:00"), MEMBER)
    assert deadline is not None
    assert deadline.until == "until the session starts, on Thursday 18 March 2027, 10:00 (Europe/London, UTC+0)"
    assert deadline.then is None


def test_without_a_deadline_nothing_is_said_of_one() -> None:
    assert deadline_of(checked(None), at("2027-03-18T10:00"), MEMBER) is None
