"""Every message by its code: its subject, its template, and whether it carries a calendar file. A new code is a new row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policy.terms import NoticeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """How a code is said. `subject` and the file `template` are Jinja templates over the words of `words.Words`."""

    subject: str
    template: str
    calendar: bool = False


_ABOUT: Final = "{{ kind }} with {{ other|name }}, {{ when_short }}"
_ABOUT_ASKED: Final = (
    "{{ kind }} with {{ other|name }}{% if offered|length <= 1 and not within %}, {{ when_short }}{% endif %}"
)
"""Of an invite to several times none is the session's."""
_ABOUT_ALL: Final = "{{ kind }} with {{ other|name }}, {{ series.rhythm if series else when_short }}"

CATALOGUE: Final[Mapping[NoticeCode, Message]] = {
    NoticeCode.BOOKED: Message(subject=f"Booked: {_ABOUT_ALL}", template="booked.jinja", calendar=True),
    NoticeCode.RESCHEDULED: Message(subject=f"New time: {_ABOUT_ALL}", template="rescheduled.jinja", calendar=True),
    NoticeCode.CANCELLED: Message(subject=f"Cancelled: {_ABOUT_ALL}", template="cancelled.jinja", calendar=True),
    NoticeCode.LATE_LOSS: Message(
        subject="Cancelled{% if late %} late{% endif %}: " + _ABOUT, template="late_loss.jinja", calendar=True
    ),
    NoticeCode.CREDIT_RETURNED: Message(
        subject="You have a credit again: {{ kind }}", template="credit_returned.jinja"
    ),
    NoticeCode.BOOK_AGAIN: Message(
        subject="Please book again: {{ kind }} with {{ other|name }}", template="book_again.jinja"
    ),
    NoticeCode.FEE_CHARGED: Message(
        subject="{% if amount %}Fee of {{ amount }}{% else %}Fee{% endif %}: " + _ABOUT, template="fee_charged.jinja"
    ),
    NoticeCode.REFUNDED: Message(
        subject="{% if amount %}Refund of {{ amount }}{% else %}Refund{% endif %}: " + _ABOUT, template="refunded.jinja"
    ),
    NoticeCode.NO_SHOW_RECORDED: Message(subject=f"We missed you: {_ABOUT}", template="no_show_recorded.jinja"),
    NoticeCode.OUTCOME_COUNTED: Message(
        subject="{% if counts %}Counted as used{% else %}A fee is due{% endif %}: " + _ABOUT,
        template="outcome_counted.jinja",
    ),
    NoticeCode.OUTCOME_PROMPT: Message(subject=f"Did your session happen? {_ABOUT}", template="outcome_prompt.jinja"),
    NoticeCode.EMERGENCY_QUESTION: Message(
        subject=f"Please state the reason: {_ABOUT}", template="emergency_question.jinja"
    ),
    NoticeCode.REMINDER: Message(subject=f"Reminder: {_ABOUT}", template="reminder.jinja"),
    NoticeCode.QUESTIONNAIRE_REMINDER: Message(
        subject=f"Some questions before your session: {_ABOUT}", template="questionnaire_reminder.jinja"
    ),
    NoticeCode.MESSAGE: Message(
        subject="{{ actor|name if actor else 'Somebody' }} has written to you", template="message.jinja"
    ),
    NoticeCode.NUDGE: Message(subject="Your {{ kind }} with {{ other|name }} has begun", template="nudge.jinja"),
    NoticeCode.INVITE: Message(subject="{{ other|name }} invites you: {{ kind }}", template="invite.jinja"),
    NoticeCode.INVITE_DECLINED: Message(
        subject="Declined: {{ kind }} with {{ other|name }}", template="invite_declined.jinja"
    ),
    NoticeCode.CHANGE_REQUESTED: Message(
        subject="{% if asks_session %}A session is asked for{% else %}A change is asked for{% endif %}: " + _ABOUT,
        template="change_requested.jinja",
    ),
    NoticeCode.RESCHEDULE_PROPOSED: Message(
        subject=f"Another time is proposed: {_ABOUT}", template="reschedule_proposed.jinja"
    ),
    NoticeCode.REBOOK_OFFER: Message(subject=f"Please choose another time: {_ABOUT}", template="rebook_offer.jinja"),
    NoticeCode.PROPOSAL_DECLINED: Message(subject=f"Declined: {_ABOUT}", template="proposal_declined.jinja"),
    NoticeCode.PROPOSAL_EXPIRED: Message(
        subject=f"No answer in time: {_ABOUT_ASKED}", template="proposal_expired.jinja"
    ),
    NoticeCode.INVITE_WITHDRAWN: Message(subject=f"Withdrawn: {_ABOUT_ASKED}", template="invite_withdrawn.jinja"),
    NoticeCode.CASE_OPENED: Message(subject=f"Reported as missed: {_ABOUT}", template="case_opened.jinja"),
    NoticeCode.CASE_CLOSED: Message(subject=f"Case closed: {_ABOUT}", template="case_closed.jinja"),
    NoticeCode.CASE_CONTRADICTED: Message(subject=f"Your report: {_ABOUT}", template="case_contradicted.jinja"),
    NoticeCode.EVIDENCE_REQUEST: Message(
        subject=f"Please answer some questions: {_ABOUT}", template="evidence_request.jinja"
    ),
    NoticeCode.INVESTIGATION_RESULT: Message(subject=f"What we found: {_ABOUT}", template="investigation_result.jinja"),
    NoticeCode.TALLY_STEP: Message(
        subject="{% set what = news.split(' ') %}{% if 'LIFTED' in what or 'OVER' in what or 'PAID' in what or 'FORGIVEN' in what %}"
        "{% if is_member %}You can book again{% else %}You can be booked again{% endif %}"
        "{% elif 'BLOCK' in what or 'SAME_DAY' in what or 'PAUSE' in what or 'HIDE' in what %}New bookings are stopped"
        "{% else %}Please note{% endif %}: {{ kind }}",
        template="tally_step.jinja",
    ),
    NoticeCode.MEMBERSHIP_CHANGED: Message(
        subject="{% if is_member %}Your membership{% else %}The membership of {{ member|name }}{% endif %}",
        template="membership_changed.jinja",
    ),
    NoticeCode.REQUEST_UPDATED: Message(
        subject="{% if is_member %}Your request{% else %}The request for {{ member|name }}{% endif %}",
        template="request_updated.jinja",
    ),
    NoticeCode.TASK: Message(
        subject="{% if task %}{{ task }}{% else %}To be decided{% endif %}: {% if has_session %}"
        + _ABOUT
        + "{% else %}{{ member|name }}{% endif %}",
        template="task.jinja",
    ),
    NoticeCode.CALENDAR_QUESTION: Message(
        subject=f"Do you want to change it? {_ABOUT}", template="calendar_question.jinja"
    ),
    NoticeCode.CALENDAR_CONNECTION: Message(
        subject="{% if news == 'BROKEN' %}Please connect your Google Calendar again{% else %}Your Google Calendar is connected again{% endif %}",
        template="calendar_connection.jinja",
    ),
    NoticeCode.OCCURRENCE_UNAVAILABLE: Message(subject=f"Left out: {_ABOUT}", template="occurrence_unavailable.jinja"),
    NoticeCode.TIME_SHIFTED: Message(subject=f"At another hour: {_ABOUT}", template="time_shifted.jinja"),
    NoticeCode.SERIES_ENDED: Message(
        subject="No further sessions: {{ kind }} with {{ other|name }}", template="series_ended.jinja"
    ),
    NoticeCode.THREE_SESSIONS: Message(
        subject="A month with three sessions: {{ kind }} with {{ other|name }}", template="three_sessions.jinja"
    ),
    NoticeCode.SPLIT_PROPOSED: Message(
        subject="Two sessions instead of three? {{ kind }} with {{ other|name }}", template="split_proposed.jinja"
    ),
    NoticeCode.DUPLICATE_QUESTION: Message(
        subject="Which one do you want to keep? {{ kind }}", template="duplicate_question.jinja"
    ),
    NoticeCode.DUPLICATE_CANCELLED: Message(
        subject=f"Cancelled: {_ABOUT}", template="duplicate_cancelled.jinja", calendar=True
    ),
}


def message_for(code: NoticeCode) -> Message:
    """How this code is said."""
    return CATALOGUE[code]
