"""Who acts: a person of an organisation in one of their roles, or the system itself."""

from dataclasses import dataclass

from policy.terms import ActorKind, Role

STAFF = frozenset({Role.STAFF, Role.SENIOR_STAFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person behind a request, with all their roles; how they act follows from their relation to the object (MODEL 10)."""

    organisation_id: int
    person_id: int | None
    roles: frozenset[Role]

    @property
    def key(self) -> str:
        """What scopes this actor's idempotency keys."""
        return "system" if self.person_id is None else f"person:{self.person_id}"

    @property
    def is_staff(self) -> bool:
        """Whether the person belongs to the team."""
        return bool(self.roles & STAFF)

    def acts_on(self, *, coach_id: int, member_id: int) -> ActorKind | None:
        """In which capacity the actor touches a session of these two: member, coach, staff; None: they may not even see it."""
        if self.person_id is None:
            return ActorKind.SYSTEM
        if self.person_id == member_id:
            return ActorKind.MEMBER
        if self.person_id == coach_id:
            return ActorKind.COACH
        return ActorKind.STAFF if self.is_staff else None


def system(organisation_id: int) -> Actor:
    """The actor of what happens by itself: timers, grants, expiries."""
    return Actor(organisation_id=organisation_id, person_id=None, roles=frozenset())
