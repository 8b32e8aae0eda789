"""What the sixth platform of MODEL 3.4 does, probe by probe."""

from collections.abc import Iterator
from dataclasses import replace

from tests.policy.cast import BERLIN, NEW_YORK, ZONES
from tests.policy.conduct.probes import (
    BACK,
    COACH,
    LATER,
    LOST,
    STAFF,
    THREE_HOURS_BEFORE,
    TO_RETURN_LOT,
    TOLD_CANCELLED,
    TOLD_MOVED,
    Probe,
    booking,
    by_staff,
    cancel_timeline,
    counted_by_staff,
    ninety_days,
    said,
    support,
    undone_moves,
)
from tests.policy.scenes import Scene


def sixth() -> Iterator[Probe]:
    yield from support("none")
    call = Scene(now="2027-03-10T10:00:00Z", held="pack", free={"pack": 6})
    half = (
        "CANCELLED by MEMBER CANCELLED_HALF member PART_COUNTED late",
        "FORFEIT 1 pack",
        "RELEASE 1 pack",
        "EARNING 50.00 EUR",
        LOST,
    )
    whole = (
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member COUNTED late",
        "FORFEIT 2 pack",
        "EARNING 100.00 EUR",
        LOST,
    )
    yield said(
        "S-Y-01: exactly 72 h before it is free",
        replace(call, now="2027-03-15T10:00:00Z").cancel,
        "cancel:",
        "CANCELLED by MEMBER CLIENT_CANCELLED member RELEASED",
        "RELEASE 2 pack",
        TOLD_CANCELLED,
    )
    yield said(
        "a microsecond later one half is lost",
        replace(call, now="2027-03-15T10:00:00.000001Z").cancel,
        "cancel-half: late ack next 2027-03-15T10:00Z",
        *half,
    )
    yield said(
        "S-Y-03 (a): one half until the evening before",
        replace(call, now="2027-03-17T20:00:00Z").cancel,
        "cancel-half: late ack next 2027-03-17T20:00Z",
        *half,
    )
    yield said(
        "S-Y-03 (b): a microsecond later everything",
        replace(call, now="2027-03-17T20:00:00.000001Z").cancel,
        "cancel-late: late ack next 2027-03-17T20:00Z",
        *whole,
    )
    summer = replace(call, start="2027-03-29T08:00:00Z")
    yield said(
        "S-Y-04 (a): the evening before in London's new time",
        replace(summer, now="2027-03-28T20:00:00+01:00").cancel,
        "cancel-half: late ack next 2027-03-28T19:00Z",
        *half,
    )
    yield said(
        "S-Y-04 (b): a second later everything",
        replace(summer, now="2027-03-28T20:00:01+01:00").cancel,
        "cancel-late: late ack next 2027-03-28T19:00Z",
        *whole,
    )
    yield said(
        "a move with 72 h is free",
        replace(call, now="2027-03-15T10:00:00Z", to=LATER).move,
        "move:",
        "MOVED by MEMBER to 2027-03-25T10:00Z until 10:45 CLIENT_MOVED",
        TOLD_MOVED,
    )
    yield said(
        "S-Y-05: a first late move is forgiven",
        replace(call, now="2027-03-15T10:00:00.000001Z", to=LATER, tallies={"graces": 0}).move,
        "move-grace: late",
        "MOVED by MEMBER to 2027-03-25T10:00Z until 10:45 MOVED_LATE late",
        TOLD_MOVED,
    )
    yield said(
        "S-Y-06: a second one is refused",
        replace(call, now="2027-03-18T05:00:00Z", to=LATER, tallies={"graces": 1}).move,
        "move-late: refused NOTICE_TOO_SHORT",
    )
    yield said(
        "S-Y-07 (a): the coach cancels a day before",
        replace(call, now="2027-03-17T10:00:00Z", actor=COACH).cancel,
        "coach-early:",
        "CANCELLED by COACH COACH_CANCELLED coach RETURNED",
        "RELEASE 2 pack",
        BACK,
    )
    yield said(
        "S-Y-07 (b): later the member gets an extra session",
        replace(call, now="2027-03-17T10:00:00.000001Z", actor=COACH).cancel,
        "coach-late:",
        "CANCELLED by COACH COACH_CANCELLED_LATE coach RETURNED",
        "RELEASE 2 pack",
        "GRANT 2 -> BONUS from 2027-03-17T10:00:00Z without end",
        BACK,
    )
    yield said(
        "a coach's move is a proposal",
        replace(call, actor=COACH, to=LATER).move,
        "coach-move:",
        "RESCHEDULE to MEMBER 2027-03-25T10:00Z COACH_MOVED until 2027-03-17T10:00:00Z",
        "member RESCHEDULE_PROPOSED",
    )
    yield said(
        "S-Y-08: absence costs a fee besides",
        replace(call, now=THREE_HOURS_BEFORE, actor=STAFF, note="Absent.", override="CLIENT_NO_SHOW").cancel,
        "D-55: ack next 2027-03-18T07:00Z",
        "CANCELLED by STAFF CLIENT_NO_SHOW member COUNTED",
        "FORFEIT 2 pack",
        "EARNING 100.00 EUR",
        "CHARGE 20.00 EUR",
        "member LATE_LOSS, coach CANCELLED, member FEE_CHARGED",
    )
    yield said(
        "S-Y-11: what decides when",
        cancel_timeline(call),
        "cancel until 2027-03-15T10:00:00+00:00, cancel-half until 2027-03-17T20:00:00+00:00, "
        "cancel-late until 2027-03-18T09:59:59.999999+00:00, started until -",
    )
    yield from ninety_days(call, "pack", "10:45", units=2)
    yield from by_staff(call, "pack", carried=False, units=2)
    yield from counted_by_staff(call, "pack", "ack next 2027-03-18T07:00Z", "100.00 EUR", units=2, no_show=False)
    yield from undone_moves(call, ["RELEASE 2 pack"], units=2)
    yield from sixth_elsewhere(call)


