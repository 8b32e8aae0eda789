"""/change/{token}: the plain page behind a message's change links. Opening it changes nothing; its form does (D-38, M3, D-04)."""

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from api.pages.asking import actor_of, settled_context, visit
from api.pages.change_show import show
from api.pages.change_view import check, offer_of, why_not
from api.pages.guard import Guard
from api.pages.opening import Endpoint, Opened, Sent, done, instant_of, link_page
from api.services import Services
from commands.cancel import CancelSession, cancel
from commands.outcome import Done, Outcome, Refused, Stale
from commands.reschedule import RescheduleSession, reschedule
from commands.transaction import Request
from notifications.links import LinkKind
from policy.terms import RefusalCode

_CHANGES: Final = frozenset({LinkKind.CANCEL, LinkKind.RESCHEDULE})


def change_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    return link_page(services, "change", _CHANGES, show=show, act=_act)


def _act(services: Services, guard: Guard, opened: Opened, form: Sent) -> Response:
    opened = replace(opened, to=instant_of(form.get("to")))
    context = settled_context(services.database, opened.link)
    if context.now >= opened.link.expires_at or _still_to_be_chosen(services, opened):
        return show(services, guard, replace(opened, status=409))
    request = Request(
        actor=actor_of(opened.link, context),
        now=context.now,
        idempotency_key=opened.key(form.get("version"), form.get("acknowledge"), form.get("to")),
        freshen=services.freshen(opened.link.organisation_id),
    )
    outcome = _carry_out(services, request, opened, form)
    if isinstance(outcome, Done):
        return done()
    return show(services, guard, _once_more(opened, outcome))


def _still_to_be_chosen(services: Services, opened: Opened) -> bool:
    """Whether a move was asked for without a new time, although it is not too late for one."""
    if opened.cancels or opened.to is not None:
        return False
    with visit(services.database, opened.link) as seen:
        offer = offer_of(check(seen, None), seen)
    return offer is not None and not offer.ends


def _carry_out(services: Services, request: Request, opened: Opened, form: Sent) -> Outcome:
    """The act of the link's purpose, with the digest of what was shown and the version that was read."""
    session, version = opened.link.session_id, form.version
    acknowledge = form.get("acknowledge") or None
    if opened.cancels:
        wish = CancelSession(session_id=session, acknowledge=acknowledge, if_version=version)
        return cancel(services.database, request, wish)
    move = RescheduleSession(session_id=session, acknowledge=acknowledge, if_version=version, to=opened.to)
    return reschedule(services.database, request, move)


def _once_more(opened: Opened, outcome: Refused | Stale) -> Opened:
    """The page anew, with why nothing happened."""
    match outcome.code:
        case RefusalCode.LATE_CHANGE_NEEDS_ACK:
            said = "Nothing was changed: please tick the box to say that you know what you lose."
        case RefusalCode.CONSEQUENCE_CHANGED:
            said = "Nothing was changed: what this means has changed since the page was shown. Please look again."
        case RefusalCode.STALE_VERSION:
            said = "Nothing was changed: the session has changed since the page was shown. Please look again."
        case code:
            said = f"Nothing was changed. {why_not(code, outcome.message)}"
    return opened.refused(said)
