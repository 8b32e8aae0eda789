"""/outcome/{token}: where a coach says what became of a session. Opening it changes nothing; its form does (A9, A15, D-38)."""

from dataclasses import replace

from starlette.responses import Response

from api.pages.asking import actor_of, settled_context, visit
from api.pages.change_view import session_words
from api.pages.guard import Guard
from api.pages.html import page
from api.pages.opening import Endpoint, Opened, Sent, done, link_page
from api.pages.outcome_view import answer_of, answers, wish
from api.services import Services
from commands.outcome import Done, Outcome
from commands.record_outcome import RecordOutcome, record_outcome
from commands.state_reason import state_reason
from commands.transaction import Request
from models.unit import Database
from notifications.links import LinkKind


def outcome_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    return link_page(services, "outcome", {LinkKind.OUTCOME}, show=_show, act=_act, unchanged="recorded")


def _show(services: Services, guard: Guard, opened: Opened) -> Response:
    with visit(services.database, opened.link) as seen:
        open_ = seen.now < opened.link.expires_at and not opened.was_done
        chosen = answer_of(seen, opened.say) if open_ and opened.say is not None else None
        response = page(
            "outcome.html.jinja",
            status=opened.status,
            title="Thank you" if opened.was_done else "What became of this session?",
            session=session_words(seen),
            organisation=seen.context.organisation_name,
            notice=opened.notice,
            done=opened.was_done,
            chosen=chosen,
            answers=answers(seen) if chosen is None and open_ else (),
            form=guard.signature(opened.token, opened.nonce),
        )
    guard.keep(response, opened.nonce)
    return response


def _act(services: Services, guard: Guard, opened: Opened, form: Sent) -> Response:
    opened = replace(opened, say=form.get("say"))
    context = settled_context(services.database, opened.link)
    if context.now >= opened.link.expires_at:
        return _show(services, guard, replace(opened, say=None, notice="This link has expired.", status=410))
    key = opened.key(form.get("version"), form.get("say"))
    request = Request(actor=actor_of(opened.link, context), now=context.now, idempotency_key=key)
    outcome = _carry_out(services.database, request, opened, form.version)
    if isinstance(outcome, Done):
        return done()
    return _show(services, guard, opened.refused(f"Nothing was recorded. {outcome.message}"))


def _carry_out(database: Database, request: Request, opened: Opened, version: int) -> Outcome:
    with visit(database, opened.link) as seen:
        command = wish(seen, opened.say or "", version)
    if isinstance(command, RecordOutcome):
        return record_outcome(database, request, command)
    return state_reason(database, request, command)
