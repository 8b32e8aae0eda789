"""A membership with everything that a decision about it is made from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.facts.policies import policy_of, resolved_for
from models.unit import Unit
from policy.cadence import Rhythm
from policy.facts import Zones
from policy.limits import TICK, wall_instant
from policy.matters import Channel, Tier
from policy.memberships import MembershipFacts
from policy.money import Money
from policy.plans import Plan
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, Cadence, MembershipStatus, Scope

MEMBERSHIP = text("""
SELECT membership.*, person.name AS member_name, version.document, version.number, contract.document AS contract_document,
    contract.sponsor_id, contract.sponsor_approves,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(coach.id, coach.name) ORDER BY engagement.id), '[]')
        FROM engagement JOIN person AS coach ON coach.organisation_id = engagement.organisation_id AND coach.id = engagement.coach_id
        WHERE engagement.organisation_id = membership.organisation_id AND engagement.membership_id = membership.id
        AND engagement.status <> 'ENDED') AS coaches
FROM membership
JOIN person ON person.organisation_id = membership.organisation_id AND person.id = membership.member_id
LEFT JOIN contract ON contract.organisation_id = membership.organisation_id AND contract.id = membership.contract_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = membership.organisation_id
    AND policy_version.published_at < :until ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE membership.organisation_id = :organisation AND membership.id = :membership
""")
PARTIES = text("""
SELECT membership.member_id, ARRAY(SELECT DISTINCT coach_id FROM engagement
    WHERE engagement.organisation_id = membership.organisation_id AND engagement.membership_id = membership.id
    AND engagement.status <> 'ENDED' UNION SELECT DISTINCT coach_id FROM session
    WHERE session.organisation_id = membership.organisation_id AND session.membership_id = membership.id
    AND session.status = 'SCHEDULED') AS coaches
FROM membership WHERE membership.organisation_id = :organisation AND membership.id = :membership
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipCase:
    """A membership as it stands. `coaches`: those whom it is engaged with, and their names; `before`: policies of then count."""

    row: Row[Any]
    policy: ResolvedPolicy
    coaches: dict[int, str]
    before: datetime

    @property
    def id(self) -> int:
        """Its id."""
        return self.row.id

    @property
    def member_id(self) -> int:
        """Whose it is."""
        return self.row.member_id

    @property
    def status(self) -> MembershipStatus:
        """Where it stands."""
        return MembershipStatus(self.row.status)

    @property
    def zone(self) -> ZoneInfo:
        """Where its days are counted."""
        return ZoneInfo(self.row.accounting_zone)

    @property
    def zones(self) -> Zones:
        """The same for all that is counted from a membership."""
        return Zones(
            member=self.zone,
            coach=self.zone,
            organisation=self.zone,
            accounting=self.zone,
            enrolled_on=self.row.starts_on,
            paid_from=self.row.first_paid_on,
        )

    @property
    def channel(self) -> Channel:
        """Who has bought it."""
        return Channel.D2C if self.row.contract_id is None else Channel.B2B

    @property
    def plan(self) -> Plan | None:
        """How it is paid, if it is."""
        if self.row.tier is None:
            return None
        base = Money(minor_units=self.row.base_minor_units, currency=self.row.base_currency)
        return Plan(tier=Tier(self.row.tier), cadence=self.cadence, base=base)

    @property
    def cadence(self) -> Cadence:
        """The rhythm in force."""
        return Cadence(self.row.cadence)

    @property
    def rhythm(self) -> Rhythm:
        """The rhythm in force, and the one that follows."""
        following = None if self.row.next_cadence is None else Cadence(self.row.next_cadence)
        return Rhythm(
            current=self.cadence,
            following=following,
            from_at=None if self.row.next_cadence_on is None else self.midnight(self.row.next_cadence_on),
        )

    @property
    def facts(self) -> MembershipFacts:
        """What the rules look at."""
        ends_on = self.row.ends_on
        return MembershipFacts(
            status=self.status,
            ends_at=None if ends_on is None else self.midnight(ends_on),
            pauses=self.row.pauses_on is not None,
        )

    @property
    def persons(self) -> frozenset[int]:
        """The member and the coaches."""
        return frozenset({self.member_id, *self.coaches})

    def midnight(self, day: date) -> datetime:
        """The instant at which a day of its zone begins (D-29)."""
        return wall_instant(datetime.combine(day, time(0)), self.zone).astimezone(UTC)

    def capacity(self, actor: Actor) -> ActorKind | None:
        """In which capacity somebody touches it: its member, a coach of it, staff; None: they may not even see it."""
        if actor.person_id == self.member_id:
            return ActorKind.MEMBER
        if actor.person_id in self.coaches:
            return ActorKind.COACH
        return ActorKind.STAFF if actor.may(Scope.PEOPLE) or actor.may(Scope.READ) else None


def membership_case(unit: Unit, membership_id: int, *, before: datetime) -> MembershipCase | None:
    """The membership under the policy that was published before this instant; one statement."""
    values = {"organisation": unit.organisation_id, "membership": membership_id, "until": before}
    row = unit.connection.execute(MEMBERSHIP, values).one_or_none()
    if row is None:
        return None
    kind = next(iter(policy_of(row.document, row.number).kinds))
    policy = resolved_for(row.document, row.number, kind, row.contract_document, row.plan_document)
    return MembershipCase(row=row, policy=policy, coaches=dict(row.coaches), before=before)


def again(unit: Unit, case: MembershipCase) -> MembershipCase:
    """The same membership as it stands after a change."""
    found = membership_case(unit, case.id, before=case.before)
    if found is None:
        raise LookupError("a membership is never removed")
    return found


def present_membership(unit: Unit, membership_id: int, *, now: datetime) -> MembershipCase | None:
    """The membership as a command at `now` meets it."""
    return membership_case(unit, membership_id, before=now + TICK)


def parties_of_membership(unit: Unit, membership_id: int) -> frozenset[int]:
    """Whom a change of the membership concerns: its member, its coaches, and those of its sessions that stand; nobody where there is none."""
    values = {"organisation": unit.organisation_id, "membership": membership_id}
    row = unit.connection.execute(PARTIES, values).one_or_none()
    return frozenset() if row is None else frozenset({row.member_id, *row.coaches})
