"""Who acts: a person of an organisation in one of their roles, an operator's API key, or the system itself."""

from dataclasses import dataclass

from policy.terms import ActorKind, Role, Scope

STAFF = frozenset({Role.STAFF, Role.SENIOR_STAFF})
ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is behind a request; how they act follows from their relation to the object (MODEL 10).

    A person has roles. An API key has an `api_key_id` and `scopes` and acts as staff within them. The system has neither.
    """

    organisation_id: int
    person_id: int | None
    roles: frozenset[Role]
    api_key_id: int | None = None
    scopes: frozenset[Scope] = frozenset()

    @property
    def key(self) -> str:
        """What scopes this actor's idempotency keys."""
        if self.api_key_id is not None:
            return f"api-key:{self.api_key_id}"
        return "system" if self.person_id is None else f"person:{self.person_id}"

    @property
    def lock(self) -> int | None:
        """The advisory lock of this actor: a person's own id, the negated id of an API key; the system needs none."""
        return self.person_id if self.api_key_id is None else -self.api_key_id

    @property
    def is_staff(self) -> bool:
        """Whether this is a person of the team. What an API key may do is asked with `may`."""
        return bool(self.roles & STAFF)

    def may(self, scope: Scope) -> bool:
        """Whether the actor may do what staff do in this field: the team in all of them, an API key in its own."""
        return self.is_staff or scope in self.scopes

    def may_manage(self, roles: frozenset[Role]) -> bool:
        """Whether the actor may make, change or sign in somebody with these roles: nobody hands out more than they have."""
        if self.scopes >= ALL_SCOPES or Role.SENIOR_STAFF in self.roles:
            return True
        return not roles & STAFF or (self.is_staff and Role.SENIOR_STAFF not in roles)

    def acts_on(self, *, coach_id: int, member_id: int) -> ActorKind | None:
        """In which capacity the actor touches a session of these two: member, coach, staff; None: they may not even see it."""
        if self.api_key_id is None and self.person_id is None:
            return ActorKind.SYSTEM
        if self.person_id == member_id:
            return ActorKind.MEMBER
        if self.person_id == coach_id:
            return ActorKind.COACH
        return ActorKind.STAFF if self.may(Scope.READ) or self.may(Scope.BOOKINGS) else None

    def may_change(self, kind: ActorKind) -> bool:
        """Whether somebody who sees a session in this capacity may ask for a change of it."""
        return kind is not ActorKind.STAFF or self.may(Scope.BOOKINGS)


def system(organisation_id: int) -> Actor:
    """The actor of what happens by itself: timers, grants, expiries."""
    return Actor(organisation_id=organisation_id, person_id=None, roles=frozenset())
