"""What Thrive does, probe by probe."""

from collections.abc import Iterator
from dataclasses import replace

from tests.policy.conduct.probes import (
    BACK,
    COACH,
    LATER,
    THREE_HOURS_BEFORE,
    TO_RETURN_LOT,
    Probe,
    booking,
    by_staff,
    by_the_coach,
    cancelling_in_time_or_late,
    counted_by_staff,
    from_the_start_on,
    grants,
    moving,
    ninety_days,
    said,
    support,
)
from tests.policy.scenes import Scene


def thrive() -> Iterator[Probe]:
    yield from support("none")
    call = Scene(now="2027-03-10T10:00:00Z", held="pack", free={"pack": 1})
    yield from cancelling_in_time_or_late(
        call, 24, "pack", late=("late ack next 2027-03-17T10:00Z", "EARNING 100.00 EUR")
    )
    yield from moving(call, 24, "move-late: refused NOTICE_TOO_SHORT")
    yield from by_the_coach(call, "pack", carried=False)
    yield said(
        "a returned credit is good for 30 days at least (D-10)",
        replace(call, now=THREE_HOURS_BEFORE, actor=COACH, held="2027-03", free={}).cancel,
        "coach-cancel:",
        "CANCELLED by COACH COACH_CANCELLED coach RETURNED",
        "RELEASE 1 2027-03",
        f"CARRY 1 2027-03 {TO_RETURN_LOT}",
        BACK,
    )
    yield said(
        "a coach's move is a proposal (V4, V16)",
        replace(call, actor=COACH, to=LATER).move,
        "coach-move:",
        "RESCHEDULE to MEMBER 2027-03-25T10:00Z COACH_MOVED until 2027-03-17T10:00:00Z",
        "member RESCHEDULE_PROPOSED",
    )
    yield from by_staff(call, "pack", carried=False)
    yield from counted_by_staff(call, "pack", "ack next 2027-03-18T07:00Z", "100.00 EUR")
    yield from from_the_start_on(call)
    yield from booking(call, "pack", "11:00")
    yield said(
        "without a credit it is refused (S-V-08)",
        replace(call, free={"pack": 0}).book,
        "entitlement.quantity: refused NO_CREDIT",
    )
    yield said("nothing is granted by month", grants("session", "2027-03-10T10:00:00Z"), "then none")
    yield from ninety_days(call, "pack", "10:45")
