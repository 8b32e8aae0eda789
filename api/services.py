"""What the API is given by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from api.oidc.tokens import Oidc
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.busy import freshen
from commands.advance_clock import Deliver
from models.keyring import Keyring
from models.unit import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything an answer may need besides the request itself.

    `base_url`: our public address, without a slash at the end. `front_end_url`: where links of messages lead, if there is a front
    end; it may call the API from a browser, and so may the `allowed_origins`. `real_now`: the clock of this machine, only for the
    expiry of tokens. `debug`: errors carry suggestions and causes. `threads`: how many documents are executed at a time, by
    default as many as the pool has connections. `oidc`: whose tokens sign people in besides our own, if there is an issuer.
    `rate_limit`: the points that one caller has in a minute, in all processes together; None: no limit. `graphiql`: there is a
    page to ask in.
    """

    database: Database
    keyring: Keyring = field(repr=False)
    google: GoogleSettings
    base_url: str
    front_end_url: str | None
    deliver: Deliver
    debug: bool
    real_now: Callable[[], datetime]
    version: str
    allowed_origins: tuple[str, ...] = ()
    threads: int | None = None
    oidc: Oidc | None = None
    rate_limit: int | None = None
    graphiql: bool = True

    def freshen(self, organisation_id: int) -> Callable[[frozenset[int]], None]:
        """How the appointments that people of this organisation have elsewhere are asked for anew (CALENDAR 25)."""

        def ask(persons: frozenset[int]) -> None:
            freshen(self.database, self.google, organisation_id, persons, real_now=self.real_now())

        return ask
