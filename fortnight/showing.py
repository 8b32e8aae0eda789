"""What the console shows of the demo: addresses to open and tokens to send."""

from datetime import timedelta

from api.auth import issue_token
from api.pages import mailbox_url
from calendar_sync.feed import feed_url
from fortnight.compose import real_now
from fortnight.demo import CONNECTED, ROLES, STANDS_AT, demo_organisation, email_of
from fortnight.faults import Unfit
from fortnight.installation import Known, find_person
from fortnight.settings import Settings
from models.keyring import Keyring
from models.unit import Database


def token_for(keyring: Keyring, person: Known, *, days: int) -> str:
    """A token with which this person is signed in for so many days of real time."""
    now = real_now()
    return issue_token(
        keyring,
        organisation_id=person.organisation_id,
        person_id=person.id,
        issued_at=now,
        expires_at=now + timedelta(days=days),
    )


def demo_shown(settings: Settings, database: Database, keyring: Keyring, *, days: int) -> str:
    """The pages of the demo, and a token for each of its people. Raises Unfit when it has lost one of them."""
    cast = {name: _known(database, name) for name in ROLES}
    lines = [
        *_addresses(settings, keyring, cast[CONNECTED]),
        "",
        f"The demo is a sandbox on Mastered's rules; its clock stands at {STANDS_AT:%Y-%m-%dT%H:%M:%SZ} until somebody",
        f"moves it. Tokens, good for {days} days, for the header `Authorization: Bearer …`:",
        "",
        *[f"  {name:<5} {ROLES[name]:<19} {token_for(keyring, one, days=days)}" for name, one in cast.items()],
    ]
    return "\n".join(lines)


def _addresses(settings: Settings, keyring: Keyring, coach: Known) -> list[str]:
    feed = feed_url(
        keyring,
        settings.public_url,
        organisation_id=coach.organisation_id,
        person_id=coach.id,
        generation=coach.feed_generation,
    )
    mailbox = mailbox_url(keyring, settings.public_url, coach.organisation_id)
    lines = [
        f"  {'GraphiQL':<9} {settings.public_url}/graphiql   (a page to ask in; `#token=…` behind the address signs in at once)",
        f"  {'Mailbox':<9} {mailbox}   (what a sandbox would have mailed)",
        f"  {'Feed':<9} {feed}   ({coach.name}'s sessions, for any calendar program)",
    ]
    if settings.google_sandbox_url is not None:
        page = f"{settings.google_sandbox_url}/calendar/{email_of(coach.name)}"
        lines.append(f"  {'Google':<9} {page}   ({coach.name}'s Google Calendar: the demo's, not Google's)")
    return lines


def _known(database: Database, name: str) -> Known:
    organisation = demo_organisation(database)
    found = None if organisation is None else find_person(database, organisation, email_of(name))
    if found is None:
        raise Unfit(f"the demo has lost {name}")
    return found
