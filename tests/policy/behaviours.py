"""What each preset does, probe by probe: the expectation is read off SCENARIOS.md and RULES.md, never off the preset.

A probe's name cites the scenario or rule; what is expected is the line that `tests.policy.scenes` makes of a decision.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from policy.facts import OtherSession
from policy.periods import first_grants, next_grant_at
from policy.tasks import SUPPORT, due_at
from policy.terms import ActorKind
from tests.policy.afterwards import afterwards
from tests.policy.cast import BERLIN, HOUR, NEW_YORK, START, TICK, ZONES, at
from tests.policy.contracted import contracted
from tests.policy.counted import counted
from tests.policy.disputed import disputed
from tests.policy.invited import invited
from tests.policy.priced import priced
from tests.policy.recurring import recurring
from tests.policy.rolled import rolled
from tests.policy.scenes import Rules, Scene, timeline
from tests.policy.stated import stated
from tests.policy.tasked import tasked

MEMBER, COACH, STAFF = ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF
TOLD_CANCELLED = "member CANCELLED, coach CANCELLED"
TOLD_MOVED = "member RESCHEDULED, coach RESCHEDULED"
TOLD_BOOKED = "member BOOKED, coach BOOKED"
BACK = "member CANCELLED, coach CANCELLED, member CREDIT_RETURNED"
LOST = "member LATE_LOSS, coach CANCELLED"
NEXT_MONTH = "late ack next 2027-03-31T23:00Z"
LATER = "2027-03-25T10:00:00Z"
ELSEWHERE = "2027-04-06T09:00:00Z"
THREE_HOURS_BEFORE = "2027-03-18T07:00:00Z"
TO_RETURN_LOT = "-> RETURN from 2027-03-18T07:00:00Z until 2027-04-17T07:00:00Z"

TOLD_ASKED = "member CHANGE_REQUESTED, coach CHANGE_REQUESTED"

Ask = Callable[[Rules], str]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One question to a policy, and the answer that its rules give."""

    name: str
    ask: Ask
    expected: str


def said(name: str, ask: Ask, *expected: str) -> Probe:
    return Probe(name=name, ask=ask, expected="; ".join(expected))


def before(span: timedelta) -> str:
    """The instant so long before 18 March, 10:00Z."""
    return (START - span).isoformat()


def grants(kind: str, now: str) -> Ask:
    """Which units of which periods are granted at an instant, and when the next ones are."""

    def ask(rules: Rules) -> str:
        found_rules = rules.of(kind)
        found = [
            f"{one.units} of {one.opens_at:%Y-%m-%dT%HZ} to {one.closes_at:%Y-%m-%dT%HZ}"
            for one in first_grants(found_rules, ZONES, now=at(now))
        ]
        after = next_grant_at(found_rules, ZONES, now=at(now))
        return ", ".join([*found, f"then at {after:%Y-%m-%dT%HZ}" if after else "then none"])

    return ask


def cancel_timeline(scene: Scene) -> Ask:
    return lambda rules: timeline(scene.cancelling(rules))


# -- what a preset with notice, credits and a month has in common with the next one; the numbers come from its rules ---------------


def cancelling_in_time_or_late(scene: Scene, hours: int, lot: str, *, late: tuple[str, str]) -> Iterator[Probe]:
    """Free until exactly so many hours before; a microsecond later it is lost. `late`: the marks and the pay."""
    limit, rest = timedelta(hours=hours), f"RELEASE 1 {lot}"
    marks, pay = late
    yield said(
        "exactly on the limit a cancellation is in time (D-01)",
        replace(scene, now=before(limit)).cancel,
        "cancel:",
        "CANCELLED by MEMBER CLIENT_CANCELLED member RELEASED",
        rest,
        TOLD_CANCELLED,
    )
    yield said(
        "a microsecond after the limit it is late, and paid to the coach (D-21)",
        replace(scene, now=before(limit - TICK)).cancel,
        f"cancel-late: {marks}",
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member COUNTED late",
        f"FORFEIT 1 {lot}",
        pay,
        LOST,
    )
    yield said(
        "the coach may state the member's cancellation: the member's row decides (D-37)",
        replace(scene, now=before(limit), actor=COACH, on_behalf=True).cancel,
        "cancel:",
        "CANCELLED by COACH for MEMBER CLIENT_CANCELLED member RELEASED",
        rest,
        TOLD_CANCELLED,
    )
    yield said(
        "the notice runs to the start as it is now (D-44)",
        replace(scene, now=before(limit), first_start="2027-03-11T10:00:00Z").cancel,
        "cancel:",
        "CANCELLED by MEMBER CLIENT_CANCELLED member RELEASED",
        rest,
        TOLD_CANCELLED,
    )


