"""/invite/{token}: where an invite is accepted or declined. Opening it changes nothing; its forms do (V6, V7, D-38)."""

from dataclasses import replace

from starlette.responses import Response

from api.pages.asking import actor_of
from api.pages.guard import Guard
from api.pages.html import page
from api.pages.invite_view import Invited, look, settled_reader
from api.pages.opening import Endpoint, Opened, Sent, done, instant_of, link_page
from api.services import Services
from commands.answer_proposal import answer_proposal
from commands.answers import AcceptProposal, DeclineProposal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from notifications.links import LinkKind


def invite_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    return link_page(services, "invite", {LinkKind.INVITE}, show=_show, act=_act)


def _show(services: Services, guard: Guard, opened: Opened) -> Response:
    seen: Invited = look(services.database, opened.link, opened.to)
    response = page(
        "invite.html.jinja",
        status=opened.status,
        seen=seen,
        notice=opened.notice or seen.problem,
        done=opened.was_done,
        form=guard.signature(opened.token, opened.nonce),
    )
    guard.keep(response, opened.nonce)
    return response


def _act(services: Services, guard: Guard, opened: Opened, form: Sent) -> Response:
    opened = replace(opened, to=instant_of(form.get("to")))
    outcome = _carry_out(services, opened, form)
    if isinstance(outcome, Done):
        return done()
    return _show(services, guard, opened.refused(f"Nothing was changed: {outcome.message}"))


def _carry_out(services: Services, opened: Opened, form: Sent) -> Outcome:
    context = settled_reader(services.database, opened.link)
    key = opened.key(*(form.get(name) for name in ("version", "say", "to")))
    request = Request(actor=actor_of(opened.link, context), now=context.now, idempotency_key=key)
    proposal, version = opened.link.session_id, form.version
    if form.get("say") != "yes":
        return answer_proposal(services.database, request, DeclineProposal(proposal_id=proposal, if_version=version))
    acknowledge = form.get("acknowledge") or None
    command = AcceptProposal(proposal_id=proposal, if_version=version, at=opened.to, acknowledge=acknowledge)
    return answer_proposal(services.database, request, command)
