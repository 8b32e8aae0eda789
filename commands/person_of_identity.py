"""Who signs in: the person an OIDC token's subject stands for, else the one with its verified address, who is then linked."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from commands.actor import system
from commands.apply.record import Record, write_event
from commands.link_identity import LONGEST_ISSUER, LONGEST_SUBJECT, LinkIdentity, insert_identity
from commands.staff import printable, violated
from commands.transaction import Request
from models.queries.context import organisation_now
from models.queries.identities import person_of_address, person_of_subject
from models.unit import Database, Unit, lock_persons
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClaim:
    """What an issuer vouches for; `verified_email` is None unless the token says that the address is verified."""

    issuer: str
    subject: str
    verified_email: str | None = None


def person_of_identity(database: Database, organisation_id: int, claim: IdentityClaim) -> int | None:
    """The active person who signs in, or None.

    The subject decides. An address counts only where nobody is linked to the subject and the issuer knows its person under
    no other: an address that was given to somebody else opens nothing.
    """
    if not _storable(claim):
        return None
    with database.unit(organisation_id, read_only=True) as unit:
        known = person_of_subject(unit, issuer=claim.issuer, subject=claim.subject)
        if known is not None:
            return known.person_id if known.active else None
        if claim.verified_email is None:
            return None
        person = person_of_address(unit, issuer=claim.issuer, email=claim.verified_email)
    return None if person is None else _link(database, organisation_id, claim, person)


def _storable(claim: IdentityClaim) -> bool:
    texts = (claim.issuer, claim.subject, claim.verified_email or "-")
    fits = 0 < len(claim.issuer) <= LONGEST_ISSUER and 0 < len(claim.subject) <= LONGEST_SUBJECT
    return fits and all(printable(one) for one in texts)


def _link(database: Database, organisation_id: int, claim: IdentityClaim, person: int) -> int | None:
    """The identity stands; where another request was faster, what it linked counts."""
    try:
        with database.unit(organisation_id) as unit:
            lock_persons(unit, frozenset({person}))
            if person_of_address(unit, issuer=claim.issuer, email=claim.verified_email or "") == person:
                _write(unit, claim, person)
    except IntegrityError as fault:
        if violated(fault) != "uq_identity_organisation_id_issuer_subject":
            raise
    with database.unit(organisation_id, read_only=True) as unit:
        known = person_of_subject(unit, issuer=claim.issuer, subject=claim.subject)
    return known.person_id if known is not None and known.active else None


def _write(unit: Unit, claim: IdentityClaim, person: int) -> None:
    request = Request(actor=system(unit.organisation_id), now=organisation_now(unit))
    identity = insert_identity(
        unit, request, LinkIdentity(person_id=person, issuer=claim.issuer, subject=claim.subject)
    )
    record = Record(
        name="IDENTITY_LINKED",
        persons=frozenset({person}),
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=f"IDENTITY_LINKED:{identity}",
        effects=[{"by": "verified address"}],
        recorded_at=request.now,
        effective_at=request.now,
    )
    write_event(unit, record)
