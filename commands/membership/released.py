"""Sessions that end because something else does: cancelled without loss, and one message per person that lists them (MODEL 5.7, 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, text

from commands.apply.change import Change, apply_change
from commands.apply.notice_facts import facts_of_notice
from commands.apply.subject import Subject
from commands.apply.work import Work, mails_of
from commands.facts.sessions import SessionCase, session_cases
from commands.membership.log import Doer
from commands.notices import Choice, facts_to_json
from models.event import Notification
from models.queries.series import places_of_sessions
from models.unit import Unit, require_locked
from policy.decisions import Decision
from policy.effects import Notify
from policy.releasing import decide_release
from policy.terms import Disposition, NoticeCode, Side

FUTURE = text("""
SELECT id, coach_id FROM session WHERE organisation_id = :organisation AND membership_id = :membership AND status = 'SCHEDULED'
AND (starts_at > :since OR (starts_at = :since AND NOT :begun)) AND (CAST(:coach AS bigint) IS NULL OR coach_id = :coach) ORDER BY starts_at, id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A session that was cancelled by it, and how."""

    subject: Subject
    decision: Decision
    event_id: int


def sessions_to_come(unit: Unit, membership_id: int, *, now: datetime, coach_id: int) -> list[int]:
    """The membership's sessions with this coach that stand and have not begun: one that begins now has (MODEL 2.5)."""
    return _standing(unit, membership_id, since=now, coach_id=coach_id, begun=True)


def future_sessions(unit: Unit, membership_id: int, *, since: datetime) -> list[int]:
    """The membership's sessions that stand and begin at `since` or later: what is paid for ends before it (D-29)."""
    return _standing(unit, membership_id, since=since, coach_id=None, begun=False)


def _standing(unit: Unit, membership_id: int, *, since: datetime, coach_id: int | None, begun: bool) -> list[int]:
    """`begun`: what begins at `since` is left out."""
    values = {
        "organisation": unit.organisation_id,
        "membership": membership_id,
        "since": since,
        "begun": begun,
        "coach": coach_id,
    }
    return [row.id for row in unit.connection.execute(FUTURE, values)]


def release_sessions(
    unit: Unit,
    sessions: Sequence[int],
    doer: Doer,
    *,
    rule: str,
    paid_if_late: bool = False,
    returned: bool = False,
    stopped: Iterable[Work] = (),
) -> list[Released]:
    """Each of these sessions is cancelled and its credit free again. Raises NotLocked where somebody's lock is missing.

    `returned`: as when its coach cancels (D-22). `stopped`: the pushes of series that end with it; what they tell of a session is
    not told once more.
    """
    found: list[Released] = []
    series = {work.object_id for work in stopped}
    places = places_of_sessions(unit, sessions) if series else {}
    for key in sessions:
        case = session_cases(unit, [key], now=doer.now)[key]
        require_locked(unit, case.persons)
        decision = _decide(case, doer, rule, paid_if_late=paid_if_late, returned=returned)
        if not decision.allowed:
            continue
        change = Change(
            subject=case.subject,
            decision=decision,
            actor=doer.actor,
            actor_kind=doer.kind,
            now=doer.now,
            policy=case.policy,
            timer=doer.cause,
            recorded_at=doer.recorded_at,
            in_series=key in places and places[key].series_id in series,
        )
        found.append(Released(subject=case.subject, decision=decision, event_id=apply_change(unit, change)))
    return found


def _decide(case: SessionCase, doer: Doer, rule: str, *, paid_if_late: bool, returned: bool) -> Decision:
    facts = case.change_facts(at=case.facts.starts_at)
    return decide_release(
        case.policy,
        case.facts,
        facts,
        actor=doer.kind,
        rule=rule,
        now=doer.now,
        paid_if_late=paid_if_late,
        returned=returned,
    )


def tell_released(unit: Unit, released: Sequence[Released], doer: Doer, *, over: bool = False) -> list[Work]:
    """Each member and each coach has one CANCELLED that lists theirs; returns the mails. `over`: the freed credits are gone too."""
    people = {one.subject.member_id for one in released} | {one.subject.coach_id for one in released}
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "code": NoticeCode.CANCELLED,
            "recipient_id": person,
            "session_id": theirs[0].subject.session_id,
            "event_id": theirs[0].event_id,
            "channel": "EMAIL",
            "facts": _facts(theirs, Side.MEMBER if theirs[0].subject.member_id == person else Side.COACH, over=over),
            "created_at": doer.recorded_at,
        }
        for person in sorted(people)
        for theirs in ([one for one in released if person in (one.subject.member_id, one.subject.coach_id)],)
    ]
    if not rows:
        return []
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), rows)
    return mails_of([(row.id, row.recipient_id) for row in written], now=doer.recorded_at)


def _facts(theirs: Sequence[Released], side: Side, *, over: bool) -> dict[str, object]:
    first, message = theirs[0], Notify(code=NoticeCode.CANCELLED, to=side)
    facts = facts_of_notice(first.subject, first.decision, message, None, next_starts_at=None)
    disposition = str(Disposition.NONE) if over else facts.disposition
    return facts_to_json(
        replace(facts, disposition=disposition, also=tuple(_choice(one.subject) for one in theirs[1:]))
    )


def _choice(subject: Subject) -> Choice:
    return Choice(
        session_id=subject.session_id,
        starts_at=subject.starts_at,
        ends_at=subject.ends_at,
        coach_name=subject.coach_name,
        member_name=subject.member_name,
    )
