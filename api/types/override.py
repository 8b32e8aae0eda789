"""Setting the rules aside."""

import strawberry

from api.describe import given
from api.inputs import word
from commands.change import Override


@given
class OverrideInput:
    """Senior staff set the rules aside. It is recorded, with the note that must come with it."""

    reason: str = strawberry.field(
        description="The reason of the policy whose terms apply instead, such as `CLIENT_CANCELLED`."
    )


def override(wish: OverrideInput | None) -> Override | None:
    """The override of an input. Raises InputRefused for a reason that can be none."""
    return Override(reason=word(wish.reason, "override", "reason") or "") if wish else None
