"""Signs that somebody was there (D-19)."""

from datetime import datetime

import strawberry

from api.describe import output
from policy.terms import PresenceSignal, Side


@output
class Presence:
    """A sign that one side was there."""

    side: Side = strawberry.field(description="Who was there.")
    signal: PresenceSignal = strawberry.field(description="How it showed.")
    at: datetime = strawberry.field(description="When.")
