"""Where the periods of a new membership are counted, as the policy says (D-08)."""

from sqlalchemy import text

from commands.facts.policies import overlay_of, policy_of
from models.unit import Unit
from policy.document import policy_value
from policy.terms import ZoneOf

ZONES = text("""
SELECT organisation.zone AS organisation_zone, member.zone AS member_zone, coach.zone AS coach_zone,
    version.document, version.number, contract.document AS contract_document
FROM organisation
JOIN person AS member ON member.organisation_id = organisation.id AND member.id = :member
LEFT JOIN person AS coach ON coach.organisation_id = organisation.id AND coach.id = CAST(:coach AS bigint)
LEFT JOIN contract ON contract.organisation_id = organisation.id AND contract.id = CAST(:contract AS bigint)
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = organisation.id ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE organisation.id = :organisation
""")


def accounting_zone_of(unit: Unit, *, member: int, coaches: tuple[int, ...], contract: int | None) -> str:
    """The zone of the member, of the first coach named, or of the organisation; the member's own where there is no coach."""
    values = {
        "organisation": unit.organisation_id,
        "member": member,
        "coach": coaches[0] if coaches else None,
        "contract": contract,
    }
    row = unit.connection.execute(ZONES, values).one()
    overlay = None if row.contract_document is None else overlay_of(row.contract_document, row.document, row.number)
    whose = policy_value(policy_of(row.document, row.number), "entitlement.accounting_zone", contract=overlay)
    match ZoneOf(whose):
        case ZoneOf.MEMBER:
            return str(row.member_zone)
        case ZoneOf.COACH:
            return str(row.coach_zone or row.member_zone)
        case ZoneOf.ORGANISATION:
            return str(row.organisation_zone)
