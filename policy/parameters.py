"""The parameters of MODEL 3.1–3.3: name, type, default; a raw value of a document becomes a typed one or an error that names it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from policy.limits import parse_duration
from policy.matters import LimitPer
from policy.money import Money
from policy.terms import Anchor, Basis, Boundary, DuplicateKeep, DuplicatePolicy, PeriodKind, ZoneOf


class PolicyError(ValueError):
    """A document that cannot be a policy; `path` leads to what is wrong in it."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(f"{'.'.join(path)}: {message}" if path else message)
        self.path = path
        self.message = message


Read = Callable[[Any], Any]
"""Turns a raw value into a typed one; raises ValueError with what is wanted instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: how a raw value is read, its default in raw form, and the question that it answers."""

    read: Read
    default: Any
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLimit:
    """At most `count` sessions per day, week or period (D-64)."""

    count: int
    per: LimitPer


CALENDAR = re.compile(r"P(?=\d)(?:\d{1,2}Y)?(?:\d{1,3}M)?(?:\d{1,2}W)?(?:\d{1,4}D)?", re.ASCII)
FRACTION = re.compile(r"\d{1,9}(?:/[1-9]\d{0,8})?", re.ASCII)
AMOUNT = re.compile(r"\d{1,9}(?:\.\d{2,4})?", re.ASCII)
LONGEST_TEXT = 200


def read_duration(raw: Any) -> timedelta:
    """A duration such as PT48H."""
    return parse_duration(read_text(raw))


def read_calendar_duration(raw: Any) -> str:
    """Years, months, weeks and days as text; their length depends on the calendar (D-02)."""
    text = read_text(raw)
    if not CALENDAR.fullmatch(text):
        raise ValueError("a calendar duration such as P1M is wanted")
    return text


def whole(least: int = 0, most: int = 10_000) -> Read:
    """Reads a whole number between the two, both included."""

    def read(raw: Any) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
            raise ValueError(f"a whole number from {least} to {most} is wanted")
        return raw

    return read


def read_flag(raw: Any) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise ValueError("true or false is wanted")
    return raw


def read_text(raw: Any) -> str:
    """A short text without control characters."""
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("text is wanted")
    if len(raw) > LONGEST_TEXT or any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in raw):
        raise ValueError("at most 200 characters without control characters are wanted")
    return raw


def read_clock(raw: Any) -> time:
    """A local time such as 20:00 or 23:59:59."""
    clock = time.fromisoformat(read_text(raw))
    if clock.tzinfo is not None:
        raise ValueError("a local time without an offset is wanted")
    return clock


