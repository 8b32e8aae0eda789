"""What the verbs that change a person share: the effect comes back as its digest, or nothing is done."""

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from api.context import Operation
from api.mutations.frame import answer
from api.types.person_check import EffectNotAcknowledged, not_acknowledged
from api.types.person_record import PersonRecord, record_of
from api.types.refusals import PlainRefusal, plain_refusal
from commands.outcome import Outcome, Refused, Stale
from commands.transaction import Request

S = TypeVar("S")
PersonRefusal: TypeAlias = EffectNotAcknowledged | PlainRefusal
"""How a change of a person may be refused."""

PERSON_WORDS = "The id of the person."
ACKNOWLEDGE_WORDS = "The digest of the effect that you have shown; needed where there is one."


def change_person(
    operation: Operation,
    idempotency_key: str,
    run: Callable[[Request], Outcome],
    success: Callable[[PersonRecord], S],
    *,
    names: Mapping[str, str] | None = None,
) -> S | PersonRefusal:
    """Run a verb on a person: a success shows the person as they stand, a refusal the effect that was not acknowledged."""

    def refuse(refused: Refused | Stale) -> PersonRefusal:
        if isinstance(refused, Refused) and refused.effect is not None:
            return not_acknowledged(refused, refused.effect)
        return plain_refusal(refused, names or {})

    return answer(operation, idempotency_key, run, lambda done: success(record_of(operation, done.object_id)), refuse)
