"""One request becomes one answer: a document executed whole, in one thread, on one connection at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import ExecutionResult

from api.auth import Caller
from api.context import operation
from api.documents import Chosen, DocumentRefused, Documents, is_query
from api.errors import CodedError, ErrorCode, Unauthenticated, answered, findings, formatted, plain
from api.limits import Limits
from api.rate import Charge, Rates
from api.schema import ApiSchema
from api.services import Services
from api.watching import Watch, watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A well-formed request: the document's text, which operation of it, and its variables. `reading`: it came by GET."""

    text: str
    operation_name: str | None
    variables: Mapping[str, Any]
    reading: bool
    caller: Caller | None
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What goes back. `code` is that of an answer without data, by which the transport chooses its status."""

    body: dict[str, Any]
    code: ErrorCode | None = None


class Engine:
    """Executes requests; one for all threads."""

    def __init__(self, services: Services, schema: ApiSchema, limits: Limits | None = None) -> None:
        self._services = services
        self._schema = schema
        self._documents = Documents(schema.core, limits or Limits(), hide_suggestions=not services.debug)
        self._rates = None if services.rate_limit is None else Rates(services.database, services.rate_limit)

    def answer(self, asked: Asked) -> Answered:
        """The answer to a request; never raises."""
        with watched() as watch:
            answered = self._bounded(asked, watch)
            watch.answered(answered.body, answered.code)
        return answered

    def _bounded(self, asked: Asked, watch: Watch) -> Answered:
        try:
            return self._answer(asked, watch)
        except DocumentRefused as refusal:
            return Answered(body={"errors": refusal.errors}, code=refusal.code)
        except Exception as fault:  # noqa: BLE001  the boundary: whatever was raised is logged once and masked
            coded = answered(fault, asked.request_id, debug=self._services.debug)
            return Answered(body={"errors": [plain(coded)]}, code=coded.code)

    def _answer(self, asked: Asked, watch: Watch) -> Answered:
        prepared, chosen = self._documents.prepare(asked.text, asked.operation_name, asked.variables)
        watch.chosen(chosen.operation, asked.request_id)
        reads = is_query(chosen.operation)
        if asked.reading and not reads:
            raise CodedError(ErrorCode.METHOD_NOT_ALLOWED, "A mutation is sent by POST.")
        if prepared.introspects and asked.caller is None:
            raise Unauthenticated("The schema is shown to signed-in callers.")
        charge = self._charge(asked.caller, chosen, reads=reads)
        services = replace(self._services, database=self._services.database.caused_by(asked.request_id))
        with operation(services, asked.caller, asked.request_id, charge) as context:
            if reads:
                context.begin_query()
            result = self._schema.run(
                prepared.document,
                context,
                variables=asked.variables,
                operation_name=None if chosen.operation.name is None else chosen.operation.name.value,
                hide_suggestions=not self._services.debug,
            )
            # Whoever read somebody's words is on record before the words are given away.
            context.release()
            context.keep_readings()
        return self._answered(asked, result)

    def _charge(self, caller: Caller | None, chosen: Chosen, *, reads: bool) -> Charge | None:
        """What the caller has paid for the operation; nothing where there is no limit, or nobody is signed in."""
        if self._rates is None or caller is None:
            return None
        return self._rates.charge(caller, chosen.weight, reads=reads)

    def _answered(self, asked: Asked, result: ExecutionResult) -> Answered:
        if not result.errors:
            return Answered(body={"data": result.data})
        # What graphql-core finds by itself are values that do not fit: of variables before it starts, of arguments afterwards.
        before = result.data is None and all(error.path is None for error in result.errors)
        if before:
            code = ErrorCode.VARIABLES_INVALID
            return Answered(body={"errors": findings(result.errors, code)}, code=code)
        errors = formatted(
            result.errors,
            fallback=ErrorCode.INVALID_INPUT,
            request_id=asked.request_id,
            debug=self._services.debug,
        )
        if asked.caller is not None and _is_nobody(result.data, errors):
            return Answered(body={"errors": errors}, code=ErrorCode.UNAUTHENTICATED)
        return Answered(body={"errors": errors, "data": result.data})


def _is_nobody(data: dict[str, Any] | None, errors: list[dict[str, Any]]) -> bool:
    """Whether the caller's token turned out to be of nobody, and nothing was done: each act of a document asks anew whose it is."""
    return not any((data or {}).values()) and all(
        error["extensions"]["code"] == ErrorCode.UNAUTHENTICATED for error in errors
    )
