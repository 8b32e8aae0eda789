"""A front end that does as the documentation says: it repeats what was not answered, under the same idempotency key."""

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

from calendar_sync.google_double import consent

PATIENCE_SECONDS = 90.0
REPEATED = frozenset({"UNAVAILABLE", "CATCHING_UP"})


@dataclass
class Caller:
    """Somebody with a token, at the API on this port; `unanswered` counts what had to be repeated."""

    port: int
    token: str
    unanswered: int = 0
    errors: list[str] = field(default_factory=list[str])
    """What was said about what went wrong."""
    request_id: str | None = None
    """The id that its requests are given; else each has one of its own."""

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of the answer, however often it takes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._once({"query": document, "variables": variables})
            if answer is not None:
                assert "errors" not in answer, answer
                return answer["data"]
            self.unanswered += 1
            assert time.monotonic() < deadline, "the API did not answer"
            time.sleep(0.1)

    def _once(self, body: Any) -> Any:
        """The answer; None where there was none that counts."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        headers |= {} if self.request_id is None else {"x-request-id": self.request_id}
        try:
            connection.request("POST", "/graphql", json.dumps(body), headers)
            answer = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        if "errors" in answer:
            self.errors.append(json.dumps(answer["errors"]))
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        return None if codes & REPEATED else answer

    def do(self, verb: str, shown: str, **fields: Any) -> Any:
        """The verb is done; what it shows."""
        name = verb[0].upper() + verb[1:]
        document = (
            f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ __typename "
            f"... on {name}Success {{ {shown} }} ... on Refusal {{ code message }} }} }}"
        )
        result = self.ask(document, input=fields)[verb]
        assert result["__typename"] == f"{name}Success", result
        return result

    def connect_google(self, email: str) -> None:
        """The coach allows everything on Google's page, in a browser."""
        url = self.do("startGoogleConnection", "url", idempotencyKey=f"connect-{email}")["url"]
        with httpx.Client(verify=False, trust_env=False, timeout=30) as browser:
            started = browser.get(url, follow_redirects=False)
            finished = browser.get(consent(started.headers["location"], email=email), follow_redirects=True)
            assert finished.status_code == 200, finished.text


def is_ready(port: int) -> bool:
    """Whether the API reaches its database."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
