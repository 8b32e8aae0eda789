"""What a request says: the parameters of GraphQL over HTTP, from a body or from an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from api.errors import CodedError, ErrorCode
from api.http.media import is_json

LARGEST_BODY = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The document's text, which operation of it, and its variables."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


async def read_body(request: Request) -> Parameters:
    """The parameters of a POST. Raises CodedError for anything but one JSON object of at most 256 KiB."""
    if not is_json(request.headers.get("content-type")) or "content-encoding" in request.headers:
        message = "The body is JSON in UTF-8: content-type: application/json."
        raise CodedError(ErrorCode.UNSUPPORTED_MEDIA_TYPE, message)
    return parameters(_decoded(await _limited(request)))


def read_address(request: Request) -> Parameters:
    """The parameters of a GET; variables and extensions are JSON text. Raises CodedError."""
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if given.get(name) == "":
            del given[name]
        elif name in given:
            given[name] = _decoded(given[name].encode("utf-8", "surrogatepass"))
    if given.get("operationName") == "":
        del given["operationName"]
    return parameters(given)


async def _limited(request: Request) -> bytes:
    """The whole body; a larger one is refused as soon as that is known."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:12]) > LARGEST_BODY:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _too_large()
    return bytes(body)


def _too_large() -> CodedError:
    return CodedError(ErrorCode.PAYLOAD_TOO_LARGE, f"A request has at most {LARGEST_BODY} bytes.", most=LARGEST_BODY)


def _decoded(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise CodedError(ErrorCode.MALFORMED_REQUEST, "This is not JSON in UTF-8.") from None


def parameters(given: Any) -> Parameters:
    """The parameters of a decoded request. Raises CodedError that names the first one that is wrong."""
    if isinstance(given, list):
        raise CodedError(ErrorCode.MALFORMED_REQUEST, "Operations are sent one by one, not as a list.")
    if not isinstance(given, dict):
        raise CodedError(ErrorCode.MALFORMED_REQUEST, "A request is a JSON object.")
    fields: dict[str, Any] = given
    query, name = fields.get("query"), fields.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise CodedError(ErrorCode.MALFORMED_REQUEST, "`query` is the text of a document.")
    if name is not None and not isinstance(name, str):
        raise CodedError(ErrorCode.MALFORMED_REQUEST, "`operationName` is text.")
    for key in ("variables", "extensions"):
        if fields.get(key) is not None and not isinstance(fields[key], dict):
            raise CodedError(ErrorCode.MALFORMED_REQUEST, f"`{key}` is a JSON object.")
    return Parameters(query=query, operation_name=name or None, variables=fields.get("variables") or {})