def moving(scene: Scene, hours: int, late: str) -> Iterator[Probe]:
    limit = timedelta(hours=hours)
    end = "until 10:45"
    yield said(
        "exactly on the limit the member moves it (M4, D-01)",
        replace(scene, now=before(limit), to=LATER).move,
        "move:",
        f"MOVED by MEMBER to 2027-03-25T10:00Z {end} CLIENT_MOVED",
        TOLD_MOVED,
    )
    yield said("a microsecond later no more", replace(scene, now=before(limit - TICK), to=LATER).move, late)


def by_the_coach(scene: Scene, lot: str, *, carried: bool = True) -> Iterator[Probe]:
    back = [f"RELEASE 1 {lot}", *([f"CARRY 1 {lot} {TO_RETURN_LOT}"] if carried else [])]
    yield said(
        "at any notice a coach's cancellation gives the credit back (D-22, D-10)",
        replace(scene, now=THREE_HOURS_BEFORE, actor=COACH).cancel,
        "coach-cancel:",
        "CANCELLED by COACH COACH_CANCELLED coach RETURNED",
        *back,
        BACK,
    )
    yield from undone_moves(scene, back)


def undone_moves(scene: Scene, back: list[str], units: int = 1) -> Iterator[Probe]:
    """What stands before every table (MODEL 3.4)."""
    yield said(
        "after a direct move of the other side the member cancels without loss (D-36)",
        replace(scene, now=THREE_HOURS_BEFORE, unconfirmed=True).cancel,
        "unconfirmed-move:",
        "CANCELLED by MEMBER MOVE_DECLINED coach RETURNED",
        *back,
        BACK,
    )
    yield said(
        "a purchased one as well",
        replace(scene, now=THREE_HOURS_BEFORE, unconfirmed=True, held="purchase").cancel,
        "unconfirmed-move:",
        "CANCELLED by MEMBER MOVE_DECLINED coach RETURNED",
        f"RELEASE {units} purchase",
        BACK,
    )
    yield from duplicates(scene, units)
    yield said(
        "and moves it (D-36)",
        replace(scene, now=THREE_HOURS_BEFORE, unconfirmed=True, to=LATER).move,
        "unconfirmed-move:",
        "MOVED by MEMBER to 2027-03-25T10:00Z until 10:45 CLIENT_MOVED",
        TOLD_MOVED,
    )


def duplicates(scene: Scene, units: int = 1) -> Iterator[Probe]:
    for now in ("2027-03-10T10:00:00Z", THREE_HOURS_BEFORE):
        yield said(
            f"one of two duplicates is cancelled without loss at {now} (D-14)",
            replace(scene, now=now, in_duplicate_case=True, held="purchase").cancel,
            "duplicate:",
            "CANCELLED by MEMBER DUPLICATE_RESOLVED none RELEASED",
            f"RELEASE {units} purchase",
            TOLD_CANCELLED,
        )


