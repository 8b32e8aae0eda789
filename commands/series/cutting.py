"""A series is cut: what lies after the cut and was not changed by itself is cancelled without loss (MODEL 5.3, D-18)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.apply.change import Change, apply_change
from commands.facts.sessions import SessionCase, session_cases
from models.queries.series import places_of
from models.unit import Unit
from policy.decisions import Decision, DecisionFacts
from policy.effects import Cancel, EndProposal
from policy.entitlement import give_back
from policy.series import Released
from policy.terms import ActorKind, Disposition, Fault, ProposalStatus, Rest, SessionStatus

CUT = text("""
UPDATE series SET until_on = least(until_on, greatest(CAST(:cut AS date), first_on)), status = 'ENDED',
    next_on = CASE WHEN next_on < CAST(:cut AS date) THEN next_on END,
    version = version + 1, sequence = sequence + 1, changed_at = :now, calendar_changed_at = :now
WHERE organisation_id = :organisation AND id = :series RETURNING version
""")
REASON = "SERIES_CHANGED"
"""What the record says of a session that its series no longer has; no row of a policy is asked (MODEL 3.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """Who cuts which series, as of when; `keep`: a proposal that is being accepted by it and ends otherwise."""

    actor: Actor
    actor_kind: ActorKind
    now: datetime
    request: str | None = None
    note: str | None = None
    keep: int | None = None


def released_by(unit: Unit, series_id: int, cut: date, *, now: datetime) -> tuple[Released, ...]:
    """The sessions of original dates from the cut on that stand where the rule put them, and have not started."""
    return tuple(
        Released(session=row.session_id, starts_at=row.starts_at)
        for row in places_of(unit, series_id)
        if row.on_date >= cut and _stands_by_rule(row) and row.starts_at > now
    )


def _stands_by_rule(row: Row[Any]) -> bool:
    """Whether nobody has moved or cancelled the session by itself."""
    return row.session_id is not None and row.status == SessionStatus.SCHEDULED and row.starts_at == row.original_at


def cut_series(unit: Unit, series_id: int, cut: date, cutting: Cutting) -> int:
    """The series has no date from the cut on any more; those before it that lie beyond the horizon are still made. Returns its new version."""
    values = {"organisation": unit.organisation_id, "series": series_id, "cut": cut, "now": cutting.now}
    return unit.connection.execute(CUT, values).scalar_one()


def release(unit: Unit, released: Sequence[Released], cutting: Cutting) -> list[int]:
    """These sessions are cancelled without loss to anybody, each with an event of its own but no message; returns the events."""
    cases = session_cases(unit, [one.session for one in released], now=cutting.now)
    return [_release(unit, cases[one.session], cutting) for one in released]


def _release(unit: Unit, case: SessionCase, cutting: Cutting) -> int:
    change = Change(
        subject=case.subject,
        decision=_decision(case, cutting),
        actor=cutting.actor,
        actor_kind=cutting.actor_kind,
        now=cutting.now,
        policy=case.policy,
        note=cutting.note,
        request=cutting.request,
        in_series=True,
    )
    return apply_change(unit, change)


def _decision(case: SessionCase, cutting: Cutting) -> Decision:
    session = case.facts
    credit = session.kind.units > 0
    cancel = Cancel(
        reason=REASON,
        fault=Fault.NONE,
        disposition=Disposition.RELEASED if credit else Disposition.NONE,
        late=False,
        by=cutting.actor_kind,
        on_behalf_of=None,
    )
    fallen = (
        EndProposal(proposal=one, status=ProposalStatus.WITHDRAWN)
        for one in session.proposals
        if one.id != cutting.keep
    )
    return Decision(
        allowed=True,
        facts=DecisionFacts(now=cutting.now, start=session.starts_at, notice=session.starts_at - cutting.now),
        actor=cutting.actor_kind,
        parameter="MODEL 5.3",
        reason=REASON,
        policy=case.policy.name,
        policy_version=case.policy.version,
        effects=(cancel, *fallen, *give_back(case.policy, session.held, Rest.RELEASED, now=cutting.now)),
    )


def starts(released: Iterable[Released]) -> tuple[datetime, ...]:
    """When the released sessions would have been."""
    return tuple(sorted(one.starts_at for one in released))
