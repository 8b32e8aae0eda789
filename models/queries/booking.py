"""Everything a decision about a new start needs: the pair, the policy in force, and what stands around that time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit
from policy.matching import FIRST_CALLS

DATES = timedelta(days=4)

PAIRED = """
SELECT kind.id AS kind_id, kind.code AS kind_code, kind.name AS kind_name,
    coach.id AS coach_id, coach.name AS coach_name, coach.zone AS coach_zone,
    terms.fee_minor_units, terms.fee_currency, terms.hours_zone, terms.buffer_before, terms.buffer_after,
    member.id AS member_id, member.name AS member_name,
    EXISTS (SELECT FROM person_role AS role WHERE role.organisation_id = member.organisation_id
        AND role.person_id = member.id AND role.role = 'MEMBER') AS is_member,
    organisation.zone AS organisation_zone, organisation.created_at AS organisation_created_at,
    offer.open_to_all, membership.id AS membership_id, membership.enrolled_at, membership.starts_on AS enrolled_on, membership.first_paid_on AS paid_from,
    coalesce(membership.accounting_zone, member.zone, organisation.zone) AS accounting_zone,
    coalesce(member.zone, organisation.zone) AS member_zone,
    engagement.id AS engagement_id, engagement.status AS engagement_status,
    membership.id IS NULL AND EXISTS (SELECT FROM membership AS resting WHERE resting.organisation_id = organisation.id
        AND resting.member_id = member.id AND resting.status = 'PAUSED') AS rests,
    EXISTS (SELECT FROM session AS held WHERE held.organisation_id = organisation.id AND held.coach_id = coach.id
        AND held.member_id = member.id AND held.status = 'COMPLETED') AS met_before,
    version.id AS policy_version_id, version.number AS policy_number, version.document,
    contract.document AS contract_document, membership.plan_document,
    ARRAY(SELECT on_date FROM holiday WHERE holiday.organisation_id = :organisation) AS holidays,
    ARRAY(SELECT starts_on FROM term WHERE term.organisation_id = :organisation ORDER BY starts_on) AS terms,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(stop.kind, stop.ends_at) ORDER BY stop.id), '[]') FROM sanction AS stop
        WHERE stop.organisation_id = organisation.id AND stop.ended_at IS NULL AND stop.lifted_at IS NULL
        AND ((stop.person_id = member.id AND stop.kind IN ('BLOCK', 'SAME_DAY'))
            OR (stop.person_id = coach.id AND stop.kind IN ('HIDE', 'PAUSE')))
        AND (stop.kinds IS NULL OR kind.code = ANY(stop.kinds))) AS stops
FROM organisation
JOIN session_kind AS kind ON kind.organisation_id = organisation.id AND kind.id = :kind
JOIN coach AS terms ON terms.organisation_id = organisation.id AND {coach}
JOIN person AS coach ON coach.organisation_id = organisation.id AND coach.id = terms.person_id AND coach.deactivated_at IS NULL
JOIN coach_kind AS offer ON offer.organisation_id = organisation.id AND offer.coach_id = coach.id AND offer.kind_id = kind.id
LEFT JOIN person AS member ON member.organisation_id = organisation.id AND member.id = CAST(:member AS bigint)
    AND member.deactivated_at IS NULL
LEFT JOIN LATERAL (
    SELECT * FROM engagement WHERE engagement.organisation_id = organisation.id AND engagement.member_id = member.id
    AND engagement.coach_id = coach.id
    AND (engagement.status = 'ACTIVE' OR (engagement.status = 'CANDIDATE' AND kind.code = ANY(:first_calls))) ORDER BY engagement.id LIMIT 1
) AS engagement ON true
LEFT JOIN LATERAL (
    SELECT * FROM membership WHERE membership.organisation_id = organisation.id AND membership.member_id = member.id
    AND (membership.status IN ('ACTIVE', 'ENDING', 'PAST_DUE') OR (engagement.status = 'CANDIDATE' AND membership.status = 'MATCHING'))
    AND (engagement.id IS NULL OR membership.id = engagement.membership_id)
    ORDER BY membership.id DESC LIMIT 1
) AS membership ON true
LEFT JOIN contract ON contract.organisation_id = organisation.id AND contract.id = membership.contract_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = organisation.id
    ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE organisation.id = :organisation
"""
PAIRING = text(PAIRED.format(coach="terms.person_id = :coach"))

MOST_COACHES = 20
OF_ANY_COACH = text(
    PAIRED.format(coach="terms.person_id <> CAST(:member AS bigint)")
    + f"AND (offer.open_to_all OR engagement.id IS NOT NULL) ORDER BY engagement.id IS NULL, coach.id LIMIT {MOST_COACHES}"
)

AROUND = text("""
WITH offering AS (
    SELECT id FROM person WHERE organisation_id = :organisation AND id = ANY(:coaches) AND deactivated_at IS NULL
)
SELECT 'HOURS' AS what, hours.coach_id AS whose, hours.weekday AS number, CAST(NULL AS timestamptz) AS from_at, CAST(NULL AS timestamptz) AS to_at,
        hours.from_time, hours.to_time, CAST(NULL AS date) AS on_date, false AS flag
    FROM weekly_hours AS hours JOIN offering ON offering.id = hours.coach_id WHERE hours.organisation_id = :organisation
UNION ALL SELECT 'DATE', override.coach_id, NULL, NULL, NULL, override.from_time, override.to_time, override.on_date, false
    FROM date_override AS override JOIN offering ON offering.id = override.coach_id
    WHERE override.organisation_id = :organisation AND override.on_date BETWEEN :first_day AND :last_day
