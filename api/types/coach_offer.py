"""Whom a member can book, and for what."""

from typing import Any

import strawberry
from sqlalchemy import Row

from api.describe import output
from api.types.kind import SessionKind, session_kind
from api.types.person import Person, person


@output
class CoachOffer:
    """A coach whom you can book, and the kinds of session that this coach gives you."""

    coach: Person = strawberry.field(description="Whom you can book.")
    kinds: list[SessionKind] = strawberry.field(description="What you can book; for its starts ask `openings`.")


def coach_offer(row: Row[Any]) -> CoachOffer:
    """The offer of one coach."""
    kinds = zip(row.kind_ids, row.kind_codes, row.kind_names, strict=True)
    return CoachOffer(coach=person(row.id, row.name, row.zone), kinds=[session_kind(*kind) for kind in kinds])
