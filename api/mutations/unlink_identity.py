"""unlinkIdentity: an OIDC issuer's subject is nobody of the organisation any more."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.person_record import PersonRecord, record_of
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from commands.unlink_identity import UnlinkIdentity
from commands.unlink_identity import unlink_identity as unlink


@given
class UnlinkIdentityInput:
    """Which subject shall no longer sign a person in."""

    person: strawberry.ID = strawberry.field(description="The id of the person.")
    issuer: str = strawberry.field(description="The `iss` of the tokens.")
    subject: str = strawberry.field(description="The `sub` of the tokens.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class UnlinkIdentitySuccess:
    """Tokens of this subject sign nobody in, until a verified address links it anew."""

    record: PersonRecord = strawberry.field(description="With the identities that still sign them in.")


UnlinkIdentityResult = Annotated[
    UnlinkIdentitySuccess | PlainRefusal,
    strawberry.union("UnlinkIdentityResult", description="The person with what is left, or why nothing was unlinked."),
]


def unlink_identity(info: Info, input: UnlinkIdentityInput) -> UnlinkIdentityResult | None:
    """For staff: take an issuer's subject away from a person. To keep somebody out, deactivate them."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = UnlinkIdentity(
            person_id=key(input.person, "Person", "person"), issuer=input.issuer, subject=input.subject
        )
        return unlink(operation.services.database, request, command)

    def success(done: Done) -> UnlinkIdentitySuccess:
        return UnlinkIdentitySuccess(record=record_of(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
