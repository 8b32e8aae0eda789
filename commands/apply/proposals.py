"""Proposal effects become rows: what is asked, what it holds of the coach's time, and when it expires."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.apply.slots import push_of_hold
from commands.apply.subject import Subject
from commands.apply.work import Work, schedule
from models.unit import Unit
from policy.effects import Effect, EndProposal, Propose
from policy.facts import Interval, Proposal
from policy.terms import WorkKind

END = text("""
WITH freed AS (
    DELETE FROM busy WHERE organisation_id = :organisation AND proposal_id = :proposal
)
UPDATE proposal SET status = :status, changed_at = :now, version = version + 1,
    session_id = coalesce(session_id, CAST(:session AS bigint))
WHERE organisation_id = :organisation AND id = :proposal AND status = 'PENDING' RETURNING version
""")

SEND = text("""
INSERT INTO proposal (organisation_id, kind, session_id, coach_id, member_id, by, answers, action, reason, row_id, starts_at, ends_at,
    sent_at, answer_until, at_start, status, changed_at, note, event_id, kind_id)
VALUES (:organisation, :kind, :session, :coach, :member, :by, :answers, :action, :reason, :row, :start, :end,
    :now, :answer_until, :at_start, 'PENDING', :now, :note, :event, :session_kind)
RETURNING id
""")

OFFER = text("""
INSERT INTO proposal_slot (organisation_id, proposal_id, number, starts_at, ends_at, is_range, lapses_at)
VALUES (:organisation, :proposal, :number, :start, :end, :is_range, :lapses_at)
""")

# What the session takes itself is not held twice: two intervals of one person never overlap (Inv. 4).
HOLD = text("""
INSERT INTO busy (organisation_id, person_id, proposal_id, during)
SELECT :organisation, :coach, :proposal, part
FROM unnest((SELECT range_agg(tstzrange(slot_start, slot_end))
    FROM unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])) AS slot (slot_start, slot_end)) - coalesce((
    SELECT range_agg(during) FROM busy WHERE organisation_id = :organisation AND session_id = :session AND person_id = :coach
), '{}')) AS part
""")


# The same for what of an invite can still be taken, once its other times have lapsed.
LAPSED = text("""
DELETE FROM busy WHERE organisation_id = :organisation AND proposal_id = :proposal
""")
HOLD_LEFT = text("""
INSERT INTO busy (organisation_id, person_id, proposal_id, during)
SELECT :organisation, :coach, :proposal, part
FROM unnest((SELECT range_agg(tstzrange(starts_at, ends_at)) FROM proposal_slot
    WHERE organisation_id = :organisation AND proposal_id = :proposal AND NOT is_range AND coalesce(lapses_at > :now, true))) AS part
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """About which session something is proposed, with which event, and with which words."""

    subject: Subject
    event_id: int
    note: str | None
    now: datetime


def end_proposals(unit: Unit, subject: Subject, effects: tuple[Effect, ...], *, now: datetime) -> list[Work]:
    """These proposals wait for no answer any more, and the time that they held is free; returns the pushes that say so."""
    works: list[Work] = []
    for effect in effects:
        if isinstance(effect, EndProposal):
            works += _end(unit, subject, effect, now=now)
    return works


