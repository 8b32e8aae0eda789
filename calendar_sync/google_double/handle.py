"""The double as tests, checkers and demos hold it, whether it runs in this process or in another."""

import http.client
import json
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, urlsplit

from calendar_sync.google_double import browser
from calendar_sync.google_double.answers import Json
from calendar_sync.google_double.faults import Fault, FaultKind

TIMEOUT_SECONDS: Final = 20


class Handle(ABC):
    """What can be seen of the double and done to it."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The double's base address, without a slash at the end."""

    @abstractmethod
    def log(self, *, since: int = 0) -> list[Json]:
        """The requests after number `since`: number, at, call, account, method, path, query, body, status, fault."""

    @abstractmethod
    def events(self, email: str, *, deleted: bool = False) -> list[Json]:
        """The events of an account as the API shows them, by start, each with its `calendarId`."""

    @abstractmethod
    def do(self, name: str, **arguments: Any) -> Any:
        """Something of `doings.DOINGS` has been done."""

    def consent(
        self, auth_url: str, *, allow: bool = True, email: str | None = None, scopes: tuple[str, ...] | None = None
    ) -> str:
        """The address of our callback to which the consent page sends the browser."""
        return browser.consent(auth_url, allow=allow, email=email, scopes=scopes)

    def fail_next(self, kind: FaultKind, call: str = "*", *, times: int = 1, **details: Any) -> int:
        """The next `times` matching calls fail; returns the number by which the order is taken back."""
        return self.do("add-fault", **Fault(kind=kind, call=call, times=times, **details).to_json())

    @contextmanager
    def fail_while(self, kind: FaultKind, call: str = "*", **details: Any) -> Generator[None]:
        """All matching calls fail inside the `with` block."""
        number = self.do("add-fault", **Fault(kind=kind, call=call, times=None, **details).to_json())
        try:
            yield
        finally:
            self.do("remove-fault", number=number)


class RemoteDouble(Handle):
    """A double that runs in another process, over its control desk."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    @property
    def url(self) -> str:
        """The double's base address."""
        return self._url

    def log(self, *, since: int = 0) -> list[Json]:
        """The requests after number `since`."""
        return self._ask("GET", f"/control/log?since={since}")

    def events(self, email: str, *, deleted: bool = False) -> list[Json]:
        """The events of an account."""
        return self._ask("GET", f"/control/events/{quote(email)}?deleted={str(deleted).lower()}")

    def do(self, name: str, **arguments: Any) -> Any:
        """Raises ValueError for what the double does not know."""
        return self._ask("POST", f"/control/{name}", arguments)["result"]

    def _ask(self, method: str, path: str, body: Json | None = None) -> Any:
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=TIMEOUT_SECONDS)
        try:
            headers = {} if body is None else {"content-type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(content.get("error"))
        return content
