"""/answer/{token}: where what was proposed is accepted or declined. Opening it changes nothing; its forms do (T3, D-36, D-38)."""

from dataclasses import replace

from starlette.responses import Response

from api.pages.answer_view import Asked, Yes, asked_of, choice_of, yes_of
from api.pages.asking import Visit, actor_of, settled_context, visit
from api.pages.change_view import session_words
from api.pages.guard import Guard
from api.pages.html import page
from api.pages.opening import Endpoint, Opened, Sent, done, instant_of, link_page, number_of
from api.services import Services
from commands.answer_proposal import answer_proposal
from commands.answers import AcceptProposal, DeclineProposal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from notifications.links import LinkKind


def answer_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    return link_page(services, "answer", {LinkKind.ANSWER}, show=_show, act=_act)


def _show(services: Services, guard: Guard, opened: Opened) -> Response:
    with visit(services.database, opened.link) as seen:
        asked = None if opened.was_done else asked_of(seen)
        yes = None if asked is None or (asked.chooses and opened.to is None) else yes_of(seen, asked, opened.to)
        response = page(
            "answer.html.jinja",
            status=opened.status,
            session=session_words(seen),
            organisation=seen.context.organisation_name,
            notice=opened.notice or (yes if isinstance(yes, str) else None),
            done=opened.was_done,
            asked=asked,
            yes=yes if isinstance(yes, Yes) else None,
            choice=_choice(seen, asked, yes, opened),
            form=guard.signature(opened.token, opened.nonce),
        )
    guard.keep(response, opened.nonce)
    return response


def _choice(seen: Visit, asked: Asked | None, yes: Yes | str | None, opened: Opened) -> object:
    """Times to choose from, where that is left to the visitor and none is chosen that can be had."""
    if asked is None or not asked.chooses or isinstance(yes, Yes):
        return None
    return choice_of(seen, asked, after=opened.after)


def _act(services: Services, guard: Guard, opened: Opened, form: Sent) -> Response:
    opened = replace(opened, to=instant_of(form.get("to")))
    context = settled_context(services.database, opened.link)
    request = Request(
        actor=actor_of(opened.link, context),
        now=context.now,
        idempotency_key=opened.key(*(form.get(name) for name in ("proposal", "version", "say", "to"))),
        freshen=services.freshen(opened.link.organisation_id),
    )
    outcome = _carry_out(services, request, opened, form)
    if isinstance(outcome, Done):
        return done()
    said = "it was answered already" if outcome is None else outcome.message
    return _show(services, guard, opened.refused(f"Nothing was changed: {said}"))


def _carry_out(services: Services, request: Request, opened: Opened, form: Sent) -> Outcome | None:
    """What came of the answer; None where the form names no proposal."""
    proposal, version = number_of(form.get("proposal")), form.version
    if proposal is None:
        return None
    if form.get("say") != "yes":
        return answer_proposal(services.database, request, DeclineProposal(proposal_id=proposal, if_version=version))
    command = AcceptProposal(
        proposal_id=proposal,
        if_version=version,
        at=opened.to,
        acknowledge=form.get("acknowledge") or None,
    )
    return answer_proposal(services.database, request, command)
