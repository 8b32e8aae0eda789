"""What Mastered does, probe by probe."""

from collections.abc import Iterator
from dataclasses import replace

from tests.policy.cast import HOUR, TICK
from tests.policy.conduct.probes import (
    BACK,
    COACH,
    ELSEWHERE,
    LATER,
    LOST,
    NEXT_MONTH,
    THREE_HOURS_BEFORE,
    TO_RETURN_LOT,
    TOLD_BOOKED,
    TOLD_MOVED,
    Probe,
    before,
    booking,
    by_staff,
    by_the_coach,
    cancelling_in_time_or_late,
    counted_by_staff,
    from_the_start_on,
    grants,
    moving,
    said,
    support,
    without_credit,
)
from tests.policy.scenes import Scene


def mastered() -> Iterator[Probe]:
    yield from support("none")
    call = Scene(kind="coaching", now="2027-03-10T10:00:00Z")
    late = (NEXT_MONTH, "EARNING 100.00 EUR")
    cancelled_instead = (
        f"move-late: {NEXT_MONTH}",
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member COUNTED late",
        "FORFEIT 1 2027-03",
        "EARNING 100.00 EUR",
        LOST,
    )
    yield from cancelling_in_time_or_late(call, 48, "2027-03", late=late)
    yield from cancelling_in_time_or_late(replace(call, kind="mentor"), 48, "2027-03", late=late)
    yield from moving(call, 48, "; ".join(cancelled_instead))
    yield said(
        "another month is refused exactly on the limit (D-43)",
        replace(call, now=before(48 * HOUR), to=ELSEWHERE).move,
        "move-elsewhere: refused OUT_OF_PERIOD",
    )
    yield said(
        "and costs the call a microsecond later (M7)",
        replace(call, now=before(48 * HOUR - TICK), to=ELSEWHERE).move,
        *cancelled_instead,
    )
    yield from by_the_coach(call, "2027-03")
    yield said(
        "a coach's move to another month returns the credit and takes the other month's (D-36)",
        replace(call, now=THREE_HOURS_BEFORE, actor=COACH, to=ELSEWHERE).move,
        "coach-move:",
        "MOVED by COACH to 2027-04-06T09:00Z until 09:45 COACH_MOVED unconfirmed",
        "RELEASE 1 2027-03",
        f"CARRY 1 2027-03 {TO_RETURN_LOT}",
        "HOLD 1 2027-04",
        f"{TOLD_MOVED}, member CREDIT_RETURNED",
    )
    yield from by_staff(call, "2027-03")
    yield from counted_by_staff(call, "2027-03", "ack next 2027-03-31T23:00Z", "100.00 EUR")
    yield from from_the_start_on(call)
    yield said(
        "a lot that closes exactly 30 days later is long enough (D-10)",
        replace(call, now="2027-03-01T23:00:00Z", actor=COACH).cancel,
        "coach-cancel:",
        "CANCELLED by COACH COACH_CANCELLED coach RETURNED",
        "RELEASE 1 2027-03",
        BACK,
    )
    yield from months(call)
    yield from booking(replace(call, free={"2027-03": 1}), "2027-03", "11:00")
    yield from booking(replace(call, kind="mentor", free={"2027-03": 1}), "2027-03", "11:00")
    yield from two_in_a_month(call)
    yield from without_credit(replace(call, kind="engagement_manager"), "10:30")


def two_in_a_month(call: Scene) -> Iterator[Probe]:
    """One of two bookings is kept: by the member's choice within a day, or by the rule (M12 … M14, D-13, D-14)."""
    beside = replace(call, start=LATER, free={}, rivals=("2027-03-18T10:00:00Z",))
    asked = "BOOKED 2027-03-25T10:00Z to 10:45 provisionally"
    for now, due in (
        ("2027-03-10T09:00:00Z", "2027-03-11T09:00:00Z"),
        ("2027-03-16T09:00:00Z", "2027-03-16T10:00:00Z"),
        ("2027-03-16T10:00:00Z", "2027-03-16T10:00:00Z"),
    ):
        yield said(
            f"a second one in the month is asked about, at {now} until {due} (S-M-12)",
            replace(beside, now=now).book,
            "booking.duplicate_policy:",
            asked,
            f"ASKED until {due}",
            "member DUPLICATE_QUESTION, coach BOOKED",
        )
    yield said(
        "less than 48 hours before the earlier one the later one is refused (S-M-15)",
        replace(beside, now="2027-03-16T10:00:00.000001Z").book,
        "booking.duplicate_lock: refused DUPLICATE_BOOKING",
    )
    yield said(
        "and an earlier one takes the place of the later one (S-M-16)",
        replace(call, start="2027-03-18T10:00:00Z", free={}, rivals=(LATER,), now="2027-03-16T10:00:00.000001Z").book,
        "booking.duplicate_policy:",
        "BOOKED 2027-03-18T10:00Z to 10:45",
        "HOLD 1 2027-03",
        TOLD_BOOKED,
    )


def months(call: Scene) -> Iterator[Probe]:
    """One credit of each kind per calendar month, this month and the next (M1, M9, M11)."""
    for kind in ("mentor", "coaching"):
        yield said(
            f"one {kind} credit a month (M1)",
            grants(kind, "2027-03-10T10:00:00Z"),
            "1 of 2027-03-01T00Z to 2027-03-31T23Z, 1 of 2027-03-31T23Z to 2027-04-30T23Z, then at 2027-03-31T23Z",
        )
    yield said(
        "the last start of next month can be booked (D-07)",
        replace(call, start="2027-04-30T22:45:00Z").book,
        "entitlement.quantity:",
        "BOOKED 2027-04-30T22:45Z to 23:30",
        "HOLD 1 2027-04",
        TOLD_BOOKED,
    )
    yield said(
        "the first of the month after it cannot",
        replace(call, start="2027-04-30T23:00:00Z").book,
        "booking.horizon_periods: refused SLOT_UNAVAILABLE",
    )
    yield said(
        "a call of the month can be booked on its last evening (D-07)",
        replace(call, now="2027-03-31T20:00:00Z", start="2027-03-31T21:00:00Z", free={"2027-03": 1}).book,
        "entitlement.quantity:",
        "BOOKED 2027-03-31T21:00Z to 21:45",
        "HOLD 1 2027-03",
        TOLD_BOOKED,
    )
    yield said(
        "without a credit it is refused (M9)",
        replace(call, start=LATER).book,
        "entitlement.quantity: refused NO_CREDIT",
    )
