"""The mail as it goes over the wire: alternatives, calendar file, headers that nobody can add to."""

import email
import email.policy
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from notifications.mail import Envelope, mail_of, message_id
from tests.notifications.cases import (
    CASES,
)
from tests.notifications.facts import (
    KEYRING,
    at,
)

RENDERED = CASES["booked-member"].render()
ENVELOPE = Envelope(
    sender_name="The Platform",
    sender_address="no-reply@example.com",
    recipient_name="Maya",
    recipient_address="maya@example.com",
    message_id="abc@example.com",
    sent_at=at("2027-03-01T09:00"),
)
ICS = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
ANY_WORDS = st.one_of(st.text(st.characters(exclude_categories=())), st.text('\r\n:<>,;"\\@= ?a\u202e😀', max_size=300))


def parsed(mail: EmailMessage) -> EmailMessage:
    return email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)


def test_text_and_html_are_alternatives_and_the_calendar_file_stands_beside_them() -> None:
    mail = parsed(mail_of(RENDERED, ENVELOPE, ICS))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == RENDERED.text.strip()
    assert html.get_content().replace("\r\n", "\n").strip() == RENDERED.html.strip()


def test_the_calendar_file_arrives_to_the_byte_with_its_method_in_the_header() -> None:
    (file,) = parsed(mail_of(RENDERED, ENVELOPE, ICS)).iter_attachments()
    assert file.get_payload(decode=True) == ICS
    assert file.get_filename() == "session.ics"
    assert file["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}


def test_a_mail_that_is_built_again_is_the_same_to_the_byte() -> None:
    assert mail_of(RENDERED, ENVELOPE, ICS).as_bytes() == mail_of(RENDERED, ENVELOPE, ICS).as_bytes()


def test_without_a_calendar_file_there_are_only_the_alternatives() -> None:
    assert parsed(mail_of(RENDERED, ENVELOPE, None)).get_content_type() == "multipart/alternative"


def test_no_answering_machine_answers() -> None:
    """RFC 3834."""
    assert mail_of(RENDERED, ENVELOPE, None)["Auto-Submitted"] == "auto-generated"


@given(ANY_WORDS, ANY_WORDS, ANY_WORDS)
def test_no_word_adds_a_header_or_a_recipient(sender: str, recipient: str, subject: str) -> None:
    envelope = replace(ENVELOPE, sender_name=sender, recipient_name=recipient)
    raw = mail_of(replace(RENDERED, subject=subject), envelope, ICS).as_bytes()
    head = raw.split(b"\r\n\r\n", 1)[0]
    names = [row.split(b":")[0].decode() for row in head.split(b"\r\n") if not row.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(HEADERS)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert [address.addr_spec for address in mail["To"].addresses] == ["maya@example.com"]
    assert [address.addr_spec for address in mail["From"].addresses] == ["no-reply@example.com"]


@given(st.text(st.characters(categories=("L", "N", "S", "Zs")), min_size=1, max_size=150))
def test_every_line_is_short_enough_and_plain_ascii(words: str) -> None:
    """RFC 5322, 2.1.1; so no server on the way needs 8BITMIME or SMTPUTF8."""
    raw = mail_of(replace(RENDERED, subject=words, text=f"{words}\n", html=words * 50), ENVELOPE, None).as_bytes()
    assert raw.isascii()
    assert max(len(row) for row in raw.split(b"\r\n")) <= 998


def test_a_subject_in_any_script_is_read_as_it_was_written() -> None:
    mail = mail_of(replace(RENDERED, subject="Booked: שלום 😀 Zoë " * 8), ENVELOPE, None)
    legacy = email.message_from_bytes(mail.as_bytes(), policy=email.policy.compat32)
    assert str(make_header(decode_header(legacy["Subject"]))) == ("Booked: שלום 😀 Zoë " * 8).strip()


def test_a_domain_outside_ascii_is_written_as_it_is_looked_up() -> None:
    mail = mail_of(RENDERED, replace(ENVELOPE, recipient_address="maya@exämple.com"), None)
    assert mail["To"].addresses[0].domain == "xn--exmple-cua.com"


def test_a_notification_has_one_message_id_for_ever_and_no_other_has_it() -> None:
    one = message_id(KEYRING, "example.com", organisation_id=1, notification_id=11)
    assert one == message_id(KEYRING, "example.com", organisation_id=1, notification_id=11)
    assert one != message_id(KEYRING, "example.com", organisation_id=11, notification_id=1)
    assert one.endswith("@example.com")
