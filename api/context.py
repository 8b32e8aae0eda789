"""One operation: who asks, at which instant, and the transaction that is read in (ARCHITECTURE, decision 3)."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import strawberry

from api.auth import Bearer, Caller
from api.caller import Known, actor_of, load_known, note_use, settle_for_acting, settle_for_reading
from api.errors import CodedError, ErrorCode, Unauthenticated
from api.ids import global_id
from api.rate import Charge
from api.services import Services
from commands.actor import Actor
from commands.facts.policies import policy_of
from commands.facts.sessions import SessionCase, session_cases
from commands.readings import Reading, keep_readings
from commands.transaction import Request
from models.queries.context import Context
from models.queries.identities import KeyContext
from models.queries.policies import version_of_number
from models.unit import Unit
from notifications.links import Addresses
from policy.document import Policy
from policy.matters import Words
from policy.terms import Scope

T = TypeVar("T")
NOBODY = 0
"""No person has this id."""


@dataclass(slots=True, kw_only=True)
class Operation:
    """What the resolvers of one operation share.

    A query reads in one snapshot. A root field of a mutation asks anew who acts and what time it is, acts in a unit of its own,
    and its payload is read in a snapshot that is opened afterwards.
    """

    services: Services
    caller: Caller | None
    request_id: str
    charge: Charge | None = None
    _known: Known | None = None
    _unit: Unit | None = None
    _open: ExitStack = field(default_factory=ExitStack)
    _answers: dict[str, Any] = field(default_factory=dict[str, Any])
    _readings: set[tuple[Words, int]] = field(default_factory=set[tuple[Words, int]])

    def begin_query(self) -> None:
        """The caller is known, nothing of theirs is left due, and the snapshot is open. Nobody signed in: nothing is read."""
        if self.caller is None:
            return
        known = self._load(self.caller)
        if known.something_is_due:
            self.release()
            settle_for_reading(self.services.database, actor_of(self.caller, known), known)

    def begin_act(self, idempotency_key: str | None = None) -> Request:
        """Who acts, at which instant, under which key; what is due for them was settled, and no snapshot is open."""
        caller = self.signed_in()
        self.release()
        known = self._load(caller)
        self.release()
        actor = actor_of(caller, known)
        if known.something_is_due:
            settle_for_acting(self.services.database, actor, known)
        return Request(
            actor=actor,
            now=known.now,
            idempotency_key=idempotency_key,
            freshen=self.services.freshen(caller.organisation_id),
        )

    def look_again(self) -> None:
        """The caller and the instant are read anew: the act that just ended has moved the clock."""
        self.release()
        self._load(self.signed_in())

    def release(self) -> None:
        """No snapshot is open; the next one sees what was written meanwhile."""
        self._unit = None
        self._answers.clear()
        self._open.close()

    def has_read(self, what: Words, keys: Iterable[int]) -> None:
        """The caller reads somebody else's words: written down before the answer is given (`keep_readings`)."""
        self._readings.update((what, key) for key in keys)

    def keep_readings(self) -> None:
        """What was read of other people's words in this operation stands in the record of readings, in a unit of its own."""
        if not self._readings or self.caller is None or not self.is_person:
            return
        keep_readings(
            self.services.database,
            Reading(
                organisation_id=self.caller.organisation_id,
                reader_id=self.person.person_id,
                read=frozenset(self._readings),
                at=self.now,
            ),
        )
        self._readings.clear()

    @property
    def unit(self) -> Unit:
        """The snapshot that is read in."""
        if self._unit is None:
            unit = self.services.database.unit(self.signed_in().organisation_id, read_only=True)
            self._unit = self._open.enter_context(unit)
        return self._unit

    @property
    def context(self) -> Known:
        """What is known of the caller and their organisation. Raises Unauthenticated for nobody."""
        if self._known is None:
            raise Unauthenticated
        return self._known

    @property
    def person(self) -> Context:
        """The person who asks. Raises CodedError FORBIDDEN for an API key."""
        if isinstance(self.context, KeyContext):
            raise CodedError(ErrorCode.FORBIDDEN, "This is for people, not for API keys.")
        return self.context

    @property
    def is_person(self) -> bool:
        """Whether a person asks, rather than nobody or an API key."""
        return isinstance(self._known, Context)

    @property
    def actor(self) -> Actor:
        """The caller as one who acts. Raises Unauthenticated for nobody."""
        return actor_of(self.signed_in(), self.context)

    def require_staff(self) -> None:
        """Let nobody but staff pass. Raises CodedError FORBIDDEN."""
        if not self.actor.may(Scope.READ):
            raise CodedError(ErrorCode.FORBIDDEN, "This is for the staff of the organisation.")

    @property
    def reader(self) -> int | None:
        """Whose own things are read; None for staff, who read everybody's. An API key without the scope READ reads nobody's."""
        return None if self.actor.may(Scope.READ) else self.actor.person_id or NOBODY

    @property
    def now(self) -> datetime:
        """The instant at which everything of this operation is answered."""
        return self.context.now

    @property
    def policy(self) -> Policy:
        """The policy in force, under which new sessions are booked."""
        row = self.once("policy", lambda: version_of_number(self.unit, None))
        if row is None:
            raise LookupError("an organisation has a policy from its first day")
        return policy_of(row.document, row.number)

    @property
    def addresses(self) -> Addresses:
        """Where personal links lead."""
        services = self.services
        return Addresses(
            keyring=services.keyring,
            base_url=services.base_url,
            front_end_url=services.front_end_url,
            global_id=global_id,
        )

    def cases(self, sessions: Sequence[int]) -> Mapping[int, SessionCase]:
        """The sessions as the rules see them now; two statements, whatever their number."""
        return session_cases(self.unit, sessions, now=self.now)

    def once(self, question: str, read: Callable[[], T]) -> T:
        """The answer to a question that several fields ask: read by the first of them in this snapshot."""
        if question not in self._answers:
            self._answers[question] = read()
        return self._answers[question]

    def signed_in(self) -> Caller:
        """Whose token or key came with the request. Raises Unauthenticated for nobody."""
        if self.caller is None:
            raise Unauthenticated
        return self.caller

    @property
    def bearer(self) -> Bearer:
        """Whose token came with the request. Raises CodedError for nobody, and for an API key."""
        return Bearer(organisation_id=self.signed_in().organisation_id, person_id=self.person.person_id)

    def _load(self, caller: Caller) -> Known:
        known = load_known(self.unit, caller)
        self._known = known
        if isinstance(known, KeyContext):
            self.release()
            note_use(self.services.database, caller, known)
        return known


@contextmanager
def operation(
    services: Services, caller: Caller | None, request_id: str, charge: Charge | None = None
) -> Generator[Operation]:
    """An operation that leaves nothing open."""
    begun = Operation(services=services, caller=caller, request_id=request_id, charge=charge)
    try:
        yield begun
    finally:
        begun.release()


Info: TypeAlias = strawberry.Info[Operation, None]