UNION ALL SELECT 'HOLIDAY', NULL, NULL, NULL, NULL, NULL, NULL, holiday.on_date, false
    FROM holiday WHERE holiday.organisation_id = :organisation AND holiday.on_date BETWEEN :first_day AND :last_day
UNION ALL SELECT 'OFF', off.coach_id, NULL, off.starts_at, off.ends_at, NULL, NULL, NULL, false
    FROM time_off AS off WHERE off.organisation_id = :organisation AND off.coach_id = ANY(:coaches)
    AND off.starts_at < :to AND off.ends_at > :from
UNION ALL SELECT CASE WHEN busy.person_id = ANY(:coaches) THEN 'COACH' ELSE 'MEMBER' END, busy.person_id, busy.session_id,
    lower(busy.during), upper(busy.during), NULL, NULL, NULL, false
    FROM busy WHERE busy.organisation_id = :organisation AND busy.person_id = ANY(:coaches || CAST(:member AS bigint))
    AND busy.during && tstzrange(CAST(:from AS timestamptz), CAST(:to AS timestamptz))
    AND busy.proposal_id IS NULL AND coalesce(busy.session_id <> CAST(:without AS bigint), true)
UNION ALL SELECT CASE WHEN busy.person_id = ANY(:coaches) THEN 'COACH' ELSE 'MEMBER' END, busy.person_id, NULL,
    lower(part), upper(part), NULL, NULL, NULL, false
    FROM busy JOIN proposal AS asked ON asked.organisation_id = busy.organisation_id AND asked.id = busy.proposal_id
    CROSS JOIN LATERAL unnest(CAST(busy.during AS tstzmultirange) - coalesce((
        SELECT range_agg(tstzrange(slot.starts_at, slot.ends_at)) FILTER (WHERE slot.lapses_at <= :now)
            - coalesce(range_agg(tstzrange(slot.starts_at, slot.ends_at)) FILTER (WHERE slot.lapses_at > :now), '{}')
        FROM proposal_slot AS slot WHERE slot.organisation_id = asked.organisation_id AND slot.proposal_id = asked.id
            AND NOT slot.is_range), '{}')) AS part
    WHERE busy.organisation_id = :organisation AND busy.person_id = ANY(:coaches || CAST(:member AS bigint))
    AND busy.during && tstzrange(CAST(:from AS timestamptz), CAST(:to AS timestamptz))
    AND coalesce(asked.session_id <> CAST(:without AS bigint), true) AND coalesce(asked.id <> CAST(:asked AS bigint), true)
    AND (asked.answer_until > :now OR (asked.answer_until = :now AND NOT asked.at_start))
UNION ALL SELECT 'AWAY', away.person_id, NULL, lower(away.during), upper(away.during), NULL, NULL, NULL, away.unknown
    FROM google_busy AS away WHERE away.organisation_id = :organisation AND away.person_id = ANY(:coaches)
    AND away.during && tstzrange(CAST(:from AS timestamptz), CAST(:to AS timestamptz))
UNION ALL SELECT 'KIND', session.member_id, session.id, session.starts_at, session.ends_at, NULL, NULL, NULL, session.provisional
    FROM session WHERE session.organisation_id = :organisation AND session.member_id = CAST(:member AS bigint) AND session.kind_id = :kind
    AND session.status = 'SCHEDULED' AND session.id IS DISTINCT FROM CAST(:without AS bigint) AND CAST(:others AS boolean)
""")


def pairing(unit: Unit, *, kind: int, coach: int, member: int | None) -> Row[Any] | None:
    """The kind, coach, member, engagement, membership and the policy in force, or None where the coach does not offer the kind.

    Somebody who was deactivated is neither offered nor bookable: such a coach gives None, such a member a row without a member.
    """
    values = {
        "organisation": unit.organisation_id,
        "first_calls": list(FIRST_CALLS),
        "kind": kind,
        "coach": coach,
        "member": member,
    }
    return unit.connection.execute(PAIRING, values).one_or_none()


def pairings(unit: Unit, *, kind: int, member: int) -> Sequence[Row[Any]]:
    """The same for each coach with whom the member may book the kind, at most 20: those of an engagement first. One statement."""
    values = {"organisation": unit.organisation_id, "first_calls": list(FIRST_CALLS), "kind": kind, "member": member}
    return unit.connection.execute(OF_ANY_COACH, values).all()


def around(  # noqa: PLR0913  whose calendars, when, as of when, and what does not count
    unit: Unit,
    *,
    coaches: Sequence[int],
    member: int | None,
    kind: int,
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None,
    asked: int | None = None,
    others: bool = True,
) -> Sequence[Row[Any]]:
    """Published hours, their dates, times off, taken intervals of all, when coaches are elsewhere, the member's scheduled sessions of the kind; one statement.

    `whose`: which of the coaches, or the member. A coach who was deactivated has no hours; dates reach four days beyond `[start, end)`, whatever their zone. Intervals are those that touch `[start, end)`; the session `without` never stands in its own way, nor do the proposals about it (PEERS 15); the invite `asked` does not either. `others`: the member's sessions of the kind are wanted. What a proposal held is free from its deadline on, also where nobody has applied that yet (V21).
    """
    values = {
        "organisation": unit.organisation_id,
        "coaches": list(coaches),
        "member": member,
        "kind": kind,
        "from": start,
        "to": end,
        "now": now,
        "without": without,
        "asked": asked,
        "others": others,
        "first_day": start.date() - DATES,
        "last_day": end.date() + DATES,
    }
    return unit.connection.execute(AROUND, values).all()
