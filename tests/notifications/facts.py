"""What messages tell of in the golden files, and who reads them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from commands.notices import Choice, NoticeFacts, OfferedTime, SeriesNotice
from models.keyring import Keyring
from notifications.links import Addresses
from notifications.words import Reader
from policy.calendars import CalendarEdit
from policy.money import Money
from policy.terms import Side

KEYRING = Keyring(b"only for tests: thirty-two bytes or more")
ADDRESSES = Addresses(
    keyring=KEYRING,
    base_url="https://fortnight.example.com",
    front_end_url=None,
    global_id=lambda name, key: f"{name}-{key}",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SESSION = NoticeFacts(
    kind_code="coaching",
    kind_name="Coaching call",
    coach_name="Eva",
    member_name="Maya",
    accounting_zone="Europe/London",
    starts_at=at("2027-03-18T10:00"),
    ends_at=at("2027-03-18T10:45"),
    sequence=0,
    by="MEMBER",
)
STANDS = replace(SESSION, join_link=True)
CHANGEABLE = replace(STANDS, change_links=True)
ENDED = replace(SESSION, cancelled_by="MEMBER", disposition="RELEASED", reason="CLIENT_CANCELLED")
LOST = replace(
    ENDED,
    reason="CLIENT_CANCELLED_LATE",
    disposition="COUNTED",
    late=True,
    units=1,
    next_bookable_from=at("2027-03-31T23:00"),
)
BY_COACH = replace(ENDED, by="COACH", cancelled_by="COACH", disposition="RETURNED", reason="COACH_CANCELLED")

KEPT = Choice(
    session_id=8,
    starts_at=at("2027-03-25T10:00"),
    ends_at=at("2027-03-25T10:45"),
    coach_name="Cora <b>",
    member_name="Maya",
)
DOUBLED = replace(
    SESSION,
    change_links=True,
    answer_by=at("2027-03-11T09:00"),
    choices=(Choice(session_id=7, starts_at=SESSION.starts_at, ends_at=SESSION.ends_at, coach_name="Eva"), KEPT),
)
GIVEN_UP = replace(
    ENDED,
    by="SYSTEM",
    cancelled_by="SYSTEM",
    reason="DUPLICATE_RESOLVED",
    change_links=True,
    join_link=True,
    choices=(KEPT,),
)

ASKED = replace(
    CHANGEABLE,
    asks="MOVE",
    asked_by="MEMBER",
    answers="COACH",
    proposed_starts_at=at("2027-03-25T10:00"),
    proposed_ends_at=at("2027-03-25T10:45"),
    answer_by=at("2027-03-18T10:00"),
)
TO_CANCEL = replace(ASKED, asks="CANCEL", proposed_starts_at=None, proposed_ends_at=None)
PROPOSED = replace(ASKED, asked_by="COACH", answers="MEMBER", by="COACH", answer_by=at("2027-03-17T09:00"))
SLOT = OfferedTime(starts_at=SESSION.starts_at, ends_at=SESSION.ends_at)
INVITED = replace(
    SESSION,
    asks="BOOK",
    asked_by="COACH",
    answers="MEMBER",
    by="COACH",
    answer_by=at("2027-03-17T09:00"),
    proposed_starts_at=SESSION.starts_at,
    proposed_ends_at=SESSION.ends_at,
    offered=(SLOT,),
)
OPEN_RANGE = OfferedTime(starts_at=at("2027-03-24T18:00"), ends_at=at("2027-03-24T20:00"), is_range=True)
SEVERAL = replace(
    INVITED,
    proposed_starts_at=None,
    proposed_ends_at=None,
    offered=(SLOT, replace(SLOT, starts_at=at("2027-03-25T10:00"), ends_at=at("2027-03-25T10:45")), OPEN_RANGE),
)
WISHED = replace(INVITED, asked_by="MEMBER", answers="COACH", by="MEMBER", offered=())
REPORTED = replace(SESSION, by="COACH", answer_by=at("2027-03-21T10:10"))
OFFERED = replace(PROPOSED, proposed_starts_at=None, proposed_ends_at=None)

OVER = replace(SESSION, by="COACH", reason="CLIENT_NO_SHOW", disposition="COUNTED", units=1, missed=True)
ABSENT = replace(OVER, contest_until=at("2027-03-25T10:10"), next_bookable_from=at("2027-03-31T23:00"))
CLAIMED = replace(ENDED, disposition=None, reason=None, late=True, undecided=True, claim="EMERGENCY", outcome_link=True)

DRAGGED = replace(
    SESSION,
    by="SYSTEM",
    change_links=True,
    edited=CalendarEdit.MOVED,
    proposed_starts_at=at("2027-03-19T15:00"),
    proposed_ends_at=at("2027-03-19T15:45"),
)
FORTNIGHTLY = SeriesNotice(cadence="FORTNIGHTLY", first_on=date(2027, 3, 1), at=time(9), zone="America/New_York")
LATER = (at("2027-03-15T13:00"), at("2027-03-29T13:00"))
OMITTED = (at("2027-04-12T13:00"),)
SERIES = replace(
    SESSION,
    kind_code="one_on_one",
    kind_name="1-on-1",
    coach_name="Dan",
    member_name="Leo",
    accounting_zone="America/New_York",
    starts_at=at("2027-03-01T14:00"),
    ends_at=at("2027-03-01T14:45"),
    by="COACH",
    change_links=True,
    join_link=True,
    series=replace(FORTNIGHTLY, starts=(at("2027-03-01T14:00"), *LATER)),
)
LEFT_OUT = replace(
    SERIES,
    by="SYSTEM",
    change_links=False,
    join_link=False,
    starts_at=OMITTED[0],
    ends_at=at("2027-04-12T13:45"),
    series=replace(FORTNIGHTLY, left_out=OMITTED, make_up=(at("2027-04-12T15:00"), at("2027-04-13T13:00"))),
)
RUN_OUT = replace(LEFT_OUT, series=replace(FORTNIGHTLY, starts=LATER, ended=True))
AUGUST = (at("2027-08-02T13:00"), at("2027-08-16T13:00"), at("2027-08-30T13:00"))
THREE = replace(
    LEFT_OUT,
    starts_at=AUGUST[0],
    ends_at=at("2027-08-02T13:45"),
    answer_by=at("2027-07-02T13:00"),
    series=replace(FORTNIGHTLY, starts=AUGUST, kept=True, split=(at("2027-08-09T13:00"), at("2027-08-23T13:00"))),
)

MAYA = Reader(side=Side.MEMBER, name="Maya", zone="Europe/London", organisation="The Platform")
EVA = Reader(side=Side.COACH, name="Eva", zone="Europe/London", organisation="The Platform")
SAM = replace(MAYA, name="Sam")
KAI = replace(MAYA, name="Kai", zone="Pacific/Auckland")
DAN = replace(EVA, name="Dan", zone="America/New_York")
LEO = replace(MAYA, name="Leo", zone="Europe/Berlin")
HOSTILE = replace(
    CHANGEABLE,
    kind_name='<script>alert("kind")</script>',
    coach_name="\u202eavE\r\nBcc: everybody@example.com\x00</title><img src=x onerror=alert(1)> 👩‍👩‍👧",
    member_name="שלום {{ 7 * 7 }}",
    note="</blockquote><script>alert(1)</script>\n\n\n\n\x07&amp; 'quoted' \u2067turned\u2069\n> not mine",
    by="COACH",
)

MEMBERSHIP = replace(
    SESSION, kind_code="", kind_name="Membership", starts_at=at("2027-03-31T23:00"), ends_at=at("2027-03-31T23:00")
)
WISH = replace(MEMBERSHIP, news="EXTRA", coach_name="", amount=Money(minor_units=12000, currency="EUR"))
NEWS: Mapping[str, dict[str, Any]] = {
    "cancelled": {},
    "kept": {},
    "ended": {"by": "SYSTEM"},
    "paused": {},
    "paused-until": {"news": "PAUSED", "ends_at": at("2027-05-31T23:00")},
    "resumed": {"by": "SYSTEM", "amount": Money(minor_units=24000, currency="EUR")},
    "renewed": {"by": "SYSTEM", "amount": Money(minor_units=240000, currency="EUR")},
}