def by_staff(scene: Scene, lot: str, *, carried: bool = True, units: int = 1) -> Iterator[Probe]:
    """For the platform, and by the terms of every reason that may be named (MODEL 4, D-55)."""
    staff = replace(scene, now=THREE_HOURS_BEFORE, actor=STAFF, note="The call was double-booked.")
    back = [f"RELEASE {units} {lot}", *([f"CARRY {units} {lot} {TO_RETURN_LOT}"] if carried else [])]
    yield said("staff give a reason in words (M23)", replace(staff, note=None).cancel, "M23: refused REASON_REQUIRED")
    yield said(
        "staff cancel for the platform",
        staff.cancel,
        "D-55:",
        "CANCELLED by STAFF PLATFORM_CANCELLED platform RETURNED",
        *back,
        BACK,
    )
    yield said(
        "staff move as the coach would",
        replace(staff, to=LATER).move,
        "D-55:",
        "MOVED by COACH to 2027-03-25T10:00Z until 10:45 COACH_MOVED unconfirmed",
        TOLD_MOVED,
    )
    yield said(
        "and by a reason that they name",
        replace(staff, to=LATER, override="CLIENT_MOVED").move,
        "D-55:",
        "MOVED by COACH to 2027-03-25T10:00Z until 10:45 CLIENT_MOVED unconfirmed",
        TOLD_MOVED,
    )
    yield said(
        "or by the other one",
        replace(staff, to=LATER, override="COACH_MOVED").move,
        "D-55:",
        "MOVED by COACH to 2027-03-25T10:00Z until 10:45 COACH_MOVED unconfirmed",
        TOLD_MOVED,
    )
    yield said(
        "without loss is by name CLIENT_CANCELLED, and never late (S-X-10)",
        replace(staff, override="CLIENT_CANCELLED").cancel,
        "D-55:",
        "CANCELLED by STAFF CLIENT_CANCELLED member RELEASED",
        f"RELEASE {units} {lot}",
        TOLD_CANCELLED,
    )
    for reason, fault in RETURNED.items():
        yield said(
            f"{reason} gives the credit back and pays nobody (MODEL 4)",
            replace(staff, override=reason).cancel,
            "D-55:",
            f"CANCELLED by STAFF {reason} {fault} RETURNED",
            *back,
            BACK,
        )
    for reason, fault in {"": "platform", **RETURNED}.items():
        yield said(
            f"{reason or 'the platform'} gives a purchased credit back as a credit (MODEL 4)",
            replace(staff, override=reason or None, held="purchase").cancel,
            "D-55:",
            f"CANCELLED by STAFF {reason or 'PLATFORM_CANCELLED'} {fault} RETURNED",
            f"RELEASE {units} purchase",
            BACK,
        )
    yield said(
        "a purchased credit that is freed by name is released (MODEL 4)",
        replace(staff, override="CLIENT_CANCELLED", held="purchase").cancel,
        "D-55:",
        "CANCELLED by STAFF CLIENT_CANCELLED member RELEASED",
        f"RELEASE {units} purchase",
        TOLD_CANCELLED,
    )
    for reason in ("PLATFORM_CANCELLED", "MOVE_DECLINED", "DUPLICATE_RESOLVED", "HELD", "CLIENT_MOVED", "SOMETHING"):
        yield said(
            f"{reason} is not for anybody to state",
            replace(staff, override=reason).cancel,
            "D-55: refused REASON_NOT_ALLOWED",
        )


RETURNED = {
    "COACH_CANCELLED": "coach",
    "WAIVED": "member",
    "CLIENT_EMERGENCY": "none",
    "COACH_EMERGENCY": "coach",
    "COACH_MISSED": "coach",
    "OTHER": "none",
    "BOTH_ABSENT": "both",
    "PLATFORM_FAILURE": "platform",
}


def counted_by_staff(
    scene: Scene, lot: str, marks: str, fee: str, *, units: int = 1, no_show: bool = True
) -> Iterator[Probe]:
    """The reasons that take the credit; two of them leave the pay as it was: nothing."""
    staff = replace(scene, now=THREE_HOURS_BEFORE, actor=STAFF, note="Decided.")
    for reason, paid in (
        *((("CLIENT_NO_SHOW", True),) if no_show else ()),
        ("CLIENT_CANCELLED_LATE", True),
        ("JOIN_INSTRUCTIONS_NOT_FOLLOWED", False),
        ("BOOKED_WRONG_TIME", False),
    ):
        yield said(
            f"{reason} counts as used (MODEL 4)",
            replace(staff, override=reason).cancel,
            f"D-55: {marks}",
            f"CANCELLED by STAFF {reason} member COUNTED",
            f"FORFEIT {units} {lot}",
            *([f"EARNING {fee}"] if paid else []),
            LOST,
        )


def from_the_start_on(scene: Scene) -> Iterator[Probe]:
    staff = replace(scene, note="Too late.")
    for actor in (MEMBER, COACH, STAFF):
        yield said(
            f"from the start on nothing is cancelled by the {actor} (S-X-08)",
            replace(staff, now=START.isoformat(), actor=actor).cancel,
            "started: refused SESSION_STARTED",
        )
    yield said("or moved", replace(scene, now=START.isoformat(), to=LATER).move, "started: refused SESSION_STARTED")


