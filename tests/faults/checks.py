"""What has to be true after the storm, found without the code that made it: by plain SQL, the mails, and Google's side."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise

from sqlalchemy import Engine, text

from api.ids import parse_id
from calendar_sync.google.vault import Vault
from models.keyring import Keyring
from tests.calendar_sync import google_checker
from tests.faults import storm
from tests.faults.mail_server import Taken, read
from tests.faults.seen import exposition
from tests.faults.stack import Kill
from tests.faults.storm import Booked, Theatre

SOON_SECONDS = 5.0
"""How long at most the record of a mail may take after the server has it."""

SESSIONS = text("""
SELECT session.id, starts_at, status, coach_id, member_id,
    (SELECT coalesce(sum(CASE WHEN to_account = 'HELD' THEN units ELSE 0 END - CASE WHEN from_account = 'HELD' THEN units ELSE 0 END), 0)
     FROM ledger_entry WHERE session_id = session.id) AS held
FROM session ORDER BY session.id
""")
OPEN = text("""
SELECT kind, count(*) AS number FROM due_work
WHERE done_at IS NULL AND kind IN ('MAIL', 'GOOGLE_PUSH', 'GOOGLE_SERIES', 'GOOGLE_HOLD', 'GOOGLE_COPY', 'GOOGLE_SERIES_COPY') AND fires_at < now() + interval '1 day' GROUP BY kind
""")
TOKENS = text("SELECT organisation_id, person_id, sealed_token FROM google_connection")
NOT_SENT = text("SELECT count(*) FROM notification WHERE sent_at IS NULL")
DUE_WORK = text("SELECT work::text FROM due_work AS work")
EVENTS = text("SELECT event::text FROM event")


def still_open(owner: Engine) -> dict[str, int]:
    """What has not been sent yet, by kind."""
    with owner.connect() as connection:
        return {row.kind: row.number for row in connection.execute(OPEN)}


def wrong_bookings(owner: Engine, booked: list[Booked]) -> list[str]:
    """What is wrong with the bookings: each that was answered stands, each that stands was asked for once and holds its credit."""
    with owner.connect() as connection:
        rows = {row.id: row for row in connection.execute(SESSIONS)}
    answered = {parsed[1]: one for one in booked if (parsed := parse_id(one.session)) is not None}
    found = [f"session {key} was answered and does not stand" for key in answered.keys() - rows.keys()]
    found += [f"session {key} stands and was never answered" for key in rows.keys() - answered.keys()]
    for key, row in rows.items():
        if row.status != "SCHEDULED" or row.held != 1:
            found.append(f"session {key} is {row.status} and holds {row.held} credits")
        if key in answered and row.starts_at.astimezone(UTC) != answered[key].starts_at:
            found.append(f"session {key} begins at another time than was answered")
    return found


def wrong_events(owner: Engine, theatre: Theatre) -> list[str]:
    """In what Google's side differs from the database."""
    return google_checker.problems(owner, theatre.google, theatre.organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """What came of the mails; the numbers count mails that were taken more than once."""

    wrong: list[str]
    messages: int
    after_a_kill: int
    after_a_lost_answer: int


def look_at_mails(owner: Engine, theatre: Theatre, booked: list[Booked]) -> Mails:
    """Each booking was told to both sides by one message each; what came twice did so for a reason that can be named."""
    messages = theatre.mails.by_message()
    wrong: list[str] = []
    with owner.connect() as connection:
        if missing := connection.execute(NOT_SENT).scalar_one():
            wrong.append(f"{missing} messages were never sent")
    told = Counter(_told(taken[0]) for taken in messages.values())
    wanted = Counter(
        (address, f"{one.starts_at:%-d %B %Y, %H:%M}")
        for one in booked
        for address in (one.pair.coach_email, one.pair.member_email)
    )
    wrong += [f"{number} messages tell {who} of {when}" for (who, when), number in told.items() if when and number > 1]
    wrong += [f"nothing tells {who} of {when}" for who, when in wanted.keys() - told.keys()]
    killed = lost = 0
    for name, taken in messages.items():
        for before, after in pairwise(taken):
            if not before.answered:
                lost += 1
            elif _fell(theatre.stack.kills, before.at, after.at):
                killed += 1
            else:
                wrong.append(f"{name} was sent twice without a kill: {before.at:.2f}, {after.at:.2f}")
    return Mails(wrong=wrong, messages=len(messages), after_a_kill=killed, after_a_lost_answer=lost)


def _told(taken: Taken) -> tuple[str, str]:
    """Whom a mail tells of a booking at which time; no time where it tells of something else."""
    subject = str(read(taken.content)["Subject"]).strip()
    found = re.search(r"^Booked: .*, \w+ (\d+ \w+ \d{4}, \d\d:\d\d)$", subject)
    return taken.recipient, found[1] if found else ""


def _fell(kills: list[Kill], sent: float, again: float) -> bool:
    """Whether a worker or the database was killed after the mail was sent and before that can have been recorded."""
    return any(
        kill.what != "api" and kill.at <= min(sent + SOON_SECONDS, again) and kill.until >= sent for kill in kills
    )


# -- secrets ------------------------------------------------------------------------------------------------------------


def secrets_of(owner: Engine, theatre: Theatre) -> dict[str, str]:
    """Everything that must stand nowhere: what was planted, every token and key, and what the mails say."""
    found = {
        "server secret": storm.SECRET,
        "SMTP password": storm.SMTP_PASSWORD,
        "client secret": storm.CLIENT_SECRET,
        "note": storm.NOTE,
        "question": storm.QUESTION,
        "API key": theatre.key,
        "person's name": "Quillfeather",
        "person's address": "@example.com",
        "access token": "ya29.",
        **{f"token of {person}": token for person, token in theatre.tokens.items()},
    }
    vault = Vault(Keyring(storm.SECRET.encode()))
    with owner.connect() as connection:
        for row in connection.execute(TOKENS):
            token = vault.open(bytes(row.sealed_token), organisation=row.organisation_id, person=row.person_id)
            found[f"refresh token of {row.person_id}"] = token
    for number, taken in enumerate(theatre.mails.taken):
        body = read(taken.content).get_body(("plain",))
        assert body is not None
        links = re.findall(r"/(?:change|join)/(\S+)", body.get_content())
        found |= {f"link {number}.{place}": link for place, link in enumerate(links)}
        found |= {f"{_what(line)} {number}.{place}": line for place, line in enumerate(_own_lines(body.get_content()))}
    assert any(name.startswith("link") for name in found), "the mails carry links"
    return found


def _what(line: str) -> str:
    """What a line of a mail is: an address, the person with whom a session is, or words that stand in the mail alone."""
    if line.startswith("http"):
        return "link as a line"
    return "person's session" if re.fullmatch(r"\S.* with \w+ Quillfeather", line) else "line"


def _own_lines(words: str) -> list[str]:
    """Lines of a mail that are long enough to be known again."""
    return [line.strip() for line in words.splitlines() if len(line.strip()) > 24]


def leaks(owner: Engine, theatre: Theatre) -> list[str]:
    """Which secret stands in which log, row, event or error."""
    secrets = secrets_of(owner, theatre)
    with owner.connect() as connection:
        rows = {
            "due work": "\n".join(connection.execute(DUE_WORK).scalars()),
            "events": "\n".join(connection.execute(EVENTS).scalars()),
        }
    google = json.dumps(theatre.google.log())
    logs = {str(path): path.read_text(errors="replace") for path in theatre.stack.data.rglob("*.log")}
    errors = {"errors": "\n".join(error for caller in theatre.callers for error in caller.errors)}
    seen = {**exposition(theatre), "traces": b"\n".join(theatre.collector.bodies).decode(errors="replace")}
    assert any('"mail_sent"' in content for content in logs.values()), "the logs are not where they were looked for"
    return [
        f"the {name} stands in the {place}"
        for place, content in {**rows, **logs, **errors, **seen}.items()
        for name, secret in secrets.items()
        if secret in content and not _meant(name, place)
    ] + [
        f"the {name} stands in what reached Google"
        for name, secret in secrets.items()
        if secret in google and not name.startswith(SAID_TO_GOOGLE)
    ]


SAID_TO_GOOGLE = ("person's", "link")
"""An event tells the coach with whom it is and where it is joined and changed. Tokens travel in the Authorization header, and grants and
the client's secret in the form of the token address, neither of which the double writes down: so every one that stands in its log was
sent where it does not belong, such as in a path, a query or an event."""


def _meant(name: str, place: str) -> bool:
    """What somebody writes to the team stands in the log of who wrote it, as docs/decisions.md says."""
    return (name, place) == ("question", "events")
