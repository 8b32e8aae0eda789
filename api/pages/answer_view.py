"""What is proposed to the visitor and what each answer leads to; asked of the same twins as the API."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.pages.asking import Visit
from api.pages.change_view import Choice, by_day, next_page
from commands.answer_openings import openings_to_accept
from commands.answer_proposal import check_proposals
from commands.answers import AcceptProposal
from models.queries.proposals import answerable_of_ids
from notifications import times
from policy.decisions import summary_for
from policy.facts import Proposal
from policy.terms import Action, ActorKind, ProposalKind

MOST_TIMES = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What waits for the visitor's answer: in words, with its version; `chooses`: the time is theirs to choose."""

    proposal: Proposal
    version: int
    words: str
    until: str
    chooses: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """What agreeing leads to; `to`: the time that it is about, as the address says it."""

    digest: str
    said: str
    to: str
    when: str | None
    must_acknowledge: bool


def side_of(visit: Visit) -> ActorKind:
    """On which side of the session the visitor is."""
    return ActorKind.COACH if visit.link.person_id == visit.case.subject.coach_id else ActorKind.MEMBER


def asked_of(visit: Visit) -> Asked | None:
    """The first proposal about the session that the visitor has to answer; None where nothing waits for them."""
    side, zone = side_of(visit), ZoneInfo(visit.context.person_zone)
    found = next((one for one in visit.case.facts.proposals if one.answers is side), None)
    if found is None:
        return None
    row = answerable_of_ids(visit.unit, [found.id])[found.id]
    return Asked(
        proposal=found,
        version=row.version,
        words=_words(found, _other(visit, side)),
        until=f"{times.moment(found.answer_until, zone)} ({times.zone_words(found.answer_until, zone)})",
        chooses=found.kind is ProposalKind.REBOOK_OFFER,
    )


def _other(visit: Visit, side: ActorKind) -> str:
    return visit.case.subject.member_name if side is ActorKind.COACH else visit.case.subject.coach_name


def _words(proposal: Proposal, other: str) -> str:
    if proposal.kind is ProposalKind.REBOOK_OFFER:
        return f"{other} lets you choose another time."
    if proposal.action is Action.CANCEL:
        return f"{other} asks to cancel this session."
    return f"{other} asks to move this session."


def yes_of(visit: Visit, asked: Asked, to: datetime | None) -> Yes | str:
    """What agreeing now would lead to; or why that may not be, in words."""
    at = to or asked.proposal.starts_at
    command = AcceptProposal(proposal_id=asked.proposal.id, at=at)
    check = check_proposals(visit.unit, visit.actor, [asked.proposal.id], command, now=visit.now)[asked.proposal.id]
    if check.consequence is None or check.decision is None:
        return check.message or "This cannot be done."
    return Yes(
        digest=check.consequence.digest,
        said=summary_for(check.consequence, side_of(visit)),
        to="" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}",
        when=None if at is None else _when(visit, at),
        must_acknowledge=check.decision.needs_acknowledgement,
    )


def _when(visit: Visit, at: datetime) -> str:
    zone = ZoneInfo(visit.context.person_zone)
    span = times.span(at, at + visit.case.facts.kind.duration, zone)
    return f"{span} ({times.zone_words(at, zone)})"


def choice_of(visit: Visit, asked: Asked, *, after: datetime | None) -> Choice:
    """The next times that can be chosen, the one that was suggested among them if it can."""
    start = visit.now if after is None else max(after, visit.now)
    found = openings_to_accept(visit.unit, visit.case, asked.proposal, start=start, most=MOST_TIMES, now=visit.now)
    zone = ZoneInfo(visit.context.person_zone)
    return Choice(days=by_day(found.times, zone), later=next_page(found.times) if found.has_more else None)
