"""The parameters of MODEL 3.1–3.3: name, type, default; a raw value of a document becomes a typed one or an error that names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from policy.limits import parse_duration
from policy.terms import Anchor, Basis, Boundary, DuplicateKeep, DuplicatePolicy, PeriodKind, ZoneOf


class PolicyError(ValueError):
    """A document that cannot be a policy; `path` leads to what is wrong in it."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(f"{'.'.join(path)}: {message}" if path else message)
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: how a raw value is read, its default in raw form, and what it says."""

    read: Callable[[Any], Any]
    default: Any
    text: str


def _duration(raw: Any) -> timedelta:
    if not isinstance(raw, str):
        raise ValueError("a duration such as PT48H is wanted")
    return parse_duration(raw)


def _calendar_duration(raw: Any) -> str:
    """Months or years as text; their length depends on the calendar."""
    if not isinstance(raw, str) or not raw.startswith("P"):
        raise ValueError("a calendar duration such as P1M is wanted")
    return raw


def _integer(raw: Any) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise ValueError("a whole number of 0 or more is wanted")
    return raw


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("true or false is wanted")
    return raw


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("text is wanted")
    return raw


def _clock(raw: Any) -> time:
    return raw if isinstance(raw, time) else time.fromisoformat(_text(raw))


def read_fraction(raw: Any) -> Fraction:
    """A fraction of 0 or more: `"1/2"`, `0`, `1`."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError('a fraction such as "1/2" is wanted')
    value = Fraction(raw)
    if value < 0:
        raise ValueError("a fraction is not negative")
    return value


def _durations(raw: Any) -> tuple[timedelta, ...]:
    if not isinstance(raw, list):
        raise ValueError("a list of durations is wanted")
    return tuple(_duration(one) for one in raw)  # pyright: ignore[reportUnknownVariableType]


def _plain(raw: Any) -> Any:
    return raw


def _choice(enum: type[StrEnum]) -> Callable[[Any], StrEnum]:
    def read(raw: Any) -> StrEnum:
        try:
            return enum(raw)
        except ValueError:
            raise ValueError(f"one of {', '.join(enum)} is wanted") from None

    return read


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda raw: None if raw is None or raw == "NONE" else read(raw)


def _p(read: Callable[[Any], Any], default: Any, text: str) -> Parameter:
    return Parameter(read=read, default=default, text=text)


