"""What stands around the session in every preset: disputes, tallies, invites, contracts, series, memberships, statements, work."""

from collections.abc import Iterator

from tests.policy.afterwards import afterwards
from tests.policy.conduct.probes import (
    Ask,
    Probe,
    said,
)
from tests.policy.contracted import CONTRACTED
from tests.policy.counted import counted
from tests.policy.disputed import disputed
from tests.policy.invited import invited
from tests.policy.priced import priced
from tests.policy.recurring import recurring
from tests.policy.rolled import rolled
from tests.policy.stated import stated
from tests.policy.tasked import tasked

DEFAULTS_AFTERWARDS = {
    "reminded before": "60 min, 1 d",
    "nudged": "never",
    "absent": "10 min, 10 min",
    "asked": "0 min, 1 d, 3 d",
    "completed": "7 d",
    "contested": "7 d",
    "amended": "7 d",
    "the member": "may not confirm: FORBIDDEN",
}
"""MODEL 3.2, column Default."""


def around_the_session(**different: str) -> Iterator[Probe]:
    """What MODEL 3.2 states for the time around a session; a preset names only what it states otherwise."""
    stated = DEFAULTS_AFTERWARDS | {name.replace("_", " "): value for name, value in different.items()}
    yield said("the time around a session", afterwards, *(f"{name} {value}" for name, value in stated.items()))


DEFAULTS_DISPUTED = {
    "reported": "7 days, 0:00:00",
    "answered": "3 days, 0:00:00",
    "not answered": "INVESTIGATING",
    "not taken": "RETURNED COACH_MISSED RETURNED",
    "offered for": "14 days, 0:00:00",
    "disputed": "3 days, 0:00:00",
    "asked": "never",
}
"""MODEL 3.2, column Default; a purchased unit is given back like any other where the policy says so."""


def disputes(**different: str) -> Iterator[Probe]:
    """What MODEL 3.2 states for reports and contests; a preset names only what it states otherwise."""
    stated = DEFAULTS_DISPUTED | {name.replace("_", " "): value for name, value in different.items()}
    yield said("reports and contests", disputed, *(f"{name} {value}" for name, value in stated.items()))


def tallies(*expected: str) -> Iterator[Probe]:
    """What is counted of the record of `tests.policy.counted`, and where the team is brought it."""
    yield said("what is counted", counted, *expected or ("nothing is counted",))


DEFAULTS_INVITED = {
    "invites": "sent",
    "requests": "refused FORBIDDEN booking.by_request",
    "questions": "never, FORBIDDEN",
    "by contract": "invites open for 7 days, 0:00:00",
    "soon": "open for 1:00:00, until the start",
    "outside hours": "sent",
    "at first sight": "sent",
    "asked for": "open for 2 days, 0:00:00",
    "asked before": "2 days, 0:00:00 and 1 day, 0:00:00, answered",
}
"""MODEL 3.1 and 3.2, column Default; what a preset does not have is asked under a contract that has it."""


DEFAULTS_CONTRACTED = {
    "months": "to 2027-06-30T23:00:00Z, by 2027-03-31T22:59:59Z",
    "until the 20th": "by 2027-03-20T23:59:59Z",
    "days": "27 days, 23:00:00",  # 28 days in which London's clock goes forward
    "no periods": "to 2027-06-16T10:00:00Z, without deadline",
    "asked": "7 days, 0:00:00",
    "in time": "2027-03-17T19:00:00+00:00",  # 20:00 with the coach in Berlin
    "moved": "move",
    "bonus": "GRANT 1 -> BONUS from 2027-03-17T10:00:00Z without end",
    "ended": "never or never or 04-18T09Z",
    "second": "NO_CREDIT",
    "chosen": "asked until 11T09:00:00, asked until 16T10:00:00, DUPLICATE_BOOKING, booked",
}
"""MODEL 3.1, column Default, where a contract has what the preset does not have itself."""


def contracts(**different: str) -> Iterator[Probe]:
    """What holds under contracts with months, days, no periods, questions and local limits."""
    expected = DEFAULTS_CONTRACTED | different
    assert set(expected) == set(CONTRACTED)
    for name, ask in CONTRACTED.items():
        yield said(f"under contracts: {name}", ask, expected[name])
    yield said(
        "what rolls, and packs",
        rolled,
        "rolls nothing, of five 2x1",
        "packs without end",
        "not extended",
        "else 1 times until 2027-04-18T09Z for 0.00 EUR",
    )


