"""Documents that were parsed, weighed and validated, each once: front ends send the same few again and again."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from graphql.language import SKIP, Visitor, VisitorAction, visit
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.errors import MOST_ERRORS, CodedError, ErrorCode, findings
from api.limits import Limits, Weight, check_limit, weigh

LONGEST_KEPT = 16_384
MOST_KEPT = 512
RULES = (*specified_rules, OneOfInputValidationRule)


class DocumentRefused(Exception):
    """The document cannot be executed; `errors` are ready to be sent and share one code."""

    def __init__(self, code: ErrorCode, errors: list[dict[str, Any]]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A valid document, and whether it asks for the schema itself."""

    document: DocumentNode
    introspects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The operation that is meant, and what it comes to with these variables."""

    operation: OperationDefinitionNode
    weight: Weight


@dataclass(slots=True)
class Documents:
    """The documents of a schema; safe to be used by several threads."""

    schema: GraphQLSchema
    limits: Limits
    hide_suggestions: bool
    _kept: OrderedDict[str, Prepared] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def prepare(self, text: str, operation_name: str | None, variables: Mapping[str, Any]) -> tuple[Prepared, Chosen]:
        """The document and the operation that is meant. Raises DocumentRefused, CodedError."""
        kept = self._find(text)
        document = self._parse(text) if kept is None else kept.document
        meant = choose(document, operation_name)
        for operation in operations_of(document) if kept is None else ():
            if operation is not meant:
                weigh(self.schema, document, operation, {}, self.limits)
        weight = weigh(self.schema, document, meant, variables, self.limits)
        if kept is None:
            kept = self._validated(document)
            self._keep(text, kept)
        return kept, Chosen(operation=meant, weight=weight)

    def _find(self, text: str) -> Prepared | None:
        with self._lock:
            kept = self._kept.get(text)
            if kept is not None:
                self._kept.move_to_end(text)
            return kept

    def _keep(self, text: str, prepared: Prepared) -> None:
        if len(text) > LONGEST_KEPT:
            return
        with self._lock:
            self._kept[text] = prepared
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _parse(self, text: str) -> DocumentNode:
        limits = self.limits
        check_limit("letters", len(text), limits.letters)
        try:
            return parse(text, max_tokens=limits.tokens, max_comments=limits.comments)
        except GraphQLSyntaxError as fault:
            for name in ("tokens", "comments"):
                if f"more than {getattr(limits, name)} {name}" in fault.message:
                    check_limit(name, getattr(limits, name) + 1, getattr(limits, name))
            raise _refused(ErrorCode.DOCUMENT_SYNTAX, [fault]) from None

    def _validated(self, document: DocumentNode) -> Prepared:
        errors = validate(self.schema, document, RULES, max_errors=MOST_ERRORS, hide_suggestions=self.hide_suggestions)
        if errors:
            raise _refused(ErrorCode.DOCUMENT_INVALID, errors)
        finder = _Introspection()
        visit(document, finder)
        return Prepared(document=document, introspects=finder.found)


def _refused(code: ErrorCode, errors: list[Any]) -> DocumentRefused:
    found: list[GraphQLError] = errors
    return DocumentRefused(code, findings(found, code))


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """The operations of a document, in its order."""
    return [definition for definition in document.definitions if isinstance(definition, OperationDefinitionNode)]


def choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation of this name, or the only one. Raises CodedError OPERATION_NOT_FOUND."""
    operations = operations_of(document)
    if name is None:
        if len(operations) == 1:
            return operations[0]
        message = (
            "The document has no operation." if not operations else "Say by operationName which operation is meant."
        )
        raise CodedError(ErrorCode.OPERATION_NOT_FOUND, message)
    for operation in operations:
        if operation.name is not None and operation.name.value == name:
            return operation
    raise CodedError(ErrorCode.OPERATION_NOT_FOUND, "The document has no operation of this name.")


def is_query(operation: OperationDefinitionNode) -> bool:
    """Whether the operation only reads."""
    return operation.operation is OperationType.QUERY


class _Introspection(Visitor):
    """Notes whether a document asks for the schema itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_field(self, node: FieldNode, *_: Any) -> VisitorAction:
        """One field of the document."""
        self.found = self.found or node.name.value in ("__schema", "__type")
        return SKIP if self.found else None