def booking(scene: Scene, lot: str, end: str, units: int = 1) -> Iterator[Probe]:
    """What every preset asks of a booking; `scene` has credit for 18 March, 10:15."""
    wish = replace(scene, start="2027-03-18T10:15:00Z")
    held = (f"HOLD {units} {lot}", TOLD_BOOKED)
    yield said(
        "until the last moment before the start, without notice or limit (MODEL 3.1)",
        replace(
            wish,
            now="2027-03-18T10:14:59.999999Z",
            arrears="999.00",
            counted=("2027-03-18T08:00:00Z", "2027-03-17T08:00:00Z", "2027-03-16T08:00:00Z"),
        ).book,
        "entitlement.quantity:",
        f"BOOKED 2027-03-18T10:15Z to {end}",
        *held,
    )
    yield said(
        "not at the start itself",
        replace(wish, now="2027-03-18T10:15:00Z").book,
        "D-05: refused SLOT_UNAVAILABLE",
    )
    yield said(
        "not off the grid",
        replace(wish, now="2027-03-01T09:00:00Z", start="2027-03-18T10:20:00Z").book,
        "booking.start_grid: refused SLOT_UNAVAILABLE",
    )


# -- the presets -------------------------------------------------------------------------------------------------------------------


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


def support(due: str) -> Iterator[Probe]:
    """Until when the team answers a ticket of a Friday afternoon (A19, D-31)."""

    def ask(rules: Rules) -> str:
        found = rules.of(next(iter(rules.policy.kinds)))
        until = due_at(found, SUPPORT, ZONES, received=at("2027-03-19T16:00:00Z"))
        return "none" if until is None else f"{until:%Y-%m-%dT%H:%M:%SZ}"

    yield said("a ticket of Friday is answered by then (S-A-19)", ask, due)


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


def without_credit(call: Scene, end: str) -> Iterator[Probe]:
    """Kinds that need no credit: nothing can be lost (D-20)."""
    kind = call.kind
    yield said(
        "it is booked without a credit (M21)",
        replace(call, free={}).book,
        f"kinds.{kind}.units:",
        f"BOOKED 2027-03-18T10:00Z to {end}",
        TOLD_BOOKED,
    )
    yield said(
        "cancelled late it goes back for booking again, and pays nobody (D-20)",
        replace(call, now=THREE_HOURS_BEFORE).cancel,
        "cancel-late: late",
        "CANCELLED by MEMBER CLIENT_CANCELLED_LATE member RETURNED late",
        "member CANCELLED, coach CANCELLED, member BOOK_AGAIN",
    )
    yield said(
        "cancelled in time it costs nothing",
        call.cancel,
        "cancel:",
        "CANCELLED by MEMBER CLIENT_CANCELLED member NONE",
        TOLD_CANCELLED,
    )
    yield said("nothing is granted for it", grants(str(kind), "2027-03-10T10:00:00Z"), "then none")


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


def second_without_credit(call: Scene) -> Probe:
    return said(
        "without a credit a second one is refused (D-12)",
        replace(call, start=LATER, free={"2027-03": 0}, others=(OtherSession(id=9, starts_at=START),)).book,
        "entitlement.quantity: refused NO_CREDIT",
    )


def four_months(call: Scene, kind: str, quantity: int) -> Iterator[Probe]:
    yield said(
        "so many credits a month, this month and three more (MODEL 3.1)",
        grants(kind, "2027-03-10T10:00:00Z"),
        ", ".join(
            [
                f"{quantity} of 2027-03-01T00Z to 2027-03-31T23Z",
                f"{quantity} of 2027-03-31T23Z to 2027-04-30T23Z",
                f"{quantity} of 2027-04-30T23Z to 2027-05-31T23Z",
                f"{quantity} of 2027-05-31T23Z to 2027-06-30T23Z",
                "then at 2027-03-31T23Z",
            ]
        ),
    )
    yield said(
        "the first start after the third month more is out of reach",
        replace(call, start="2027-06-30T23:00:00Z").book,
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


def ninety_days(call: Scene, lot: str, end: str, *, units: int = 1) -> Iterator[Probe]:
    """Where there are no periods, members book 90 days ahead, the limit included (MODEL 3.1, D-01)."""
    yield said(
        "exactly 90 days ahead",
        replace(call, now="2027-03-10T10:00:00Z", start="2027-06-08T10:00:00Z").book,
        "entitlement.quantity:",
        f"BOOKED 2027-06-08T10:00Z to {end}",
        f"HOLD {units} {lot}",
        TOLD_BOOKED,
    )
    yield said(
        "not a microsecond further",
        replace(call, now="2027-03-10T09:59:59.999999Z", start="2027-06-08T10:00:00Z").book,
        "booking.horizon: refused SLOT_UNAVAILABLE",
    )


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
    yield said("under contracts", contracted, *(f"{name} {value}" for name, value in expected.items()))
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
        f"renews, after 2027-02-28, cancelled by member or staff, extras {extras}",
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
