"""An invite as its page shows it: what is offered, and what taking a time leads to; asked of the same twins as the API."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.pages.asking import NothingThere, actor_of
from api.pages.change_view import Day, by_day
from commands.answer_proposal import check_proposals
from commands.answers import AcceptProposal
from commands.invite_case import InviteCase, invite_cases
from commands.settle import settle
from commands.take_invite import times_to_take
from models.queries.context import Context, load_context
from models.queries.due_work import anything_due
from models.queries.proposals import answerable_of_ids
from models.unit import Database, Unit
from notifications import times
from notifications.links import ChangeLink
from policy.decisions import summary_for
from policy.terms import ActorKind, ProposalStatus

MOST_TIMES = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What taking a time leads to; `to`: the time as the address says it."""

    when: str
    said: str
    to: str
    digest: str
    must_acknowledge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The invite in the visitor's zone. `waits`: it can be answered. `problem`: why the time that was chosen cannot be had."""

    kind: str
    other: str
    organisation: str
    until: str
    waits: bool
    version: int
    days: tuple[Day, ...]
    zone: str
    taking: Taking | None
    problem: str | None


def settled_reader(database: Database, link: ChangeLink) -> Context:
    """Who opens the link and at which instant; nothing is due any more for them or for the coach. Raises NothingThere."""
    with database.unit(link.organisation_id, read_only=True) as unit:
        context = load_context(unit, link.person_id)
        row = answerable_of_ids(unit, [link.session_id]).get(link.session_id)
        if context is None or row is None or row.kind_id is None or link.person_id not in (row.coach_id, row.member_id):
            raise NothingThere
        persons = context.persons | {row.coach_id, row.member_id}
        due = anything_due(unit, persons, now=context.now)
    if due:
        settle(database, link.organisation_id, persons, now=context.now)
    return context


def look(database: Database, link: ChangeLink, to: datetime | None) -> Invited:
    """The invite as it stands for the person of the link, and the time that they look at. Raises NothingThere."""
    context = settled_reader(database, link)
    with database.unit(link.organisation_id, read_only=True) as unit:
        row = answerable_of_ids(unit, [link.session_id])[link.session_id]
        case = invite_cases(unit, {row.id: row}, None)[row.id]
        waits = row.status == ProposalStatus.PENDING and str(row.answers) == side_of(link, case)
        found = times_to_take(unit, row, now=context.now) if waits else ()
        chosen = to or (found[0].start if len(found) == 1 else None)
        taking = _taking(unit, link, context, case, chosen) if waits and chosen is not None else None
    zone = ZoneInfo(context.person_zone)
    until = case.proposal.answer_until
    return Invited(
        kind=case.parties.kind_name,
        other=case.parties.member_name if side_of(link, case) == ActorKind.COACH else case.parties.coach_name,
        organisation=context.organisation_name,
        until=f"{times.moment(until, zone)} ({times.zone_words(until, zone)})",
        waits=waits,
        version=row.version,
        days=by_day(found[:MOST_TIMES], zone),
        zone=zone.key,
        taking=taking if isinstance(taking, Taking) else None,
        problem=taking if isinstance(taking, str) else None,
    )


def side_of(link: ChangeLink, case: InviteCase) -> ActorKind:
    """On which side the visitor is."""
    return ActorKind.COACH if link.person_id == case.row.coach_id else ActorKind.MEMBER


def _taking(unit: Unit, link: ChangeLink, context: Context, case: InviteCase, at: datetime) -> Taking | str:
    """What taking this time now would lead to; or why that may not be, in words."""
    actor, key = actor_of(link, context), case.row.id
    check = check_proposals(unit, actor, [key], AcceptProposal(proposal_id=key, at=at), now=context.now)[key]
    if check.consequence is None or check.decision is None:
        return check.message or "This cannot be done."
    zone = ZoneInfo(context.person_zone)
    span = times.span(at, at + (case.subject.ends_at - case.subject.starts_at), zone)
    if case.proposal.ranges:
        span = times.moment(at, zone)
    return Taking(
        when=f"{span} ({times.zone_words(at, zone)})",
        said=summary_for(check.consequence, side_of(link, case)),
        to=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        digest=check.consequence.digest,
        must_acknowledge=check.decision.needs_acknowledgement,
    )
