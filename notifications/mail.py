"""A rendered message as an e-mail: text and HTML as alternatives, the calendar file beside them (RFC 2046, 5322, 3834)."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from models.keyring import Keyring
from notifications.render import Rendered
from notifications.safe import line

_METHOD: Final = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom, to whom and when a mail goes; `message_id` is without its angle brackets."""

    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    message_id: str
    sent_at: datetime


def message_id(keyring: Keyring, domain: str, *, organisation_id: int, notification_id: int) -> str:
    """The one Message-ID of a notification, however often it is sent: a mail that arrives twice is seen as one."""
    key = keyring.key("mail/message-id")
    digest = hmac.digest(key, f"{organisation_id}.{notification_id}".encode(), sha256)
    return f"{digest.hex()[:40]}@{domain}"


def mail_of(rendered: Rendered, envelope: Envelope, ics: bytes | None) -> EmailMessage:
    """The mail; no word of its headers can end a header, because each is one line and is encoded by its field."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = _address(envelope.sender_name, envelope.sender_address)
    mail["To"] = _address(envelope.recipient_name, envelope.recipient_address)
    mail["Subject"] = line(rendered.subject)
    mail["Date"] = format_datetime(envelope.sent_at)
    mail["Message-ID"] = f"<{envelope.message_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    if ics is not None:
        _attach(mail, ics)
    _set_boundaries(mail, envelope.message_id)
    return mail


def _set_boundaries(mail: EmailMessage, seed: str) -> None:
    """Boundaries that follow from the message, so that a mail that is sent again is the same to the byte.

    `=_` stands in neither quoted-printable nor base64, so no part can hold one (RFC 2045, 6.7).
    """
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{sha256(f'{seed}/{number}'.encode()).hexdigest()[:32]}")


def _attach(mail: EmailMessage, ics: bytes) -> None:
    # Beside the alternatives, not among them: a reader that takes the last alternative would show the file for the message.
    method = _METHOD.search(ics)
    params = {"charset": "utf-8"} if method is None else {"charset": "utf-8", "method": method[1].decode()}
    mail.add_attachment(ics, maintype="text", subtype="calendar", filename="session.ics", params=params, cte="base64")


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(display_name=line(name, longest=LONGEST_NAME), username=user, domain=_ascii(domain))


def _ascii(domain: str) -> str:
    """The domain as it is looked up; one that cannot be written so is left to the server's judgement."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
