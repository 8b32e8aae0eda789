"""createApiKey: an operator's back end may act as staff within some scopes."""

from dataclasses import dataclass

from sqlalchemy import insert

from commands.actor import ALL_SCOPES, Actor
from commands.api_keys import digest_of
from commands.outcome import Outcome, refused
from commands.staff import Verb, Written, as_staff, check_name, invalid
from commands.transaction import Request
from models.identity import ApiKey
from models.unit import Database, Unit
from policy.terms import RefusalCode, Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    """A key with a name to know it by; it may do nothing outside its scopes."""

    name: str
    scopes: frozenset[Scope]


def create_api_key(database: Database, request: Request, command: CreateApiKey, *, key: str) -> Outcome:
    """The digest of `key` is known from now on, the key itself to its reader alone; the object is the API key.

    `key` is not part of the command: said again under one idempotency key, the first key stays the one that counts.
    """
    if not command.scopes:
        return invalid("A key without a scope could do nothing.", "scopes")
    if fault := check_name(command.name, "name"):
        return fault
    if not may_hand_out(request.actor, command.scopes):
        return refused(RefusalCode.FORBIDDEN, message="Nobody hands out more than they have.")
    verb = Verb(name="API_KEY_CREATED", scope=Scope.KEYS)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command, key))


def may_hand_out(actor: Actor, scopes: frozenset[Scope]) -> bool:
    """Whether a key of these scopes goes beyond its maker: an API key has its own, every scope is senior staff's."""
    if actor.api_key_id is not None:
        return scopes <= actor.scopes
    return scopes < ALL_SCOPES or Role.SENIOR_STAFF in actor.roles


def _write(unit: Unit, request: Request, command: CreateApiKey, key: str) -> Written:
    made = insert_api_key(unit, request, command, key)
    return Written(object_id=made, effects=({"scopes": sorted(command.scopes)},))


def insert_api_key(unit: Unit, request: Request, command: CreateApiKey, key: str) -> int:
    """The row of a key."""
    row = insert(ApiKey).values(
        organisation_id=unit.organisation_id,
        name=command.name,
        digest=digest_of(key),
        scopes=sorted(command.scopes),
        created_at=request.now,
        created_by_id=request.actor.person_id,
    )
    return unit.connection.execute(row.returning(ApiKey.id)).scalar_one()
