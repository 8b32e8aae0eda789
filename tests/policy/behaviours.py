"""What each preset does, probe by probe: the expectation is read off SCENARIOS.md and RULES.md, never off the preset.

A probe's name cites the scenario or rule; what is expected is the line that `tests.policy.scenes` makes of a decision.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from tests.policy.conduct.aceup import (
    aceup,
)
from tests.policy.conduct.around import (
    ANSWERED,
    IN_APRIL,
    REFUNDED,
    STOPPED,
    around_the_session,
    contracts,
    disputes,
    invites,
    memberships,
    series,
    statements,
    tallies,
    work,
)
from tests.policy.conduct.mastered import (
    mastered,
)
from tests.policy.conduct.mento import (
    mento,
)
from tests.policy.conduct.probes import (
    Probe,
)
from tests.policy.conduct.sixth import (
    sixth,
)
from tests.policy.conduct.thrive import (
    thrive,
)
from tests.policy.conduct.topmate import (
    topmate,
)

BEHAVIOURS: dict[str, Callable[[], Iterator[Probe]]] = {
    "mastered": lambda: chain(
        work(
            "M",
            "CASE (M18) of the team at no fixed time: HELD, RETURNED, REFUNDED, REBOOKED, WITHDRAWN, UPHELD by decideCase, "
            "REJECTED by decideCase",
        ),
        tallies(),
        around_the_session(),
        disputes(asked="7 days, 0:00:00"),
        memberships(),
        mastered(),
        statements("2027-03", until=IN_APRIL),
        series(),
        invites(invites="refused FORBIDDEN invite.enabled"),
        contracts(months="to 2027-04-30T23:00:00Z, by 2027-03-31T22:59:59Z", second="booking.duplicate_policy"),
    ),
    "mento": lambda: chain(
        work(
            "O",
            f"EXTRA_SESSION (O34 O35 O36) of the team within 2 business days: QUOTED by answerRequest, {ANSWERED}",
            f"ONE_OFF_SESSION (O31) of the team within 2 business days: {ANSWERED}",
            f"CADENCE_CHANGE (O39) of the team within 2 business days: {ANSWERED}",
            "NO_COMMON_TIME (O4) of the team within 2 business days: TIME_FOUND by bookSession, SWITCHED by switchCoach, NOTHING_TO_DO",
            "NO_FIT (O43) of the team within 2 business days: SWITCHED by switchCoach, STAYS, NOTHING_TO_DO",
            "CONDUCT (O45) of senior staff urgently within 1 business days: SWITCHED by switchCoach, WARNED, UNFOUNDED",
            "WANTS_TO_LEAVE (O26) of the team within 2 business days: CANCELLED by cancelMembership, STAYS, NO_ANSWER",
            "WANTS_ANOTHER_COACH (O29) of the team within 2 business days: SWITCHED by switchCoach, STAYS",
            "UNREACHABLE (O22 O23) of the team within 2 business days: LOGGED by logContactAttempt, REACHED",
            "CHURN_WARNING (O24) of the team at no fixed time: REACHED, NOTHING_TO_DO",
            "WATCH (O15 O16 O20) of the team within 2 business days: SPOKEN_WITH_COACH, SPOKEN_WITH_MEMBER, NOTHING_TO_DO",
        ),
        # Two in a row or three in 90 days, of the pair; the row ends where a session was held or missed (O15, O20, D-17).
        tallies(
            "absence 1! 2! 1! 1! 3!",
            "late-often 1 2 1 1 3! 4 4 3!",
            "late-row 1 2! 1 1 3 1 1 2!",
        ),
        around_the_session(nudged="5 min"),
        disputes(),
        memberships(
            "paid monthly annual",
            2,
            by_rhythm=True,
            extras="quote approve, 2 matched, chemistry several, churned 05-20T14Z or 04-20T14Z",
        ),
        mento(),
        statements("2027-03", until=IN_APRIL),
        series(""),
        invites(),
        contracts(ended="04-18T09Z or 05-28T10Z or 04-18T09Z"),
    ),
    "aceup": lambda: chain(
        work("A", "SUPPORT (A19) of the team within 2 business days: ANSWERED, SETTLED, NOTHING_TO_DO"),
        tallies(),
        around_the_session(absent="15 min, 15 min", asked="0 min, 1 d, 3 d, 7 d", completed="never"),
        disputes(),
        memberships(quantity=2, extras="off off, 2 matched, chemistry always, churned never or never"),
        aceup(),
        statements("2027-03", until=IN_APRIL),
        series(),
        invites(),
        contracts(),
    ),
    "topmate": lambda: chain(
        work("T", "SUPPORT (T11) of the team at no fixed time: ANSWERED, SETTLED, NOTHING_TO_DO"),
        tallies(),
        around_the_session(asked="never", completed="3 d"),
        disputes(
            reported="3 days, 0:00:00",
            not_answered="REFUNDED COACH_MISSED REFUNDED",
            not_taken="REFUNDED COACH_MISSED REFUNDED",
        ),
        memberships(),
        topmate(),
        statements("purchase", back=REFUNDED),
        series(),
        invites(),
        contracts(),
    ),
    "thrive": lambda: chain(
        work("V", "SUPPORT (V24) of the team at no fixed time: ANSWERED, SETTLED, NOTHING_TO_DO"),
        tallies(),
        around_the_session(),
        disputes(),
        memberships(quantity=4),
        thrive(),
        statements("pack"),
        series(),
        invites(questions="2 days, 0:00:00 and 1 day, 0:00:00, answered"),
        contracts(),
    ),
    "sixth": lambda: chain(
        # Of the member, absences in 60 days; three of them stop bookings for two weeks (MODEL 3.4).
        tallies(f"absences 1 2 3 {STOPPED} 1 3 {STOPPED}", "graces 1 2 1 3"),
        around_the_session(),
        disputes(),
        memberships(quantity=4),
        sixth(),
        statements("pack", units=2, fee=("CHARGE 20.00 EUR", ", member FEE_CHARGED")),
        series(),
        invites(),
        contracts(),
    ),
}
