"""What cancelling, moving and confirming a session share: who may, the facts, the twin, and the act."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.change import Change, apply_change
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import ActionCheck, Done, Outcome, Refused, Stale, check_of, refused
from commands.transaction import Request, carry_out
from models.queries.sessions import parties_of
from models.unit import Database, Unit
from policy.decisions import Decision, consequence_of
from policy.terms import ActorKind, RefusalCode, Role

Decide = Callable[[Unit, SessionCase, ActorKind], Decision]
"""How a verb looks at one session: loads what else it needs and asks the rules; never writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Senior staff set the rules aside: `reason` is the reason whose terms apply (D-55); the note says why (M23)."""

    reason: str = "CLIENT_CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act carries that may cost somebody something, besides its own arguments.

    `acknowledge`: the digest of the consequence that was shown. `if_version`: the version that the caller has read.
    `note`: the reason in words; staff must give one.
    """

    acknowledge: str | None = None
    if_version: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Act):
    """What every change of a session carries besides its own arguments."""

    session_id: int
    on_behalf_of_member: bool = False
    override: Override | None = None


Also = Callable[[Unit, SessionCase], None]
"""What a verb writes down besides, once it is decided that it may."""


def change_session(
    database: Database,
    request: Request,
    command: Acknowledged,
    decide: Decide,
    *,
    also: Also | None = None,
    takes_time: bool = False,
) -> Outcome:
    """Decide under the locks of both persons, and carry out what was decided; a refusal leaves no trace.

    `takes_time`: another time may be taken by it (see `carry_out`).
    """
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [command.session_id]).get(command.session_id)
    if parties is None:
        return refused(RefusalCode.NOT_FOUND)
    kind = request.actor.acts_on(coach_id=parties[0], member_id=parties[1])
    if kind is None:
        return refused(RefusalCode.NOT_FOUND)
    if not request.actor.may_change(kind):
        return refused(RefusalCode.FORBIDDEN)
    return carry_out(
        database,
        request,
        command,
        persons=frozenset(parties),
        act=lambda unit: _act(unit, request, command, decide, also),
        takes_time=takes_time,
    )


def check_sessions(
    unit: Unit, actor: Actor, sessions: Sequence[int], decide: Decide, *, now: datetime
) -> Mapping[int, ActionCheck]:
    """The twins' answers for a page of sessions: what `change_session` would say now, without acting."""
    return check_cases(unit, actor, session_cases(unit, sessions, now=now), decide, now=now)


def check_cases(
    unit: Unit, actor: Actor, cases: Mapping[int, SessionCase], decide: Decide, *, now: datetime
) -> Mapping[int, ActionCheck]:
    """The same for cases that are loaded already, because another twin was asked about them before."""
    return {key: _check(unit, actor, case, decide, now=now) for key, case in cases.items()}


def _check(unit: Unit, actor: Actor, case: SessionCase, decide: Decide, *, now: datetime) -> ActionCheck:
    kind = actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    if kind is None or not actor.may_change(kind):
        return _closed(RefusalCode.NOT_FOUND if kind is None else RefusalCode.FORBIDDEN, now)
    decision = case.followed(decide(unit, case, kind), now=now)
    return check_of(decision, consequence_of(decision, standing=case.facts.status), now=now)


def _closed(code: RefusalCode, now: datetime) -> ActionCheck:
    return ActionCheck(allowed=False, late=False, code=code, decision=None, consequence=None, checked_at=now)


def _act(unit: Unit, request: Request, command: Acknowledged, decide: Decide, also: Also | None) -> Outcome:
    case = session_cases(unit, [command.session_id], now=request.now)[command.session_id]
    kind = request.actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    if kind is None:
        return refused(RefusalCode.NOT_FOUND)
    if command.override is not None and Role.SENIOR_STAFF not in request.actor.roles:
        return refused(RefusalCode.FORBIDDEN)
    if command.if_version is not None and command.if_version != case.subject.version:
        return Stale(object_id=command.session_id)
    decision = case.followed(decide(unit, case, kind), now=request.now)
    consequence = consequence_of(decision, standing=case.facts.status)
    check = check_of(decision, consequence, now=request.now)
    if not decision.allowed:
        return refusal_of(check, decision)
    if decision.needs_acknowledgement and command.acknowledge != consequence.digest:
        return unacknowledged(check, command)
    change = Change(
        subject=case.subject,
        decision=decision,
        actor=request.actor,
        actor_kind=kind,
        now=request.now,
        policy=case.policy,
        note=command.note,
        request=request.idempotency_key,
        followed=True,
    )
    if also is not None:
        also(unit, case)
    # Without an effect, what is asked for is so already.
    event = apply_change(unit, change) if decision.effects else 0
    return Done(object_id=command.session_id, event_id=event, consequence=consequence)


def refusal_of(check: ActionCheck, decision: Decision) -> Refused:
    """The refusal that a decision is, with the check behind it."""
    if decision.code is None:
        raise ValueError("a refusal has a code")
    return Refused(
        code=decision.code, message=check.message or "", check=check, alternatives=tuple(decision.alternatives)
    )


def unacknowledged(check: ActionCheck, command: Act) -> Refused:
    """Nothing costly happens without the digest of exactly what was shown (D-04, GRAPHQL 2)."""
    code = RefusalCode.LATE_CHANGE_NEEDS_ACK if command.acknowledge is None else RefusalCode.CONSEQUENCE_CHANGED
    plain = refused(code)
    return Refused(code=plain.code, message=plain.message, check=check)


def slot_conflict(fault: IntegrityError) -> bool:
    """Whether the database refused an interval that somebody holds (D-49)."""
    diagnosis = getattr(fault.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "ex_busy_person_during"
