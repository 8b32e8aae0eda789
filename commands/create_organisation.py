"""`organisation create`: an organisation with a preset's policy and kinds, and the first of its staff."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import insert, text

from commands.actor import ALL_SCOPES, system
from commands.add_person import AddPerson, insert_person
from commands.api_keys import key_text
from commands.apply.record import Record, write_event
from commands.create_api_key import CreateApiKey, insert_api_key
from commands.outcome import Refused
from commands.publish_policy import write_version
from commands.staff import check_email, check_name, check_zone
from commands.transaction import Request
from models.organisation import Organisation
from models.unit import Database, Unit
from policy.document import load_policy
from policy.terms import ActorKind, Role

NEXT_ID = text("SELECT nextval(pg_get_serial_sequence('organisation', 'id')), clock_timestamp()")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOrganisation:
    """`sandbox_at`: the instant at which the clock of a sandbox stands first; None makes a live organisation.

    `key_random`: at least 32 URL-safe characters of randomness for the first API key, of every scope; None makes no key.
    """

    name: str
    zone: str
    preset: str
    staff_name: str
    staff_email: str
    sandbox_at: datetime | None = None
    key_random: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """The new organisation, its first person, who is senior staff, and its first API key, which is shown nowhere else."""

    organisation_id: int
    person_id: int
    key: str | None = field(default=None, repr=False)


def create_organisation(database: Database, command: CreateOrganisation) -> Created | Refused:
    """The organisation stands with version 1 of the preset's policy. Raises PolicyError for an unknown preset."""
    fault = (
        check_name(command.name, "name")
        or check_zone(command.zone, "zone")
        or check_name(command.staff_name, "staffName")
        or check_email(command.staff_email, "staffEmail")
    )
    if fault is not None:
        return fault
    with database.unit(0) as unit:
        organisation, real_now = unit.connection.execute(NEXT_ID).one()
    now = command.sandbox_at or real_now.astimezone(UTC)
    with database.unit(organisation) as unit:
        return _write(unit, command, now=now)


def _write(unit: Unit, command: CreateOrganisation, *, now: datetime) -> Created:
    organisation = unit.organisation_id
    unit.connection.execute(
        insert(Organisation).values(
            id=organisation,
            name=command.name,
            zone=command.zone,
            preset=command.preset,
            is_sandbox=command.sandbox_at is not None,
            clock_at=command.sandbox_at,
            created_at=now,
        )
    )
    request = Request(actor=system(organisation), now=now)
    document = f'extends = "{command.preset}"\n'
    write_version(unit, request, document, load_policy(document))
    first = AddPerson(
        name=command.staff_name, email=command.staff_email, zone=command.zone, roles=(Role.STAFF, Role.SENIOR_STAFF)
    )
    person = insert_person(unit, request, first)
    write_event(
        unit,
        Record(
            name="ORGANISATION_CREATED",
            persons=frozenset({person}),
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            cause=f"organisation:{organisation}",
            recorded_at=now,
            effective_at=now,
        ),
    )
    return Created(organisation_id=organisation, person_id=person, key=_first_key(unit, request, command))


def _first_key(unit: Unit, request: Request, command: CreateOrganisation) -> str | None:
    if command.key_random is None:
        return None
    key = key_text(unit.organisation_id, command.key_random)
    insert_api_key(unit, request, CreateApiKey(name="First key", scopes=ALL_SCOPES), key)
    return key
