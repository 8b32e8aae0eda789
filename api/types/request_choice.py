"""What a member may ask for besides their membership, as it comes in."""

from datetime import datetime
from typing import Any

import strawberry

from api.describe import given
from api.inputs import InputRefused, key
from policy.matters import RequestKind
from policy.terms import Cadence


@given
class OneOffInput:
    """A session with another coach."""

    coach: strawberry.ID = strawberry.field(description="The id of the other coach.")
    starts_at: datetime = strawberry.field(description="When it is to begin.")
    replaces: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of the session whose place it takes, which then pays for it; left out, it is one more.",
    )


@given
class ExtraInput:
    """One more session with the member's own coach."""

    kind: strawberry.ID | None = strawberry.field(
        default=None, description="The id of its kind; left out, the membership's own."
    )


@strawberry.input(one_of=True, description="What is asked for: exactly one of these.")
class RequestChoice:
    """What is asked for: exactly one of these."""

    extra: ExtraInput | None = strawberry.field(default=strawberry.UNSET, description="One more session.")
    one_off: OneOffInput | None = strawberry.field(
        default=strawberry.UNSET, description="A session with another coach."
    )
    cadence: Cadence | None = strawberry.field(default=strawberry.UNSET, description="Another rhythm of sessions.")


def wanted_of(choice: RequestChoice) -> dict[str, Any]:
    """The choice as fields of the command. Raises InputRefused for none, and for ids of something else."""
    if choice.extra:
        kind = choice.extra.kind
        named = None if kind is None else key(kind, "SessionKind", "wanted", "extra", "kind")
        return {"kind": RequestKind.EXTRA, "kind_id": named}
    if choice.one_off:
        one = choice.one_off
        return {
            "kind": RequestKind.ONE_OFF,
            "coach_id": key(one.coach, "Person", "wanted", "oneOff", "coach"),
            "starts_at": one.starts_at,
            "replaces_id": None
            if one.replaces is None
            else key(one.replaces, "Session", "wanted", "oneOff", "replaces"),
        }
    if choice.cadence:
        return {"kind": RequestKind.CADENCE, "cadence": choice.cadence}
    raise InputRefused("Say what is wanted.", "wanted")
