"""What Topmate does, probe by probe."""

from collections.abc import Iterator
from dataclasses import replace

from tests.policy.conduct.probes import (
    BACK,
    COACH,
    LATER,
    LOST,
    RETURNED,
    STAFF,
    THREE_HOURS_BEFORE,
    TO_RETURN_LOT,
    TOLD_ASKED,
    TOLD_MOVED,
    Probe,
    booking,
    duplicates,
    from_the_start_on,
    grants,
    ninety_days,
    said,
    support,
)
from tests.policy.scenes import Scene


def topmate() -> Iterator[Probe]:
    yield from support("none")
    call = Scene(now="2027-03-10T10:00:00Z", held="purchase", free={"purchase": 0})
    gone = ("RELEASE 1 purchase", "REVOKE 1 purchase", "REFUND 60.00 EUR")
    for now in ("2027-03-10T10:00:00Z", "2027-03-18T09:59:59Z"):
        yield said(
            "the member asks, at any notice (S-T-16)",
            replace(call, now=now).cancel,
            "cancel:",
            "CHANGE_REQUEST to COACH CLIENT_CANCELLED before 2027-03-18T10:00:00Z",
            TOLD_ASKED,
        )
        yield said(
            "the member asks to move, at any notice (D-03)",
            replace(call, now=now, to=LATER).move,
            "move:",
            "CHANGE_REQUEST to COACH 2027-03-25T10:00Z CLIENT_MOVED before 2027-03-18T10:00:00Z",
            TOLD_ASKED,
        )
    yield said(
        "the coach cancels and the price goes back (S-T-15)",
        replace(call, now="2027-03-18T09:50:00Z", actor=COACH).cancel,
        "coach-cancel:",
        "CANCELLED by COACH COACH_CANCELLED coach REFUNDED",
        *gone,
        "member CANCELLED, coach CANCELLED, member REFUNDED",
    )
    yield said(
        "a call that was not purchased goes back as a credit (MODEL 4)",
        replace(call, actor=COACH, held="pack", free={}).cancel,
        "coach-cancel:",
        "CANCELLED by COACH COACH_CANCELLED coach RETURNED",
        "RELEASE 1 pack",
        BACK,
    )
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
        "the coach offers the member to choose a new time (T2)",
        replace(call, actor=COACH, to=LATER).move,
        "coach-move:",
        "REBOOK_OFFER to MEMBER 2027-03-25T10:00Z COACH_MOVED until 2027-03-24T10:00:00Z",
        "member REBOOK_OFFER",
    )
    yield said(
        "what the coach has moved may be declined (D-36)",
        replace(call, now=THREE_HOURS_BEFORE, unconfirmed=True).cancel,
        "unconfirmed-move:",
        "CANCELLED by MEMBER MOVE_DECLINED coach REFUNDED",
        *gone,
        "member CANCELLED, coach CANCELLED, member REFUNDED, coach REFUNDED",
    )
    yield said(
        "or moved (D-36)",
        replace(call, now=THREE_HOURS_BEFORE, unconfirmed=True, to=LATER).move,
        "unconfirmed-move:",
        "MOVED by MEMBER to 2027-03-25T10:00Z until 10:30 CLIENT_MOVED",
        TOLD_MOVED,
    )
    yield from duplicates(call)
    yield from refunds_by_staff(replace(call, now=THREE_HOURS_BEFORE, actor=STAFF, note="Decided."), gone)
    yield from from_the_start_on(call)
    yield from booking(replace(call, free={"purchase": 1}), "purchase", "10:45")
    yield said("without a purchase it is to be paid (T4)", call.book, "entitlement.basis: refused PAYMENT_REQUIRED")
    yield said("nothing is granted by month", grants("call", "2027-03-10T10:00:00Z"), "then none")
    yield from ninety_days(replace(call, free={"purchase": 1}), "purchase", "10:30")


def refunds_by_staff(staff: Scene, gone: tuple[str, ...]) -> Iterator[Probe]:
    told = "member CANCELLED, coach CANCELLED, member REFUNDED, coach REFUNDED"
    yield said(
        "the platform's cancellation refunds (MODEL 4)",
        staff.cancel,
        "D-55:",
        "CANCELLED by STAFF PLATFORM_CANCELLED platform REFUNDED",
        *gone,
        told,
    )
    for reason, fault in {
        "CLIENT_CANCELLED": "member",
        "COACH_CANCELLED": "coach",
        "COACH_MISSED": "coach",
        "COACH_EMERGENCY": "coach",
    }.items():
        yield said(
            f"{reason} refunds (MODEL 4, Topmate)",
            replace(staff, override=reason).cancel,
            "D-55:",
            f"CANCELLED by STAFF {reason} {fault} REFUNDED",
            *gone,
            told,
        )
    for reason in ("WAIVED", "CLIENT_EMERGENCY", "OTHER", "BOTH_ABSENT", "PLATFORM_FAILURE"):
        yield said(
            f"{reason} gives the credit back",
            replace(staff, override=reason).cancel,
            "D-55:",
            f"CANCELLED by STAFF {reason} {RETURNED[reason]} RETURNED",
            "RELEASE 1 purchase",
            BACK,
        )
    for reason, paid in (
        ("CLIENT_NO_SHOW", ("EARNING 100.00 EUR",)),
        ("CLIENT_CANCELLED_LATE", ("EARNING 100.00 EUR",)),
        ("JOIN_INSTRUCTIONS_NOT_FOLLOWED", ()),
        ("BOOKED_WRONG_TIME", ()),
    ):
        yield said(
            f"{reason} counts as used (MODEL 4)",
            replace(staff, override=reason).cancel,
            "D-55: ack",
            f"CANCELLED by STAFF {reason} member COUNTED",
            "FORFEIT 1 purchase",
            *paid,
            LOST,
        )
    yield said(
        "staff move as the coach would",
        replace(staff, to=LATER).move,
        "D-55:",
        "MOVED by COACH to 2027-03-25T10:00Z until 10:30 COACH_MOVED unconfirmed",
        TOLD_MOVED,
    )
    for reason in ("COACH_MOVED", "CLIENT_MOVED"):
        yield said(
            f"or by {reason}",
            replace(staff, to=LATER, override=reason).move,
            "D-55:",
            f"MOVED by COACH to 2027-03-25T10:00Z until 10:30 {reason} unconfirmed",
            TOLD_MOVED,
        )
    for reason in ("PLATFORM_CANCELLED", "MOVE_DECLINED", "DUPLICATE_RESOLVED", "HELD"):
        yield said(
            f"{reason} is not for anybody to state",
            replace(staff, override=reason).cancel,
            "D-55: refused REASON_NOT_ALLOWED",
        )
