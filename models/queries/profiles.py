"""Profiles of coaches."""

from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

PROFILE = text("""
SELECT coalesce(profile.headline, '') AS headline, coalesce(profile.about, '') AS about,
    coalesce(profile.languages, '{}') AS languages
FROM coach LEFT JOIN coach_profile AS profile
    ON profile.organisation_id = coach.organisation_id AND profile.coach_id = coach.person_id
WHERE coach.organisation_id = :organisation AND coach.person_id = :coach
""")


def profile_of(unit: Unit, coach_id: int) -> Row[Any] | None:
    """The profile of a coach, empty where they have written none; None: this person is no coach. One statement."""
    return unit.connection.execute(PROFILE, {"organisation": unit.organisation_id, "coach": coach_id}).one_or_none()
