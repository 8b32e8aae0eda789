"""What tallies lead to is carried out: told, charged, begun, cancelled, brought before the team; or taken back (MODEL 3.5, D-59)."""

from collections.abc import Callable

from sqlalchemy import insert, text

from commands.apply.happened import Happened
from commands.apply.sanctions import StepNews, begin, lift, tell_of_step
from commands.apply.tasks import Call, due_after, overdue, tell_team
from commands.apply.work import Work
from models.task import Task
from models.unit import Unit
from policy.effects import LiftSteps, TakeStep
from policy.matters import TaskStatus
from policy.reading import STOPS
from policy.resolved import ResolvedPolicy
from policy.tasks import WATCH
from policy.terms import ActorKind, Sanction

Further = Callable[[Unit, Happened, TakeStep], list[Work]]
FURTHER: dict[Sanction, Further] = {}
"""What reaches beyond the session, as `commands.timers` names it, which every act passes: that changes sessions itself, and so leads here."""

WAITING = text("""
SELECT EXISTS (SELECT FROM task WHERE organisation_id = :organisation AND session_id = :session AND template = :template
AND status = 'OPEN' AND split_part(text, ':', 1) = :tally)
""")


def follow_up(unit: Unit, happened: Happened) -> list[Work]:
    """Each step among the effects is carried out, and what is lifted is over; returns the work. Money is posted with the rest.

    Raises NotLocked where a session or a membership ends by it whose people are not locked.
    """
    works: list[Work] = []
    for effect in happened.effects:
        match effect:
            case LiftSteps():
                works += lift(unit, happened, effect)
            case TakeStep():
                works += _take(unit, happened, effect)
            case _:
                continue
    return works


def _take(unit: Unit, happened: Happened, step: TakeStep) -> list[Work]:
    works: list[Work] = []
    if Sanction.TASK in step.then and happened.policy is not None and not _waits(unit, happened, step):
        works += _open(unit, happened, step, happened.policy)
    for kind in step.then:
        if kind in STOPS:
            works += begin(unit, happened, step, kind)
    told = tuple(kind for kind in step.then if kind is not Sanction.TASK)
    if told:
        news = StepNews(
            what=told, to=step.to, until=step.until, lasts=step.lasts, amount=step.amount, kinds=step.kinds or ()
        )
        works += tell_of_step(unit, happened, news)
    for kind in (Sanction.CANCEL_FUTURE, Sanction.END):
        if kind in step.then:
            works += FURTHER[kind](unit, happened, step)
    return works


def _waits(unit: Unit, happened: Happened, step: TakeStep) -> bool:
    """Whether the team has not concluded yet what this tally led to for this session: one task per occasion (D-17)."""
    values = {
        "organisation": unit.organisation_id,
        "session": happened.subject.session_id,
        "template": WATCH.code,
        "tally": step.tally,
    }
    return bool(unit.connection.execute(WAITING, values).scalar_one())


def _open(unit: Unit, happened: Happened, step: TakeStep, policy: ResolvedPolicy) -> list[Work]:
    subject = happened.subject
    days = None if WATCH.sla is None else policy.optional_integer(WATCH.sla)
    due = due_after(unit, WATCH.days if days is None else days, received=happened.now)
    values = {
        "organisation_id": unit.organisation_id,
        "template": WATCH.code,
        "session_id": subject.session_id,
        "raised_by_id": subject.coach_id,
        "text": step.words,
        "status": TaskStatus.OPEN,
        "opened_at": happened.now,
        "due_at": due,
    }
    task = unit.connection.execute(insert(Task).values(**values).returning(Task.id)).scalar_one()
    call = Call(template=WATCH, by=ActorKind.SYSTEM, said=step.words, due=due, roles=WATCH.audience)
    mails = tell_team(unit, subject, call, event_id=happened.event_id, now=happened.noticed_at)
    return [*mails, *overdue(task, subject.coach_id, due)]
