"""Weeks of an organisation as a list of acts, which can be done again, one by one, on a platform with other rules."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from commands.answer_proposal import answer_proposal
from commands.answers import AcceptProposal, DeclineProposal, WithdrawProposal
from commands.book import book
from commands.cancel import CancelSession, cancel
from commands.change import Override
from commands.confirm_new_time import ConfirmNewTime, confirm_new_time
from commands.outcome import Done, Outcome, Refused
from commands.record_outcome import RecordOutcome, record_outcome
from commands.reschedule import RescheduleSession, reschedule
from commands.state_reason import StateReason, state_reason
from commands.transaction import Request
from models.unit import Database
from policy.terms import RefusalCode, Side
from tests.support.platform import Platform, open_platform

BEGINS = datetime(2027, 3, 1, 9, tzinfo=UTC)
PEOPLE = {"Maya": "Eva", "Leo": "Eva", "Nora": "Cora"}
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Somebody does something about the `session`-th session at `at`."""

    at: datetime
    session: int
    name: str
    who: str
    said: dict[str, Any] = field(default_factory=dict[str, Any])


def open_play(database: Database, document: str) -> Platform:
    """A platform on this policy, with everybody and more credits than they need."""
    platform = open_platform(database, "thrive", at=BEGINS)
    platform.publish(document)
    for coach in ("Eva", "Cora"):
        platform.coach(coach, "session")
    for member, coach in PEOPLE.items():
        platform.member(member, coach)
        platform.pack(member, "session", 200)
    return platform


def invented(seed: int, sessions: int) -> list[Act]:
    """Acts of all kinds about so many sessions, at all kinds of times, in order."""
    chance = random.Random(seed)
    found: list[Act] = []
    for number in range(sessions):
        member = chance.choice(list(PEOPLE))
        place = list(PEOPLE).index(member)
        start = BEGINS + timedelta(days=6 + 2 * number, hours=6 * place)
        found += _about(chance, number, member, PEOPLE[member], start)
    return sorted(found, key=lambda act: act.at)


def _about(chance: random.Random, number: int, member: str, coach: str, start: datetime) -> list[Act]:
    """One session: booked, perhaps moved and answered, perhaps cancelled, and what is said of it afterwards."""
    booked = start - timedelta(hours=chance.choice((130, 100, 60, 30)), minutes=chance.randrange(60))
    by = chance.choice((member, member, "Sam"))
    found = [
        Act(at=booked, session=number, name="book", who=by, said={"member": member, "coach": coach, "start": start})
    ]
    at = booked
    for _ in range(chance.choice((0, 0, 1, 2))):
        at += (start - at) * chance.random()
        to = start + timedelta(minutes=15 * chance.randrange(1, 8))
        who = chance.choice((member, member, coach, "Sam"))
        found.append(Act(at=at, session=number, name="move", who=who, said={"to": to}))
        at += (start - at) * chance.random() / 2
        name, whose = chance.choice(
            (("accept", coach), ("accept", member), ("decline", member), ("withdraw", member), ("confirm", member))
        )
        found.append(Act(at=at, session=number, name=name, who=whose))
    if chance.random() < 0.5:
        at += (start - at) * chance.random()
        who = chance.choice((member, member, member, coach, "Sam"))
        claim = chance.choice((None, "EMERGENCY"))
        found.append(Act(at=at, session=number, name="cancel", who=who, said={"claim": claim}))
        if chance.random() < 0.5:
            found.append(Act(at=at + HOUR, session=number, name="accept", who=coach))
        reason = chance.choice(("CLIENT_EMERGENCY", "CLIENT_CANCELLED_LATE", "OTHER"))
        found.append(Act(at=at + 2 * HOUR, session=number, name="state", who=coach, said={"reason": reason}))
    said = [hours for hours in (4, 30) if chance.random() < 0.7]
    found += [
        Act(
            at=start + hours * HOUR,
            session=number,
            name="record",
            who=chance.choice((coach, "Sam")),
            said=_said(chance),
        )
        for hours in said
    ]
    return found


def _said(chance: random.Random) -> dict[str, Any]:
    return chance.choice(
        (
            {"held": True},
            {"absent": Side.MEMBER},
            {"absent": Side.MEMBER},
            {"absent": Side.COACH},
            {"reason": "OTHER"},
            {"reason": "COACH_EMERGENCY"},
        )
    )


