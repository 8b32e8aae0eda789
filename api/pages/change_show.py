"""The change page as it is shown: to be read and decided on, or closed because its purpose is served or has passed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from api.pages.asking import Visit, visit
from api.pages.change_view import check, choice, offer_of, session_words, why_not
from api.pages.guard import Guard
from api.pages.html import page
from api.pages.opening import Opened
from api.services import Services
from policy.terms import SessionStatus


def show(services: Services, guard: Guard, opened: Opened) -> Response:
    """The page for this opening; nothing is changed by it. Raises NothingThere."""
    with visit(services.database, opened.link) as seen:
        closed = _closed_page(seen, opened)
        if closed is not None:
            return closed
        response = _cancel_page(guard, opened, seen) if opened.cancels else _move_page(guard, opened, seen)
    guard.keep(response, opened.nonce)
    return response


def _closed_page(seen: Visit, opened: Opened) -> Response | None:
    """The page of a link that has served its purpose, or whose purpose has passed; None for one that is good."""
    status = seen.case.facts.status
    if opened.was_done:
        return page("change_done.html.jinja", session=session_words(seen), organisation=_platform(seen))
    if status is not SessionStatus.SCHEDULED:
        said = "It is cancelled already." if status is SessionStatus.CANCELLED else "It is over."
        return page(
            "change_closed.html.jinja",
            status=410,
            title="There is nothing left to change",
            said=said,
            session=session_words(seen),
            organisation=_platform(seen),
        )
    if seen.now >= opened.link.expires_at:
        return page(
            "change_closed.html.jinja",
            status=410,
            title="This link has expired",
            said="It was good until the session that it came with began. The latest message about the session has links of its own.",
            session=session_words(seen),
            organisation=_platform(seen),
        )
    return None


def _cancel_page(guard: Guard, opened: Opened, seen: Visit) -> Response:
    checked = check(seen, None)
    offer = offer_of(checked, seen)
    refusal = None if offer is not None else why_not(checked.code, checked.message)
    return _change_page(guard, opened, seen, "change_cancel.html.jinja", offer=offer, refusal=refusal)


def _move_page(guard: Guard, opened: Opened, seen: Visit) -> Response:
    """The times to choose from, then the chosen one to be confirmed; the loss at once where it is too late (M7)."""
    checked = check(seen, opened.to)
    offer = offer_of(checked, seen)
    if offer is not None and (opened.to is not None or offer.ends):
        new = None if opened.to is None or offer.ends else _new_time(seen, opened.to)
        return _change_page(guard, opened, seen, "change_move.html.jinja", offer=offer, new=new)
    if opened.to is not None:
        opened = replace(opened, to=None, notice=opened.notice or why_not(checked.code, checked.message))
        checked = check(seen, None)
    if not checked.allowed:
        refusal = why_not(checked.code, checked.message)
        return _change_page(
            guard, opened, seen, "change_choose.html.jinja", refusal=refusal, choice=None, deadline=None
        )
    offered = offer_of(checked, seen)
    deadline = None if offered is None else offered.deadline
    times = choice(seen, after=opened.after)
    return _change_page(guard, opened, seen, "change_choose.html.jinja", refusal=None, choice=times, deadline=deadline)


def _new_time(seen: Visit, to: datetime) -> tuple[str, str]:
    subject = seen.case.subject
    moved = replace(subject, starts_at=to, ends_at=to + seen.case.facts.kind.duration)
    words = session_words(replace(seen, case=replace(seen.case, subject=moved)))
    return words.when, words.zone


def _change_page(guard: Guard, opened: Opened, seen: Visit, template: str, **said: Any) -> Response:
    return page(
        template,
        status=opened.status,
        session=session_words(seen),
        organisation=_platform(seen),
        notice=opened.notice,
        form=guard.signature(opened.token, opened.nonce),
        to="" if opened.to is None else f"{opened.to:%Y-%m-%dT%H:%M:%SZ}",
        **said,
    )


def _platform(seen: Visit) -> str:
    return seen.context.organisation_name
