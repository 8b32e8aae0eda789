"""A mail that is due: sent once and marked, put off, or set aside; a sandbox's goes nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from models.keyring import Keyring
from models.unit import Database, count_statements
from notifications.backoff import FIRST, LONGEST, delay
from notifications.deliver import MailSettings, deliver_mail, put_into_mailbox
from notifications.links import Addresses, LinkKind, read_link
from notifications.smtp import GivenUp, MailOutcome, Security, Sent, SmtpServer, TryLater
from tests.notifications.servers import HOST, Postbox, free_port, smtp_server
from tests.support.platform import open_platform

BOOKED_AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
ICS = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"


@dataclass
class Office:
    """Two messages of a booking that are to be mailed, and a server that answers as its postbox says."""

    database: Database
    owner: Engine
    settings: MailSettings
    postbox: Postbox
    organisation: int
    messages: dict[str, int]

    def deliver(
        self, who: str, *, attempt: int = 1, since: datetime = BOOKED_AT, now: datetime = BOOKED_AT, **settings: Any
    ) -> MailOutcome:
        return deliver_mail(
            self.database,
            replace(self.settings, **settings),
            organisation_id=self.organisation,
            notification_id=self.messages[who],
            attempt=attempt,
            since=since,
            now=now,
        )

    def sent_at(self, who: str) -> datetime | None:
        with self.owner.connect() as connection:
            found = connection.execute(
                text("SELECT sent_at FROM notification WHERE id = :id"), {"id": self.messages[who]}
            )
            return found.scalar_one()

    def go_live(self) -> None:
        """The organisation is none with a clock of its own any more."""
        with self.owner.begin() as connection:
            connection.execute(text("UPDATE organisation SET is_sandbox = false, clock_at = NULL"))


class Files:
    """Makes calendar files, and remembers for whom."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def __call__(self, _database: Database, *, organisation_id: int, session_id: int, person_id: int) -> bytes | None:
        assert organisation_id
        self.asked.append((session_id, person_id))
        return ICS


@pytest.fixture
def office(database: Database, owner: Engine, keyring: Keyring) -> Iterator[Office]:
    platform = open_platform(database, "mastered", at=BOOKED_AT)
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    platform.booked("Maya", "coaching", "Eva", datetime(2027, 3, 18, 10, tzinfo=UTC))
    with owner.connect() as connection:
        rows = connection.execute(text("SELECT id, recipient_id FROM notification")).all()
    names = {person: name for name, person in platform.people.items()}
    postbox = Postbox()
    addresses = Addresses(
        keyring=keyring, base_url="https://fortnight.example.com", front_end_url=None, global_id=lambda name, key: name
    )
    with smtp_server(postbox) as port:
        server = SmtpServer(host=HOST, port=port, security=Security.NONE, timeout=timedelta(seconds=5))
        settings = MailSettings(
            server=server, sender_address="no-reply@example.com", addresses=addresses, keyring=keyring
        )
        yield Office(
            database=database,
            owner=owner,
            settings=settings,
            postbox=postbox,
            organisation=platform.organisation_id,
            messages={names[row.recipient_id]: row.id for row in rows},
        )


def test_a_sandbox_never_sends_its_mail_counts_as_delivered_to_the_mailbox(office: Office) -> None:
    assert office.deliver("Maya") == Sent()
    assert (office.postbox.taken, office.sent_at("Maya")) == ([], BOOKED_AT)


def test_the_mails_of_a_sandbox_lie_in_its_mailbox_at_once_each_told_with_its_request(office: Office) -> None:
    both = {office.messages["Maya"]: "request-0001", office.messages["Eva"]: None}
    statements = count_statements(office.database.engine)
    with capture_logs() as lines:
        assert put_into_mailbox(office.database, organisation_id=office.organisation, notifications=both, now=BOOKED_AT)
    assert (office.sent_at("Maya"), office.sent_at("Eva"), len(statements)) == (BOOKED_AT, BOOKED_AT, 2)
    told = {line["notification"]: line.get("request_id") for line in lines if line["event"] == "mail_sent"}
    assert told == both
    later = BOOKED_AT + timedelta(hours=1)
    assert put_into_mailbox(office.database, organisation_id=office.organisation, notifications=both, now=later)
    assert office.sent_at("Maya") == BOOKED_AT


def test_mails_of_a_live_organisation_are_sent_one_by_one(office: Office) -> None:
    office.go_live()
    both = dict.fromkeys(office.messages.values())
    assert not put_into_mailbox(office.database, organisation_id=office.organisation, notifications=both, now=BOOKED_AT)
    assert (office.sent_at("Maya"), office.sent_at("Eva")) == (None, None)


def test_a_live_organisations_mail_reaches_its_recipient_in_the_organisations_name(office: Office) -> None:
    office.go_live()
    assert office.deliver("Maya") == Sent()
    (envelope,) = office.postbox.taken
    assert envelope.rcpt_tos == ["maya@example.com"]
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["From"] == "The Platform <no-reply@example.com>"
    assert mail["Subject"] == "Booked: Coaching call with Eva, Thursday 18 March 2027, 10:00"
    assert office.sent_at("Maya") == BOOKED_AT


