"""What AceUp does, probe by probe."""

from collections.abc import Iterator
from dataclasses import replace

from tests.policy.conduct.probes import (
    COACH,
    LOST,
    NEXT_MONTH,
    THREE_HOURS_BEFORE,
    TOLD_CANCELLED,
    TOLD_MOVED,
    Probe,
    booking,
    by_staff,
    by_the_coach,
    cancelling_in_time_or_late,
    counted_by_staff,
    four_months,
    from_the_start_on,
    moving,
    said,
    second_without_credit,
    support,
    without_credit,
)
from tests.policy.scenes import Scene


def aceup() -> Iterator[Probe]:
    yield from support("2027-03-23T23:59:59Z")
    call = Scene(now="2027-03-10T10:00:00Z", free={"2027-03": 0, "2027-04": 2})
    yield from cancelling_in_time_or_late(call, 24, "2027-03", late=(NEXT_MONTH, "EARNING 100.00 EUR"))
    yield said(
        "an emergency is decided by the coach, at any time (A6, D-15)",
        replace(call, now=THREE_HOURS_BEFORE, claim="EMERGENCY").cancel,
        "emergency: late",
        "CANCELLED by MEMBER None none None late",
        "UNDECIDED by COACH until None, then None, EMERGENCY",
        "member CANCELLED, coach CANCELLED, coach EMERGENCY_QUESTION",
    )
    yield said(
        "with notice enough an emergency changes nothing (D-58)",
        replace(call, claim="EMERGENCY").cancel,
        "cancel:",
        "CANCELLED by MEMBER CLIENT_CANCELLED member RELEASED",
        "RELEASE 1 2027-03",
        TOLD_CANCELLED,
    )
    yield said(
        "another claim changes nothing (D-58)",
        replace(call, now=THREE_HOURS_BEFORE, claim="HOLIDAY").cancel,
        f"cancel-late: {NEXT_MONTH}",
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member COUNTED late",
        "FORFEIT 1 2027-03",
        "EARNING 100.00 EUR",
        LOST,
    )
    yield from moving(call, 24, "move-late: refused NOTICE_TOO_SHORT")
    yield said(
        "a move into April takes April's credit (S-A-18)",
        replace(call, to="2027-04-01T14:00:00Z").move,
        "move:",
        "MOVED by MEMBER to 2027-04-01T14:00Z until 14:45 CLIENT_MOVED",
        "RELEASE 1 2027-03",
        "HOLD 1 2027-04",
        TOLD_MOVED,
    )
    yield from by_the_coach(call, "2027-03")
    yield said(
        "the coach moves it at any notice (S-A-12)",
        replace(call, now="2027-03-18T05:00:00Z", actor=COACH, to="2027-03-19T15:00:00Z").move,
        "coach-move:",
        "MOVED by COACH to 2027-03-19T15:00Z until 15:45 COACH_MOVED unconfirmed",
        TOLD_MOVED,
    )
    yield from by_staff(call, "2027-03")
    yield from counted_by_staff(call, "2027-03", "ack next 2027-03-31T23:00Z", "100.00 EUR")
    yield from from_the_start_on(call)
    yield from four_months(call, "session", 2)
    yield from booking(replace(call, free={"2027-03": 1}), "2027-03", "11:00")
    yield second_without_credit(call)
    yield from without_credit(replace(call, kind="consultation"), "10:30")
