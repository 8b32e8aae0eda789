"""Who a caller turns out to be: a person with roles, or an API key with scopes; one statement, which also reads the clock."""

from typing import TypeAlias

from api.auth import Caller
from api.errors import Unauthenticated
from commands.actor import Actor
from commands.api_keys import PresentedKey
from commands.settle import settle, settle_organisation
from models.queries.context import Context, load_context
from models.queries.identities import KeyContext, load_key_context, touch_key
from models.unit import Database, Unit
from policy.terms import Scope

Known: TypeAlias = Context | KeyContext
"""The caller as the database knows them, with the organisation and the instant at which it stands."""


def load_known(unit: Unit, caller: Caller) -> Known:
    """What is known of the caller. Raises Unauthenticated for somebody who is not there, or a key that was revoked."""
    if isinstance(caller, PresentedKey):
        known: Known | None = load_key_context(unit, caller.digest)
    else:
        known = load_context(unit, caller.person_id)
    if known is None:
        raise Unauthenticated("The token belongs to nobody of this organisation.")
    return known


def actor_of(caller: Caller, known: Known) -> Actor:
    """The caller as one who acts."""
    if isinstance(known, KeyContext):
        return Actor(
            organisation_id=caller.organisation_id,
            person_id=None,
            roles=frozenset(),
            api_key_id=known.api_key_id,
            scopes=known.scopes,
        )
    return Actor(organisation_id=caller.organisation_id, person_id=known.person_id, roles=known.roles)


def note_use(database: Database, caller: Caller, known: Known) -> None:
    """When an API key was used last stands in the database, to the minute."""
    if isinstance(known, KeyContext):
        with database.unit(caller.organisation_id) as unit:
            touch_key(unit, known.api_key_id, now=known.now)


def settle_for_reading(database: Database, actor: Actor, known: Known) -> None:
    """Nothing is left due of what the caller may read. Raises CatchingUp where that is too much for one request."""
    if actor.may(Scope.READ):
        settle_organisation(database, actor.organisation_id, now=known.now)
    elif isinstance(known, Context):
        settle(database, actor.organisation_id, known.persons, now=known.now)


def settle_for_acting(database: Database, actor: Actor, known: Known) -> None:
    """Nothing is left due of the caller and whom they are engaged with; whom else an act concerns, the act settles itself."""
    if isinstance(known, Context) and not actor.is_staff:
        settle(database, actor.organisation_id, known.persons, now=known.now)
