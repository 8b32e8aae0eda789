"""`fortnight doctor`: what an operator asks first when something is not as it should be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import URL, Connection, text

from api.oidc.fetch import IssuerUnreachable, Publications
from api.oidc.keys import read_keys
from fortnight.compose import smtp_server
from fortnight.database import check_migrated, check_server, current_revision, owner_connection
from fortnight.faults import Unfit
from fortnight.installation import WORKER_NAME
from fortnight.settings import Settings
from notifications.smtp import Unwilling, greet

LATE: Final = timedelta(minutes=1)
"""How long due work may wait before somebody should look."""
_REACH: Final = timedelta(seconds=5)
UNREACHABLE: Final = {
    "otherIssuer": "its discovery document names another issuer (FORTNIGHT_OIDC_ISSUER must be its `iss`, to the letter)",
    "keysNotGuarded": "its keys lie where their answer could be changed on the way",
    "noKeySet": "what it names as its keys is no key set",
    "unreadable": "what it answers is no JSON object",
    "tooSlow": "it answers too slowly",
    "tooLong": "it answers too much",
}
"""What the words of `IssuerUnreachable` mean to an operator."""

WORKERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name")
UNWILLING: Final = {
    "smtpUnreachable": "nobody answers there (FORTNIGHT_SMTP_HOST, FORTNIGHT_SMTP_PORT)",
    "smtpTimeout": f"it takes longer than {_REACH.total_seconds():.0f} seconds to answer",
    "smtpHungUp": "it hangs up",
    "smtpCertificate": "TLS does not come about: nobody that this machine trusts vouches for its certificate under this name "
    "(SSL_CERT_FILE names who else does), or FORTNIGHT_SMTP_SECURITY is not how it speaks at this port",
    "smtpPasswordRefused": "it does not know FORTNIGHT_SMTP_USER by FORTNIGHT_SMTP_PASSWORD",
    "smtpNotSupported": "it does not offer what FORTNIGHT_SMTP_SECURITY or FORTNIGHT_SMTP_USER need",
}
"""What the words of `notifications.smtp.Unwilling` mean to an operator."""
# A sandbox's clock is moved by hand, and what is due there is done on the way: only live organisations can be late.
WAITING = text("""
SELECT count(*), coalesce(clock_timestamp() - min(fires_at), interval '0') FROM due_work AS work
JOIN organisation ON organisation.id = work.organisation_id AND NOT organisation.is_sandbox
WHERE work.done_at IS NULL AND work.set_aside_at IS NULL AND work.fires_at < clock_timestamp()
AND (work.lease_until IS NULL OR work.lease_until < clock_timestamp())
""")
SET_ASIDE = text("""
SELECT organisation_id, kind, coalesce(last_error, 'unknown') AS error, count(*) AS number FROM due_work
WHERE set_aside_at IS NOT NULL AND done_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")
LIVE = text("SELECT count(*) FROM organisation WHERE NOT is_sandbox")


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    verdict: Verdict
    about: str
    text: str

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to do something."""
        return self.verdict is Verdict.WRONG


def examine(settings: Settings, url: URL) -> list[Finding]:
    """Everything that was looked at; where the database is unfit, what needs it is left out."""
    try:
        with owner_connection(url) as connection:
            return [_database(connection), *_work(connection), *_outside(settings, connection)]
    except Unfit as fault:
        return [Finding(verdict=Verdict.WRONG, about="database", text=str(fault))]


def _database(connection: Connection) -> Finding:
    check_server(connection)
    check_migrated(connection)
    version = connection.execute(text("SHOW server_version")).scalar_one()
    return _ok("database", f"PostgreSQL {version}, revision {current_revision(connection)}")


def _work(connection: Connection) -> Iterator[Finding]:
    workers = connection.execute(WORKERS, {"name": WORKER_NAME}).scalar_one()
    connection.execute(text("SET ROLE fortnight_worker"))  # who may see the due work of all organisations
    number, longest = connection.execute(WAITING).one()
    if workers:
        yield _ok("worker", f"{workers} at work")
    else:
        yield _wrong("worker", "none is running: start fortnight worker")
    if longest > LATE:
        yield _wrong("due work", f"{number} wait, the oldest since {longest.total_seconds():.0f} s")
    else:
        yield _ok("due work", "nothing waits")
    for row in connection.execute(SET_ASIDE):
        yield _wrong("set aside", f"organisation {row.organisation_id}: {row.number} {row.kind}, {row.error}")


def _outside(settings: Settings, connection: Connection) -> Iterator[Finding]:
    live = connection.execute(LIVE).scalar_one()
    yield _mail(settings, live)
    yield from _sign_in(settings)
    if settings.google_client_id is not None:
        yield _ok("Google", "a client is set for live organisations")
    elif live:
        yield _note("Google", "no client is set: coaches of live organisations cannot connect a calendar")


def _sign_in(settings: Settings) -> Iterator[Finding]:
    """Whether people can sign in with the issuer's tokens: its keys are there, and some of them can have signed one."""
    if settings.oidc_issuer is None:
        return
    try:
        keys = read_keys(Publications(issuer=settings.oidc_issuer).key_set())
    except IssuerUnreachable as fault:
        yield _wrong(
            "sign-in", f"{settings.oidc_issuer} does not publish its keys: {UNREACHABLE.get(str(fault), fault)}"
        )
        return
    if keys:
        yield _ok("sign-in", f"{settings.oidc_issuer} publishes {len(keys)} keys for tokens")
    else:
        yield _wrong(
            "sign-in",
            f"{settings.oidc_issuer} publishes no key that can have signed a token (RSA, EC or Ed, with a kid)",
        )


def _mail(settings: Settings, live: int) -> Finding:
    """Whether the server lets us in, as it would for a mail; nothing is sent."""
    try:
        server = smtp_server(settings)
    except Unfit as fault:
        return _wrong("mail", str(fault))
    if server is None:
        text = "no server is set (FORTNIGHT_SMTP_HOST)"
        return _wrong("mail", f"{text}, and {live} live organisations wait for mails") if live else _ok("mail", text)
    name = f"{server.host} port {server.port}"
    try:
        greet(replace(server, timeout=min(server.timeout, _REACH)))
    except Unwilling as fault:
        words = UNWILLING.get(fault.code, f"it answers {fault.code.removeprefix('smtpNotReady')} to everybody")
        return _wrong("mail", f"{name} takes no mail of ours: {words}")
    return _ok("mail", f"{name} lets us in" + ("" if server.username is None else f" as {server.username}"))


def _ok(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.OK, about=about, text=text)


def _note(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.NOTE, about=about, text=text)


def _wrong(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.WRONG, about=about, text=text)