def test_the_links_of_a_mail_are_its_recipients_own(office: Office, keyring: Keyring) -> None:
    office.go_live()
    office.deliver("Maya")
    content = office.postbox.taken[0].content
    assert isinstance(content, bytes)
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    assert body is not None
    words = [word for word in body.get_content().split() if "/change/" in word]
    links = [read_link(keyring, word.rpartition("/")[2]) for word in words]
    assert [link.kind for link in links] == [LinkKind.RESCHEDULE, LinkKind.CANCEL]
    with office.owner.connect() as connection:
        maya = connection.execute(text("SELECT id FROM person WHERE name = 'Maya'")).scalar_one()
    assert {link.person_id for link in links} == {maya}


def test_a_mail_that_was_sent_is_not_sent_again(office: Office) -> None:
    office.go_live()
    assert [office.deliver("Maya"), office.deliver("Maya", attempt=2)] == [Sent(), Sent()]
    assert len(office.postbox.taken) == 1


def test_a_mail_sent_twice_because_of_a_crash_has_the_same_message_id(office: Office) -> None:
    office.go_live()
    office.deliver("Maya")
    with office.owner.begin() as connection:
        connection.execute(text("UPDATE notification SET sent_at = NULL"))
    office.deliver("Maya", attempt=2, now=BOOKED_AT + timedelta(minutes=2))
    office.deliver("Eva")
    raw = [envelope.content for envelope in office.postbox.taken]
    ids = [message_from_bytes(content, policy=default)["Message-ID"] for content in raw if isinstance(content, bytes)]
    assert ids[0] == ids[1] != ids[2]


def test_a_server_that_is_busy_is_tried_again_later_and_the_mail_stays_unsent(office: Office) -> None:
    office.go_live()
    office.postbox.rcpt = "451 Greylisted"
    outcome = office.deliver("Maya", attempt=3)
    assert isinstance(outcome, TryLater)
    assert outcome.error == "smtp451"
    assert FIRST * 2 <= outcome.after <= FIRST * 4
    assert office.sent_at("Maya") is None


def test_a_mail_that_is_refused_for_good_is_given_up(office: Office) -> None:
    office.go_live()
    office.postbox.rcpt = "550 No such user"
    assert office.deliver("Maya") == GivenUp(error="smtp550")
    assert office.sent_at("Maya") is None


def test_after_three_days_of_trying_a_mail_has_lost_its_point(office: Office) -> None:
    office.go_live()
    office.postbox.rcpt = "451 Later"
    assert isinstance(office.deliver("Maya", attempt=70, now=BOOKED_AT + timedelta(days=3)), TryLater)
    late = office.deliver("Maya", attempt=71, now=BOOKED_AT + timedelta(days=3, microseconds=1))
    assert late == GivenUp(error="smtp451")


def test_without_a_mail_server_a_live_organisations_mail_is_set_aside(office: Office) -> None:
    office.go_live()
    assert office.deliver("Maya", server=None) == GivenUp(error="mailNotConfigured")


def test_a_server_that_is_away_is_tried_again(office: Office) -> None:
    office.go_live()
    away = SmtpServer(host=HOST, port=free_port(), security=Security.NONE)
    outcome = office.deliver("Maya", server=away)
    assert isinstance(outcome, TryLater)
    assert outcome.error == "smtpUnreachable"


def test_a_booking_carries_the_calendar_file_of_its_reader(office: Office) -> None:
    office.go_live()
    files = Files()
    office.deliver("Eva", ics_of=files)
    content = office.postbox.taken[0].content
    assert isinstance(content, bytes)
    (file,) = message_from_bytes(content, policy=default).iter_attachments()
    assert file.get_payload(decode=True) == ICS
    assert len(files.asked) == 1


def test_a_message_without_calendar_news_carries_no_file(office: Office) -> None:
    office.go_live()
    with office.owner.begin() as connection:
        connection.execute(text("UPDATE notification SET code = 'CREDIT_RETURNED'"))
    files = Files()
    office.deliver("Maya", ics_of=files)
    assert files.asked == []


def test_a_notification_of_nobody_is_done(office: Office) -> None:
    office.messages["Nobody"] = 10**9
    assert office.deliver("Nobody") == Sent()


def test_no_address_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    office.go_live()
    office.postbox.rcpt = "550 maya@example.com is unknown"
    office.deliver("Maya")
    office.postbox.rcpt = "250 OK"
    office.deliver("Maya")
    logged = caplog.text + "".join(capsys.readouterr())
    assert "mail_not_taken" in logged
    assert "mail_sent" in logged
    assert "example.com" not in logged
    assert "Maya" not in logged


@pytest.mark.parametrize("attempt", [1, 2, 7, 1000])
def test_waits_double_up_to_an_hour_and_are_never_shorter_than_half(attempt: int) -> None:
    ceiling = min(LONGEST, FIRST * 2 ** min(attempt - 1, 10))
    assert delay(attempt, 0.0) == ceiling / 2
    assert delay(attempt, 0.999999) < ceiling


@pytest.mark.parametrize(("attempt", "fraction"), [(0, 0.5), (1, 1.0), (1, -0.1)])
def test_a_wait_without_attempt_or_chance_is_an_error(attempt: int, fraction: float) -> None:
    with pytest.raises(ValueError, match="attempts count from 1"):
        delay(attempt, fraction)
