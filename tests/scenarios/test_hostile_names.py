"""Hostile names of people stay names: in both feeds, in Google, and in the headers of mails."""

from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import Final

from icalendar import Calendar

from notifications.mail import Envelope, mail_of
from notifications.render import Rendered
from tests.scenarios.invites import SLOT, invite, thrive
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant
from tests.scenarios.talks import tell

HEAD: Final = (
    "<b>&\"';,\\:\u202e\u2066\u200f\U0001f469\u200d\U0001f4bb\U00020bb7{{7*7}}%0d%0aBcc: a@example.com=?utf-8?q?x?= "
)
BOOKED_AT: Final = "2027-03-26T10:00:00Z"


def name(who: str) -> str:
    """A name of the longest that may be."""
    return (f"{who} {HEAD}" + "\U00020bb7" * 200)[:200]


def renamed(open_stage: OpenStage) -> Stage:
    """Thrive, where Maya and Eva are called like this; one session stands and one invite waits."""
    stage = thrive(open_stage)
    for who in ("Maya", "Eva"):
        shown = "record { person { name } }"
        answer = tell(stage, "Sam", "updatePerson", shown, person=stage.gid(who), name=name(who))
        assert answer["record"]["person"]["name"] == name(who), answer
        over = tell(stage, "Sam", "updatePerson", shown, person=stage.gid(who), name=name(who) + "x")
        assert over["code"] == "INVALID_INPUT"
    invite(stage, "Eva", "Maya", SLOT)
    stage.booked("Maya", "session", "Eva", BOOKED_AT)
    return stage


def test_they_stay_names_wherever_they_are_shown(open_stage: OpenStage) -> None:
    stage = renamed(open_stage)
    held, booked = instant(SLOT), instant(BOOKED_AT)
    titles = {held: f"Hold: Session with {name('Maya')}", booked: f"Session with {name('Maya')}"}
    assert {at: event.summary for at, event in stage.feed("Eva").items()} == titles
    assert {at: event["summary"] for at, event in stage.google("Eva").items()} == titles
    assert {at: event.summary for at, event in stage.feed("Maya").items()} == {booked: f"Session with {name('Eva')}"}
    for who in ("Eva", "Maya"):
        calendar = Calendar.from_ical(stage.theatre.get(stage.feed_url(who)).content)
        assert len(calendar.walk("VEVENT")) == len(stage.feed(who))
        assert not any(event.get("ATTENDEE") or event.subcomponents for event in calendar.walk("VEVENT"))


def test_no_name_ends_a_header_of_a_mail_or_a_tag_of_its_page(open_stage: OpenStage) -> None:
    stage = renamed(open_stage)
    for who, code in (("Maya", "INVITE"), ("Maya", "BOOKED"), ("Eva", "BOOKED")):
        message = stage.message(who, code)
        envelope = Envelope(
            sender_name=name("The Platform"),
            sender_address="platform@example.com",
            recipient_name=name(who),
            recipient_address=stage.email(who),
            message_id="a@example.com",
            sent_at=datetime.fromisoformat(stage.now),
        )
        rendered = Rendered(subject=message["subject"], text=message["text"], html=message["html"], links=())
        mail = message_from_bytes(bytes(mail_of(rendered, envelope, None)), policy=default)
        assert sorted(mail.keys()) == [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To",
        ]
        assert [len(mail[header].addresses) for header in ("From", "To")] == [1, 1]
        assert mail["To"].addresses[0].addr_spec == stage.email(who)
        assert not {"<b>"} & {message["html"][at : at + 3] for at in range(len(message["html"]))}
        assert "{{7*7}}" in message["text"].replace("\n", "")
        assert not {"\u202e", "\u2066", "\u200f"} & set(message["subject"] + message["text"] + message["html"])
