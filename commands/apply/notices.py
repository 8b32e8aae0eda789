"""Notify effects become messages with their facts, and the mails that carry them (MODEL 9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from commands.apply.notice_facts import facts_of_notice
from commands.apply.subject import Subject
from commands.apply.work import Work, mails_of
from commands.notices import Choice, Sign, facts_to_json
from models.queries.duplicates import choices
from models.unit import Unit
from policy.decisions import Decision
from policy.effects import AskWhichToKeep, ChangeCase, GivenUpFor, Notify, NotifyStaff
from policy.resolved import ResolvedPolicy
from policy.terms import NoticeCode, PresenceSignal, Side

TEAM = text("""
SELECT person.id FROM person WHERE organisation_id = :organisation AND deactivated_at IS NULL AND EXISTS (
    SELECT FROM person_role AS role WHERE role.organisation_id = :organisation AND role.person_id = person.id
    AND role.role IN ('STAFF', 'SENIOR_STAFF'))
ORDER BY id
""")

NEXT = text("""
SELECT min(starts_at) FROM session WHERE organisation_id = :organisation AND member_id = :member AND coach_id = :coach
AND kind_id = :kind AND status = 'SCHEDULED' AND starts_at > :start
""")

FIRST = text("""
SELECT NOT EXISTS (SELECT FROM session WHERE organisation_id = :organisation AND member_id = :member AND coach_id = :coach
AND kind_id = :kind AND status <> 'CANCELLED' AND starts_at < :start)
""")

SIGNS = text("""
SELECT DISTINCT ON (presence.person_id) person.name, presence.signal, presence.at FROM presence
JOIN person ON person.organisation_id = presence.organisation_id AND person.id = presence.person_id
WHERE presence.organisation_id = :organisation AND presence.session_id = :session ORDER BY presence.person_id, presence.id
""")


# Like due work: one statement for any number of messages, the same text each time.
WRITE = text("""
INSERT INTO notification (organisation_id, code, recipient_id, session_id, proposal_id, event_id, channel, facts, created_at)
SELECT :organisation, code, recipient, session, proposal, event, 'EMAIL', facts, created_at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS message (place integer, code text, recipient bigint, session bigint, proposal bigint,
    event bigint, facts jsonb, created_at timestamptz)
