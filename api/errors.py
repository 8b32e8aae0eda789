"""Errors of a request: each has a code; what was not expected is masked, and logged once under the request's id."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import structlog
from graphql import GraphQLError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from commands.settle import CatchingUp

log = structlog.get_logger("fortnight.api")
MOST_ERRORS = 5
SOON_SECONDS = 1


class ErrorCode(StrEnum):
    """What `errors[].extensions.code` says; a refusal of the rules is no error, but a member of the result's union."""

    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    DOCUMENT_SYNTAX = "DOCUMENT_SYNTAX"
    DOCUMENT_INVALID = "DOCUMENT_INVALID"
    OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND"
    VARIABLES_INVALID = "VARIABLES_INVALID"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    INVALID_INPUT = "INVALID_INPUT"
    CATCHING_UP = "CATCHING_UP"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


STATUS: dict[ErrorCode, int] = {
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.NOT_ACCEPTABLE: 406,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.PAYLOAD_TOO_LARGE: 413,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.CATCHING_UP: 503,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.INTERNAL: 500,
}
"""The status of a request that is answered by this error alone; 400 for the others."""

WELL_FORMED = frozenset(
    {
        ErrorCode.DOCUMENT_SYNTAX,
        ErrorCode.DOCUMENT_INVALID,
        ErrorCode.OPERATION_NOT_FOUND,
        ErrorCode.VARIABLES_INVALID,
        ErrorCode.LIMIT_EXCEEDED,
    }
)
"""What a client of the old media type reads under status 200: the request was understood, its document was not."""


class CodedError(Exception):
    """A request, or one field of it, is answered by this error; `more` goes into its extensions."""

    def __init__(self, code: ErrorCode, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more


class Unauthenticated(CodedError):
    """Nobody is signed in, and this is not for everybody."""

    def __init__(self, message: str = "Sign in first: send a bearer token.") -> None:
        super().__init__(ErrorCode.UNAUTHENTICATED, message)


def formatted(
    errors: Sequence[GraphQLError], *, fallback: ErrorCode, request_id: str, debug: bool
) -> list[dict[str, Any]]:
    """The errors as they are sent, at most five; `fallback` is the code of those that graphql-core found by itself."""
    return [_formatted(error, fallback, request_id, debug=debug) for error in errors[:MOST_ERRORS]]


def _formatted(error: GraphQLError, fallback: ErrorCode, request_id: str, *, debug: bool) -> dict[str, Any]:
    coded = explain(error, fallback=fallback, request_id=request_id, debug=debug)
    answer: dict[str, Any] = {"message": coded.message}
    if error.locations:
        answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        answer["path"] = error.path
    return {**answer, "extensions": {"code": coded.code, **coded.more}}


def plain(error: CodedError) -> dict[str, Any]:
    """An error of the request as a whole as it is sent."""
    return {"message": error.message, "extensions": {"code": error.code, **error.more}}


def explain(error: GraphQLError, *, fallback: ErrorCode, request_id: str, debug: bool) -> CodedError:
    """What a located error comes to: its cause where that is coded, else `fallback` for graphql-core's own findings."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return (
        CodedError(fallback, error.message) if cause is None else coded_cause(cause, request_id=request_id, debug=debug)
    )


def coded_cause(cause: BaseException, *, request_id: str, debug: bool) -> CodedError:
    """A coded error for whatever was raised; what nobody expected is logged here, once, and masked."""
    match cause:
        case CodedError():
            return cause
        case CatchingUp():
            message = "Deadlines of the organisation are being settled: ask again in a moment."
            return CodedError(ErrorCode.CATCHING_UP, message, retryAfterSeconds=SOON_SECONDS)
        case PoolTimeout() | OperationalError() | InterfaceError():
            log.error("database_unavailable", request_id=request_id, exc_info=cause)
            message = "The database cannot be reached: ask again in a moment."
            return CodedError(ErrorCode.UNAVAILABLE, message, retryAfterSeconds=SOON_SECONDS, requestId=request_id)
        case _:
            log.error("unexpected_error", request_id=request_id, exc_info=cause)
            shown = {"exception": repr(cause)} if debug else {}
            message = "Something went wrong on our side; tell us the request id."
            return CodedError(ErrorCode.INTERNAL, message, requestId=request_id, **shown)