def _end(unit: Unit, subject: Subject, effect: EndProposal, *, now: datetime) -> list[Work]:
    values = {
        "organisation": unit.organisation_id,
        "proposal": effect.proposal.id,
        "status": effect.status,
        "session": subject.session_id or None,
        "now": now,
    }
    version = unit.connection.execute(END, values).scalar_one_or_none()
    if version is None or not effect.proposal.holds_slot:
        return []
    return [push_of_hold(effect.proposal.id, subject.coach_id, _persons(subject), version=version, now=now)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentProposal:
    """What was sent, if anything, with its expiry timer and the push of what it holds."""

    proposal_id: int | None = None
    works: tuple[Work, ...] = ()


def send_proposals(unit: Unit, sending: Sending, effects: tuple[Effect, ...]) -> SentProposal:
    """What is proposed waits for its answer and holds what it names; a decision proposes one thing at most.

    Time that somebody holds raises IntegrityError (`ex_busy_person_during`).
    """
    proposed = next((effect.proposal for effect in effects if isinstance(effect, Propose)), None)
    return SentProposal() if proposed is None else _send(unit, sending, proposed)


def _send(unit: Unit, sending: Sending, proposal: Proposal) -> SentProposal:
    subject = sending.subject
    values = {
        "organisation": unit.organisation_id,
        "session": subject.session_id or None,
        "session_kind": None if subject.session_id else subject.kind_id,
        "coach": subject.coach_id,
        "start": proposal.starts_at,
        "end": proposal.ends_at,
        "kind": proposal.kind,
        "member": subject.member_id,
        "by": proposal.by,
        "answers": proposal.answers,
        "action": proposal.action,
        "reason": proposal.reason,
        "row": proposal.row,
        "now": sending.now,
        "answer_until": proposal.answer_until,
        "at_start": proposal.at_start,
        "note": sending.note,
        "event": sending.event_id,
    }
    key = unit.connection.execute(SEND, values).scalar_one()
    _offer(unit, key, proposal)
    expiry = Work(
        kind=WorkKind.PROPOSAL_EXPIRY,
        cause_key=f"proposal-expiry:{key}",
        persons=_persons(subject),
        object_id=key,
        fires_at=proposal.answer_until,
        strict=not proposal.at_start,
    )
    if not proposal.holds_slot:
        return SentProposal(proposal_id=key, works=(expiry,))
    _hold(unit, subject, key, proposal)
    push = push_of_hold(key, subject.coach_id, _persons(subject), version=1, now=sending.now)
    return SentProposal(proposal_id=key, works=(expiry, *_lapses(subject, key, proposal), push))


def _lapses(subject: Subject, key: int, proposal: Proposal) -> list[Work]:
    """The timers of those times that can be taken no more while the invite still waits: what they held is free from then on."""
    lapses = {proposal.lapse_of(one) for one in proposal.slots}
    return [
        Work(
            kind=WorkKind.PROPOSAL_EXPIRY,
            cause_key=f"proposal-expiry:{key}:{at.isoformat()}",
            persons=_persons(subject),
            object_id=key,
            fires_at=at,
        )
        for at in sorted(lapses)
        if at < proposal.answer_until
    ]


def _offer(unit: Unit, key: int, proposal: Proposal) -> None:
    """The times of an invite stand beside it, numbered from 1."""
    offered = [*((one, False) for one in proposal.slots), *((one, True) for one in proposal.ranges)]
    rows = [
        {
            "organisation": unit.organisation_id,
            "proposal": key,
            "number": number,
            "start": one.start,
            "end": one.end,
            "is_range": is_range,
            "lapses_at": None if is_range else proposal.lapse_of(one),
        }
        for number, (one, is_range) in enumerate(offered, start=1)
    ]
    if rows:
        unit.connection.execute(OFFER, rows)


def _hold(unit: Unit, subject: Subject, key: int, proposal: Proposal) -> None:
    named = proposal.slots
    if not named and proposal.starts_at is not None and proposal.ends_at is not None:
        named = (Interval(start=proposal.starts_at, end=proposal.ends_at),)
    values = {
        "organisation": unit.organisation_id,
        "coach": subject.coach_id,
        "session": subject.session_id,
        "proposal": key,
        "starts": [one.start for one in named],
        "ends": [one.end for one in named],
    }
    unit.connection.execute(HOLD, values)


def _persons(subject: Subject) -> frozenset[int]:
    return frozenset({subject.coach_id, subject.member_id})


def free_lapsed(unit: Unit, proposal_id: int, coach_id: int, member_id: int, *, now: datetime) -> None:
    """Of a waiting invite only those times are held that can still be taken at `now`, in the coach's calendar too."""
    values = {"organisation": unit.organisation_id, "proposal": proposal_id, "coach": coach_id, "now": now}
    unit.connection.execute(LAPSED, values)
    unit.connection.execute(HOLD_LEFT, values)
    push = push_of_hold(proposal_id, coach_id, frozenset({coach_id, member_id}), version=now.isoformat(), now=now)
    schedule(unit, [push])