def read_fraction(raw: Any) -> Fraction:
    """A fraction of 0 or more: `"1/2"`, `0`, `1`."""
    text = str(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not FRACTION.fullmatch(text):
        raise ValueError('a fraction of 0 or more such as "1/2" is wanted')
    return Fraction(text)


def read_amount(raw: Any) -> Decimal:
    """An amount: `"20.00"`, `"20"`, or `"20.000"` where the currency, which is the policy's, has so many decimals."""
    text = read_text(raw)
    if not AMOUNT.fullmatch(text):
        raise ValueError('an amount such as "20.00" is wanted')
    return Decimal(text)


def read_money(currency: str, raw: Any) -> Money:
    """The same, of this currency, which may not have so small a unit."""
    return Money.of(read_amount(raw), currency)


def choice(enum: type[StrEnum]) -> Read:
    """Reads a member of an enum."""

    def read(raw: Any) -> StrEnum:
        try:
            return enum(raw)
        except ValueError:
            raise ValueError(f"one of {', '.join(enum)} is wanted") from None

    return read


def one_of(*words: str) -> Read:
    """Reads one of these words."""

    def read(raw: Any) -> str:
        if raw not in words:
            raise ValueError(f"one of {', '.join(words)} is wanted")
        return raw

    return read


def or_none(read: Read) -> Read:
    """Reads `"NONE"` as none: TOML has no null."""
    return lambda raw: None if raw is None or raw == "NONE" else read(raw)


def many(read: Read) -> Read:
    """Reads a list, at most 20 long."""

    def read_all(raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list) or len(raw) > 20:
            raise ValueError("a list of at most 20 is wanted")
        return tuple(read(one) for one in raw)

    return read_all


def mapped(read: Read) -> Read:
    """Reads a table of values."""

    def read_each(raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict) or len(raw) > 20:
            raise ValueError("a table of at most 20 is wanted")
        return {str(name): read(one) for name, one in raw.items()}

    return read_each


def _grid(raw: Any) -> timedelta:
    """Starts lie on whole minutes (MODEL 2.5), so their grid is one of whole minutes."""
    grid = read_duration(raw)
    if not timedelta(minutes=1) <= grid <= timedelta(days=1) or grid % timedelta(minutes=1):
        raise ValueError("whole minutes, from 1 minute to 1 day, are wanted")
    return grid


def _limit(raw: Any) -> BookingLimit:
    if not isinstance(raw, dict) or set(raw) != {"count", "per"}:
        raise ValueError('a limit such as {count = 2, per = "WEEK"} is wanted')
    return BookingLimit(count=whole(1, 1000)(raw["count"]), per=LimitPer(choice(LimitPer)(raw["per"])))


def _p(read: Read, default: Any, text: str) -> Parameter:
    return Parameter(read=read, default=default, text=text)


def _yes(text: str) -> Parameter:
    return Parameter(read=read_flag, default=True, text=text)


def _no(text: str) -> Parameter:
    return Parameter(read=read_flag, default=False, text=text)


QUANTITY = "entitlement.quantity"
"""The one parameter that a document may also state as a table by kind."""

PARAMETERS: Mapping[str, Parameter] = {
    "entitlement.basis": _p(choice(Basis), "FIXED", "What a member's right to sessions rests on."),
    QUANTITY: _p(whole(0, 1000), 1, "Sessions of the kind per period, or per pack or purchase."),
    "entitlement.period": _p(choice(PeriodKind), "CALENDAR_MONTH", "How time is cut into periods."),
    "entitlement.period_days": _p(whole(1, 3660), 28, "Length of a period that is counted in days."),
    "entitlement.accounting_zone": _p(choice(ZoneOf), "MEMBER", "Whose zone periods are counted in."),
    "entitlement.rollover_max": _p(whole(), 0, "Units that may roll into the next period."),
    "entitlement.rollover_times": _p(or_none(whole()), 1, "How often one unit may roll."),
    "entitlement.returned_min_validity": _p(
        or_none(read_duration), "P30D", "How long a returned credit can be used at least."
    ),
    "entitlement.bonus_validity": _p(or_none(read_duration), None, "How long a bonus can be used."),
    "entitlement.pack_validity": _p(or_none(read_calendar_duration), None, "How long a pack can be used."),
    "entitlement.extension_by": _p(or_none(read_calendar_duration), None, "By how much a pack may be extended."),
    "entitlement.extension_times": _p(whole(), 1, "How often a pack may be extended."),
    "entitlement.extension_fee": _p(read_amount, "0.00", "What an extension costs."),
    "booking.self_service": _yes("Whether members book themselves."),
    "booking.horizon_periods": _p(whole(0, 120), 3, "Further periods that are open for booking."),
    "booking.horizon": _p(read_duration, "P90D", "How far ahead members book where there are no periods."),
    "booking.min_notice": _p(read_duration, "PT0S", "Least time between a booking and its start."),
    "booking.by_request": _no("Whether the coach confirms each booking."),
    "booking.confirm_within": _p(read_duration, "PT48H", "How long the coach has to confirm a booking."),
    "booking.limits": _p(many(_limit), [], "How many sessions a member books per day, week or period."),
    "booking.max_arrears": _p(or_none(read_amount), None, "Up to which debt members book."),
    "booking.start_grid": _p(_grid, "PT15M", "Starts lie on its wall-clock multiples in the coach's zone."),
    "booking.deadline_day": _p(or_none(whole(1, 31)), None, "Last day of a period for bookings of it."),
    "booking.deadline_time": _p(read_clock, "23:59:59", "Last local time of that day."),
    "booking.duplicate_policy": _p(
        choice(DuplicatePolicy), "REFUSE", "What a second booking of a kind in a period meets."
    ),
    "booking.duplicate_reply_within": _p(read_duration, "PT24H", "How long the member has to choose between two."),
    "booking.duplicate_lock": _p(read_duration, "PT48H", "From when the earlier of two bookings is kept unasked."),
    "booking.duplicate_keep": _p(choice(DuplicateKeep), "EARLIEST_START", "Which booking is kept without an answer."),
    "change.boundary": _p(choice(Boundary), "INCLUSIVE", "Whether a limit reached exactly is kept."),
    "change.anchor": _p(choice(Anchor), "CURRENT_START", "To which start the notice runs."),
    "change.limit_zone": _p(choice(ZoneOf), "COACH", "In whose zone limits by time of day are read."),
    "change.late_ack_required": _yes("Whether a costly change needs an acknowledgement."),
    "invite.enabled": _yes("Whether coaches invite."),
    "invite.ttl": _p(read_duration, "P7D", "How long an invite is open."),
    "invite.accept_notice": _p(read_duration, "PT0S", "Until when before the start an invite can be accepted."),
    "invite.outside_availability": _yes("Whether invites may lie outside the published hours."),
    "invite.requires_prior_session": _no("Whether a session must have taken place before an invite."),
    "attendance.nudge_after": _p(or_none(read_duration), None, "When an absent member is nudged."),
    "attendance.no_show_after": _p(read_duration, "PT10M", "When a no-show can be recorded."),
    "attendance.coach_no_show_after": _p(or_none(read_duration), None, "When a coach's absence can be reported."),
    "attendance.report_within": _p(read_duration, "P7D", "How long a coach's absence can be reported."),
    "outcome.prompt_at_end": _yes("Whether the coach is asked at the end."),
    "outcome.prompt_reminders": _p(many(read_duration), ["P1D", "P3D"], "When the coach is asked again."),
    "outcome.auto_complete_after": _p(or_none(read_duration), "P7D", "When a session completes by itself."),
    "outcome.amend_within": _p(read_duration, "P7D", "How long the coach may amend."),
    "outcome.member_may_confirm": _no("Whether the member may confirm that it was held."),
    "case.resolve_within": _p(read_duration, "PT72H", "How long the coach has to resolve a report."),
    "case.on_timeout": _p(read_text, "ESCALATE", "What follows when a report is not resolved."),
    "case.rebook_offer_within": _p(read_duration, "P14D", "How long an offer to rebook is open."),
    "case.on_offer_lapse": _p(read_text, "RETURN", "What follows when an offer to rebook lapses."),
    "case.dispute_within": _p(read_duration, "PT72H", "How long the member may dispute."),
    "case.contest_within": _p(read_duration, "P7D", "How long the member may contest."),
    "investigation.enabled": _no("Whether the cause of a missed call is investigated."),
    "investigation.evidence_within": _p(read_duration, "P7D", "How long the member has for evidence."),
    "questionnaire.enabled": _no("Whether sessions have a questionnaire."),
    "questionnaire.reminders": _p(many(read_duration), ["P2D", "P1D"], "When the questionnaire is reminded of."),
    "reminder.session": _p(many(read_duration), ["P1D", "PT1H"], "When both are reminded of the session."),
    "series.enabled": _no("Whether series are offered."),
    "series.rule": _p(one_of("WEEKLY", "FORTNIGHTLY", "MONTHLY"), "FORTNIGHTLY", "The rhythm of a series."),
    "series.anchor": _p(one_of("COACH", "MEMBER"), "COACH", "Whose wall clock a series keeps."),
    "series.horizon": _p(read_duration, "P16W", "How far ahead a series' sessions exist."),
    "series.split_decide_before": _p(read_calendar_duration, "P1M", "Until when a month of three is decided."),
    "series.split_notice": _p(read_duration, "P14D", "How long before that both are told."),
    "series.split_default": _p(one_of("KEEP"), "KEEP", "What silence means for a month of three."),
    "membership.tiers": _p(many(read_text), ["monthly"], "How a membership is paid."),
    "membership.auto_renew": _yes("Whether a membership renews by itself."),
    "membership.cancel_channel": _p(one_of("MEMBER_ONLY"), "MEMBER_ONLY", "Who cancels a membership."),
    "membership.pause": _no("Whether a membership can be paused."),
    "price.cadence_factor": _p(
        mapped(read_fraction), {"MONTHLY": "1/2", "FORTNIGHTLY": "1", "WEEKLY": "2"}, "Price of a cadence."
    ),
    "price.one_off_fraction": _p(read_fraction, "1/2", "Price of a one-off, of the monthly cost."),
    "extra.d2c": _p(one_of("QUOTE", "APPROVE", "OFF"), "OFF", "How a private member gets an extra session."),
    "extra.b2b": _p(one_of("QUOTE", "APPROVE", "OFF"), "OFF", "How a sponsored member gets an extra session."),
    "matching.max_candidates": _p(whole(1, 10), 1, "With how many coaches a member is matched."),
    "matching.chemistry_when": _p(
        one_of("NEVER", "SEVERAL", "ALWAYS"), "NEVER", "When a first call is a chemistry call."
    ),
    "outreach.coach_period": _p(or_none(read_calendar_duration), None, "How long the coach tries to reach a member."),
    "outreach.team_period": _p(or_none(read_calendar_duration), None, "How long the team tries to reach a member."),
    "outreach.mode": _p(one_of("CONCURRENT", "SEQUENTIAL"), "CONCURRENT", "Whether one after the other."),
    "fee.payer": _p(one_of("MEMBER", "SPONSOR"), "MEMBER", "Who pays fees."),
    "support.sla_business_days": _p(or_none(whole(0, 365)), None, "Business days in which support answers."),
    "conference.provider": _p(one_of("GOOGLE_MEET", "LINK", "NONE"), "GOOGLE_MEET", "Where sessions take place."),
}
