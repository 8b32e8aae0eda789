"""The change page as data: the session, what may be done, until when, and at what cost; asked of the same twins as the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from api.pages.asking import Visit
from api.pages.consequences import Deadline, Tongue, deadline_of, sentences
from commands.cancel import CancelSession, check_cancel
from commands.move_openings import openings_to_move
from commands.outcome import ActionCheck
from commands.reschedule import RescheduleSession, check_reschedule
from notifications import times
from notifications.links import LinkKind
from policy.facts import Interval
from policy.terms import ActorKind, RefusalCode, SessionStatus

MOST_TIMES = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWords:
    """A session as the reader is told of it."""

    kind: str
    other: str
    when: str
    zone: str
    length: str
    version: int
    status: SessionStatus
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that may be done: what follows, and the digest that must come back.

    `must_acknowledge`: somebody loses something by it and has to say that they know. `ends`: the session is cancelled by it.
    `asks`: somebody has to agree before anything happens.
    """

    digest: str
    said: tuple[str, ...]
    deadline: Deadline | None
    must_acknowledge: bool
    ends: bool
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A time to choose: as people read it and as the address says it."""

    clock: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The times of one day in the reader's zone."""

    name: str
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Times to choose from, by day; `later` leads to those that come after them."""

    days: tuple[Day, ...]
    later: str | None


def session_words(visit: Visit) -> SessionWords:
    """The session of a visit in the visitor's zone."""
    subject, zone = visit.case.subject, ZoneInfo(visit.context.person_zone)
    is_coach = visit.link.person_id == subject.coach_id
    return SessionWords(
        kind=subject.kind_name,
        other=subject.member_name if is_coach else subject.coach_name,
        when=times.span(subject.starts_at, subject.ends_at, zone),
        zone=times.zone_words(subject.starts_at, zone),
        length=times.length(subject.starts_at, subject.ends_at),
        version=subject.version,
        status=visit.case.facts.status,
        asked=bool(visit.case.facts.proposals),
    )


def tongue_of(visit: Visit) -> Tongue:
    """How the visitor is spoken to."""
    is_coach = visit.link.person_id == visit.case.subject.coach_id
    return Tongue(
        zone=ZoneInfo(visit.context.person_zone),
        accounting=visit.case.zones.accounting,
        kind=visit.case.subject.kind_name,
        side=ActorKind.COACH if is_coach else ActorKind.MEMBER,
    )


def check(visit: Visit, to: datetime | None) -> ActionCheck:
    """What the twin of the link's purpose says now; `to` is the new start of a move."""
    session = visit.link.session_id
    if visit.link.kind is LinkKind.CANCEL:
        cancel = CancelSession(session_id=session)
        return check_cancel(visit.unit, visit.actor, [session], cancel, now=visit.now)[session]
    move = RescheduleSession(session_id=session, to=to)
    return check_reschedule(visit.unit, visit.actor, [session], move, now=visit.now)[session]


def offer_of(checked: ActionCheck, visit: Visit) -> Offer | None:
    """The offer that a twin's answer makes; None where the act is not allowed."""
    if checked.consequence is None or checked.decision is None:
        return None
    tongue = tongue_of(visit)
    return Offer(
        digest=checked.consequence.digest,
        said=sentences(checked.consequence, tongue),
        deadline=deadline_of(checked, visit.case.subject.starts_at, tongue),
        must_acknowledge=checked.decision.needs_acknowledgement,
        ends=checked.consequence.resulting_status is SessionStatus.CANCELLED,
        asks=checked.consequence.waits_for is not None,
    )


def choice(visit: Visit, *, after: datetime | None) -> Choice:
    """The next times to which the session can be moved, after this instant if one is given."""
    start = visit.now if after is None else max(after, visit.now)
    found = openings_to_move(visit.unit, visit.actor, visit.case, start=start, most=MOST_TIMES, now=visit.now)
    zone = ZoneInfo(visit.context.person_zone)
    return Choice(days=by_day(found.times, zone), later=next_page(found.times) if found.has_more else None)


def by_day(found: Sequence[Interval], zone: ZoneInfo) -> tuple[Day, ...]:
    """These times by their day in the reader's zone."""
    return tuple(
        Day(name=name, starts=tuple(Start(clock=_clock(one, zone), value=_value(one.start)) for one in group))
        for name, group in groupby(found, key=lambda one: times.day(one.start, zone))
    )


def _clock(one: Interval, zone: ZoneInfo) -> str:
    """The time of day; with its offset where the clock shows it twice that day."""
    local = one.start.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{times.clock(one.start, zone)} {local:%z}" if twice else times.clock(one.start, zone)


def _value(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def next_page(found: Sequence[Interval]) -> str:
    """Where the list goes on after these times."""
    # One second after the last start shown: starts are on whole minutes (MODEL 2.5).
    return f"{found[-1].start:%Y-%m-%dT%H:%M}:01Z"


WHY_NOT = {
    RefusalCode.SLOT_TAKEN: "This time is taken.",
    RefusalCode.SLOT_UNAVAILABLE: "This time is not offered.",
    RefusalCode.OUT_OF_PERIOD: "A session can be moved only within its own month or period.",
    RefusalCode.NO_CREDIT: "There is no credit for a session at this time.",
    RefusalCode.NOTICE_TOO_SHORT: "The notice is too short for this change.",
    RefusalCode.APPROVAL_REQUIRED: "This needs the consent of the other side. Please talk to them.",
    RefusalCode.SESSION_STARTED: "The session has started.",
    RefusalCode.WRONG_STATE: "The session does not stand any more.",
}


def why_not(code: RefusalCode | None, message: str | None) -> str:
    """Why something cannot be done, for the one who wanted to."""
    return WHY_NOT.get(code, message or "This cannot be done.") if code is not None else message or ""
