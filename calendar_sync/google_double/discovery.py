"""What Google says of its Calendar API: the discovery document that google-api-python-client carries.

Nothing about methods, parameters or fields is written down here a second time: a client that sends what the document
does not know is refused, so that a misspelt field is found before Google would swallow or refuse it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import unquote

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.values import check_text

ROOT: Final = "/calendar/v3/"
"""The document's servicePath, behind our own root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of the API, such as `events.insert`."""

    name: str
    http_method: str
    pattern: re.Pattern[str]
    parameters: Mapping[str, Json] = field(repr=False)
    body_schema: str | None
    scopes: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A method, and the values that its path and query carried, each of the type that the document names."""

    method: Method
    path: Mapping[str, str]
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])


@cache
def document() -> Json:
    """The document itself."""
    path = files("googleapiclient").joinpath("discovery_cache", "documents", "calendar.v3.json")
    return json.loads(path.read_text("utf-8"))


@cache
def methods() -> tuple[Method, ...]:
    """All methods of the API."""
    return tuple(_methods(document()))


def match(http_method: str, path: str) -> Matched:
    """The method behind a path below the root. Raises Refused for what the API does not have."""
    known_path = False
    for method in methods():
        if (found := method.pattern.fullmatch(path)) is None:
            continue
        known_path = True
        if method.http_method == http_method:
            return Matched(method=method, path={name: unquote(text) for name, text in found.groupdict().items()})
    if known_path:
        raise Refused(405, "httpMethodNotAllowed", "The requested HTTP method is not allowed here.")
    raise Refused(404, "notFound", "Not Found")


def read_query(matched: Matched, query: Sequence[tuple[str, str]]) -> Matched:
    """The call with its query as typed values, defaults filled in. Raises Refused for an unknown or ill-typed one."""
    known = {**document()["parameters"], **matched.method.parameters}
    values: dict[str, Any] = {}
    for name, text in query:
        about = known.get(name)
        if about is None or about["location"] != "query":
            raise Refused(
                400, "invalidParameter", f'Unknown name "{name}": cannot bind query parameter.', location=name
            )
        value = check_text(name, text, about)
        if about.get("repeated"):
            values.setdefault(name, []).append(value)
        elif name in values:
            raise Refused(400, "invalidParameter", f'Parameter "{name}" may be given once only.', location=name)
        else:
            values[name] = value
    for name, about in known.items():
        if about.get("required") and about["location"] == "query" and name not in values:
            raise Refused(400, "required", f"Required parameter: {name}", location=name)
    return Matched(method=matched.method, path=matched.path, query=values)


def _methods(part: Json) -> Iterator[Method]:
    for resource in part.get("resources", {}).values():
        yield from _methods(resource)
    for method in part.get("methods", {}).values():
        yield Method(
            name=method["id"].removeprefix("calendar."),
            http_method=method["httpMethod"],
            pattern=_pattern(method["path"]),
            parameters=method.get("parameters", {}),
            body_schema=method.get("request", {}).get("$ref"),
            scopes=frozenset(method.get("scopes", ())),
        )


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    written = [f"(?P<{part}>[^/]+)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)]
    return re.compile("".join(written))
