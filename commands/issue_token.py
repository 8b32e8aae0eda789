"""issueToken: an operator's back end signs a person in for a short time."""

from dataclasses import dataclass, replace
from datetime import timedelta

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, invalid
from commands.transaction import Request
from models.queries.people import person_of_id
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """For whom, and for how long: a second to an hour."""

    person_id: int
    lifetime: timedelta


def issue_token(database: Database, request: Request, command: IssueToken) -> Outcome:
    """The log says that the key signed this person in; the caller may sign the token. The object is the person.

    Only API keys do this. It takes no idempotency key: a second token harms nobody, and each one is in the log.
    """
    if request.actor.api_key_id is None:
        return refused(RefusalCode.FORBIDDEN, message="Only an API key issues tokens.")
    if not timedelta(seconds=1) <= command.lifetime <= LONGEST:
        return invalid("A token lives from a second to an hour.", "lifetime")
    verb = Verb(name="TOKEN_ISSUED", scope=Scope.TOKENS)
    once = replace(request, idempotency_key=None)
    return as_staff(database, once, command, verb, lambda unit: _check(unit, request, command))


def _check(unit: Unit, request: Request, command: IssueToken) -> Written | Refused:
    person = person_of_id(unit, command.person_id)
    if person is None or person.deactivated_at is not None:
        return refused(RefusalCode.NOT_FOUND)
    if not request.actor.may_manage(person.roles):
        return refused(RefusalCode.FORBIDDEN, message="Tokens of the team need a key with every scope.")
    return Written(object_id=person.id, effects=({"seconds": int(command.lifetime.total_seconds())},))
