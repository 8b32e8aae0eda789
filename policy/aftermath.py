"""When what follows a session, or comes before it, is due (MODEL 8): reminders, nudge, prompts, completion."""

from collections.abc import Iterable
from datetime import datetime

from policy.effects import Notify
from policy.facts import SessionFacts
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, CaseKind, CaseResult, CaseStatus, NoticeCode, SessionStatus, Side


def reminders_at(policy: ResolvedPolicy, starts_at: datetime, *, agreed_at: datetime) -> tuple[datetime, ...]:
    """When both sides are reminded of a session whose present time was agreed then: only afterwards, the first one first."""
    due = {starts_at - offset for offset in policy.value("reminder.session")}
    return tuple(sorted(at for at in due if agreed_at < at))


def nudge_at(policy: ResolvedPolicy, starts_at: datetime) -> datetime | None:
    """When whoever has not appeared is nudged (D-19); None where nobody is."""
    after = policy.optional_duration("attendance.nudge_after")
    return None if after is None else starts_at + after


def prompts_at(policy: ResolvedPolicy, ends_at: datetime) -> tuple[datetime, ...]:
    """When the coach is asked whether the session took place, at its end and again until there is an answer (A9, D-30)."""
    first = {ends_at} if policy.flag("outcome.prompt_at_end") else set[datetime]()
    return tuple(sorted(first | {ends_at + offset for offset in policy.value("outcome.prompt_reminders")}))


def completes_at(policy: ResolvedPolicy, ends_at: datetime) -> datetime | None:
    """Until when nobody has to say anything, before the session completes by itself; None: never (D-30, A11)."""
    after = policy.optional_duration("outcome.auto_complete_after")
    return None if after is None else ends_at + after


def absence_from(policy: ResolvedPolicy, starts_at: datetime, absent: Side) -> datetime:
    """The first instant at which this side's absence can be stated (D-19, D-61)."""
    own = policy.optional_duration("attendance.coach_no_show_after") if absent is Side.COACH else None
    return starts_at + (policy.duration("attendance.no_show_after") if own is None else own)


def too_late_to_answer(policy: ResolvedPolicy, session: SessionFacts) -> bool:
    """Whether the coach has let the time for a report pass: nothing that they say of it answers it any more (T7, D-32)."""
    case = session.case
    if case is None or case.kind is not CaseKind.NO_SHOW:
        return False
    if case.status is CaseStatus.INVESTIGATING:
        return session.status in (SessionStatus.SCHEDULED, SessionStatus.AWAITING_OUTCOME)
    silent_until = case.opened_at + policy.duration("case.resolve_within")
    by_silence = session.stated_by is ActorKind.SYSTEM and session.stated_at == silent_until
    return case.result in (CaseResult.REFUNDED, CaseResult.RETURNED) and by_silence


def reminder_notices(
    policy: ResolvedPolicy, session: SessionFacts, *, due: datetime, now: datetime
) -> tuple[Notify, ...]:
    """Both are reminded, if the session still stands at the time that the reminder is for, agreed before it was due (MODEL 8).

    Of several reminders that are due together only the last is sent.
    """
    stands = session.status is SessionStatus.SCHEDULED and now < session.starts_at
    reminders = reminders_at(policy, session.starts_at, agreed_at=session.agreed_at)
    if not stands or due != _latest(reminders, now):
        return ()
    return (Notify(code=NoticeCode.REMINDER, to=Side.MEMBER), Notify(code=NoticeCode.REMINDER, to=Side.COACH))


def _latest(instants: tuple[datetime, ...], now: datetime) -> datetime | None:
    return max((at for at in instants if at <= now), default=None)


def nudge_notices(policy: ResolvedPolicy, session: SessionFacts, *, due: datetime, now: datetime) -> tuple[Notify, ...]:
    """The member is nudged, if only the coach is there; without a sign of the coach, the coach is reminded instead (D-19)."""
    running = session.status is SessionStatus.SCHEDULED and now < session.ends_at
    if not (running and due == nudge_at(policy, session.starts_at)):
        return ()
    if not session.coach_present:
        return (Notify(code=NoticeCode.REMINDER, to=Side.COACH),)
    return () if session.member_present else (Notify(code=NoticeCode.NUDGE, to=Side.MEMBER),)


def prompt_notices(
    policy: ResolvedPolicy, session: SessionFacts, *, due: datetime, now: datetime
) -> tuple[Notify, ...]:
    """The coach is asked, if there is no answer yet; of several prompts that are due together only the last is sent."""
    latest = _latest(prompts_at(policy, session.ends_at), now)
    if session.status is not SessionStatus.AWAITING_OUTCOME or due != latest:
        return ()
    return (Notify(code=NoticeCode.OUTCOME_PROMPT, to=Side.COACH),)


def shift_notices(session: SessionFacts, sides: Iterable[Side], *, now: datetime) -> tuple[Notify, ...]:
    """These sides, whose clocks the series does not keep, are told of the other hour, if the session still stands where the series put it."""
    stands = session.status is SessionStatus.SCHEDULED and now < session.starts_at and not session.moves
    if not stands:
        return ()
    return tuple(Notify(code=NoticeCode.TIME_SHIFTED, to=side) for side in sides)
