"""Probes that several presets share: what is expected is the line that `tests.policy.scenes` makes of a decision."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from policy.facts import OtherSession
from policy.periods import first_grants, next_grant_at
from policy.tasks import SUPPORT, due_at
from policy.terms import ActorKind
from tests.policy.cast import START, TICK, ZONES, at
from tests.policy.scenes import Rules, Scene, timeline

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


def support(due: str) -> Iterator[Probe]:
    """Until when the team answers a ticket of a Friday afternoon (A19, D-31)."""

    def ask(rules: Rules) -> str:
        found = rules.of(next(iter(rules.policy.kinds)))
        until = due_at(found, SUPPORT, ZONES, received=at("2027-03-19T16:00:00Z"))
        return "none" if until is None else f"{until:%Y-%m-%dT%H:%M:%SZ}"

    yield said("a ticket of Friday is answered by then (S-A-19)", ask, due)


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
