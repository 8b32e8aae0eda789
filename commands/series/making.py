"""The sessions of a series come to exist, each once for its original date (MODEL 5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, text

from commands.actor import Actor
from commands.apply.change import Change, apply_change
from commands.apply.sessions import write_session
from commands.apply.slots import decision_text
from commands.apply.subject import Subject
from commands.apply.work import Work
from commands.series.planning import Pairing, lots_for
from models.series import SeriesOccurrence
from models.unit import Unit
from policy.decisions import Decision
from policy.periods import period_of
from policy.recurrence import Occurrence, Recurrence
from policy.series import Planned, decide_occurrence, due_at, period_lot, within_horizon
from policy.terms import ActorKind, Basis, WorkKind

NEXT = text("UPDATE series SET next_on = :next WHERE organisation_id = :organisation AND id = :series")


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """For which series sessions are made, by whom, as of when; `timer`: the horizon run that makes them, if one does."""

    series_id: int
    pair: Pairing
    rule: Recurrence
    actor: Actor
    actor_kind: ActorKind
    now: datetime
    recorded_at: datetime
    request: str | None = None
    timer: str | None = None


def make_sessions(unit: Unit, making: Making, occurrences: Iterable[Planned]) -> list[Subject]:
    """Those of these occurrences that lie within the horizon have their sessions, with credit, but without a message each."""
    policy = making.pair.policy
    return [_make(unit, making, one) for one in occurrences if within_horizon(policy, one.starts_at, now=making.now)]


def _make(unit: Unit, making: Making, planned: Planned) -> Subject:
    pair = making.pair
    lots = lots_for(unit, pair, now=making.now)
    period = period_of(pair.policy, pair.zones, planned.starts_at)
    own = None if period is None or pair.policy.basis is not Basis.CADENCE else period_lot(lots, period.start)
    decision = decide_occurrence(pair.policy, planned.starts_at, lots, own, now=making.now)
    subject = _insert(unit, making, planned, decision)
    mark(unit, making.series_id, [planned], session_id=subject.session_id)
    change = Change(
        subject=subject,
        decision=decision,
        actor=making.actor,
        actor_kind=making.actor_kind,
        now=making.now,
        policy=pair.policy,
        request=making.request,
        timer=making.timer,
        recorded_at=making.recorded_at,
        in_series=True,
    )
    apply_change(unit, change)
    return subject


def mark(unit: Unit, series_id: int, planned: Sequence[Planned], *, session_id: int | None = None) -> None:
    """These dates are dealt with for ever: by this session, or by the trouble that each has."""
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "series_id": series_id,
            "on_date": one.on,
            "starts_at": one.starts_at,
            "session_id": session_id,
            "trouble": one.trouble,
        }
        for one in planned
    ]
    if rows:
        unit.connection.execute(insert(SeriesOccurrence), rows)


def _insert(unit: Unit, making: Making, planned: Planned, decision: Decision) -> Subject:
    pair, row = making.pair, making.pair.row
    values = {
        "digest": pair.policy.digest,
        "policy_version": row.policy_version_id,
        "document": pair.policy.json_text,
        "coach": pair.coach_id,
        "member": pair.member_id,
        "kind": pair.kind_id,
        "membership": row.membership_id,
        "start": planned.starts_at,
        "end": planned.ends_at,
        "now": making.now,
        "fee": row.fee_minor_units,
        "currency": row.fee_currency,
        "provisional": False,
        "decision": decision_text(decision),
    }
    written = write_session(unit, values)
    return Subject(
        session_id=written.id,
        coach_id=pair.coach_id,
        member_id=pair.member_id,
        kind_id=pair.kind_id,
        membership_id=row.membership_id,
        resolved_policy_id=written.resolved_policy_id,
        kind_code=row.kind_code,
        kind_name=row.kind_name,
        coach_name=row.coach_name,
        member_name=row.member_name,
        accounting_zone=row.accounting_zone,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        sequence=0,
        version=1,
    )


def go_on(unit: Unit, making: Making, start: date) -> list[Work]:
    """The series waits for its first date from `start` on, which nobody has dealt with yet; returns the timer, if a date is left."""
    following = next(making.rule.occurrences(start), None)
    values = {"organisation": unit.organisation_id, "series": making.series_id}
    unit.connection.execute(NEXT, {**values, "next": None if following is None else following.on})
    return [] if following is None else [_timer(making, following)]


def _timer(making: Making, occurrence: Occurrence) -> Work:
    # Another policy may have another horizon: the timer is one of its instant, and what is within the horizon by now is due now.
    due = max(due_at(making.pair.policy, occurrence.starts_at), making.now)
    return Work(
        kind=WorkKind.SERIES_HORIZON,
        cause_key=f"series-horizon:{making.series_id}:{due.isoformat()}:{occurrence.on.isoformat()}",
        persons=making.pair.persons,
        object_id=making.series_id,
        fires_at=due,
    )
