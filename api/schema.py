"""The schema: the types and verbs of the contract, ready to execute documents."""

import gc
from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLObjectType, GraphQLSchema, execute
from graphql.execution import Executor
from strawberry.schema.config import StrawberryConfig

from api.executor import DirectExecutor, attribute_reader
from api.mutations import Mutation
from api.queries import Query
from api.scalars import SCALARS


class ApiSchema(strawberry.Schema):
    """Strawberry's schema, executed by graphql-core directly: documents come parsed and validated, and all resolvers are plain functions."""

    def __init__(self) -> None:
        super().__init__(query=Query, mutation=Mutation, config=StrawberryConfig(scalar_map=SCALARS))
        _read_attributes_directly(self._schema)

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self._schema

    def run(
        self,
        document: DocumentNode,
        context: object,
        *,
        variables: Mapping[str, Any],
        operation_name: str | None,
        hide_suggestions: bool,
        executor: type[Executor[None]] = DirectExecutor,
    ) -> ExecutionResult:
        """The result of one operation of a valid document."""
        result: Any = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation_name,
            executor_class=executor,
            is_awaitable=_never,
            is_async_iterable=_never,
            hide_suggestions=hide_suggestions,
        )
        return result


def _never(_value: object) -> Any:
    return False


def _read_attributes_directly(schema: GraphQLSchema) -> None:
    """Fields without a resolver read their attribute in one step: they are most of every answer."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                definition = field.extensions.get("strawberry-definition")
                if getattr(field.resolve, "_is_default", False) and definition is not None:
                    field.resolve = attribute_reader(definition.python_name)


@cache
def schema() -> ApiSchema:
    """The one schema of this process."""
    made = ApiSchema()
    # It lives as long as the process: collections need not walk through it again (0.1 s each).
    gc.collect()
    gc.freeze()
    return made


def printed() -> str:
    """The contract as text, as it stands in schema.graphql."""
    return schema().as_str() + "\n"
