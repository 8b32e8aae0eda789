"""linkIdentity: an OIDC issuer's subject is a person of the organisation."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.person_record import PersonRecord, record_of
from api.types.refusals import PlainRefusal
from commands.link_identity import LinkIdentity
from commands.link_identity import link_identity as link
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class LinkIdentityInput:
    """Whom the tokens of an OIDC issuer sign in."""

    person: strawberry.ID = strawberry.field(description="The id of the person.")
    issuer: str = strawberry.field(description="The `iss` of the tokens, at most 500 characters.")
    subject: str = strawberry.field(description="The `sub` of the tokens, at most 255 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class LinkIdentitySuccess:
    """Tokens of this subject sign this person in."""

    record: PersonRecord = strawberry.field(description="With all identities that sign them in.")


LinkIdentityResult = Annotated[
    LinkIdentitySuccess | PlainRefusal,
    strawberry.union("LinkIdentityResult", description="The person with their identities, or why nothing was linked."),
]


def link_identity(info: Info, input: LinkIdentityInput) -> LinkIdentityResult | None:
    """For staff: link an issuer's subject to a person. Without it, a verified address links it at the first sign-in."""
    operation = info.context

    def run(request: Request) -> Outcome:
        person = key(input.person, "Person", "person")
        command = LinkIdentity(person_id=person, issuer=input.issuer, subject=input.subject)
        return link(operation.services.database, request, command)

    def success(done: Done) -> LinkIdentitySuccess:
        return LinkIdentitySuccess(record=record_of(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
