"""Which coaches a member can book, and for which kinds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit
from policy.matching import FIRST_CALLS

OFFERS = text("""
SELECT coach.id, coach.name, coach.zone,
    array_agg(kind.id ORDER BY kind.id) AS kind_ids, array_agg(kind.code ORDER BY kind.id) AS kind_codes,
    array_agg(kind.name ORDER BY kind.id) AS kind_names
FROM coach_kind AS offer
JOIN person AS coach ON coach.organisation_id = offer.organisation_id AND coach.id = offer.coach_id
JOIN session_kind AS kind ON kind.organisation_id = offer.organisation_id AND kind.id = offer.kind_id
WHERE offer.organisation_id = :organisation AND coach.deactivated_at IS NULL AND (offer.open_to_all OR EXISTS (
    SELECT FROM engagement WHERE engagement.organisation_id = offer.organisation_id AND engagement.coach_id = coach.id
    AND engagement.member_id = :member
    AND (engagement.status = 'ACTIVE' OR (engagement.status = 'CANDIDATE' AND kind.code = ANY(:first_calls)))
))
GROUP BY coach.id, coach.name, coach.zone ORDER BY coach.name, coach.id
""")


def offers_to(unit: Unit, member_id: int) -> Sequence[Row[Any]]:
    """The active coaches whom this member can book, by name, each with the kinds; one statement."""
    return unit.connection.execute(
        OFFERS, {"organisation": unit.organisation_id, "member": member_id, "first_calls": list(FIRST_CALLS)}
    ).all()
