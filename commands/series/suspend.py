"""Series rest while their membership is paused, and go on in a successor when it is resumed (MODEL 5.3, 5.7)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text

from commands.apply.work import Work, schedule
from commands.membership.case import MembershipCase
from commands.membership.log import Doer
from commands.series.cut import Cut
from commands.series.cutting import Cutting
from commands.series.planning import Pairing, facts_for, pair_of
from commands.series.rhythm import first_from
from commands.series.rule import next_date, resting_rule_of
from commands.series.running_out import tell_end
from commands.series.stop import running_series, stop_series
from commands.series.succession import Succession, begin_successor
from models.queries.series import series_of_ids
from models.unit import Unit
from policy.recurrence import Recurrence
from policy.series import plan_series, skipping
from policy.terms import ActorKind, Basis

SUSPEND = text("""
UPDATE series SET status = 'SUSPENDED', planned_until_on = :until
WHERE organisation_id = :organisation AND id = :series AND until_on IS DISTINCT FROM CAST(:until AS date)
""")
NO_FURTHER = text("""
UPDATE series SET planned_until_on = :on, status = CASE WHEN :over THEN 'ENDED' ELSE status END, version = version + 1,
    changed_at = :now
WHERE organisation_id = :organisation AND id = :series
""")
SUSPENDED = text("""
SELECT id FROM series WHERE organisation_id = :organisation AND membership_id = :membership AND status = 'SUSPENDED' ORDER BY id
""")
END = text("""
UPDATE series SET status = 'ENDED', version = version + 1
WHERE organisation_id = :organisation AND membership_id = :membership AND status = 'SUSPENDED'
""")


def suspend_series(unit: Unit, membership_id: int, *, now: datetime) -> list[Work]:
    """The membership's series have no date from now on, and are kept to go on later; returns the pushes.

    What becomes of their sessions is for the caller to say.
    """
    running = running_series(unit, membership_id, now=now)
    works = stop_series(unit, membership_id, now=now)
    for row in running:
        values = {"organisation": unit.organisation_id, "series": row.id, "until": row.until_on}
        unit.connection.execute(SUSPEND, values)
    return works


def end_resting(unit: Unit, row: Row[Any], on: date, *, now: datetime) -> None:
    """The suspended series goes on no further than that date, and not at all where none of its dates is left before it."""
    over = next_date(resting_rule_of(row).before(on), now=now) is None
    values = {"organisation": unit.organisation_id, "series": row.id, "on": on, "over": over, "now": now}
    unit.connection.execute(NO_FURTHER, values)


def end_suspended(unit: Unit, membership_id: int) -> None:
    """The membership's series do not go on any more."""
    unit.connection.execute(END, {"organisation": unit.organisation_id, "membership": membership_id})


def resume_series(unit: Unit, case: MembershipCase, doer: Doer, *, rhythm_changes: bool, event_id: int) -> None:
    """Each series that was suspended goes on in a successor at its next date, in another rhythm where that has changed meanwhile.

    What cannot take place is left out and told; so is that a series goes on no more, because it is offered no longer or has no free
    time. Of one that was to end meanwhile nothing is said.
    """
    values = {"organisation": unit.organisation_id, "membership": case.id}
    rows = series_of_ids(unit, unit.connection.execute(SUSPENDED, values).scalars().all())
    cutting = Cutting(actor=doer.actor, actor_kind=doer.kind, now=doer.now)
    for _, row in sorted(rows.items()):
        found = _succession(unit, case, row, rhythm_changes=rhythm_changes, now=doer.now)
        if found is not None:
            told = bool(found.plan.conflicts)
            begin_successor(unit, found, cutting, (), event_id=event_id, told=told, revoke=False)
        elif next_date(resting_rule_of(row), now=doer.now) is not None:
            schedule(unit, tell_end(unit, row, row.until_on, event_id, now=doer.now))
    end_suspended(unit, case.id)


def _succession(
    unit: Unit, case: MembershipCase, row: Row[Any], *, rhythm_changes: bool, now: datetime
) -> Succession | None:
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    rule = None if pair is None else _rule(pair, case, row, rhythm_changes=rhythm_changes, now=now)
    if pair is None or rule is None:
        return None
    facts = facts_for(unit, pair, rule, actor=ActorKind.SYSTEM, now=now)
    plan = plan_series(pair.policy, facts, now=now)
    plan = skipping(plan, plan.digest)
    cut = Cut(row=row, actor_kind=ActorKind.SYSTEM, on=rule.first, released=())
    return Succession(cut=cut, pair=pair, rule=rule, plan=plan) if plan.allowed else None


def _rule(
    pair: Pairing, case: MembershipCase, row: Row[Any], *, rhythm_changes: bool, now: datetime
) -> Recurrence | None:
    """The rule from its first date that is still to come on; None where there is none."""
    rule = resting_rule_of(row)
    if rhythm_changes and pair.policy.basis is Basis.CADENCE:
        rule = replace(rule, cadence=case.cadence, first=first_from(rule, now))
        return None if rule.until is not None and rule.first >= rule.until else rule
    found = next_date(rule, now=now)
    return None if found is None else replace(rule, first=found)
