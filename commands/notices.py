"""The facts a message is written from, fixed by the transaction that caused it; no text is stored."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from pydantic import TypeAdapter

from policy.calendars import CalendarEdit
from policy.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several bookings: when it is, and with whom."""

    session_id: int
    starts_at: datetime
    ends_at: datetime
    coach_name: str
    member_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTime:
    """A time of an invite; `is_range`: within which any time may be chosen."""

    starts_at: datetime
    ends_at: datetime
    is_range: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The first sign that somebody was there; `joined`: they used their join link, else they checked in."""

    name: str
    joined: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesNotice:
    """What a message tells of a whole series: its rhythm and the wall clock that it keeps, and its sessions as they stand.

    `ended`: it goes on no more. `left_out`: starts that it has no session for; `make_up`: free starts nearby. `split`: when the
    sessions of a month of three would be, were it split; `kept`: all three stay where nobody agrees to that.
    """

    cadence: str
    first_on: date
    at: time
    zone: str
    starts: tuple[datetime, ...] = ()
    left_out: tuple[datetime, ...] = ()
    make_up: tuple[datetime, ...] = ()
    ended: bool = False
    split: tuple[datetime, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What a reader is told, as it stood when the message was caused; instants are UTC, the reader's zone is applied later.

    `previous_starts_at`: the start before a move. `next_bookable_from`: first instant a lost call can be booked for again;
    `then_bookable_from`: the first one after the period that is lost, where that is another.
    `valid_until`: the end of a returned credit, None where it has no end. `accounting_zone`: names months (D-08).
    `change_links`: the reader may reschedule and cancel by links (M3). `join_link`: the reader gets a join link (M22).
    `by`: in which capacity somebody acted, `on_behalf_of` the side that they stated (D-37). `unconfirmed`: the other side moved
    the session and the member may still decline it (D-36). `amount`: what a fee or a refund comes to. `undecided`: the reason of a
    cancellation, and so its cost, is stated afterwards; `claim` is what was claimed, `answer_by` until when it is stated (D-58).
    `contest_until`: until when the reader may object (D-47). `next_starts_at`: the pair's next session. `first_of_series`: the
    session was the pair's first of its kind, where sessions form a series (O21). `outcome_link`: the
    reader gets a link to where they say what became of the session. `for_team`: the reader is staff, neither side of it.
    `missed`: it was not held. `asks`: what is proposed, CANCEL, MOVE or BOOK, to `proposed_starts_at` where a time is named, by
    `asked_by`, for `answers` to answer until `answer_by`. `result`: how a case was closed.
    `answer_link`: the reader gets a link to where they answer what is proposed. `choices`: the bookings of which one is
    kept; of one that was given up, the one that is kept, and its links are those of the message. `task`: what the team is to do.
    `also`: further sessions of which the same is true, because one cause has changed them all. `news`: what has become of a
    membership, as of `starts_at`, with its `cadence`; there is no session then. `for_coach`: the reader is a coach of it.
    `edited`: what the reader did to the event in their own calendar; `proposed_starts_at` is where they put it (D-53).
    `connect_link`: the reader gets a link to where they connect their calendar again.
    `offered`: the times of an invite. `questionnaire_link`: the reader gets a link to the questionnaire.
    `signs`: who gave a sign of being there, where the team is to judge that; None where it is not.
    `lasts`: what a stop waits for whose end is no instant; `kinds`: the kinds of session that it stops, none: all.
    `series`: the message is about all of a series, of which the session is the first that it concerns. `row`: the row of the
    change table that decided, where one did.
    """

    kind_code: str
    kind_name: str
    coach_name: str
    member_name: str
    accounting_zone: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    previous_starts_at: datetime | None = None
    reason: str | None = None
    row: str | None = None
    late: bool = False
    cancelled_by: str | None = None
    units: int = 0
    next_bookable_from: datetime | None = None
    then_bookable_from: datetime | None = None
    valid_until: datetime | None = None
    note: str | None = None
    change_links: bool = False
    join_link: bool = False
    by: str | None = None
    on_behalf_of: str | None = None
    unconfirmed: bool = False
    disposition: str | None = None
    amount: Money | None = None
    undecided: bool = False
    claim: str | None = None
    answer_by: datetime | None = None
    contest_until: datetime | None = None
    first_of_series: bool = False
    next_starts_at: datetime | None = None
    outcome_link: bool = False
    connect_link: bool = False
    for_team: bool = False
    missed: bool = False
    asks: str | None = None
    asked_by: str | None = None
    answers: str | None = None
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None
    result: str | None = None
    answer_link: bool = False
    choices: tuple[Choice, ...] = ()
    task: str | None = None
    also: tuple[Choice, ...] = ()
    news: str | None = None
    cadence: str | None = None
    for_coach: bool = False
    edited: CalendarEdit | None = None
    offered: tuple[OfferedTime, ...] = ()
    questionnaire_link: bool = False
    signs: tuple[Sign, ...] | None = None
    series: SeriesNotice | None = None
    lasts: str | None = None
    kinds: tuple[str, ...] = ()


_FACTS: TypeAdapter[NoticeFacts] = TypeAdapter(NoticeFacts)


def facts_to_json(facts: NoticeFacts) -> dict[str, Any]:
    """The stored form of a message's facts."""
    return _FACTS.dump_python(facts, mode="json")


def facts_from_json(stored: dict[str, Any]) -> NoticeFacts:
    """The facts of a stored message."""
    return _FACTS.validate_python(stored)
