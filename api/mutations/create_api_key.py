"""createApiKey: an operator's back end may act as staff within some scopes."""

import secrets
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.frame import KEY_WORDS, carry
from api.types.api_key import ApiKey, api_key
from api.types.refusals import PlainRefusal
from commands.api_keys import digest_of, key_text
from commands.create_api_key import CreateApiKey
from commands.create_api_key import create_api_key as create
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.operator import api_keys_of_ids, has_digest
from policy.terms import Scope

RANDOM_BYTES = 32


@given
class CreateApiKeyInput:
    """A key for an operator's back end."""

    name: str = strawberry.field(description="To know it by, 1 to 200 characters.")
    scopes: list[Scope] = strawberry.field(description="What it may do; nobody hands out more than they have.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class CreateApiKeySuccess:
    """The key is good from now on."""

    api_key: ApiKey = strawberry.field(description="What can be read of it later, without its text.")
    key: str | None = strawberry.field(
        description=(
            "What the back end sends as its bearer token. Shown this once and kept nowhere: null when the same input is sent "
            "again; then revoke the key and make another."
        )
    )


CreateApiKeyResult = Annotated[
    CreateApiKeySuccess | PlainRefusal,
    strawberry.union("CreateApiKeyResult", description="The key, or why there is none."),
]


def create_api_key(info: Info, input: CreateApiKeyInput) -> CreateApiKeyResult | None:
    """For staff: make a key with which a back end acts as staff within its scopes. Every scope at once is senior staff's to give."""
    operation = info.context
    made: list[str] = []

    def run(request: Request) -> Outcome:
        made.append(key_text(request.actor.organisation_id, secrets.token_urlsafe(RANDOM_BYTES)))
        command = CreateApiKey(name=input.name, scopes=frozenset(input.scopes))
        return create(operation.services.database, request, command, key=made[0])

    def success(done: Done) -> CreateApiKeySuccess:
        row = api_keys_of_ids(operation.unit, [done.object_id])[done.object_id]
        fresh = has_digest(operation.unit, done.object_id, digest_of(made[0]))
        return CreateApiKeySuccess(api_key=api_key(row), key=made[0] if fresh else None)

    return carry(operation, input.idempotency_key, run, success)