ORDER BY place RETURNING id, recipient_id
""")


def notify(
    unit: Unit,
    subject: Subject,
    decision: Decision,
    *,
    event_id: int,
    note: str | None,
    now: datetime,
    policy: ResolvedPolicy | None,
    proposal_id: int | None = None,
) -> list[Work]:
    """Each message of the decision stands, for its recipients; returns the mails to be sent. `policy`: that of the session.
    `proposal_id`: an invite that it sent."""
    rows = messages_of(
        unit,
        subject,
        decision,
        event_id=event_id,
        note=note,
        now=now,
        policy=policy,
        proposal_id=proposal_id or subject.proposal_id,
    )
    return mails_of(write_messages(unit, rows), now=now)


def messages_of(
    unit: Unit,
    subject: Subject,
    decision: Decision,
    *,
    event_id: int,
    note: str | None,
    now: datetime,
    policy: ResolvedPolicy | None = None,
    proposal_id: int | None = None,
) -> list[dict[str, Any]]:
    """The rows of the messages of the decision, one for each recipient, as `write_messages` takes them."""
    return [
        {
            "code": message.code,
            "recipient": recipient,
            "session": subject.session_id or None,
            "proposal": proposal_id,
            "event": event_id,
            "facts": facts,
            "created_at": now,
        }
        for message in decision.effects
        if isinstance(message, Notify | NotifyStaff)
        for facts in (_facts(unit, subject, decision, message, note, policy),)
        for recipient in _recipients(unit, subject, message)
    ]


def write_messages(unit: Unit, rows: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """The messages stand, in this order; (notification, recipient) of each."""
    if not rows:
        return []
    placed = [{**row, "place": place} for place, row in enumerate(rows)]
    values = {"organisation": unit.organisation_id, "rows": orjson.dumps(placed).decode()}
    return [(row.id, row.recipient_id) for row in unit.connection.execute(WRITE, values)]


def _recipients(unit: Unit, subject: Subject, message: Notify | NotifyStaff) -> list[int]:
    if isinstance(message, Notify):
        return [subject.member_id if message.to is Side.MEMBER else subject.coach_id]
    return list(unit.connection.execute(TEAM, {"organisation": unit.organisation_id}).scalars())


def _facts(
    unit: Unit,
    subject: Subject,
    decision: Decision,
    message: Notify | NotifyStaff,
    note: str | None,
    policy: ResolvedPolicy | None,
) -> dict[str, Any]:
    found = facts_of_notice(
        subject,
        decision,
        message,
        note,
        next_starts_at=_following(unit, subject, message),
        choices=_choices(unit, subject, decision, message),
    )
    signs = _signs(unit, subject, decision, message)
    return facts_to_json(replace(found, signs=signs, first_of_series=_first_of_series(unit, subject, message, policy)))


def _signs(unit: Unit, subject: Subject, decision: Decision, message: Notify | NotifyStaff) -> tuple[Sign, ...] | None:
    """Who was there as far as anybody knows, where the team is to decide a case about it (D-16, D-22)."""
    if not isinstance(message, NotifyStaff) or not any(isinstance(one, ChangeCase) for one in decision.effects):
        return None
    values = {"organisation": unit.organisation_id, "session": subject.session_id}
    rows = sorted(unit.connection.execute(SIGNS, values), key=lambda row: row.at)
    return tuple(Sign(name=row.name, joined=row.signal == PresenceSignal.JOIN_LINK, at=row.at) for row in rows)


def _choices(unit: Unit, subject: Subject, decision: Decision, message: Notify | NotifyStaff) -> tuple[Choice, ...]:
    """The bookings between which the member chooses, or the one that is kept, where the message is about them."""
    if message.code not in (NoticeCode.DUPLICATE_QUESTION, NoticeCode.DUPLICATE_CANCELLED):
        return ()
    wanted: list[int] = []
    for effect in decision.effects:
        match effect:
            case AskWhichToKeep():
                wanted += [subject.session_id, *effect.sessions]
            case GivenUpFor():
                wanted.append(effect.kept)
            case _:
                continue
    return tuple(
        Choice(session_id=row.id, starts_at=row.starts_at, ends_at=row.ends_at, coach_name=row.coach_name)
        for row in choices(unit, wanted)
    )


def _following(unit: Unit, subject: Subject, message: Notify | NotifyStaff) -> datetime | None:
    """The pair's next session of the kind, where the message confirms it (O18)."""
    if message.code is not NoticeCode.NO_SHOW_RECORDED:
        return None
    return unit.connection.execute(NEXT, _pair(unit, subject)).scalar_one()


def _first_of_series(
    unit: Unit, subject: Subject, message: Notify | NotifyStaff, policy: ResolvedPolicy | None
) -> bool:
    """Whether an absence is from the pair's first session of a kind that the month covers, where sessions form a series: a new appointment is then asked
    for, in place of confirming the next one (O21)."""
    if message.code is not NoticeCode.NO_SHOW_RECORDED or policy is None:
        return False
    if not policy.flag("series.enabled") or not policy.quantity:
        return False
    return bool(unit.connection.execute(FIRST, _pair(unit, subject)).scalar_one())


def _pair(unit: Unit, subject: Subject) -> dict[str, Any]:
    return {
        "organisation": unit.organisation_id,
        "member": subject.member_id,
        "coach": subject.coach_id,
        "kind": subject.kind_id,
        "start": subject.starts_at,
    }


__all__ = ["Subject", "notify"]