@dataclass
class Player:
    """Does acts on a platform; `sessions`: the ids of those that were booked."""

    platform: Platform
    sessions: dict[int, int] = field(default_factory=dict[int, int])

    def play(self, acts: list[Act], *, until: datetime) -> list[Act]:
        """The acts that took effect, of those that are given; the clock then stands at `until`."""
        done = [act for act in acts if self._do(act)]
        self.platform.at(until)
        return done

    def _do(self, act: Act) -> bool:
        self.platform.at(max(act.at, self.platform.now))
        if act.name == "book":
            return self._book(act)
        session = self.sessions.get(act.session)
        if session is None:
            return False
        return isinstance(self._changed(act, session), Done)

    def _book(self, act: Act) -> bool:
        wish = self.platform.booking(act.said["member"], "session", act.said["coach"], act.said["start"])
        wish = replace(wish, note="trial")
        outcome = book(self.platform.database, self.platform.request(act.who), wish)
        if isinstance(outcome, Done):
            self.sessions[act.session] = outcome.object_id
        return isinstance(outcome, Done)

    def _changed(self, act: Act, session: int) -> Outcome:
        command = self._command(act, session)
        if command is None:
            return Refused(code=RefusalCode.NOT_PENDING, message="")
        verb = VERBS[act.name]
        outcome = verb(self.platform.database, self._request(act), command)
        if isinstance(outcome, Refused) and outcome.code is RefusalCode.LATE_CHANGE_NEEDS_ACK:
            assert outcome.check is not None
            assert outcome.check.consequence is not None
            command = self._command(act, session, acknowledge=outcome.check.consequence.digest)
            outcome = verb(self.platform.database, self._request(act), command)
        return outcome

    def _request(self, act: Act) -> Request:
        return self.platform.request(act.who)

    def _command(self, act: Act, session: int, **more: Any) -> Any:
        more = {**more, "note": "trial"}
        match act.name:
            case "move":
                return RescheduleSession(session_id=session, to=act.said["to"], **more)
            case "cancel":
                override = Override() if act.who == "Sam" and act.session % 2 else None
                return CancelSession(session_id=session, claim=act.said["claim"], override=override, **more)
            case "state":
                return StateReason(session_id=session, reason=act.said["reason"], **more)
            case "record":
                return RecordOutcome(session_id=session, **act.said, **more)
            case "confirm":
                return ConfirmNewTime(session_id=session, **more)
            case _:
                pending = self._pending(session)
                return None if pending is None else ANSWERS[act.name](proposal_id=pending, **more)

    def _pending(self, session: int) -> int | None:
        query = text("SELECT id FROM proposal WHERE session_id = :session AND status = 'PENDING' ORDER BY id LIMIT 1")
        with self.platform.database.unit(self.platform.organisation_id, read_only=True) as unit:
            return unit.connection.execute(query, {"session": session}).scalar_one_or_none()


ANSWERS: dict[str, type[Any]] = {"accept": AcceptProposal, "decline": DeclineProposal, "withdraw": WithdrawProposal}
VERBS: dict[str, Callable[[Database, Request, Any], Outcome]] = {
    "move": reschedule,
    "cancel": cancel,
    "state": state_reason,
    "record": record_outcome,
    "confirm": confirm_new_time,
    **dict.fromkeys(ANSWERS, answer_proposal),
}


CAME = text("""
SELECT status, starts_at, reason, disposition,
    (SELECT coalesce(sum(CASE kind WHEN 'CONSUME' THEN units WHEN 'RESTORE' THEN -units ELSE 0 END), 0) FROM ledger_entry
        WHERE session_id = s.id AND 'USED' IN (to_account, from_account)) AS used,
    (SELECT coalesce(sum(CASE kind WHEN 'FORFEIT' THEN units WHEN 'RESTORE' THEN -units ELSE 0 END), 0) FROM ledger_entry
        WHERE session_id = s.id AND 'FORFEITED' IN (to_account, from_account)) AS lost,
    (SELECT coalesce(sum(units), 0) FROM ledger_entry JOIN credit_lot ON credit_lot.id = to_lot_id
        WHERE session_id = s.id AND ledger_entry.kind = 'GRANT' AND source = 'BONUS') AS bonus,
    (SELECT coalesce(sum(minor_units), 0) FROM earning WHERE session_id = s.id AND status <> 'REVERSED') AS earning,
    (SELECT coalesce(sum(CASE kind WHEN 'CHARGE' THEN minor_units ELSE -minor_units END), 0) FROM money_entry
        WHERE session_id = s.id AND person_id = s.member_id AND kind IN ('CHARGE', 'REFUND')) AS member_owes,
    (SELECT coalesce(jsonb_agg(what ORDER BY what), '[]') FROM event,
        jsonb_path_query(effects, '$[*] ? (@.effect == "TakeStep").then[*] ? (@ != "CHARGE")') AS what WHERE session_id = s.id) AS steps,
    (SELECT coalesce(sum(CASE kind WHEN 'PENALTY' THEN minor_units ELSE -minor_units END), 0) FROM money_entry
        WHERE session_id = s.id AND person_id = s.coach_id AND kind IN ('PENALTY', 'REFUND')) AS coach_owes
FROM session AS s WHERE s.id = :session
""")


def came_of(platform: Platform, session: int | None) -> dict[str, Any] | None:
    """What the database says of a session, by plain SQL; None where there is none."""
    if session is None:
        return None
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        row = unit.connection.execute(CAME, {"session": session}).mappings().one()
    return {**row, "starts_at": row["starts_at"].astimezone(UTC)}
