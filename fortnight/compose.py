"""What each process is made of: settings become the services of the API, and the handlers of due work."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from api.google_notifications import NOTIFICATIONS
from api.ids import global_id
from api.oidc.fetch import Publications
from api.oidc.keys import Keys
from api.oidc.tokens import Oidc
from api.services import Services
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.deliver import GivenUp as PushGivenUp
from calendar_sync.google.deliver import Pushed, PushOutcome, push_hold, push_of_series, push_session, without_calendar
from calendar_sync.google.deliver import TryLater as PushLater
from calendar_sync.google.endpoints import GoogleEndpoints, ServiceAccount
from calendar_sync.google.pull import read_calendar
from calendar_sync.google.reconcile import check_calendar
from commands.advance_clock import Deliver
from fortnight.faults import Unfit
from fortnight.mail_files import calendar_files
from fortnight.secret import earlier_keyrings
from fortnight.settings import BusyUnknown, Settings
from fortnight.telling import telling_handlers
from fortnight.version import version
from models.keyring import Keyring
from models.unit import Database
from notifications.deliver import MailSettings, deliver_mail, put_into_mailbox
from notifications.links import Addresses
from notifications.smtp import GivenUp as MailGivenUp
from notifications.smtp import Security, Sent, SmtpServer
from notifications.smtp import TryLater as MailLater
from policy.terms import Side, WorkKind
from worker.claims import Claim
from worker.delivery import Unfinished, work_off
from worker.outcomes import Delivered, Delivery, Handler, Handlers, Hopeless, Later, Together


def real_now() -> datetime:
    """The machine's clock, read here and nowhere below."""
    return datetime.now(UTC)


def services(settings: Settings, database: Database, keyring: Keyring) -> Services:
    """Everything that the API answers with."""
    return Services(
        database=database,
        keyring=keyring,
        google=google(settings, keyring),
        base_url=settings.public_url,
        front_end_url=settings.front_end_url,
        deliver=delivery(database, handlers(settings, keyring)),
        debug=settings.debug,
        real_now=real_now,
        version=version(),
        allowed_origins=settings.allowed_origins,
        threads=settings.pool_size,
        oidc=oidc(settings),
        rate_limit=settings.rate_limit or None,
        graphiql=settings.graphiql,
    )


