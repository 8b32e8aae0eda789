"""Every text of every mutation: U+0000 and one character too many are refused with a code, without a trace (GRAPHQL.md, 4, 5)."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

import pytest
from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)
from sqlalchemy import Engine

from api.schema import schema
from tests.api.conftest import FrontEnd, Json
from tests.api.test_bad_input import records
from tests.api.test_checks import opened
from tests.api.verbs import DONE, MUTATIONS, WITHOUT_KEY

ALWAYS: Final = ("sendMessage", "sendInvite", "setCoachProfile", "makeRequest", "addContract", "cancelSession")
"""Not only by `make prove`: texts of members, coaches and the team."""
MOST = re.compile(r"(?:at most|At most|1 to) ([\d,]+) (?:characters|letters)")
LONGEST_OF_ALL = 10_000
Place = tuple[str | int, ...]


@pytest.mark.parametrize(
    "verb", [verb if verb in ALWAYS else pytest.param(verb, marks=pytest.mark.slow) for verb in MUTATIONS]
)
def test_no_text_breaks_anything(open_front_end: Callable[..., FrontEnd], owner: Engine, verb: str) -> None:
    front_end = opened(open_front_end)
    given = MUTATIONS[verb][0](front_end)
    if verb not in WITHOUT_KEY:
        given["idempotencyKey"] = front_end.key()
    who = next((name for name, answer in MUTATIONS[verb][1].items() if answer == DONE), "Sam")
    before = records(front_end, owner)
    for place, field in texts_of(input_of(verb), given):
        for bad in _bad(field):
            answer = front_end.answer(who, document_of(verb), input=changed_at(given, place, bad))
            assert "errors" not in answer, (place, answer)
            code = answer["data"][verb].get("code")
            assert code in _codes(field), (place, bad[:10], answer)
    assert records(front_end, owner) == before


def input_of(verb: str) -> GraphQLInputObjectType:
    found = schema().core.type_map[f"{verb[0].upper()}{verb[1:]}Input"]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def document_of(verb: str) -> str:
    name = f"{verb[0].upper()}{verb[1:]}Input"
    return f"mutation ($input: {name}!) {{ {verb}(input: $input) {{ __typename ... on Refusal {{ code }} }} }}"


def texts_of(kind: GraphQLInputObjectType, given: Json, at: Place = ()) -> Iterator[tuple[Place, GraphQLInputField]]:
    """Where a text stands, or could stand, and what is said of it."""
    for name, field in kind.fields.items():
        named, here = get_named_type(field.type), (*at, name)
        if isinstance(named, GraphQLInputObjectType) and is_input_object_type(named):
            yield from _inside(named, given.get(name), here)
        elif named.name in ("String", "ID"):
            yield ((*here, 0) if is_list_type(get_nullable_type(field.type)) else here), field


def _inside(kind: GraphQLInputObjectType, value: Any, at: Place) -> Iterator[tuple[Place, GraphQLInputField]]:
    """The texts of an input within the input, or of the first of several."""
    if isinstance(value, dict):
        yield from texts_of(kind, value, at)
    elif isinstance(value, list) and value:
        yield from texts_of(kind, value[0], (*at, 0))


def _bad(field: GraphQLInputField) -> tuple[str, str]:
    return "a\x00b", "k" * (most_of(field) + 1)


def most_of(field: GraphQLInputField) -> int:
    """The longest that is said of a text; else the longest of all."""
    found = MOST.search(field.description or "")
    return LONGEST_OF_ALL if found is None else int(found.group(1).replace(",", ""))


def _codes(field: GraphQLInputField) -> tuple[str, ...]:
    """What is said to be of a length is refused as such; of another text it may be that nothing is called so."""
    if MOST.search(field.description or ""):
        return ("INVALID_INPUT",)
    return ("INVALID_INPUT", "NOT_FOUND", "CONSEQUENCE_CHANGED")


def changed_at(given: Json, place: Place, value: str) -> Json:
    """The input with this text in that place."""
    changed: Any = deepcopy(given)
    inside = changed
    for step in place[:-1]:
        if isinstance(inside, dict) and inside.get(step) is None:
            inside[step] = []
        inside = inside[step]
    if isinstance(inside, list):
        inside[:] = [value, *inside[1:]]
    else:
        inside[place[-1]] = value
    return changed
