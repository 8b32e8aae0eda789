"""What one document may ask for: one pass over it, before validation, that looks at each fragment once however often it is spread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from api.errors import CodedError, ErrorCode
from api.overlaps import overlaps

HEAVY: Mapping[tuple[str, str], int] = {("PolicyTrial", "replay"): 20_000}
"""Fields that read as much as so many objects, whatever is selected in them."""
DEFAULT_PAGE = 20
LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one document may have.

    `letters`, `tokens`, `comments`: of its text. `depth`: fields inside fields. `aliases`, `fields`: with every fragment written
    out. `overlaps`: where one name stands n times in one place, merging them is work of n². `nodes`: objects of all pages
    together, which is what a document costs. `roots`: fields of a mutation, each of which is a transaction.
    """

    letters: int = 65_536
    tokens: int = 2000
    comments: int = 500
    depth: int = 16
    aliases: int = 50
    fields: int = 2000
    overlaps: int = 5000
    nodes: int = 40_000
    roots: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What a selection comes to, with every fragment written out. `nodes` counts the objects of pages, inner times outer; `roots` the
    fields of the selection itself.
    """

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    nodes: int = 0
    roots: int = 0


NOTHING = Weight()


def weigh(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limits: Limits,
) -> Weight:
    """The weight of an operation. Raises CodedError LIMIT_EXCEEDED that names the limit; never works longer than the text is long."""
    scale = _Scale(schema=schema, limits=limits, variables=_values(operation, variables))
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            scale.fragments[definition.name.value] = definition
    root = schema.get_root_type(operation.operation)
    weight = scale.selection(operation.selection_set, None if root is None else root.name, depth=0)
    if operation.operation.value == "mutation":
        check_limit("roots", weight.roots, limits.roots)
    check_limit("overlaps", overlaps([operation.selection_set], scale.fragments), limits.overlaps)
    return weight


def _values(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(variables)
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if name not in found and isinstance(definition.default_value, IntValueNode):
            found[name] = int(definition.default_value.value)
    return found


def check_limit(name: str, value: int, most: int) -> None:
    """Let pass what is within a limit. Raises CodedError LIMIT_EXCEEDED that names it."""
    if value > most:
        raise CodedError(
            ErrorCode.LIMIT_EXCEEDED,
            f"The document asks for too much: its {name} exceed {most}.",
            limit=name,
            most=most,
        )


@dataclass(slots=True, kw_only=True)
class _Scale:
    """One weighing: what was found out about each fragment is kept."""

    schema: GraphQLSchema
    limits: Limits
    variables: Mapping[str, Any]
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    known: dict[str, Weight] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def selection(self, selected: SelectionSetNode, parent: str | None, *, depth: int) -> Weight:
        """The weight of one selection of the type `parent`, found `depth` fields deep."""
        check_limit("depth", depth, self.limits.depth)
        parts: list[Weight] = []
        for node in selected.selections:
            match node:
                case FieldNode():
                    parts.append(self.field(node, parent, depth=depth))
                case InlineFragmentNode():
                    inner = parent if node.type_condition is None else node.type_condition.name.value
                    parts.append(self.selection(node.selection_set, inner, depth=depth))
                case FragmentSpreadNode():
                    parts.append(self.fragment(node.name.value, depth=depth))
                case _:
                    continue
        return self.checked(
            Weight(
                depth=max((part.depth for part in parts), default=0),
                aliases=sum(part.aliases for part in parts),
                fields=sum(part.fields for part in parts),
                nodes=sum(part.nodes for part in parts),
                roots=sum(part.roots for part in parts),
            )
        )

    def field(self, node: FieldNode, parent: str | None, *, depth: int) -> Weight:
        """The weight of a field with what is selected in it."""
        definition = self.definition(parent, node.name.value)
        inner = NOTHING
        if node.selection_set is not None:
            named = None if definition is None else get_named_type(definition.type).name
            inner = self.selection(node.selection_set, named, depth=depth + 1)
        page = self.page(node, definition)
        return self.checked(
            Weight(
                depth=inner.depth + 1,
                aliases=inner.aliases + (node.alias is not None),
                fields=inner.fields + 1,
                nodes=HEAVY.get((parent or "", node.name.value), 0)
                + (inner.nodes if page is None else page * (1 + inner.nodes)),
                roots=1,
            )
        )

    def fragment(self, name: str, *, depth: int) -> Weight:
        """The weight of a fragment, worked out where it is spread first. Raises CodedError for one that spreads itself."""
        if name in self.open:
            raise CodedError(ErrorCode.DOCUMENT_INVALID, f"The fragment {name} spreads itself.")
        definition = self.fragments.get(name)
        if name not in self.known:
            self.open.add(name)
            self.known[name] = (
                NOTHING
                if definition is None
                else self.selection(definition.selection_set, definition.type_condition.name.value, depth=depth)
            )
            self.open.discard(name)
        weight = self.known[name]
        check_limit("depth", depth + weight.depth, self.limits.depth)
        return weight

    def definition(self, parent: str | None, name: str) -> GraphQLField | None:
        """The field of this name, where the schema has it."""
        fields = getattr(None if parent is None else self.schema.type_map.get(parent), "fields", None)
        return None if fields is None else fields.get(name)

    def page(self, node: FieldNode, definition: GraphQLField | None) -> int | None:
        """How many objects a field may answer with; None for one that is no page."""
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        if "ids" in arguments:
            return self.length(arguments["ids"])
        sizes = [size for name in ("first", "last") for size in self.number(arguments.get(name))]
        if sizes:
            return max(sizes)
        return DEFAULT_PAGE if definition is not None and "first" in definition.args else None

    def number(self, value: ValueNode | None) -> list[int]:
        """The whole number that an argument is, within the bounds of a page; the resolver refuses what lies outside."""
        found = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        if isinstance(value, IntValueNode):
            found = int(value.value) if len(value.value) < 10 else LARGEST_PAGE
        return [min(max(found, 1), LARGEST_PAGE)] if isinstance(found, int) else []

    def length(self, value: ValueNode) -> int:
        """How many ids are asked for."""
        if isinstance(value, VariableNode):
            given = self.variables.get(value.name.value)
            return len(given) if isinstance(given, list) else 1  # pyright: ignore[reportUnknownArgumentType]
        return len(value.values) if isinstance(value, ListValueNode) else 1

    def checked(self, weight: Weight) -> Weight:
        """The same weight, if it is within the limits."""
        check_limit("aliases", weight.aliases, self.limits.aliases)
        check_limit("fields", weight.fields, self.limits.fields)
        check_limit("nodes", weight.nodes, self.limits.nodes)
        return weight
