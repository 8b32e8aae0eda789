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

CATALOGUE: Final[Mapping[NoticeCode, Message]] = {
    NoticeCode.BOOKED: Message(subject=f"Booked: {_ABOUT}", template="booked.jinja", calendar=True),
    NoticeCode.RESCHEDULED: Message(subject=f"New time: {_ABOUT}", template="rescheduled.jinja", calendar=True),
    NoticeCode.CANCELLED: Message(subject=f"Cancelled: {_ABOUT}", template="cancelled.jinja", calendar=True),
    NoticeCode.LATE_LOSS: Message(subject=f"Cancelled late: {_ABOUT}", template="late_loss.jinja", calendar=True),
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
}


def message_for(code: NoticeCode) -> Message:
    """How this code is said."""
    return CATALOGUE[code]
