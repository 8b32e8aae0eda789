"""revokeApiKey: a key opens nothing any more."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.api_key import ApiKey, api_key
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.revoke_api_key import RevokeApiKey
from commands.revoke_api_key import revoke_api_key as revoke
from commands.transaction import Request
from models.queries.operator import api_keys_of_ids


@given
class RevokeApiKeyInput:
    """Which key is given up."""

    api_key: strawberry.ID = strawberry.field(description="The id of the key, not its text.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class RevokeApiKeySuccess:
    """Nobody can act with the key any more. What it did stays in the history under its name."""

    api_key: ApiKey = strawberry.field(description="With the instant since when it opens nothing.")


RevokeApiKeyResult = Annotated[
    RevokeApiKeySuccess | PlainRefusal,
    strawberry.union("RevokeApiKeyResult", description="The revoked key, or why nothing was done."),
]


def revoke_api_key(info: Info, input: RevokeApiKeyInput) -> RevokeApiKeyResult | None:
    """For staff: revoke a key at once and for good. Tokens that it has issued live on until they expire, an hour at most."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RevokeApiKey(api_key_id=key(input.api_key, "ApiKey", "apiKey"))
        return revoke(operation.services.database, request, command)

    def success(done: Done) -> RevokeApiKeySuccess:
        return RevokeApiKeySuccess(api_key=api_key(api_keys_of_ids(operation.unit, [done.object_id])[done.object_id]))

    return carry(operation, input.idempotency_key, run, success)
