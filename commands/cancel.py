"""cancelSession and its twin: a session is given up, in time or late, by either side or by staff (M4, M7, M8, D-22, D-37)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.actor import Actor
from commands.change import Acknowledged, Decide, change_session, check_sessions
from commands.facts.sessions import SessionCase
from commands.outcome import ActionCheck, Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.changing import decide_cancel
from policy.decisions import Decision
from policy.facts import Attempt
from policy.terms import Action, ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSession(Acknowledged):
    """Cancel; `claim` names a claim such as EMERGENCY, which a row of the policy may ask for."""

    claim: str | None = None


def cancel(database: Database, request: Request, command: CancelSession) -> Outcome:
    """The session is cancelled by the terms of the row that decides, or nothing happened and the answer says why."""
    return change_session(database, request, command, deciding(command, now=request.now))


def check_cancel(
    unit: Unit, actor: Actor, sessions: Sequence[int], command: CancelSession, *, now: datetime
) -> Mapping[int, ActionCheck]:
    """What cancelling each of these sessions would lead to now; two statements. `command.session_id` is not read."""
    return check_sessions(unit, actor, sessions, deciding(command, now=now), now=now)


def deciding(command: CancelSession, *, now: datetime) -> Decide:
    """How the rules are asked for a cancellation."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        attempt = Attempt(
            action=Action.CANCEL,
            actor=kind,
            now=now,
            claim=command.claim,
            on_behalf_of_member=command.on_behalf_of_member,
            override=None if command.override is None else command.override.reason,
            note=command.note,
        )
        return decide_cancel(case.policy, case.facts, attempt, case.change_facts(at=case.facts.starts_at))

    return decide
