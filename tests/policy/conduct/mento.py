"""What Mento does, probe by probe."""

from collections.abc import Iterator
from dataclasses import replace

from tests.policy.conduct.probes import (
    COACH,
    ELSEWHERE,
    LATER,
    LOST,
    THREE_HOURS_BEFORE,
    TOLD_ASKED,
    TOLD_MOVED,
    Probe,
    booking,
    by_staff,
    by_the_coach,
    cancelling_in_time_or_late,
    counted_by_staff,
    four_months,
    from_the_start_on,
    grants,
    moving,
    said,
    second_without_credit,
    support,
    without_credit,
)
from tests.policy.scenes import Scene


def mento() -> Iterator[Probe]:
    yield from support("none")
    call = Scene(now="2027-03-10T10:00:00Z", free={"2027-03": 1, "2027-04": 2})
    yield from cancelling_in_time_or_late(
        call, 48, "2027-03", late=("late ack next 2027-03-16T10:00Z", "EARNING 100.00 EUR")
    )
    yield from moving(
        call,
        48,
        "move-late:; CHANGE_REQUEST to COACH 2027-03-25T10:00Z CLIENT_MOVED before 2027-03-18T10:00:00Z; " + TOLD_ASKED,
    )
    yield said(
        "another month's credit is taken instead (D-43)",
        replace(call, to=ELSEWHERE).move,
        "move:",
        "MOVED by MEMBER to 2027-04-06T09:00Z until 09:45 CLIENT_MOVED",
        "RELEASE 1 2027-03",
        "HOLD 1 2027-04",
        TOLD_MOVED,
    )
    yield from by_the_coach(call, "2027-03")
    yield said(
        "a coach's move is a proposal (D-36)",
        replace(call, actor=COACH, to=LATER).move,
        "coach-move:",
        "RESCHEDULE to MEMBER 2027-03-25T10:00Z COACH_MOVED until 2027-03-17T10:00:00Z",
        "member RESCHEDULE_PROPOSED",
    )
    yield from by_staff(call, "2027-03")
    yield from counted_by_staff(call, "2027-03", "ack next 2027-03-18T07:00Z", "100.00 EUR")
    yield from from_the_start_on(call)
    yield from four_months(call, "one_on_one", 2)
    yield from booking(replace(call, free={"2027-03": 1}), "2027-03", "11:00")
    yield from booking(replace(call, kind="one_off", free={"2027-03": 1}), "2027-03", "11:00")
    yield said("no one-off is granted by month (O32, O33)", grants("one_off", "2027-03-10T10:00:00Z"), "then none")
    yield said(
        "a one-off that is cancelled late is paid (D-21)",
        replace(call, kind="one_off", now=THREE_HOURS_BEFORE).cancel,
        "cancel-late: late ack next 2027-03-18T07:00Z",
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member COUNTED late",
        "FORFEIT 1 2027-03",
        "EARNING 100.00 EUR",
        LOST,
    )
    yield from without_credit(replace(call, kind="chemistry"), "10:30")
    yield second_without_credit(call)
