"""A message's facts as the words that its templates put together, for one reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from commands.notices import Choice, NoticeFacts, OfferedTime, Sign
from notifications import times
from notifications.safe import line, paragraph
from notifications.series import SeriesWords, series_words
from policy.calendars import CalendarEdit
from policy.terms import Action, ActorKind, Disposition, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: on which side of the session, in which zone, and on whose platform."""

    side: Side
    name: str
    zone: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignWords:
    """By what somebody was known to be there, and when."""

    name: str
    joined: bool
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a template may say. Times are in the reader's zone; months are named in the accounting zone (D-08).

    `actor`: "You", a name or the team; None where nobody acted. `for_member`: somebody else acted for the member (D-37).
    `note`: words of the member or the coach; a note of staff is their reason for the log, not a message.
    """

    reader: str
    organisation: str
    kind: str
    other: str
    member: str
    is_member: bool
    actor: str | None
    for_member: bool
    when: str
    when_short: str
    zone: str
    length: str
    previous: str | None
    next_time: str | None
    then_time: str | None
    valid_until: str | None
    units: str | None
    amount: str | None
    note: str | None
    late: bool
    unconfirmed: bool
    released: bool
    costs_nothing: bool
    in_part: bool
    counts: bool
    undecided: bool
    claim: str | None
    answer_by: str | None
    contest_until: str | None
    next_session: str | None
    first_of_series: bool
    missed: bool
    reason: str | None
    row: str | None
    for_team: bool
    asks_move: bool
    asker: str | None
    answerer: str | None
    proposed: str | None
    result: str | None
    choices: tuple[str, ...]
    task: str | None
    also: tuple[str, ...]
    news: str | None
    cadence: str | None
    coach: str
    day: str
    until_day: str | None
    moved_by_hand: bool
    has_session: bool
    asks_session: bool
    offered: tuple[str, ...]
    within: tuple[str, ...]
    signs: tuple[SignWords, ...] | None
    series: SeriesWords | None
    lasts: str | None
    kinds: str


REASONS = {
    "CLIENT_NO_SHOW": "you did not come",
    "CLIENT_CANCELLED": "you cancelled",
    "CLIENT_CANCELLED_LATE": "you cancelled at the last minute",
    "JOIN_INSTRUCTIONS_NOT_FOLLOWED": "the instructions for joining were not followed",
    "BOOKED_WRONG_TIME": "it was booked at a wrong time",
}
"""Reasons that cost the member something, in words to the member; one that a policy has added is said by its own name."""

RHYTHMS = {
    "WEEKLY": "every week",
    "FORTNIGHTLY": "every two weeks",
    "MONTHLY": "once a month",
}

SAME = (
    "late",
    "unconfirmed",
    "undecided",
    "first_of_series",
    "missed",
    "for_team",
    "result",
    "task",
    "news",
    "lasts",
)
"""What a template reads just as the facts say it."""

BOOK = "BOOK"
"""What an invite asks."""
FREE = frozenset({Disposition.RETURNED, Disposition.NONE})
LOST = frozenset({Disposition.COUNTED, Disposition.PART_COUNTED})


def words_of(facts: NoticeFacts, reader: Reader) -> Words:
    """The words of these facts for this reader, clean of whatever people may have put into names and notes."""
    zone, accounting = ZoneInfo(reader.zone), ZoneInfo(facts.accounting_zone)
    is_member = reader.side is Side.MEMBER and not facts.for_team
    same: dict[str, Any] = {name: getattr(facts, name) for name in SAME}
    return Words(
        **same,
        reader=line(reader.name),
        organisation=line(reader.organisation),
        kind=line(facts.kind_name),
        other=line(facts.coach_name if is_member else facts.member_name),
        member=line(facts.member_name),
        is_member=is_member,
        actor=_actor(facts, reader),
        for_member=facts.on_behalf_of == Side.MEMBER and facts.by != ActorKind.MEMBER,
        when=times.span(facts.starts_at, facts.ends_at, zone),
        when_short=times.moment(facts.starts_at, zone),
        zone=times.zone_words(facts.starts_at, zone),
        length=times.length(facts.starts_at, facts.ends_at),
        previous=None if facts.previous_starts_at is None else _at(facts.previous_starts_at, zone),
        next_time=None if facts.next_bookable_from is None else times.from_then(facts.next_bookable_from, accounting),
        then_time=None if facts.then_bookable_from is None else times.from_then(facts.then_bookable_from, accounting),
        valid_until=None if facts.valid_until is None else _at(facts.valid_until, zone),
        units=None if facts.units == 0 else credits_in_words(facts.units),
        amount=None if facts.amount is None else str(facts.amount),
        note=_note(facts),
        released=facts.disposition == Disposition.RELEASED,
        costs_nothing=facts.disposition in FREE,
        in_part=facts.disposition == Disposition.PART_COUNTED,
        counts=facts.disposition in LOST,
        claim=None if facts.claim is None else line(facts.claim).lower().replace("_", " "),
        answer_by=None if facts.answer_by is None else _at(facts.answer_by, zone),
        contest_until=None if facts.contest_until is None else _at(facts.contest_until, zone),
        next_session=None if facts.next_starts_at is None else _at(facts.next_starts_at, zone),
        reason=_reason(facts.reason, is_member=is_member),
        row=None if facts.row is None else line(facts.row),
        asks_move=facts.asks == Action.MOVE,
        asker=None if facts.asked_by is None else _name_of(facts.asked_by, facts, reader),
        answerer=None if facts.answers is None else _name_of(facts.answers, facts, reader),
        proposed=_proposed(facts, zone),
        choices=tuple(_choice(one, zone) for one in facts.choices),
        also=tuple(_choice(one, zone, is_member=is_member) for one in facts.also),
        cadence=None if facts.cadence is None else RHYTHMS[facts.cadence],
        coach=line(facts.coach_name),
        day=times.day(facts.starts_at, accounting),
        until_day=None if facts.ends_at <= facts.starts_at else times.day(facts.ends_at, accounting),
        moved_by_hand=facts.edited is CalendarEdit.MOVED,
        has_session=bool(facts.kind_code),
        asks_session=facts.asks == BOOK,
        offered=tuple(_offered(one, zone) for one in facts.offered if not one.is_range),
        within=tuple(_offered(one, zone) for one in facts.offered if one.is_range),
        signs=None if facts.signs is None else tuple(_sign(one, zone) for one in facts.signs),
        series=None if facts.series is None else series_words(facts.series, zone),
        kinds=", ".join(line(one).replace("_", " ") for one in facts.kinds),
    )


def _offered(offered: OfferedTime, zone: ZoneInfo) -> str:
    """A time of an invite."""
    said = times.span(offered.starts_at, offered.ends_at, zone)
    return f"{said} ({times.zone_words(offered.starts_at, zone)})"


def _sign(sign: Sign, zone: ZoneInfo) -> SignWords:
    return SignWords(name=line(sign.name), joined=sign.joined, at=_at(sign.at, zone))


def _choice(choice: Choice, zone: ZoneInfo, *, is_member: bool = True) -> str:
    """When a booking is, and with whom."""
    said, other = (
        times.span(choice.starts_at, choice.ends_at, zone),
        choice.coach_name if is_member else choice.member_name,
    )
    whom = f" with {line(other)}" if other else ""
    return f"{said} ({times.zone_words(choice.starts_at, zone)}){whom}"


def _proposed(facts: NoticeFacts, zone: ZoneInfo) -> str | None:
    """The time that a proposal names."""
    if facts.proposed_starts_at is None or facts.proposed_ends_at is None:
        return None
    said = times.span(facts.proposed_starts_at, facts.proposed_ends_at, zone)
    return f"{said} ({times.zone_words(facts.proposed_starts_at, zone)})"


def credits_in_words(units: int) -> str:
    """`1 credit`, `2 credits`."""
    return "1 credit" if units == 1 else f"{units} credits"


def _at(instant: datetime, zone: ZoneInfo) -> str:
    return f"{times.moment(instant, zone)} ({times.zone_words(instant, zone)})"


def _actor(facts: NoticeFacts, reader: Reader) -> str | None:
    return _name_of(facts.by or facts.cancelled_by, facts, reader)


def _name_of(capacity: str | None, facts: NoticeFacts, reader: Reader) -> str | None:
    """Who that is for this reader: "You", a name or the team; None where it is nobody."""
    match capacity:
        case ActorKind.MEMBER:
            return "You" if reader.side is Side.MEMBER and not facts.for_team else line(facts.member_name)
        case ActorKind.COACH:
            return "You" if reader.side is Side.COACH and not facts.for_team else line(facts.coach_name)
        case ActorKind.STAFF:
            return f"The team of {line(reader.organisation)}"
        case _:
            return None


def _reason(code: str | None, *, is_member: bool) -> str | None:
    """The reason in words; what is said to the member by "you" is said to anybody else by its name."""
    if code is None:
        return None
    name = line(code).lower().replace("_", " ")
    return REASONS.get(code, name) if is_member else name


def _note(facts: NoticeFacts) -> str | None:
    if facts.note is None or facts.by not in (ActorKind.MEMBER, ActorKind.COACH):
        return None
    return paragraph(facts.note) or None
