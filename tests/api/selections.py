"""Documents that ask for every field of a type, made from the schema: what is added to it is asked for too."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from api.ids import global_id
from api.schema import schema

DEEPEST = 6
LONGEST = 6000
"""Of one document, so that it stays below the limits that documents have."""
ARGUMENTS = {
    "DateTime": '"2027-03-19T10:00:00Z"',
    "Date": '"2027-03-19"',
    "ID": f'"{global_id("Person", 1)}"',
    "Boolean": "true",
    "String": '"PLATFORM_FAILURE"',
}
"""A value for each type of argument that must be given."""


def everything(kind: str) -> list[str]:
    """Queries for the nodes $ids of this type that ask for all its fields between them; what is a node itself is named by its id."""
    type_of = schema().core.type_map[kind]
    assert isinstance(type_of, GraphQLObjectType)
    packed = [""]
    for name, field in type_of.fields.items():
        text = _field(name, field, 0)
        if len(packed[-1]) + len(text) > LONGEST:
            packed.append("")
        packed[-1] += f" {text}"
    return [f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {{ {fields} }} }} }}" for fields in packed]


def outcome(verb: str) -> str:
    """The mutation of this name, with all that its success carries; the twins of what was acted on are left out, for length."""
    name = verb[0].upper() + verb[1:]
    success = schema().core.type_map[f"{name}Success"]
    fields = _selected(success, 0, open_nodes=True)
    return (
        f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ __typename ... on {name}Success {fields}"
        " ... on Refusal { code } } }"
    )


def _selected(kind: Any, depth: int, *, open_nodes: bool = False) -> str:
    match kind:
        case GraphQLObjectType() if depth < DEEPEST:
            fields = [
                _field(name, field, depth, open_nodes=open_nodes)
                for name, field in kind.fields.items()
                if name != "edges" and not (open_nodes and name.startswith("can"))
            ]
            return "{ __typename " + " ".join(part for part in fields if part) + " }"
        case GraphQLInterfaceType() | GraphQLUnionType() | GraphQLObjectType():
            return "{ __typename }"
        case _:
            return ""


def _field(name: str, field: GraphQLField, depth: int, *, open_nodes: bool = False) -> str:
    given = [
        f"{argument}: {_value(get_named_type(one.type))}"
        for argument, one in field.args.items()
        if isinstance(one.type, GraphQLNonNull)
    ]
    arguments = f"({', '.join(given)})" if given else ""
    inner = get_named_type(field.type)
    if is_leaf_type(inner):
        return f"{name}{arguments}"
    closed = _is_node(inner) and not (open_nodes and depth == 0)
    return f"{name}{arguments} {'{ id }' if closed else _selected(inner, depth + 1, open_nodes=open_nodes)}"


def _value(kind: GraphQLNamedType) -> str:
    return next(iter(kind.values)) if isinstance(kind, GraphQLEnumType) else ARGUMENTS[kind.name]


def _is_node(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLObjectType) and any(one.name == "Node" for one in kind.interfaces)


def said(value: Any, path: str = "") -> Iterator[str]:
    """The paths of an answer at which something is said: a value that is neither null nor an empty list."""
    match value:
        case dict():
            for name, inner in value.items():
                if name not in ("__typename", "pageInfo"):
                    yield from said(inner, f"{path}.{name}" if path else name)
        case list():
            for inner in value:
                yield from said(inner, path)
        case None:
            return
        case _:
            yield path
