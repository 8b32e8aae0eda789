"""Invites and requests to book as facts, and what happens when nobody answers one (V20 … V22, D-34)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.apply.subject import Subject
from commands.facts.policies import policy_of
from commands.facts.proposals import proposal_of
from models.queries.due_work import Timer
from models.queries.proposals import parties_of_invites
from models.unit import Unit
from policy.document import Policy
from policy.facts import Proposal
from policy.inviting import decide_lapse
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteCase:
    """An invite, its people, the policy in force, and the start that the answer is about."""

    row: Row[Any]
    parties: Row[Any]
    proposal: Proposal
    starts_at: datetime

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return policy_of(self.parties.document, self.parties.policy_number)

    @property
    def subject(self) -> Subject:
        """The session that is only proposed, as messages and the log name it."""
        row = self.parties
        named = next((one.end for one in self.proposal.slots if one.start == self.starts_at), self.proposal.ends_at)
        return Subject(
            session_id=0,
            coach_id=row.coach_id,
            member_id=row.member_id,
            kind_id=row.kind_id,
            membership_id=None,
            resolved_policy_id=0,
            kind_code=row.kind_code,
            kind_name=row.kind_name,
            coach_name=row.coach_name,
            member_name=row.member_name,
            accounting_zone=row.accounting_zone,
            starts_at=self.starts_at,
            ends_at=named or max(one.end for one in self.proposal.ranges),
            sequence=0,
            version=1,
            proposal_id=self.row.id,
        )


def invite_cases(unit: Unit, rows: Mapping[int, Row[Any]], at: datetime | None) -> dict[int, InviteCase]:
    """These invites as they stand, looked at for the start `at` or else the first one that each offers; one statement."""
    parties = parties_of_invites(unit, list(rows))
    found: dict[int, InviteCase] = {}
    for key, row in rows.items():
        proposal = proposal_of(row)
        start = at or proposal.starts_at or min(one.start for one in (*proposal.slots, *proposal.ranges))
        found[key] = InviteCase(row=row, parties=parties[key], proposal=proposal, starts_at=start)
    return found


def let_lapse(unit: Unit, timer: Timer, row: Row[Any], *, now: datetime) -> None:
    """The invite is expired as of its last instant, its time is free, and both are told."""
    case = invite_cases(unit, {row.id: row}, None)[row.id]
    change = Change(
        subject=case.subject,
        decision=decide_lapse(case.policy, case.starts_at, case.proposal, now=timer.effective_at),
        actor=system(unit.organisation_id),
        actor_kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        policy=None,
        timer=timer.cause_key,
        recorded_at=now,
    )
    apply_change(unit, change)
