"""Starts that a calendar offers."""

from datetime import datetime

import strawberry

from api.describe import output
from api.types.person import Person


@output
class Opening:
    """A start that the coach's calendar allows. Whether you have a credit for it: `canBook`."""

    coach: Person = strawberry.field(description="With whom.")
    starts_at: datetime
    ends_at: datetime


@output
class Slot:
    """A start that could be taken instead."""

    starts_at: datetime = strawberry.field(description="Offered when the refusal was made; somebody else may take it.")
