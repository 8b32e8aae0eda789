"""extendPack: the end of a pack of credits is put off."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS, answer
from api.mutations.membership_changes import ACKNOWLEDGE_WORDS
from api.types.entitlement import Entitlement, entitlements
from api.types.membership_check import MembershipEffectNotAcknowledged, membership_not_acknowledged
from api.types.refusals import InvalidInput, RequestRefused, plain_refusal
from commands.extend_pack import ExtendPack, membership_of_pack
from commands.extend_pack import extend_pack as extend
from commands.outcome import Done, Outcome, Refused, Stale, refused
from commands.transaction import Request
from models.queries.views import lots_of_ids
from policy.terms import RefusalCode


@given
class ExtendPackInput:
    """Which pack is extended."""

    entitlement: strawberry.ID = strawberry.field(description="The id of the pack.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)


@output
class ExtendPackSuccess:
    """The pack can be used for longer; its fee, if there is one, is due."""

    entitlement: Entitlement = strawberry.field(description="The pack with its new end.")


ExtendPackResult = Annotated[
    ExtendPackSuccess | MembershipEffectNotAcknowledged | InvalidInput | RequestRefused,
    strawberry.union("ExtendPackResult", description="The pack as it stands now, or why nothing was changed."),
]


def extend_pack(info: Info, input: ExtendPackInput) -> ExtendPackResult | None:
    """As its member, or as staff: put off the end of a pack while it is open, as often as the policy lets one."""
    operation = info.context

    def run(request: Request) -> Outcome:
        database, lot = operation.services.database, key(input.entitlement, "Entitlement", "entitlement")
        membership = membership_of_pack(database, request.actor.organisation_id, lot)
        if membership is None:
            return refused(RefusalCode.NOT_FOUND)
        command = ExtendPack(membership_id=membership, lot_id=lot, acknowledge=word(input.acknowledge, "acknowledge"))
        return extend(database, request, command)

    def success(_done: Done) -> ExtendPackSuccess:
        # Whoever may extend it is shown it, be it an API key that reads nothing else.
        lot = key(input.entitlement, "Entitlement", "entitlement")
        return ExtendPackSuccess(entitlement=entitlements(lots_of_ids(operation.unit, [lot]))[lot])

    def refuse(found: Refused | Stale) -> MembershipEffectNotAcknowledged | InvalidInput | RequestRefused:
        if isinstance(found, Refused) and found.change is not None:
            return membership_not_acknowledged(found, found.change)
        return plain_refusal(found, {})

    return answer(operation, input.idempotency_key, run, success, refuse)
