"""Points of the present minute, handed out to the process that asks for them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from models.unit import Unit

# The minute is that of PostgreSQL's clock: one clock for all processes, and never a sandbox's.
TAKE = text("""
INSERT INTO rate_window AS kept (organisation_id, actor_key, started_at, used, granted)
SELECT :organisation, known.actor_key, date_trunc('minute', clock_timestamp()), least(:wanted, :most), least(:wanted, :most) FROM (
    SELECT 'person:' || id AS actor_key FROM person
    WHERE organisation_id = :organisation AND id = :person AND deactivated_at IS NULL
    UNION ALL
    SELECT 'api-key:' || id FROM api_key WHERE organisation_id = :organisation AND digest = :digest AND revoked_at IS NULL
) AS known
ON CONFLICT (organisation_id, actor_key) DO UPDATE SET
    started_at = excluded.started_at,
    granted = CASE WHEN kept.started_at = excluded.started_at THEN greatest(least(:wanted, :most - kept.used), 0) ELSE excluded.granted END,
    used = CASE WHEN kept.started_at = excluded.started_at THEN greatest(kept.used, least(kept.used + :wanted, :most)) ELSE excluded.used END
RETURNING used, granted, started_at + interval '1 minute' AS resets_at,
    CAST(extract(epoch FROM started_at + interval '1 minute' - clock_timestamp()) AS float) AS seconds
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """`granted` points of the minute that ends at `resets_at`, in `seconds`; `used` were handed out in it by now, to all processes."""

    granted: int
    used: int
    resets_at: datetime
    seconds: float


def take_points(unit: Unit, *, person_id: int | None, digest: str | None, wanted: int, most: int) -> Points | None:
    """Up to `wanted` points of the `most` that an actor has in a minute; None for a person or key that is not there. One statement."""
    values = {
        "organisation": unit.organisation_id,
        "person": person_id,
        "digest": digest,
        "wanted": wanted,
        "most": most,
    }
    row = unit.connection.execute(TAKE, values).one_or_none()
    if row is None:
        return None
    return Points(granted=row.granted, used=row.used, resets_at=row.resets_at.astimezone(UTC), seconds=row.seconds)