def sixth_elsewhere(call: Scene) -> Iterator[Probe]:
    yield said(
        "the evening before is the coach's, whoever else lives elsewhere (change.limit_zone)",
        replace(
            call,
            now="2027-03-17T20:00:00Z",
            zones=replace(ZONES, member=BERLIN, organisation=NEW_YORK),
        ).cancel,
        "cancel-half: late ack next 2027-03-17T20:00Z",
        "CANCELLED by MEMBER CANCELLED_HALF member PART_COUNTED late",
        "FORFEIT 1 pack",
        "RELEASE 1 pack",
        "EARNING 50.00 EUR",
        LOST,
    )
    yield said(
        "an hour later it is over, also where it is an hour earlier",
        replace(
            call,
            now="2027-03-17T21:00:00Z",
            zones=replace(ZONES, member=BERLIN, organisation=NEW_YORK),
        ).cancel,
        "cancel-late: late ack next 2027-03-17T21:00Z",
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member COUNTED late",
        "FORFEIT 2 pack",
        "EARNING 100.00 EUR",
        LOST,
    )
    yield said(
        "the notice runs to the start as it is now (D-44)",
        replace(call, now="2027-03-15T10:00:00Z", first_start="2027-03-16T10:00:00Z").cancel,
        "cancel:",
        "CANCELLED by MEMBER CLIENT_CANCELLED member RELEASED",
        "RELEASE 2 pack",
        TOLD_CANCELLED,
    )
    yield said(
        "a returned credit is good for 30 days at least (D-10)",
        replace(call, now=THREE_HOURS_BEFORE, actor=COACH, held="2027-03").cancel,
        "coach-late:",
        "CANCELLED by COACH COACH_CANCELLED_LATE coach RETURNED",
        "RELEASE 2 2027-03",
        f"CARRY 2 2027-03 {TO_RETURN_LOT}",
        "GRANT 2 -> BONUS from 2027-03-18T07:00:00Z without end",
        BACK,
    )
    for name, now, reason in (
        ("coach-early", "2027-03-17T10:00:00Z", "COACH_CANCELLED"),
        ("coach-late", "2027-03-18T07:00:00Z", "COACH_CANCELLED_LATE"),
    ):
        yield said(
            f"{reason} gives a purchased credit back as a credit",
            replace(call, now=now, actor=COACH, held="purchase").cancel,
            f"{name}:",
            f"CANCELLED by COACH {reason} coach RETURNED",
            "RELEASE 2 purchase",
            *(["GRANT 2 -> BONUS from 2027-03-18T07:00:00Z without end"] if name == "coach-late" else []),
            BACK,
        )
    yield said(
        "CANCELLED_HALF is the policy's own: staff may state it (MODEL 4)",
        replace(call, actor=STAFF, note="Agreed.", override="CANCELLED_HALF").cancel,
        "D-55: ack next 2027-03-10T10:00Z",
        "CANCELLED by STAFF CANCELLED_HALF member PART_COUNTED",
        "FORFEIT 1 pack",
        "RELEASE 1 pack",
        "EARNING 50.00 EUR",
        LOST,
    )
    yield said(
        "and COACH_CANCELLED_LATE",
        replace(call, actor=STAFF, note="Agreed.", override="COACH_CANCELLED_LATE").cancel,
        "D-55:",
        "CANCELLED by STAFF COACH_CANCELLED_LATE coach RETURNED",
        "RELEASE 2 pack",
        "GRANT 2 -> BONUS from 2027-03-10T10:00:00Z without end",
        BACK,
    )
    yield said(
        "and MOVED_LATE",
        replace(call, actor=STAFF, note="Agreed.", to=LATER, override="MOVED_LATE").move,
        "D-55:",
        "MOVED by COACH to 2027-03-25T10:00Z until 10:45 MOVED_LATE unconfirmed",
        TOLD_MOVED,
    )
    yield said(
        "without credit a booking is refused",
        replace(call, free={"pack": 1}).book,
        "entitlement.quantity: refused NO_CREDIT",
    )
    yield from booking(call, "pack", "11:00", units=2)
