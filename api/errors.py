"""Errors of a request: each has a code; what was not expected is masked, and logged once under the request's id."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import structlog
from graphql import GraphQLError
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from commands.settle import CatchingUp

log = structlog.get_logger("fortnight.api")
UNREACHABLE = (PoolTimeout, OperationalError, InterfaceError, PendingRollbackError)
"""The last one: the connection was lost on the way, and what was asked of it before its end did not take effect."""
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
    RATE_LIMITED = "RATE_LIMITED"
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
    ErrorCode.RATE_LIMITED: 429,
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


def findings(errors: Sequence[GraphQLError], code: ErrorCode) -> list[dict[str, Any]]:
    """What graphql-core found wrong with a request before anything was done, as it is sent: at most five, with this code."""
    return [_formatted(error, CodedError(code, error.message)) for error in errors[:MOST_ERRORS]]


def formatted(
    errors: Sequence[GraphQLError], *, fallback: ErrorCode, request_id: str, debug: bool
) -> list[dict[str, Any]]:
    """The errors as they are sent, at most five; `fallback` is the code of those that graphql-core found by itself.

    Of the unexpected ones, however many fields ran into them, the first is logged.
    """
    causes = [cause_of(error) for error in errors]
    report(next((cause for cause in causes if cause is not None and not is_expected(cause)), None), request_id)
    return [
        _formatted(
            error, CodedError(fallback, error.message) if cause is None else coded(cause, request_id, debug=debug)
        )
        for error, cause in zip(errors[:MOST_ERRORS], causes, strict=False)
    ]


def _formatted(error: GraphQLError, explained: CodedError) -> dict[str, Any]:
    answer: dict[str, Any] = {"message": explained.message}
    if error.locations:
        answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        answer["path"] = error.path
    return {**answer, "extensions": {"code": explained.code, **explained.more}}


def plain(error: CodedError) -> dict[str, Any]:
    """An error of the request as a whole as it is sent."""
    return {"message": error.message, "extensions": {"code": error.code, **error.more}}


def cause_of(error: GraphQLError) -> BaseException | None:
    """What was raised where the error was located; None for graphql-core's own findings."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def is_expected(cause: BaseException) -> bool:
    """Whether it is an answer rather than a fault of ours."""
    return isinstance(cause, CodedError | CatchingUp)


def report(cause: BaseException | None, request_id: str) -> None:
    """A fault of ours stands in the log, under the id that the caller is told."""
    if cause is None:
        return
    name = "database_unavailable" if isinstance(cause, UNREACHABLE) else "unexpected_error"
    log.error(name, request_id=request_id, exc_info=cause)


def coded(cause: BaseException, request_id: str, *, debug: bool) -> CodedError:
    """A coded error for whatever was raised; what nobody expected says no more than the request's id."""
    match cause:
        case CodedError():
            return cause
        case CatchingUp():
            message = "Deadlines of the organisation are being settled: ask again in a moment."
            return CodedError(ErrorCode.CATCHING_UP, message, retryAfterSeconds=SOON_SECONDS)
        case PoolTimeout() | OperationalError() | InterfaceError() | PendingRollbackError():
            message = "The database cannot be reached: ask again in a moment."
            return CodedError(ErrorCode.UNAVAILABLE, message, retryAfterSeconds=SOON_SECONDS, requestId=request_id)
        case _:
            shown = {"exception": repr(cause)} if debug else {}
            message = "Something went wrong on our side; tell us the request id."
            return CodedError(ErrorCode.INTERNAL, message, requestId=request_id, **shown)


def answered(cause: Exception, request_id: str, *, debug: bool) -> CodedError:
    """The one error that answers a request as a whole; logged if it is a fault of ours."""
    report(None if is_expected(cause) else cause, request_id)
    return coded(cause, request_id, debug=debug)