def oidc(settings: Settings) -> Oidc | None:
    """The issuer whose tokens sign people in, where one is named; it is not asked before the first of them arrives."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    return Oidc(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        keys=Keys(published=Publications(issuer=settings.oidc_issuer).key_set),
        organisation_claim=settings.oidc_organisation_claim,
        leeway=timedelta(seconds=settings.oidc_leeway),
    )


def google(settings: Settings, keyring: Keyring) -> GoogleSettings:
    """Google for live organisations, where its client is known; for sandboxes the double, where there is one."""
    live = sandbox = None
    if settings.google_client_id is not None and settings.google_client_secret is not None:
        live = GoogleEndpoints(
            client_id=settings.google_client_id,
            client_secret=settings.google_client_secret.get_secret_value(),
            api_url=f"{settings.google_api_url}/",
            auth_url=settings.google_auth_url,
            token_url=settings.google_token_url,
            revoke_url=settings.google_revoke_url,
            timeout=timedelta(seconds=settings.google_timeout),
            service_account=service_account(settings),
        )
    if settings.google_sandbox_url is not None:
        sandbox = GoogleEndpoints.loopback(settings.google_sandbox_url)
    return GoogleSettings(
        live=live,
        sandbox=sandbox,
        keyring=keyring,
        earlier=earlier_keyrings(settings),
        notify_url=f"{settings.public_url}{NOTIFICATIONS}",
        sandbox_notify_url=f"{settings.local_url}{NOTIFICATIONS}",
        join_url=_addresses(settings, keyring).join_url,
        closed_when_unknown=settings.google_busy_unknown is BusyUnknown.CLOSED,
    )


def mail(settings: Settings, keyring: Keyring) -> MailSettings:
    """How mails of live organisations go out, and where the links of all messages lead. Raises Unfit."""
    addresses = _addresses(settings, keyring)
    return MailSettings(
        server=smtp_server(settings),
        sender_address=settings.mail_from,
        addresses=addresses,
        keyring=keyring,
        ics_of=calendar_files(addresses),
    )


def _addresses(settings: Settings, keyring: Keyring) -> Addresses:
    return Addresses(
        keyring=keyring, base_url=settings.public_url, front_end_url=settings.front_end_url, global_id=global_id
    )


def service_account(settings: Settings) -> ServiceAccount | None:
    """Who acts for the people of a Workspace, as its key file says; None: nobody. Raises Unfit."""
    if settings.google_service_account is None:
        return None
    try:
        told = json.loads(settings.google_service_account.read_text("utf-8"))
        email, private_key = str(told["client_email"]), str(told["private_key"])
        load_pem_private_key(private_key.encode(), None)
    except (OSError, ValueError, KeyError, TypeError, UnsupportedAlgorithm):
        raise Unfit(
            "FORTNIGHT_GOOGLE_SERVICE_ACCOUNT: a key file of a service account, as Google gives it, is wanted"
        ) from None
    domains = frozenset(domain.lower() for domain in settings.google_delegated_domains)
    return ServiceAccount(email=email, private_key=private_key, domains=domains, clock=real_now)


def smtp_server(settings: Settings) -> SmtpServer | None:
    """The server that takes the mails of live organisations; None: there is none. Raises Unfit."""
    if settings.smtp_host is None:
        return None
    try:
        return SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=Security(settings.smtp_security.upper()),
            username=settings.smtp_user,
            password=None if settings.smtp_password is None else settings.smtp_password.get_secret_value(),
            timeout=timedelta(seconds=settings.smtp_timeout),
        )
    except ValueError as fault:
        raise Unfit(f"FORTNIGHT_SMTP_SECURITY: {fault}") from None


def handlers(settings: Settings, keyring: Keyring) -> Handlers:
    """Who does which work that is due; what is not named changes state and is settled."""
    mails, calendars = mail(settings, keyring), google(settings, keyring)
    return {
        WorkKind.MAIL: Together(_mailing(mails), _post),
        **calendar_handlers(calendars),
        **telling_handlers(),
    }


def calendar_handlers(calendars: GoogleSettings) -> Handlers:
    """Who does the work for connected calendars."""
    return {
        WorkKind.GOOGLE_PUSH: Together(_pushing(calendars), _pass_over),
        WorkKind.GOOGLE_HOLD: _holding(calendars),
        WorkKind.GOOGLE_SERIES: _recurring(calendars),
        WorkKind.GOOGLE_COPY: _pushing(calendars, Side.MEMBER),
        WorkKind.GOOGLE_SERIES_COPY: _recurring(calendars, Side.MEMBER),
        WorkKind.GOOGLE_SYNC: _reading(calendars),
        WorkKind.GOOGLE_CHECK: _comparing(calendars),
    }


def _mailing(mails: MailSettings) -> Handler:
    def send(database: Database, work: Claim) -> Delivery:
        outcome = deliver_mail(
            database,
            mails,
            organisation_id=work.organisation_id,
            notification_id=work.object_id,
            attempt=work.attempts,
            since=work.effective_at,
            now=work.now,
        )
        match outcome:
            case Sent():
                return Delivered()
            case MailLater():
                return Later(after=outcome.after, error=outcome.error)
            case MailGivenUp():
                return Hopeless(error=outcome.error)

    return send


def _post(database: Database, works: Sequence[Claim]) -> Mapping[int, Delivery]:
    """Of a sandbox all mails at once; of a live organisation none."""
    posted = put_into_mailbox(
        database,
        organisation_id=works[0].organisation_id,
        notifications={work.object_id: work.request_id for work in works},
        now=works[0].now,
    )
    return {work.id: Delivered() for work in works} if posted else {}


def _pass_over(database: Database, works: Sequence[Claim]) -> Mapping[int, Delivery]:
    """The pushes that have no calendar to go to."""
    idle = without_calendar(database, works[0].organisation_id, [work.object_id for work in works])
    return {work.id: Delivered() for work in works if work.object_id in idle}


def _pushing(calendars: GoogleSettings, side: Side = Side.COACH) -> Handler:
    def push(database: Database, work: Claim) -> Delivery:
        outcome = push_session(
            database,
            calendars,
            organisation_id=work.organisation_id,
            session_id=work.object_id,
            attempt=work.attempts,
            now=work.now,
            side=side,
        )
        return _pushed(outcome)

    return push


def _holding(calendars: GoogleSettings) -> Handler:
    def hold(database: Database, work: Claim) -> Delivery:
        outcome = push_hold(
            database,
            calendars,
            organisation_id=work.organisation_id,
            proposal_id=work.object_id,
            attempt=work.attempts,
            now=work.now,
        )
        return _pushed(outcome)

    return hold


def _recurring(calendars: GoogleSettings, side: Side = Side.COACH) -> Handler:
    def recur(database: Database, work: Claim) -> Delivery:
        outcome = push_of_series(
            database,
            calendars,
            organisation_id=work.organisation_id,
            series_id=work.object_id,
            attempt=work.attempts,
            now=work.now,
            side=side,
        )
        return _pushed(outcome)

    return recur


def _reading(calendars: GoogleSettings) -> Handler:
    def read(database: Database, work: Claim) -> Delivery:
        outcome = read_calendar(
            database,
            calendars,
            organisation_id=work.organisation_id,
            person_id=work.object_id,
            attempt=work.attempts,
            now=work.now,
            real_now=real_now(),
        )
        return _pushed(outcome)

    return read


def _comparing(calendars: GoogleSettings) -> Handler:
    def compare(database: Database, work: Claim) -> Delivery:
        outcome = check_calendar(
            database,
            calendars,
            organisation_id=work.organisation_id,
            person_id=work.object_id,
            now=work.now,
            real_now=real_now(),
        )
        return _pushed(outcome)

    return compare


def _pushed(outcome: PushOutcome) -> Delivery:
    match outcome:
        case Pushed():
            return Delivered()
        case PushLater():
            return Later(after=outcome.after, error=outcome.error)
        case PushGivenUp():
            return Hopeless(error=outcome.error)


def delivery(database: Database, handlers: Handlers) -> Deliver:
    """What a test clock calls at each instant on its way: everything due in that organisation is worked off."""

    def deliver(organisation_id: int) -> int:
        try:
            return work_off(database, handlers, organisation_id=organisation_id)
        except Unfinished as fault:
            # The leases of what was not done run out by themselves; the caller is told that the database was away.
            raise fault.__cause__ or fault from None

    return deliver
