"""changeCadence and its twin: another rhythm from the next renewal on (O37, O38, O39, D-27)."""

from dataclasses import dataclass, replace
from datetime import datetime

from commands.actor import Actor
from commands.membership.cadence import change_day, record_cadence, rhythm_at_once
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership, refused_by
from commands.membership.log import Doer
from commands.membership.quota import surplus_of
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Outcome, Refused
from commands.series.foresight import NOTHING, Foreseen, foresee
from commands.transaction import Request
from models.unit import Database, Unit
from policy.memberships import RUNNING
from policy.plans import price
from policy.requests import objection_to_cadence
from policy.terms import ActorKind, Cadence


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCadence(MembershipCommand):
    """The rhythm that is wanted; the present one takes back another that was recorded."""

    cadence: Cadence


def change_cadence(database: Database, request: Request, command: ChangeCadence) -> Outcome:
    """The rhythm and its price hold from the next renewal on; until then nothing changes but what is granted beyond it."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return look_at_cadence(unit, case, kind, command.cadence, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        return record_cadence(unit, case, command.cadence, change_day(case, now=request.now), doer)

    return change_membership(database, request, command, look, write)


def check_change_cadence(
    unit: Unit, actor: Actor, membership_id: int, cadence: Cadence, *, now: datetime
) -> MembershipCheck:
    """What changing the rhythm would lead to now, without acting."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return look_at_cadence(unit, case, kind, cadence, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def look_at_cadence(
    unit: Unit, case: MembershipCase, kind: ActorKind, cadence: Cadence, *, now: datetime, approved: bool = False
) -> MembershipEffect | Refused:
    """What another rhythm leads to, or why it may not be. `approved`: the team has said yes (O39)."""
    wanted = Cadence(case.row.next_cadence) if case.row.next_cadence is not None else case.cadence
    objection = objection_to_cadence(
        case.policy,
        case.channel,
        kind,
        running=case.status in RUNNING,
        changes=cadence is not wanted,
        approved=approved,
    )
    if objection is not None:
        return refused_by(objection)
    at = case.midnight(change_day(case, now=now))
    foreseen = _foreseen(unit, case, cadence, from_at=at, now=now)
    plan = None if case.plan is None else replace(case.plan, cadence=cadence)
    hidden = plan is None or (case.row.contract_id is not None and kind is not ActorKind.STAFF)
    return membership_effect(
        f"From {at:%Y-%m-%d %H:%M} UTC on the rhythm is {cadence.lower()}.{_series_words(foreseen, in_it=rhythm_at_once(case, cadence) is cadence)}",
        effective_at=at,
        sessions=tuple(one.session for one in foreseen.released),
        units=_revoked(unit, case, cadence, foreseen, now=now),
        price=None if hidden or plan is None else price(case.policy, plan),
        wanted=cadence,
    )


def _foreseen(unit: Unit, case: MembershipCase, cadence: Cadence, *, from_at: datetime, now: datetime) -> Foreseen:
    """What series do at once; with more sessions they wait until those are paid for, and what stands then nobody knows yet."""
    at_once = rhythm_at_once(case, cadence)
    return NOTHING if at_once is None else foresee(unit, case.id, at_once, from_at=from_at, now=now)


def _series_words(foreseen: Foreseen, *, in_it: bool) -> str:
    if not foreseen.successions:
        return ""
    stand = "1 session stands" if foreseen.made == 1 else f"{foreseen.made} sessions stand"
    return f" The series goes on {'in it' if in_it else 'as before until it is paid'}: {stand} so far."


def _revoked(unit: Unit, case: MembershipCase, cadence: Cadence, foreseen: Foreseen, *, now: datetime) -> int:
    """How many unused units of later periods go with the change."""
    day = change_day(case, now=now)
    follows = cadence is not case.cadence
    rhythm = replace(
        case.rhythm, following=cadence if follows else None, from_at=case.midnight(day) if follows else None
    )
    surplus = surplus_of(unit, case, rhythm=rhythm, from_at=case.midnight(day), now=now, foreseen=foreseen)
    return sum(over for _, over in surplus if over > 0)
