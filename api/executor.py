"""Executing a selection: attributes are read in one step each, everything else goes graphql-core's own way.

Most of an answer are attributes of plain objects. For these graphql-core builds a description of the field, an argument list
and a path each time; here a selection is looked at once per operation, and then only read. What comes out is the same, errors
and their paths included, which the tests check by executing both ways.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path, Undefined

Read: TypeAlias = Callable[[Any], Any]
Details: TypeAlias = list[FieldDetails]
_ATTRIBUTE = "read_attribute"
"""Under this name a resolver of ours carries the function that reads its attribute."""


def attribute_reader(name: str) -> Any:
    """A resolver that reads an attribute, and that the executor knows to do so."""
    read = attrgetter(name)

    def resolve(source: object, _info: object) -> object:
        return read(source)

    setattr(resolve, _ATTRIBUTE, read)
    return resolve


@dataclass(frozen=True, slots=True)
class _Step:
    """One field of a selection. `read` is None for a field that goes graphql-core's way."""

    name: str
    details: Details
    read: Read | None = None
    declared: GraphQLOutputType | None = None
    inner: GraphQLOutputType | None = None
    required: bool = False


class DirectExecutor(Executor[None]):
    """graphql-core's executor with a short way for attributes."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._plans: dict[int, tuple[object, list[_Step]]] = {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: dict[str, Details],
        position_context: None,
    ) -> Any:
        """The values of a selection by their names in the answer."""
        results: dict[str, Any] = {}
        for step in self._plan(parent_type, grouped_field_set):
            here = Path(path, step.name, parent_type.name)
            if step.read is None:
                value = self.execute_field(parent_type, source_value, step.details, here, position_context)
                if value is not Undefined:
                    results[step.name] = value
            else:
                results[step.name] = self._read(step, step.read, source_value, here)
        return results

    def _plan(self, parent_type: GraphQLObjectType, selected: dict[str, Details]) -> list[_Step]:
        known = self._plans.get(id(selected))
        if known is None:
            steps = [self._step(parent_type, name, details) for name, details in selected.items()]
            # The selection is kept with its plan, so that its id belongs to it as long as the operation lasts.
            known = self._plans[id(selected)] = (selected, steps)
        return known[1]

    def _step(self, parent_type: GraphQLObjectType, name: str, details: Details) -> _Step:
        node = details[0].node
        field = self.schema.get_field(parent_type, node.name.value)
        read = None if field is None or node.arguments else _attribute(field)
        if field is None or read is None:
            return _Step(name, details)
        inner, required = _nullable(field.type)
        if not _is_direct(inner):
            return _Step(name, details)
        return _Step(name, details, read=read, declared=field.type, inner=inner, required=required)

    def _read(self, step: _Step, read: Read, source: Any, path: Path) -> Any:
        try:
            return self._value(step.inner, step.details, read(source), path, required=step.required)
        except Exception as fault:  # noqa: BLE001  as graphql-core does: it becomes an error of this field
            self.handle_field_error(fault, step.declared, step.details, path)  # pyright: ignore[reportArgumentType]
            return None

    def _value(
        self, kind: GraphQLOutputType | None, details: Details, value: Any, path: Path, *, required: bool
    ) -> Any:
        if value is not None:
            return self._complete(kind, details, value, path)
        if required:
            raise TypeError(f"Cannot return null for what cannot be null: {path.as_list()}.")
        return None

    def _complete(self, kind: GraphQLOutputType | None, details: Details, value: Any, path: Path) -> Any:
        match kind:
            case GraphQLObjectType():
                return self.collect_and_execute_subfields(kind, details, path, value, None)
            case GraphQLList():
                return self._complete_list(kind, details, value, path)
            case _:
                leaf: GraphQLLeafType = kind  # pyright: ignore[reportAssignmentType]
                return self.complete_leaf_value(leaf, value)

    def _complete_list(self, kind: GraphQLList[Any], details: Details, values: Any, path: Path) -> list[Any]:
        inner, required = _nullable(kind.of_type)
        completed: list[Any] = []
        for place, value in enumerate(values):
            here = path.add_key(place, None)
            try:
                completed.append(self._value(inner, details, value, here, required=required))
            except Exception as fault:  # noqa: BLE001  as above, for one item
                self.handle_field_error(fault, kind.of_type, details, here)
                completed.append(None)
        return completed


def _attribute(field: GraphQLField) -> Read | None:
    return getattr(field.resolve, _ATTRIBUTE, None)


def _nullable(kind: GraphQLOutputType) -> tuple[GraphQLOutputType, bool]:
    """The type without its mark of being required, and whether it had one."""
    return (kind.of_type, True) if isinstance(kind, GraphQLNonNull) else (kind, False)


def _is_direct(kind: GraphQLOutputType) -> bool:
    """Whether it is known before it is read of which type a value is: not so for interfaces and unions."""
    if isinstance(kind, GraphQLList):
        return _is_direct(_nullable(kind.of_type)[0])
    return isinstance(kind, GraphQLObjectType) or is_leaf_type(kind)
