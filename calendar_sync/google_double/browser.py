"""What a person does on the consent page, without a browser."""

import http.client
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

TIMEOUT_SECONDS: Final = 20


def consent(
    auth_url: str, *, allow: bool = True, email: str | None = None, scopes: tuple[str, ...] | None = None
) -> str:
    """The address of our callback to which the consent page sends the browser.

    `email`: who consents, by default the `login_hint`; `scopes`: the boxes left ticked, by default all.
    Raises ValueError with the page's own words when the authorisation request is wrong.
    """
    parts = urlsplit(auth_url)
    asked = dict(parse_qsl(parts.query))
    _ask(parts.netloc, "GET", f"{parts.path}?{parts.query}", expected=200)
    form = [
        ("email", email or asked.get("login_hint", "")),
        ("decision", "allow" if allow else "deny"),
        *(("granted", scope) for scope in (asked.get("scope", "").split() if scopes is None else scopes)),
    ]
    return _ask(parts.netloc, "POST", f"{parts.path}?{parts.query}", form=form, expected=303)


def _ask(place: str, method: str, path: str, *, expected: int, form: list[tuple[str, str]] | None = None) -> str:
    connection = http.client.HTTPConnection(place, timeout=TIMEOUT_SECONDS)
    try:
        headers = {} if form is None else {"content-type": "application/x-www-form-urlencoded"}
        connection.request(method, path, None if form is None else urlencode(form), headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if answer.status != expected:
            raise ValueError(text)
        return answer.headers.get("location", "")
    finally:
        connection.close()
