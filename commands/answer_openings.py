"""The times that a member may choose from an offer: what is listed here is what acceptProposal carries out (T3, PEERS 2)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from commands.facts.calendar import look_around
from commands.facts.proposals import proposal_of
from commands.facts.sessions import SessionCase, session_cases
from commands.move_openings import MoveOpenings
from commands.rebook import successor_of
from commands.take_invite import times_to_take
from models.queries.proposals import answerable_of_ids
from models.unit import Unit
from policy.facts import ChangeFacts, Interval, Proposal
from policy.openings import starts_to_move_to
from policy.periods import horizon_end
from policy.proposals import Reply, decide_acceptance
from policy.rebooking import decide_rebooking, replaces
from policy.resolved import ResolvedPolicy
from policy.terms import ProposalKind, ProposalStatus

MOST = 1000
"""Times of an offer that are looked at."""


def openings_to_accept(
    unit: Unit, case: SessionCase, proposal: Proposal, *, start: datetime, most: int, now: datetime
) -> MoveOpenings:
    """At most so many times from `start` on that the member may take up the offer for now; one statement."""
    current = _policy_of_new(unit, case, proposal, now=now)
    end = horizon_end(current, case.zones, now=now)
    if end <= start:
        return MoveOpenings(times=(), has_more=False)
    near = look_around(unit, case.pair, start=start, end=end, now=now, without=case.facts.id)
    facts = case.change_facts(at=now, near=near)
    found = list(islice(_possible(case, current, proposal, facts, start=start, end=end, now=now), most + 1))
    length = current.kind.duration
    return MoveOpenings(
        times=tuple(Interval(start=at, end=at + length) for at in found[:most]), has_more=len(found) > most
    )


def choosable(unit: Unit, proposal_id: int, *, now: datetime) -> tuple[Interval, ...]:
    """The times of an invite, or of an offer that leaves the time to the member, that can be chosen now; none of anything else."""
    row = answerable_of_ids(unit, [proposal_id])[proposal_id]
    if row.kind_id is not None:
        return times_to_take(unit, row, now=now)
    if row.kind != ProposalKind.REBOOK_OFFER or row.status != ProposalStatus.PENDING:
        return ()
    case = session_cases(unit, [row.session_id], now=now)[row.session_id]
    return openings_to_accept(unit, case, proposal_of(row), start=now, most=MOST, now=now).times


def _policy_of_new(unit: Unit, case: SessionCase, proposal: Proposal, *, now: datetime) -> ResolvedPolicy:
    """What the session will be under: a replacement takes the version in force, a session that moves keeps its own (D-41)."""
    return successor_of(unit, case).policy if replaces(case.facts, proposal, now=now) else case.policy


def _possible(
    case: SessionCase,
    current: ResolvedPolicy,
    proposal: Proposal,
    facts: ChangeFacts,
    *,
    start: datetime,
    end: datetime,
    now: datetime,
) -> Iterator[datetime]:
    if facts.availability is None:
        return
    reply = Reply(actor=proposal.answers, now=now)
    for at in starts_to_move_to(current, case.zones, facts.availability, start=start, end=end, now=now):
        if _may_take(case, current, proposal, replace(reply, to=at), facts):
            yield at


def _may_take(case: SessionCase, current: ResolvedPolicy, proposal: Proposal, reply: Reply, facts: ChangeFacts) -> bool:
    if replaces(case.facts, proposal, now=reply.now):
        return decide_rebooking(case.policy, case.facts, proposal, reply, facts, current=current).whole.allowed
    return decide_acceptance(case.policy, case.facts, proposal, reply, facts).allowed
