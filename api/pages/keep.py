"""/keep/{token}: where a member says which of several bookings is kept. Opening it changes nothing; its form does (M12, D-14, D-38)."""

from dataclasses import replace

from starlette.responses import Response

from api.pages.asking import actor_of, settled_context, visit
from api.pages.guard import Guard
from api.pages.html import page
from api.pages.keep_view import Kept, kept_of, question_of
from api.pages.opening import ONCE_MORE, Endpoint, Opened, Sent, done, link_page, number_of
from api.services import Services
from commands.keep_session import KeepSession, keep_session
from commands.outcome import Done
from commands.transaction import Request
from notifications.links import LinkKind


def keep_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    return link_page(services, "keep", {LinkKind.KEEP}, show=_show, act=_act)


def _show(services: Services, guard: Guard, opened: Opened) -> Response:
    with visit(services.database, opened.link) as seen:
        question = None if opened.was_done else question_of(seen)
        looked_at = opened.number if question is not None else None
        kept = None if question is None or looked_at is None else kept_of(seen, question, looked_at)
        response = page(
            "keep.html.jinja",
            status=opened.status,
            kind=seen.case.subject.kind_name,
            organisation=seen.context.organisation_name,
            notice=opened.notice or (kept if isinstance(kept, str) else None),
            done=opened.was_done,
            question=question,
            kept=kept if isinstance(kept, Kept) else None,
            form=guard.signature(opened.token, opened.nonce),
        )
    guard.keep(response, opened.nonce)
    return response


def _act(services: Services, guard: Guard, opened: Opened, form: Sent) -> Response:
    number = number_of(form.get("keep"))
    if number is None:
        return _show(services, guard, replace(opened, notice=f"Nothing was changed: {ONCE_MORE}", status=403))
    context = settled_context(services.database, opened.link)
    request = Request(actor=actor_of(opened.link, context), now=context.now)
    command = KeepSession(session_id=number, if_version=form.version)
    outcome = keep_session(services.database, request, command) if _among(services, opened, number) else None
    if isinstance(outcome, Done):
        return done()
    said = "it is answered already, or its time is over." if outcome is None else outcome.message
    return _show(services, guard, opened.refused(f"Nothing was changed: {said}"))


def _among(services: Services, opened: Opened, number: int) -> bool:
    """Whether it is one of the bookings between which this link lets its person choose."""
    with visit(services.database, opened.link) as seen:
        question = question_of(seen)
    return question is not None and any(one.number == number for one in question.bookings)
