"""startEngagement: a member and a coach belong together from now on."""

from dataclasses import dataclass

from sqlalchemy import insert, text

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.membership import Engagement
from models.unit import Database, Unit
from policy.terms import EngagementStatus, RefusalCode, Scope

PAIR = text("""
SELECT membership.id AS membership_id,
    EXISTS (SELECT FROM engagement WHERE engagement.organisation_id = :organisation AND engagement.member_id = :member
        AND engagement.coach_id = :coach AND engagement.status = 'ACTIVE') AS engaged
FROM coach
JOIN person ON person.organisation_id = coach.organisation_id AND person.id = coach.person_id AND person.deactivated_at IS NULL
JOIN person_role AS role ON role.organisation_id = coach.organisation_id AND role.person_id = :member AND role.role = 'MEMBER'
LEFT JOIN LATERAL (
    SELECT id FROM membership WHERE membership.organisation_id = :organisation AND membership.member_id = :member
    AND membership.status IN ('MATCHING', 'ACTIVE', 'ENDING', 'PAST_DUE') ORDER BY id DESC LIMIT 1
) AS membership ON true
WHERE coach.organisation_id = :organisation AND coach.person_id = :coach
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEngagement:
    """Who with whom; it belongs to the member's present membership."""

    member_id: int
    coach_id: int


def start_engagement(database: Database, request: Request, command: StartEngagement) -> Outcome:
    """The member may book this coach. The object is the engagement."""
    verb = Verb(name="ENGAGEMENT_STARTED", scope=Scope.PEOPLE, persons=frozenset({command.member_id, command.coach_id}))
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command))


def _write(unit: Unit, request: Request, command: StartEngagement) -> Written | Refused:
    values = {"organisation": unit.organisation_id, "member": command.member_id, "coach": command.coach_id}
    pair = unit.connection.execute(PAIR, values).one_or_none()
    if pair is None:
        return refused(RefusalCode.NOT_FOUND)
    if pair.membership_id is None:
        return refused(RefusalCode.WRONG_STATE, message="The member has no membership.")
    if pair.engaged:
        return refused(RefusalCode.WRONG_STATE, message="The two are engaged already.")
    row = insert(Engagement).values(
        organisation_id=unit.organisation_id,
        membership_id=pair.membership_id,
        member_id=command.member_id,
        coach_id=command.coach_id,
        status=EngagementStatus.ACTIVE,
        started_at=request.now,
        ended_at=None,
    )
    return Written(object_id=unit.connection.execute(row.returning(Engagement.id)).scalar_one())