def series(own: str = "series.enabled: refused FORBIDDEN; by contract ") -> Iterator[Probe]:
    """MODEL 3.3: by the coach's clock, 16 weeks ahead; of a month of three both are told 14 days before they decide."""
    yield said(
        "series, and months with three sessions of one (O2, O6, O8, D-18)",
        recurring,
        f"{own}FORTNIGHTLY by Europe/London",
        "exists 112 days, 0:00:00 ahead",
        "three from 2027-08-02 told 2027-06-18T08:00:00Z, decided by 2027-07-02T08:00:00Z",
        "else all three stay",
    )


def invites(**different: str) -> Iterator[Probe]:
    """What the rules state for invites, for requests to book and for questions; a preset names only what it states otherwise."""
    expected = DEFAULTS_INVITED | different
    yield said("invites, requests and questions", invited, *(f"{name} {value}" for name, value in expected.items()))


def memberships(
    paid: str = "paid monthly",
    quantity: int = 1,
    *,
    by_rhythm: bool = False,
    extras: str = "off off, 1 matched, chemistry never, churned never or never",
) -> Iterator[Probe]:
    """MODEL 3.3; of a base price of 240.00 (O33, O37, O38), by the rhythm as many sessions as the published quantity says."""
    weekly, monthly = (quantity * 2, quantity // 2) if by_rhythm else (quantity, quantity)
    yield said(
        "how memberships are paid",
        priced,
        f"{paid}, weekly 480 and 240 for {weekly}, fortnightly 240 and 120 for {quantity}, monthly 120 and 60 for {monthly}, "
        f"renews, after 2027-02-28, cancelled by member or staff, never paused, extras {extras}",
    )


RETURNED_UNTIL = "-> RETURN from 2027-03-18T10:45:00Z until 2027-04-17T10:45:00Z"


def statements(
    lot: str, *, units: int = 1, until: str = "", fee: tuple[str, str] = ("", ""), back: tuple[str, ...] | None = None
) -> Iterator[Probe]:
    """What a session costs that was held, or to which one side did not come (MODEL 4, column Credit session).

    `until`: how the next bookable period is said. `fee`: of the member's absence, and how it is told. `back`: what the coach's absence gives.
    """

    def ask(statement: str) -> Ask:
        return lambda rules: stated(rules, statement, lot)

    for reason in ("HELD", "HELD_ELSEWHERE"):
        for words, by in (("", "COACH"), (" by staff", "STAFF")):
            held = (f"D-30:; COMPLETED by {by} {reason} none CONSUMED", f"CONSUME {units} {lot}", "EARNING 100.00 EUR")
            yield said(f"{reason}{words}", ask(f"{reason}{words}"), *held)
    charge, told = fee
    yield said(
        "the member absent",
        ask("the member absent"),
        f"no-show:{until}; MISSED by COACH CLIENT_NO_SHOW member COUNTED",
        f"FORFEIT {units} {lot}",
        "EARNING 100.00 EUR",
        *((charge,) if charge else ()),
        "member OUTCOME_COUNTED" + told,
    )
    returned = (f"RELEASE {units} {lot}", *((f"CARRY {units} {lot} {RETURNED_UNTIL}",) if until else ()))
    given = back or ("MISSED by COACH COACH_MISSED coach RETURNED", *returned, "member CREDIT_RETURNED")
    yield said("the coach absent", ask("the coach absent"), "coach-no-show:", *given)


IN_APRIL = " next 2027-03-31T23:00Z"
REFUNDED = (
    "MISSED by COACH COACH_MISSED coach REFUNDED",
    "RELEASE 1 purchase",
    "REVOKE 1 purchase",
    "REFUND 60.00 EUR",
    "member REFUNDED",
)

STOPPED = "BLOCK for 14 days, 0:00:00"
WORK = "the work of people"
ANSWERED = "APPROVED by answerRequest, REFUSED by answerRequest, WITHDRAWN by withdrawRequest"


def work(letter: str, *expected: str) -> Iterator[Probe]:
    """The rules of type W, each by its task template: whose it is, until when, how it ends (MODEL 13)."""
    yield said(WORK, tasked(letter), *expected)
