"""Who sends a request, by its token or key: our own are read at once, an issuer's may have to wait for its keys."""

from functools import partial

import anyio
import anyio.to_thread

from api.auth import Bearer, Caller, TokenRefused, caller_of
from api.errors import CodedError, ErrorCode, Unauthenticated
from api.oidc.fetch import IssuerUnreachable
from api.oidc.keys import Key
from api.oidc.tokens import NotVouchedFor, Oidc, Vouched, key_name
from api.services import Services
from commands.person_of_identity import person_of_identity

ASKING_THREADS = 4
"""How many requests at a time wait for the issuer; those whose key is at hand never stand behind them."""
REFUSED = "The token is expired, altered, or none of ours."
UNKNOWN = "The token belongs to nobody of this organisation."
RETRY_SECONDS = 1


class SignIn:
    """Signs callers in; made in the event loop, for one application."""

    def __init__(self, services: Services, documents: anyio.CapacityLimiter) -> None:
        self._services = services
        self._documents = documents
        self._asking = anyio.CapacityLimiter(ASKING_THREADS)

    async def caller(self, text: str) -> Caller:
        """The caller whom a bearer's text names. Raises CodedError UNAUTHENTICATED, or UNAVAILABLE without the issuer's keys."""
        oidc, name = self._services.oidc, key_name(text)
        try:
            if oidc is None or name is None:
                return caller_of(self._services.keyring, text, real_now=self._services.real_now())
            return await self._vouched(oidc, text, name)
        except (TokenRefused, NotVouchedFor):
            raise Unauthenticated(REFUSED) from None
        except IssuerUnreachable:
            message = "The keys of the sign-in cannot be fetched: ask again in a moment."
            raise CodedError(ErrorCode.UNAVAILABLE, message, retryAfterSeconds=RETRY_SECONDS) from None

    async def _vouched(self, oidc: Oidc, text: str, name: str) -> Bearer:
        now = self._services.real_now()
        key = oidc.keys.at_hand(name, now=now)
        if key is None:
            ask = partial(oidc.keys.find, name, now=now)
            key: Key | None = await anyio.to_thread.run_sync(ask, limiter=self._asking)
        if key is None:
            raise NotVouchedFor
        return await self._person(oidc.read(text, key, now=now))

    async def _person(self, vouched: Vouched) -> Bearer:
        database, organisation = self._services.database, vouched.organisation_id
        look = partial(person_of_identity, database, organisation, vouched.claim)
        person = await anyio.to_thread.run_sync(look, limiter=self._documents)
        if person is None:
            raise Unauthenticated(UNKNOWN)
        return Bearer(organisation_id=organisation, person_id=person)