PARAMETERS: Mapping[str, Parameter] = {
    "entitlement.basis": _p(_choice(Basis), "FIXED", "What a member's right to sessions rests on."),
    "entitlement.period": _p(_choice(PeriodKind), "CALENDAR_MONTH", "How time is cut into periods."),
    "entitlement.period_days": _p(_integer, 28, "Length of a period that is counted in days."),
    "entitlement.accounting_zone": _p(_choice(ZoneOf), "MEMBER", "Whose zone periods are counted in."),
    "entitlement.rollover_max": _p(_integer, 0, "Units that may roll into the next period."),
    "entitlement.rollover_times": _p(_or_none(_integer), 1, "How often one unit may roll."),
    "entitlement.returned_min_validity": _p(
        _or_none(_duration), "P30D", "How long a returned credit can be used at least."
    ),
    "entitlement.bonus_validity": _p(_or_none(_duration), None, "How long a bonus can be used."),
    "entitlement.pack_validity": _p(_or_none(_calendar_duration), None, "How long a pack can be used."),
    "entitlement.extension_by": _p(_or_none(_calendar_duration), None, "By how much a pack may be extended."),
    "entitlement.extension_times": _p(_integer, 1, "How often a pack may be extended."),
    "entitlement.extension_fee": _p(_plain, "0", "What an extension costs."),
    "booking.self_service": _p(_flag, True, "Whether members book themselves."),
    "booking.horizon_periods": _p(_integer, 3, "Further periods that are open for booking."),
    "booking.horizon": _p(_duration, "P90D", "How far ahead members book where there are no periods."),
    "booking.min_notice": _p(_duration, "PT0S", "Least time between a booking and its start."),
    "booking.by_request": _p(_flag, False, "Whether the coach confirms each booking."),
    "booking.confirm_within": _p(_duration, "PT48H", "How long a coach has for that."),
    "booking.limits": _p(_plain, [], "How many sessions per day, week or period."),
    "booking.max_arrears": _p(_plain, None, "Up to which debt members book."),
    "booking.start_grid": _p(_duration, "PT15M", "Starts lie on its wall-clock multiples in the coach's zone."),
    "booking.deadline_day": _p(
        _or_none(_integer), None, "Last day of a period for bookings of it; none: its last day."
    ),
    "booking.deadline_time": _p(_clock, "23:59:59", "Last local time of that day."),
    "booking.duplicate_policy": _p(
        _choice(DuplicatePolicy), "REFUSE", "What a second booking of a kind in a period meets."
    ),
    "booking.duplicate_reply_within": _p(_duration, "PT24H", "How long the member has to choose."),
    "booking.duplicate_lock": _p(_duration, "PT48H", "From when the earlier of two bookings is kept unasked."),
    "booking.duplicate_keep": _p(_choice(DuplicateKeep), "EARLIEST_START", "Which booking is kept unanswered."),
    "change.boundary": _p(_choice(Boundary), "INCLUSIVE", "Whether a limit reached exactly is kept."),
    "change.anchor": _p(_choice(Anchor), "CURRENT_START", "To which start the notice runs."),
    "change.limit_zone": _p(_choice(ZoneOf), "COACH", "In whose zone limits by time of day are read."),
    "change.late_ack_required": _p(_flag, True, "Whether a costly change needs an acknowledgement."),
    "invite.enabled": _p(_flag, True, "Whether coaches invite."),
    "invite.ttl": _p(_duration, "P7D", "How long an invite is open."),
    "invite.accept_notice": _p(_duration, "PT0S", "Until when before the start it can be accepted."),
    "invite.outside_availability": _p(_flag, True, "Whether invites may lie outside the published hours."),
    "invite.requires_prior_session": _p(_flag, False, "Whether a session must have taken place before."),
    "attendance.nudge_after": _p(_or_none(_duration), None, "When an absent member is nudged."),
    "attendance.no_show_after": _p(_duration, "PT10M", "When a no-show can be recorded."),
    "attendance.coach_no_show_after": _p(_or_none(_duration), None, "The same for the coach."),
    "attendance.report_within": _p(_duration, "P7D", "How long a coach's absence can be reported."),
    "outcome.prompt_at_end": _p(_flag, True, "Whether the coach is asked at the end."),
    "outcome.prompt_reminders": _p(_durations, ["P1D", "P3D"], "When the coach is asked again."),
    "outcome.auto_complete_after": _p(_or_none(_duration), "P7D", "When a session completes by itself."),
    "outcome.amend_within": _p(_duration, "P7D", "How long the coach may amend."),
    "outcome.member_may_confirm": _p(_flag, False, "Whether the member may confirm that it was held."),
    "case.resolve_within": _p(_duration, "PT72H", "How long the coach has to resolve a report."),
    "case.on_timeout": _p(_text, "ESCALATE", "What follows when it is not resolved."),
    "case.rebook_offer_within": _p(_duration, "P14D", "How long an offer to rebook is open."),
    "case.on_offer_lapse": _p(_text, "RETURN", "What follows when it lapses."),
    "case.dispute_within": _p(_duration, "PT72H", "How long the member may dispute."),
    "case.contest_within": _p(_duration, "P7D", "How long the member may contest."),
    "investigation.enabled": _p(_flag, False, "Whether the cause of a missed call is investigated."),
    "investigation.evidence_within": _p(_duration, "P7D", "How long the member has for evidence."),
    "questionnaire.enabled": _p(_flag, False, "Whether sessions have a questionnaire."),
    "questionnaire.reminders": _p(_durations, ["P2D", "P1D"], "When it is reminded of, before the start."),
    "reminder.session": _p(_durations, ["P1D", "PT1H"], "When both are reminded, before the start."),
    "series.enabled": _p(_flag, False, "Whether series are offered."),
    "series.rule": _p(_text, "FORTNIGHTLY", "The rhythm of a series."),
    "series.anchor": _p(_text, "COACH", "Whose wall clock a series keeps."),
    "series.horizon": _p(_duration, "P16W", "How far ahead a series' sessions exist."),
    "series.split_decide_before": _p(_calendar_duration, "P1M", "Until when a month of three is decided."),
    "series.split_notice": _p(_duration, "P14D", "How long before both are told."),
    "series.split_default": _p(_text, "KEEP", "What silence means."),
    "membership.tiers": _p(_plain, ["monthly"], "How a membership is paid."),
    "membership.auto_renew": _p(_flag, True, "Whether it renews by itself."),
    "membership.cancel_channel": _p(_text, "MEMBER_ONLY", "Who cancels a membership."),
    "price.cadence_factor": _p(_plain, {"MONTHLY": "1/2", "FORTNIGHTLY": "1", "WEEKLY": "2"}, "Price of a cadence."),
    "price.one_off_fraction": _p(read_fraction, "1/2", "Price of a one-off, of the monthly cost."),
    "extra.d2c": _p(_text, "OFF", "How a private member gets an extra session."),
    "extra.b2b": _p(_text, "OFF", "How a sponsored member gets one."),
    "matching.max_candidates": _p(_integer, 1, "With how many coaches a member is matched."),
    "matching.chemistry_when": _p(_text, "NEVER", "When a first call is a chemistry call."),
    "outreach.coach_period": _p(_or_none(_calendar_duration), None, "How long the coach tries."),
    "outreach.team_period": _p(_or_none(_calendar_duration), None, "How long the team tries."),
    "outreach.mode": _p(_text, "CONCURRENT", "Whether one after the other."),
    "fee.payer": _p(_text, "MEMBER", "Who pays fees."),
    "support.sla_business_days": _p(_or_none(_integer), None, "When support answers."),
    "conference.provider": _p(_text, "GOOGLE_MEET", "Where sessions take place."),
}
