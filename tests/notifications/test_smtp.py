"""Sending to real servers: taken, put off, refused for good, and everything that can be in the way before the mail."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.mail import mail_of
from notifications.smtp import Security, SmtpServer, Unwilling, greet, send
from telemetry import figures
from telemetry.prometheus import Prometheus
from tests.notifications.servers import (
    HOST,
    Certificate,
    Postbox,
    free_port,
    make_certificate,
    only,
    rude_server,
    smtp_server,
)
from tests.notifications.test_mail import ENVELOPE, ICS, RENDERED

MAIL = mail_of(RENDERED, ENVELOPE, ICS)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def plain(
    port: int,
    *,
    security: Security = Security.NONE,
    timeout: timedelta = timedelta(seconds=5),
    ca_file: str | None = None,
    username: str | None = None,
    password: str | None = None,
) -> SmtpServer:
    return SmtpServer(
        host=HOST,
        port=port,
        security=security,
        timeout=timeout,
        ca_file=ca_file,
        username=username,
        password=password,
    )


def attempt(server: SmtpServer) -> None:
    send(server, MAIL, sender="no-reply@example.com", recipient="maya@example.com")


def fails(server: SmtpServer) -> Unwilling:
    with pytest.raises(Unwilling) as raised:
        attempt(server)
    return raised.value


def test_a_willing_server_gets_the_whole_mail_for_its_one_recipient() -> None:
    postbox = Postbox()
    with smtp_server(postbox) as port:
        attempt(plain(port))
    (envelope,) = postbox.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@example.com", ["maya@example.com"])
    assert envelope.content == MAIL.as_bytes()


@pytest.mark.parametrize("place", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "code", "final"),
    [
        ("421 Closing", "smtp421", False),
        ("450 Greylisted, try again", "smtp450", False),
        ("452 Full", "smtp452", False),
        ("550 No such user maya@example.com", "smtp550", True),
        ("554 Spam", "smtp554", True),
    ],
)
def test_an_answer_to_the_mail_decides_by_its_first_digit(place: str, answer: str, code: str, final: bool) -> None:
    postbox = Postbox(rcpt=answer) if place == "rcpt" else Postbox(data=answer)
    with smtp_server(postbox) as port:
        fault = fails(plain(port))
    assert (fault.code, fault.final, postbox.taken) == (code, final, [])
    assert "maya" not in repr(fault) + str(fault.__cause__)


def test_a_server_that_is_not_there_is_tried_again() -> None:
    fault = fails(plain(free_port()))
    assert (fault.code, fault.final) == ("smtpUnreachable", False)


def test_a_server_that_hangs_up_is_tried_again() -> None:
    with rude_server(greeting=b"220 hello\r\n", hang_up=True) as port:
        fault = fails(plain(port))
    assert (fault.code, fault.final) == ("smtpHungUp", False)


def test_a_server_that_greets_with_a_refusal_refuses_everybody_not_this_mail() -> None:
    with rude_server(greeting=b"554 no service here\r\n", hang_up=True) as port:
        fault = fails(plain(port))
    assert (fault.code, fault.final) == ("smtpNotReady554", False)


def test_a_server_that_falls_silent_is_left_after_the_timeout() -> None:
    with rude_server(greeting=b"220 hello\r\n", hang_up=False) as port:
        fault = fails(plain(port, timeout=timedelta(seconds=0.2)))
    assert (fault.code, fault.final) == ("smtpTimeout", False)


def test_starttls_with_a_certificate_that_we_trust(certificate: Certificate) -> None:
    postbox = Postbox()
    with smtp_server(postbox, tls_context=certificate.server, require_starttls=True) as port:
        attempt(plain(port, security=Security.STARTTLS, ca_file=str(certificate.file)))
    assert len(postbox.taken) == 1


def test_tls_from_the_first_byte(certificate: Certificate) -> None:
    postbox = Postbox()
    with smtp_server(postbox, ssl_context=certificate.server) as port:
        attempt(plain(port, security=Security.TLS, ca_file=str(certificate.file)))
    assert len(postbox.taken) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_gets_no_mail(certificate: Certificate, security: Security) -> None:
    postbox = Postbox()
    how = "ssl_context" if security is Security.TLS else "tls_context"
    with smtp_server(postbox, **{how: certificate.server}) as port:
        fault = fails(plain(port, security=security))
    assert (fault.code, fault.final, postbox.taken) == ("smtpCertificate", False, [])


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    postbox = Postbox()
    with smtp_server(postbox) as port:
        fault = fails(plain(port, security=Security.STARTTLS))
    assert (fault.code, fault.final, postbox.taken) == ("smtpNotSupported", False, [])


def test_the_password_lets_us_in(certificate: Certificate) -> None:
    postbox = Postbox()
    with smtp_server(
        postbox,
        tls_context=certificate.server,
        require_starttls=True,
        authenticator=only("fortnight", "secret"),
        auth_required=True,
    ) as port:
        known = plain(
            port,
            security=Security.STARTTLS,
            ca_file=str(certificate.file),
            username="fortnight",
            password="secret",
        )
        attempt(known)
        fault = fails(replace(known, password="wrong"))
    assert len(postbox.taken) == 1
    assert (fault.code, fault.final) == ("smtpPasswordRefused", False)


def test_a_server_that_wants_a_password_first_refuses_our_settings_and_not_this_mail(certificate: Certificate) -> None:
    postbox = Postbox()
    tls = {"tls_context": certificate.server, "require_starttls": True}
    with smtp_server(postbox, **tls, authenticator=only("fortnight", "secret"), auth_required=True) as port:
        fault = fails(plain(port, security=Security.STARTTLS, ca_file=str(certificate.file)))
    assert (fault.code, fault.final, postbox.taken) == ("smtp530", False, [])


def test_a_greeting_finds_the_server_willing_and_sends_nothing(certificate: Certificate) -> None:
    postbox = Postbox()
    tls = {"tls_context": certificate.server, "require_starttls": True}
    with smtp_server(postbox, **tls, authenticator=only("fortnight", "secret"), auth_required=True) as port:
        known = plain(
            port, security=Security.STARTTLS, ca_file=str(certificate.file), username="fortnight", password="secret"
        )
        greet(known)
        with pytest.raises(Unwilling, match="smtpPasswordRefused"):
            greet(replace(known, password="wrong"))
        with pytest.raises(Unwilling, match="smtpCertificate"):
            greet(replace(known, ca_file=None))
    assert postbox.taken == []


def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    with pytest.raises(ValueError, match="TLS"):
        SmtpServer(host="mail.example.com", port=25, security=Security.NONE, username="u", password="p")


def test_a_password_does_not_show_in_a_repr() -> None:
    assert "hush" not in repr(SmtpServer(host="mail.example.com", port=587, username="u", password="hush"))


def test_certificates_are_read_from_a_file_that_exists(tmp_path: Path) -> None:
    """A wrong path is a fault of the settings: the mail waits for its being mended."""
    fault = fails(plain(free_port(), security=Security.TLS, ca_file=str(tmp_path / "none.pem")))
    assert fault.final is False


def test_each_talk_is_counted_with_what_became_of_it() -> None:
    keeper, postbox = Prometheus(), Postbox()
    figures.keep(keeper)
    try:
        with smtp_server(postbox) as port:
            attempt(plain(port))
            for postbox.data in ("451 Not now", "452 Full", "550 No such user maya@example.com"):
                fails(plain(port))
        fails(plain(free_port()))
    finally:
        figures.keep(None)
    samples = [one for family in keeper.registry.collect() for one in family.samples]
    told = {one.labels["outcome"]: one.value for one in samples if one.name == "fortnight_calls_total"}
    assert told == {"ok": 1, "smtp4yz": 2, "smtp5yz": 1, "smtpUnreachable": 1}
