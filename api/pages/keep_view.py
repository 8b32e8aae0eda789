"""Between which bookings the visitor chooses, and what keeping one of them leads to; asked of the same twin as the API."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.pages.asking import Visit
from commands.change import check_sessions
from commands.facts.sessions import SessionCase, session_cases
from commands.keep_session import KeepSession, deciding
from notifications import times
from policy.decisions import summary_for
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One of the bookings, by its number, as the visitor reads it."""

    number: int
    version: int
    words: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which one is kept, until when that can be chosen."""

    bookings: tuple[Booking, ...]
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping this booking leads to."""

    booking: Booking
    said: str


def question_of(visit: Visit) -> Question | None:
    """The open question about the booking; None where there is none any more, or where it is somebody else's to answer."""
    asked = visit.case.facts.question
    if asked is None or visit.link.person_id != visit.case.subject.member_id:
        return None
    cases = session_cases(visit.unit, asked.sessions, now=visit.now)
    zone = ZoneInfo(visit.context.person_zone)
    until = f"{times.moment(asked.due_at, zone)} ({times.zone_words(asked.due_at, zone)})"
    in_order = sorted(cases.values(), key=lambda one: one.subject.starts_at)
    return Question(bookings=tuple(_booking(one, zone) for one in in_order), until=until)


def _booking(case: SessionCase, zone: ZoneInfo) -> Booking:
    subject = case.subject
    return Booking(
        number=subject.session_id,
        version=subject.version,
        words=f"{times.span(subject.starts_at, subject.ends_at, zone)} with {subject.coach_name}",
        zone=times.zone_words(subject.starts_at, zone),
    )


def kept_of(visit: Visit, question: Question, number: int) -> Kept | str:
    """What keeping this one leads to; or why that may not be, in words."""
    found = next((one for one in question.bookings if one.number == number), None)
    if found is None:
        return "This is none of the bookings between which you choose."
    decide = deciding(KeepSession(session_id=number), now=visit.now)
    check = check_sessions(visit.unit, visit.actor, [number], decide, now=visit.now)[number]
    if check.consequence is None:
        return check.message or "This cannot be done."
    return Kept(booking=found, said=summary_for(check.consequence, ActorKind.MEMBER))
