"""Which sessions of a member count for `booking.limits`, and whom they have met (D-64)."""

from datetime import UTC, datetime

from sqlalchemy import text

from models.unit import Unit

COUNTED = text("""
SELECT starts_at FROM session WHERE organisation_id = :organisation AND member_id = :member AND kind_id = :kind
AND status <> 'CANCELLED' ORDER BY starts_at
""")


def counted_starts(unit: Unit, *, member: int, kind: int) -> tuple[datetime, ...]:
    """The starts of the member's sessions of the kind that are scheduled, or were held or missed; one statement."""
    values = {"organisation": unit.organisation_id, "member": member, "kind": kind}
    return tuple(start.astimezone(UTC) for start in unit.connection.execute(COUNTED, values).scalars())


MET = text("""
SELECT EXISTS (SELECT FROM session WHERE organisation_id = :organisation AND member_id = :member AND coach_id = :coach
AND kind_id = :kind AND status IN ('SCHEDULED', 'AWAITING_OUTCOME', 'COMPLETED'))
""")


def have_met(unit: Unit, member: int, coach: int, kind: int) -> bool:
    """Whether a call of this kind of the two stands, or was held; one statement."""
    values = {"organisation": unit.organisation_id, "member": member, "coach": coach, "kind": kind}
    return bool(unit.connection.execute(MET, values).scalar_one())
