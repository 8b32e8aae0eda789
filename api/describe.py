"""Types that describe themselves: a class's docstring, and those of its resolvers, are what a front-end developer reads."""

import inspect
from collections.abc import Mapping
from enum import EnumMeta
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from typing_extensions import dataclass_transform

C = TypeVar("C", bound=type[Any])
SPECIFIERS = (strawberry.field, StrawberryField)


@dataclass_transform(order_default=False, kw_only_default=True, field_specifiers=SPECIFIERS)
def output(cls: C) -> C:
    """`cls` is an object type of the contract."""
    return _described(strawberry.type(cls, description=_words(cls)))


@dataclass_transform(order_default=False, kw_only_default=True, field_specifiers=SPECIFIERS)
def interface(cls: C) -> C:
    """`cls` is an interface of the contract."""
    return _described(strawberry.interface(cls, description=_words(cls)))


@dataclass_transform(order_default=False, kw_only_default=True, field_specifiers=SPECIFIERS)
def given(cls: C) -> C:
    """`cls` is an input type of the contract."""
    return _described(strawberry.input(cls, description=_words(cls)))


def register(enum: EnumMeta, description: str, values: Mapping[str, str], *, name: str | None = None) -> None:
    """`enum` is an enum of the contract; `values` describes those of its members whose name does not say it all."""
    strawberry.enum(cast("Any", enum), name=name, description=description)
    definition = cast("StrawberryEnumDefinition", cast("Any", enum).__strawberry_definition__)
    for value in definition.values:
        value.description = values.get(value.name)


def _words(described: object) -> str:
    return inspect.cleandoc(described.__doc__ or "")


def _described(cls: C) -> C:
    definition = cast("StrawberryObjectDefinition", cast("Any", cls).__strawberry_definition__)
    for field in definition.fields:
        if field.description is None and field.base_resolver is not None:
            field.description = _words(field.base_resolver.wrapped_func)
    return cls
